"""Version history of a record: its versions and withdrawals, newest first, and what each one changed."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import Integer, Text, and_, bindparam, func, select
from typing_extensions import override

from app.model.differences import changed_fields
from app.model.fields import Language, OpenEnum
from app.model.json_text import compact, extended
from app.model.terms.events import ACTIONS
from app.reading.bodies import with_check
from app.reading.change_rows import COLUMNS, StoredChange, stored_change
from app.reading.ids import unknown_record
from app.reading.keyset_rows import KeysetQuery, KeysetRows
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView
from app.reading.rows import Rows
from app.resources.base import ListSpec, Order, Resource
from app.resources.params import PageParams
from app.store.checksums import checked
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import CHANGES, REVISIONS, Action, Change

T = TypeVar("T")
ORDERS: dict[str, Order] = {"revision": Order(("revision",))}


class HistoryEntry(BaseModel, Generic[T]):
    """What one revision did to a record."""

    revision: int = Field(description="Dataset revision that made this change.", examples=[1])
    published_at: str = Field(
        description="When that revision was published, in UTC.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    note: str = Field(description="Note on the revision by its author, in the language of the response.")
    action: Annotated[Action, OpenEnum(ACTIONS)] = Field(
        description="What the revision did to the record.", examples=["changed"]
    )
    changed_fields: list[str] = Field(
        description="Fields that differ from the previous version in either language, without those computed from "
        "them, such as `earliest`. Empty unless `action` is `changed`.",
        examples=[["summary"]],
    )
    reason: str | None = Field(
        description="Why the record was withdrawn, in the language of the response; null unless it was."
    )
    record: T | None = Field(description="The record after the change; null if it was withdrawn.")


class HistoryParams(PageParams):
    """Parameters of the history of a record."""


@dataclass(frozen=True, eq=False)
class HistoryList(ListView):
    """Version history of one record as a list view. Reading it raises UnknownRecord (404) if there is none."""

    resource: Resource
    id: str

    @classmethod
    def of(cls, resource: Resource, id: str) -> "HistoryList":
        """History of one record. The id is not checked here: reading raises UnknownRecord (404) if it is unknown."""
        spec = ListSpec(
            name=f"{resource.name}/{id}/history",
            about="",
            model=resource.model,
            table_model=Change,
            params=HistoryParams,
            orders=ORDERS,
            sort="-revision",
            cursor_key=("revision",),
        )
        return cls(spec, resource=resource, id=id)

    @override
    def rows(self, snapshot: Snapshot, request: ListRequest) -> "HistoryRows":
        """Changes of the record up to the revision. Raises UnknownRecord (404) if there are none.

        Raises InvalidParameter (422) for a cursor that names none of them.
        """
        values = {"collection": self.resource.name, "id": self.id, "until": snapshot.revision.number}
        if not _ANY.first(snapshot.connection, values):
            raise unknown_record(self.resource, self.id, snapshot)
        query = _query(self.resource, request.lang, descending=request.keyset.descending)
        rows = HistoryRows(snapshot, request, query, [values])
        rows.require_row()
        return rows

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies of history entries. `record` is the body of the item at that revision, or `null` for a withdrawal."""
        return (self._entry(_Entry.of(row, request.lang)) for row in rows)

    def _entry(self, entry: "_Entry") -> str:
        change = entry.change
        names = ("revision", "published_at", "note", "action")
        members = {name: getattr(change, name) for name in names}
        members |= {"changed_fields": entry.changed_fields(self.spec.fields), "reason": change.reason}
        return extended(compact(members), "record", entry.record())


class HistoryRows(KeysetRows):
    """Changes of one record up to the revision."""

    @property
    @override
    def total(self) -> int:
        return int(_COUNT.first(self.snapshot.connection, self.parts[0])[0])


class _Entry(NamedTuple):
    """Change of a record, the version that it made, and the one before; texts are bytes with their checksums."""

    change: StoredChange
    number: int | None
    body: bytes | None
    body_check: str | None
    after: bytes | None
    after_check: str | None
    before_number: int | None
    before: bytes | None
    before_check: str | None

    @classmethod
    def of(cls, row: Sequence[Any], lang: Language) -> "_Entry":
        change, texts = stored_change(row, lang)
        return cls(change, *texts)

    def record(self) -> str:
        """Body of the version that the change made, `null` for a withdrawal. Raises Unavailable (503) if damaged."""
        return "null" if self.change.action == "withdrawn" else checked(self.body, self.body_check, self.number)

    def changed_fields(self, fields: Sequence[str]) -> list[str]:
        """Fields in which the versions differ, if there are two. Raises Unavailable (503) if one is damaged."""
        if self.change.action != "changed":
            return []
        before = checked(self.before, self.before_check, self.before_number)
        return changed_fields(fields, before, checked(self.after, self.after_check, self.number))


_OF_RECORD = (
    CHANGES.c.collection == bindparam("collection", type_=Text),
    CHANGES.c.id == bindparam("id", type_=Text),
    CHANGES.c.revision <= bindparam("until", type_=Integer),
)
_ANY = Statement(select(CHANGES.c.revision).where(*_OF_RECORD).limit(1))
_COUNT = Statement(select(func.count()).select_from(CHANGES).where(*_OF_RECORD))


@functools.cache
def _query(resource: Resource, lang: Language, *, descending: bool) -> KeysetQuery:
    after, before, earlier = resource.table, resource.table.alias("before"), resource.table.alias("earlier")
    last = select(func.max(earlier.c.published_in)).where(
        earlier.c.id == CHANGES.c.id, earlier.c.published_in < CHANGES.c.revision
    )
    made = and_(after.c.id == CHANGES.c.id, after.c.published_in == CHANGES.c.revision)
    ended = and_(before.c.id == CHANGES.c.id, before.c.published_in == last.scalar_subquery())
    rows = select(
        *COLUMNS,
        *(after.c.number, *with_check(after, f"body_{lang}"), *with_check(after, "record")),
        *(before.c.number, *with_check(before, "record")),
    ).select_from(CHANGES.join(REVISIONS).outerjoin(after, made).outerjoin(before, ended))
    return KeysetQuery(rows.where(*_OF_RECORD), [CHANGES.c.revision], descending)
