"""The history of a record: every version, newest first, and what each changed."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, select
from starlette.requests import Request
from starlette.responses import Response

from app.model.fields import Language
from app.model.json_text import compact, extended
from app.reading.list_request import Inquiry
from app.reading.list_view import Listing
from app.reading.pages import list_page, unknown
from app.resources.base import Resource
from app.resources.params import PageQuery
from app.serving.responses import Moment
from app.store.tables import CHANGES, REVISIONS, Action, Change

T = TypeVar("T")


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


class HistoryQuery(PageQuery):
    """The parameters of a history."""


@dataclass(frozen=True, eq=False, kw_only=True)
class History(Listing):
    """The versions of one record as a list. Raises UnknownRecord (404) for one that never was."""

    resource: Resource
    id: str

    def sort(self, _query: Any, _format: str) -> str:
        """Newest first."""
        return "-revision"

    def standing(self, connection: Connection, at: Moment, _query: Any) -> list[ColumnElement[bool]]:
        """Changes of this record up to a revision; UnknownRecord if there are none."""
        mine = [CHANGES.c.collection == self.resource.name, CHANGES.c.id == self.id, CHANGES.c.revision <= at.revision]
        if not connection.execute(select(exists().where(*mine))).scalar():
            raise unknown(self.resource, self.id, at)
        return mine

    def select(self, lang: Language) -> Select[Any]:
        """Each change with its revision, the version it made, and the version that it ended."""
        after, before = self.resource.table, self.resource.table.alias("before")
        made = and_(after.c.id == CHANGES.c.id, after.c.published_in == CHANGES.c.revision)
        ended = and_(before.c.id == CHANGES.c.id, before.c.superseded_in == CHANGES.c.revision)
        joined = CHANGES.join(REVISIONS).outerjoin(after, made).outerjoin(before, ended)
        return select(
            *(CHANGES.c.revision, REVISIONS.c.published_at, REVISIONS.c[f"note_{lang}"].label("note")),
            *(CHANGES.c.action, CHANGES.c[f"reason_{lang}"].label("reason")),
            *(after.c[f"body_{lang}"].label("body"), after.c.record.label("after"), before.c.record.label("before")),
        ).select_from(joined)

    def texts(self, _connection: Connection, rows: Sequence[Row[Any]], _inquiry: Inquiry) -> Iterable[str]:
        """Each entry as JSON, the record as the item answers it at that revision."""
        for row in rows:
            own = {
                "revision": row.revision,
                "published_at": row.published_at,
                "note": row.note,
                "action": row.action,
                "changed_fields": _changed(row, self.fields) if row.action == "changed" else [],
                "reason": row.reason,
            }
            yield extended(compact(own), "record", row.body or "null")


def _changed(row: Row[Any], fields: Sequence[str]) -> list[str]:
    before, after = json.loads(row.before), json.loads(row.after)
    return [name for name in fields if before.get(name) != after.get(name)]


def get_history(request: Request, resource: Resource, id: str, query: HistoryQuery) -> Response:
    """Answer the history of a record, also of one that was withdrawn. Raises UnknownRecord (404)."""
    history = History(
        name=f"{resource.name}/{id}/history",
        about="",
        shape=resource.shape,
        version=Change,
        query=HistoryQuery,
        orders={"revision": lambda table, _lang, _descending: [table.c.revision]},
        formats=("json",),
        resource=resource,
        id=id,
    )
    return list_page(request, history, query)
