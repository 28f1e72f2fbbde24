"""Stored bodies: the JSON of record versions as answers contain it, read from the tables of any collections."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, tuple_

from app.model.fields import Language
from app.reading.list_view import VersionKey
from app.resources.registry import COLLECTIONS


def bodies_of(connection: Connection, versions: Iterable[VersionKey], lang: Language) -> dict[VersionKey, str]:
    """Bodies of versions in one language, by version key: one SELECT per collection, however many versions.

    A version that is not stored is missing from the result. Raises KeyError for an unknown collection.
    """
    wanted: dict[str, list[tuple[str, int]]] = {}
    for collection, id, revision in versions:
        wanted.setdefault(collection, []).append((id, revision))
    found = {}
    for name, keys in wanted.items():
        table = COLLECTIONS[name].table
        rows = select(table.c.id, table.c.published_in, table.c[f"body_{lang}"])
        these = tuple_(table.c.id, table.c.published_in).in_(keys)
        found.update({(name, id, revision): body for id, revision, body in connection.execute(rows.where(these))})
    return found
