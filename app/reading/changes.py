"""Change feed: what each revision added, changed or withdrew, in order, for clients that keep a copy of the data."""

import functools
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import Integer, Text, bindparam, func, literal_column, select
from typing_extensions import override

from app.errors import UnknownRevision
from app.model.differences import changed_fields
from app.model.fields import Language, OpenEnum
from app.model.json_text import compact, extended
from app.model.terms.events import ACTIONS
from app.reading.bitmap_index import index_of
from app.reading.bodies import StoredVersion, VersionKey, versions_of
from app.reading.change_rows import COLUMNS, StoredChange, stored_change
from app.reading.keyset_rows import KeysetQuery, KeysetRows
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView
from app.reading.rows import Rows
from app.resources.base import ListSpec, Order
from app.resources.params import (
    MAX_REVISION,
    OneOf,
    PageParams,
    columns_among,
    digits,
    facets_among,
    format_among,
    values_field,
)
from app.resources.registry import COLLECTIONS
from app.store.checksums import damaged
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import CHANGES, REVISIONS, Action, Change

Since = Annotated[int, Field(ge=0, le=MAX_REVISION), BeforeValidator(digits)]


class RecordChange(BaseModel):
    """One change: what one revision did to one record."""

    revision: int = Field(description="Dataset revision that made this change.", examples=[1])
    published_at: str = Field(
        description="When that revision was published, in UTC.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    action: Annotated[Action, OpenEnum(ACTIONS)] = Field(description="What the revision did to the record.")
    collection: str = Field(description="Collection of the record.", examples=["actors"])
    id: str = Field(description="Id of the record.", examples=["canada"])
    title: str = Field(description="Title of the record after the change; of its last version if it was withdrawn.")
    changed_fields: list[str] = Field(
        description="Fields that differ from the previous version in either language, without those computed from "
        "them, such as `earliest`. Empty unless `action` is `changed`.",
        examples=[["summary"]],
    )
    reason: str | None = Field(
        description="Why the record was withdrawn, in the language of the response; null unless it was."
    )
    # An object without fields: of a union, generated clients refuse a record of a collection that is newer than they
    # are, and openapi-generator's TypeScript takes one collection for another and drops fields. Its price: clients name
    # the type themselves, by `collection`.
    record: dict[str, Any] | None = Field(
        description="The record after the change, in the schema of its `collection`; null if it was withdrawn."
    )


class ChangesParams(PageParams):
    format: str | None = format_among("json", "csv", "jsonl", "xlsx", "atom")
    fields: list[str] = columns_among(RecordChange)
    facets: list[str] = facets_among("collection")
    since: Since = Field(
        0, description="Only changes after this revision: the newest one that your copy has, 0 for all.", examples=[0]
    )
    collection: list[Annotated[str, OneOf(tuple(COLLECTIONS))]] = values_field(
        "Only changes to records of these collections."
    )


_SINCE, _UNTIL = (bindparam(name, type_=Integer) for name in ("since", "until"))
_BETWEEN = CHANGES.c.revision > _SINCE, CHANGES.c.revision <= _UNTIL
_OF_COLLECTION = CHANGES.c.collection == bindparam("collection", type_=Text)
# Versions that the revisions up to one have published: the number of the last one, as they are numbered without gaps.
_PUBLISHED = Statement(
    select(func.coalesce(func.sum(REVISIONS.c.added + REVISIONS.c.changed), 0)).where(REVISIONS.c.number <= _UNTIL)
)
# Only the changes of revisions with withdrawals are read: all of a collection can be a million.
_WITHDRAWING = select(REVISIONS.c.number).where(
    REVISIONS.c.withdrawn > 0, REVISIONS.c.number > _SINCE, REVISIONS.c.number <= _UNTIL
)
_WITHDRAWN = Statement(
    select(func.count()).where(
        _OF_COLLECTION, CHANGES.c.revision.in_(_WITHDRAWING), CHANGES.c.action == literal_column("'withdrawn'")
    )
)
_SUM = REVISIONS.c.added + REVISIONS.c.changed + REVISIONS.c.withdrawn
_TOTAL = Statement(
    select(func.coalesce(func.sum(_SUM), 0)).where(REVISIONS.c.number > _SINCE, REVISIONS.c.number <= _UNTIL)
)


@functools.cache
def _query(*, descending: bool, of_collection: bool) -> KeysetQuery:
    key = [CHANGES.c.revision, CHANGES.c.collection, CHANGES.c.id]
    joined = select(*COLUMNS).select_from(CHANGES.join(REVISIONS))
    return KeysetQuery(joined.where(_OF_COLLECTION) if of_collection else joined, key, descending, _BETWEEN)


class ChangeRows(KeysetRows):
    """Changes after one revision up to another: of all collections, or those of some, one after the other."""

    @property
    @override
    def total(self) -> int:
        if "collection" in self.parts[0]:
            return sum(self._count(values) for values in self.parts)
        return int(_TOTAL.first(self.snapshot.connection, self.parts[0])[0])

    @override
    def counts(self, parameter: str) -> Mapping[str, int]:
        """Counts by collection, whichever are chosen. Raises KeyError for another parameter."""
        if parameter != "collection":
            raise KeyError(parameter)
        counts = {name: self._count({**self.parts[0], "collection": name}) for name in COLLECTIONS}
        return {name: count for name, count in counts.items() if count}

    def _count(self, values: Mapping[str, Any]) -> int:
        """Changes of a collection: the versions published, in the bitmap index, and the records withdrawn.

        To count a million rows would take 60 ms.
        """
        connection = self.snapshot.connection
        before, last = (_PUBLISHED.first(connection, {"until": values[name]})[0] for name in ("since", "until"))
        versions = index_of(self.snapshot).any_of("collection", [values["collection"]])
        return versions.range_cardinality(before + 1, last + 1) + int(_WITHDRAWN.first(connection, values)[0])


class ChangeList(ListView):
    """Change feed as a list view: the changes of all revisions, in the order in which they were made."""

    @override
    def rows(self, snapshot: Snapshot, request: ListRequest) -> ChangeRows:
        """Changes up to the snapshot's revision that match the filters.

        Raises UnknownRevision (404) if `since` is a later one: the client has the data of another database. Raises
        InvalidParameter (422) for a cursor that names no change.
        """
        params, number = request.params, snapshot.revision.number
        assert isinstance(params, ChangesParams)
        if params.since > number:
            raise UnknownRevision("unknown-since", number=params.since, revision=number)
        values: dict[str, Any] = {"since": params.since, "until": number}
        parts = [values | {"collection": name} for name in params.collection] or [values]
        query = _query(descending=request.keyset.descending, of_collection=bool(params.collection))
        rows = ChangeRows(snapshot, request, query, parts)
        rows.require_row()
        return rows

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies of changes. `record` is the body of the item at that revision, or `null` for a withdrawal."""
        changes = [stored_change(row, request.lang)[0] for row in rows]
        versions = _Versions.read(snapshot, changes, request.lang)
        return (extended(compact(versions.change(row)), "record", versions.body(row)) for row in changes)


class _Versions(NamedTuple):
    """Versions that changes made, and those that they ended."""

    made: Mapping[VersionKey, StoredVersion]
    ended: Mapping[VersionKey, StoredVersion]

    @classmethod
    def read(cls, snapshot: Snapshot, rows: Iterable[StoredChange], lang: Language) -> "_Versions":
        made = [row.key for row in rows if row.action != "withdrawn"]
        ended = [row.key for row in rows if row.action != "added"]
        return cls(
            versions_of(snapshot.connection, made, lang),
            versions_of(snapshot.connection, ended, lang, "ended"),
        )

    def body(self, row: StoredChange) -> str:
        return "null" if row.action == "withdrawn" else _found(self.made, row.key).body

    def change(self, row: StoredChange) -> dict[str, Any]:
        key, changed = row.key, row.action == "changed"
        version = _found(self.ended if row.action == "withdrawn" else self.made, key)
        fields = COLLECTIONS[row.collection].fields if changed else ()
        return {
            **{name: getattr(row, name) for name in ("revision", "published_at", "action", "collection", "id")},
            "title": version.title,
            "changed_fields": changed_fields(fields, _found(self.ended, key).record, version.record) if changed else [],
            "reason": row.reason,
        }


def _found(versions: Mapping[VersionKey, StoredVersion], key: VersionKey) -> StoredVersion:
    """Version of a key. Raises Unavailable (503) if it is missing: each change made one, or ended one."""
    if key not in versions:
        raise damaged("version", key)
    return versions[key]


CHANGE_FEED = ChangeList(
    ListSpec(
        name="changes",
        about="Every change since a revision, complete and in order: which record was added, changed or withdrawn, and "
        "the record after the change. To keep a copy of the dataset, start empty and apply the changes in order.",
        model=RecordChange,
        table_model=Change,
        params=ChangesParams,
        orders={"revision": Order(("revision", "collection", "id"))},
        sort="revision",
        feed_sort="-revision",
        collection_column="collection",
        key=("revision", "collection", "id"),
    )
)
