"""History: every version of a record, newest first, and what each one changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import Row, Select, and_, exists, select
from typing_extensions import override

from app.model.fields import Language
from app.model.json_text import compact, extended
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

    revision: int = Field(description="Dataset revision that did it.", examples=[1])
    published_at: str = Field(
        description="When that revision was published, UTC.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    note: str = Field(description="What the revision is about, in the language of the response.")
    action: Action = Field(description="What was done.", examples=["changed"])
    changed_fields: list[str] = Field(
        description="Fields written otherwise than in the version before, in either language; not what is computed "
        "from them, such as `earliest`. Empty unless it was changed.",
        examples=[["summary"]],
    )
    reason: str | None = Field(description="Why it was withdrawn, null where it was not.")
    record: T | None = Field(description="The record as it stood from then on, null where it was withdrawn.")


class HistoryParams(PageParams):
    """The parameters of a history."""


@dataclass(frozen=True, eq=False)
class HistoryList(ListView):
    """The versions of one record. Raises UnknownRecord (404) for one that never was."""

    resource: Resource
    id: str

    @classmethod
    def of(cls, resource: Resource, id: str) -> "HistoryList":
        """The history of one record."""
        spec = ListSpec(
            name=f"{resource.name}/{id}/history",
            about="",
            model=resource.model,
            table_model=Change,
            params=HistoryParams,
            orders=ORDERS,
            sort="-revision",
        )
        return cls(spec, resource=resource, id=id)

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Changes of this record up to the revision."""
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
        """Each change with its revision, the version that it made, and the version that it ended."""
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
        """Each entry, with the record as the item has it at that revision."""
        return (extended(compact(self._entry(row)), "record", row.body or "null") for row in rows)

    def _entry(self, row: Row[Any]) -> Mapping[str, Any]:
        return {
            "revision": row.revision,
            "published_at": row.published_at,
            "note": row.note,
            "action": row.action,
            "changed_fields": _changed(row, self.spec.fields) if row.action == "changed" else [],
            "reason": row.reason,
        }


def _changed(row: Row[Any], fields: Sequence[str]) -> list[str]:
    before, after = json.loads(row.before), json.loads(row.after)
    return [name for name in fields if before.get(name) != after.get(name)]
