"""Version history of a record: its versions and withdrawals, newest first, and what each one changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import Row, Select, and_, exists, select
from typing_extensions import override

from app.model.differences import changed_fields
from app.model.fields import Language, OpenEnum
from app.model.json_text import compact, extended
from app.model.terms.events import ACTIONS
from app.reading.list_request import ListRequest
from app.reading.list_view import Conditions, ListView, Rows
from app.reading.pages import unknown_record
from app.resources.base import ListSpec, Order, Resource
from app.resources.params import PageParams
from app.store.snapshot import Snapshot
from app.store.tables import CHANGES, REVISIONS, Action, Change

T = TypeVar("T")
ORDERS: dict[str, Order] = {"revision": lambda table, _lang, _descending: [table.c.revision]}


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
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Conditions for changes of the record up to the revision. Raises UnknownRecord (404) if there are none."""
        changes = [
            CHANGES.c.collection == self.resource.name,
            CHANGES.c.id == self.id,
            CHANGES.c.revision <= snapshot.revision.number,
        ]
        if not snapshot.connection.execute(select(exists().where(*changes))).scalar():
            raise unknown_record(self.resource, self.id, snapshot)
        return changes

    @override
    def select(self, lang: Language) -> Select[Any]:
        """SELECT of a change, the note and UTC time of its revision, the version it made, and the version it ended."""
        after, before = self.resource.table, self.resource.table.alias("before")
        made = and_(after.c.id == CHANGES.c.id, after.c.published_in == CHANGES.c.revision)
        ended = and_(before.c.id == CHANGES.c.id, before.c.superseded_in == CHANGES.c.revision)
        joined = CHANGES.join(REVISIONS).outerjoin(after, made).outerjoin(before, ended)
        return select(
            *(CHANGES.c.revision, REVISIONS.c.published_at, REVISIONS.c[f"note_{lang}"].label("note")),
            *(CHANGES.c.action, CHANGES.c[f"reason_{lang}"].label("reason")),
            *(after.c[f"body_{lang}"].label("body"), after.c.record.label("after"), before.c.record.label("before")),
        ).select_from(joined)

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies of history entries. `record` is the body of the item at that revision, or `null` for a withdrawal."""
        return (extended(compact(self._entry(row)), "record", row.body or "null") for row in rows)

    def _entry(self, row: Row[Any]) -> Mapping[str, Any]:
        return {
            "revision": row.revision,
            "published_at": row.published_at,
            "note": row.note,
            "action": row.action,
            "changed_fields": changed_fields(self.spec.fields, row.before, row.after)
            if row.action == "changed"
            else [],
            "reason": row.reason,
        }
