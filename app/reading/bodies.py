"""Stored versions: the JSON bodies of record versions as answers contain them, from the tables of any collections."""

import json
from collections.abc import Iterable
from typing import Literal, NamedTuple

from sqlalchemy import Connection, select, tuple_

from app.model.fields import Language
from app.reading.list_view import VersionKey
from app.resources.registry import COLLECTIONS

_DECODER = json.JSONDecoder()


class StoredVersion(NamedTuple):
    """Stored version: its JSON body in one language, and its record in seed form (canonical JSON)."""

    body: str
    record: str

    @property
    def title(self) -> str:
        """Title in the language of the body, whose other members are not parsed: its first `title` is the record's."""
        start = self.body.index('"title":') + len('"title":')
        return str(_DECODER.raw_decode(self.body, start)[0])


def versions_of(
    connection: Connection,
    versions: Iterable[VersionKey],
    lang: Language,
    at: Literal["published_in", "superseded_in"] = "published_in",
) -> dict[VersionKey, StoredVersion]:
    """Versions in one language by version key: one SELECT per collection, however many versions.

    The revision in a key is the one that published the version or, with `superseded_in`, that ended it. A version that
    is not stored is missing from the result. Raises KeyError for an unknown collection.
    """
    wanted: dict[str, list[tuple[str, int]]] = {}
    for collection, id, revision in versions:
        wanted.setdefault(collection, []).append((id, revision))
    found = {}
    for name, keys in wanted.items():
        table = COLLECTIONS[name].table
        rows = select(table.c.id, table.c[at], table.c[f"body_{lang}"], table.c.record)
        these = tuple_(table.c.id, table.c[at]).in_(keys)
        for id, revision, body, record in connection.execute(rows.where(these)):
            found[name, id, revision] = StoredVersion(body, record)
    return found


def bodies_of(connection: Connection, versions: Iterable[VersionKey], lang: Language) -> dict[VersionKey, str]:
    """Bodies of versions in one language, by version key; see `versions_of`."""
    return {key: version.body for key, version in versions_of(connection, versions, lang).items()}
