"""Included records (`include=`): the records that those of an answer name, at the revision of the answer."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import or_, select, tuple_

from app.model.fields import Language
from app.reading.list_view import VersionKey
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.tables import LINKS

Included = dict[str, dict[str, str]]  # bodies by collection and id


def included_records(
    snapshot: Snapshot,
    collections: Sequence[str],
    versions: Sequence[VersionKey],
    lang: Language,
    more: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Included:
    """Included records: bodies of those in these collections that the versions name, by collection and id.

    `more` are further ids by collection. One SELECT per collection, however many versions. Raises KeyError for an
    unknown collection.
    """
    return {name: _records(snapshot, name, versions, lang, more.get(name, ())) for name in collections}


def _records(
    snapshot: Snapshot, collection: str, versions: Sequence[VersionKey], lang: Language, more: Collection[str]
) -> dict[str, str]:
    if not versions:
        return {}
    table = COLLECTIONS[collection].table
    named = select(LINKS.c.target_id).where(
        # The first two conditions follow from the third. With them SQLite uses an index; without, it reads all links.
        LINKS.c.collection.in_({name for name, _, _ in versions}),
        LINKS.c.id.in_({id for _, id, _ in versions}),
        tuple_(LINKS.c.collection, LINKS.c.id, LINKS.c.published_in).in_(versions),
        # An expression, so that SQLite does not choose the index of targets, which would read all links to the
        # collection: 2 ms instead of 200.
        LINKS.c.target_collection + "" == collection,
    )
    these = or_(table.c.id.in_(named), table.c.id.in_(more)) if more else table.c.id.in_(named)
    bodies = select(table.c.id, table.c[f"body_{lang}"]).where(snapshot.as_of(table), these)
    return dict(snapshot.connection.execute(bodies.order_by(table.c.id)).all())
