"""The feed of changes: what every revision did, in order; whoever applies it holds what the lists serve."""

import functools
import json
import operator
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, BeforeValidator, Field
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, select

from app.api.routes.resources import add_list
from app.errors import UnknownRevision
from app.model.fields import Language
from app.model.json_text import compact, extended
from app.model.labels import label
from app.reading.list_request import Inquiry
from app.reading.list_view import Listing
from app.reading.pages import FacetedPage
from app.resources.params import MAX_REVISION, PageQuery, Where, digits, one_of
from app.resources.registry import COLLECTIONS, bodies
from app.serving.responses import Moment
from app.store.tables import CHANGES, REVISIONS, Action, Change

# One of the shapes of the collections: `collection` beside it tells which.
AnyRecord: Any = functools.reduce(operator.or_, (resource.shape for resource in COLLECTIONS.values()))
Since = Annotated[int, Field(ge=0, le=MAX_REVISION), BeforeValidator(digits)]


class RecordChange(BaseModel):
    """What one revision did to one record."""

    revision: int = Field(description="Dataset revision that did it.", examples=[1])
    published_at: str = Field(
        description="When that revision was published, UTC.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    action: Action = Field(description="What was done.")
    collection: str = Field(description="Collection of the record.", examples=["actors"])
    id: str = Field(description="Id of the record.", examples=["canada"])
    reason: str | None = Field(
        description="Why it was withdrawn, in the language of the response; null where it was not."
    )
    record: AnyRecord | None = Field(
        description="The record as it stood after the change, shaped as its collection's; null where it was withdrawn."
    )


class ChangesQuery(PageQuery):
    since: Annotated[Since, Where(lambda table, query: table.c.revision > query.since)] = Field(
        0, description="Only changes after this revision, 0 for all: send the `dataset.revision` held.", examples=[0]
    )
    collection: Annotated[list[Literal[*COLLECTIONS]], one_of("collection")] = Field(  # type: ignore[valid-type]  # known when it runs
        [], max_length=50, description="Only changes in one of these collections."
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Changes(Listing):
    """The list over `changes` in the order in which they came about; as a feed, the newest first."""

    def sort(self, _query: Any, format_name: str) -> str:
        """Feed readers look at the newest, consumers of the data go on from where they stand."""
        return "-revision" if format_name == "atom" else "revision"

    def standing(self, _connection: Connection, at: Moment, query: Any) -> list[ColumnElement[bool]]:
        """Changes up to a revision. UnknownRevision (404) for `since` after it: whoever holds that holds other data."""
        if query.since > at.revision:
            raise UnknownRevision(f"There is no revision {query.since} to go on from: this answer's is {at.revision}.")
        return [CHANGES.c.revision <= at.revision]

    def select(self, lang: Language) -> Select[Any]:
        """Each change with the time of its revision, and the reason in one language."""
        reason = CHANGES.c[f"reason_{lang}"].label("reason")
        columns = (CHANGES.c.revision, REVISIONS.c.published_at, CHANGES.c.action, CHANGES.c.collection, CHANGES.c.id)
        return select(*columns, reason).select_from(CHANGES.join(REVISIONS))

    def texts(self, connection: Connection, rows: Sequence[Row[Any]], inquiry: Inquiry) -> Iterable[str]:
        """Each change as JSON, the record as the item answers it at that revision."""
        lang = inquiry.asked.lang
        keys = [(row.collection, row.id, row.revision) for row in rows if row.action != "withdrawn"]
        records = bodies(connection, keys, lang)
        for row in rows:
            body = records.get((row.collection, row.id, row.revision))
            yield _feed_entry(row, body, lang) if inquiry.asked.format == "atom" else _change(row, body)


def _change(row: Row[Any], body: str | None) -> str:
    own = {
        "revision": row.revision,
        "published_at": row.published_at,
        "action": row.action,
        "collection": row.collection,
        "id": row.id,
        "reason": row.reason,
    }
    return extended(compact(own), "record", body or "null")


def _feed_entry(row: Row[Any], body: str | None, lang: Language) -> str:
    """The members of an entry of an Atom feed; a withdrawn record leads to its history."""
    record = json.loads(body) if body else {"title": row.id, "summary": row.reason}
    item = COLLECTIONS[row.collection].address(row.id)
    entry = {
        "key": f"changes/{row.revision}/{row.collection}/{row.id}",
        "title": f"{label(row.action, lang)} · {record['title']}",
        "summary": record["summary"],
        "updated": row.published_at,
        "path": f"{item if body else item + '/history'}?revision={row.revision}&lang={lang}",
        "categories": [(row.collection, "/v1"), (row.action, "/v1/changes")],
    }
    return json.dumps(entry)


def by_revision(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by revision, collection and id."""
    return [table.c.revision, table.c.collection, table.c.id]


CHANGE_FEED = Changes(
    name="changes",
    about="Every change since a revision, in order and complete: added, changed or withdrawn, with the record as it "
    "stood then. Whoever starts empty and applies them holds what the lists serve.",
    shape=RecordChange,
    version=Change,
    query=ChangesQuery,
    orders={"revision": by_revision},
    formats=("json", "csv", "jsonl", "atom"),
    key=("revision", "collection", "id"),
)

router = APIRouter()
add_list(router, CHANGE_FEED, FacetedPage)
