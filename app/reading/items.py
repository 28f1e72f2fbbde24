"""Items: one record at one revision, read as data."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, Text, bindparam, select

from app.errors import UnknownRecord, WithdrawnRecord
from app.model.fields import Language
from app.reading.bitmap_index import index_of, version_set
from app.reading.bodies import with_check
from app.reading.ids import unknown_record
from app.reading.include import Included, included_records
from app.resources.base import Resource
from app.store.checksums import checked, checked_row
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import CHANGES


@dataclass(frozen=True, slots=True)
class ItemOf:
    """Item: one record at a revision. References and included records are read when they are first used.

    `body` is the JSON body in the language of the request, `number` that of the version.
    """

    snapshot: Snapshot
    resource: Resource
    lang: Language
    id: str
    number: int
    body: str

    def references(self) -> dict[str, int]:
        """Reference counts: how many records name this one at the revision, by collection; empty if none does."""
        index = index_of(self.snapshot)
        named = index.any_of(f"links/{self.resource.name}", [self.id])
        named &= version_set(self.snapshot, "current")
        return dict(sorted(index.counts("collection", named).items())) if named else {}

    def included(self, collections: Sequence[str]) -> Included:
        """Included records: those of these collections that this one names."""
        return included_records(self.snapshot, collections, [self.number], self.lang)


def read_item(snapshot: Snapshot, resource: Resource, id: str, lang: Language) -> ItemOf:
    """Item by its id. Raises UnknownRecord (404) if the collection did not have it yet, WithdrawnRecord (410).

    Raises Unavailable (503) if it is damaged.
    """
    revision = snapshot.revision.number
    row = _latest(resource, lang).first(snapshot.connection, {"id": id, "revision": revision})
    if row is None or (row[1] is not None and row[1] <= revision):
        raise _absence(snapshot, resource, id, lang)
    number, _, body, check = row
    return ItemOf(snapshot, resource, lang, id, number, checked(body, check, number))


@functools.cache
def _latest(resource: Resource, lang: Language) -> Statement:
    """Statement of the last version of a record up to a revision, which may have been superseded by a withdrawal."""
    table = resource.table.c
    latest = (
        select(table.number, table.superseded_in, *with_check(resource.table, f"body_{lang}"))
        .where(table.id == bindparam("id", type_=Text), table.published_in <= bindparam("revision", type_=Integer))
        .order_by(table.published_in.desc())
    )
    return Statement(latest.limit(1))


def _absence(snapshot: Snapshot, resource: Resource, id: str, lang: Language) -> UnknownRecord | WithdrawnRecord:
    values = {"collection": resource.name, "id": id, "revision": snapshot.revision.number}
    row = _CHANGE.first(snapshot.connection, values)
    if row is None:
        return unknown_record(resource, id, snapshot)
    revision, *_, english, french = checked_row(row)
    reason = english if lang == "en" else french
    return WithdrawnRecord(revision, reason, f"{resource.address(id)}?revision={revision - 1}")


_CHANGE = Statement(  # the last change of a record up to a revision
    select(CHANGES)
    .where(
        CHANGES.c.collection == bindparam("collection", type_=Text),
        CHANGES.c.id == bindparam("id", type_=Text),
        CHANGES.c.revision <= bindparam("revision", type_=Integer),
    )
    .order_by(CHANGES.c.revision.desc())
    .limit(1)
)
