"""The timeline: the dated records of several collections in one order, each in short."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import Field
from sqlalchemy import ColumnElement, Connection, Row, Table, exists, or_

from app.api.routes.resources import add_list
from app.model.fields import Language, Record
from app.reading.list_request import Inquiry
from app.reading.list_view import Listing, key_of, valid
from app.reading.pages import FacetedPage
from app.resources.base import Brief
from app.resources.dated import Window
from app.resources.events import EVENTS
from app.resources.params import ByActor, ByInstrument, ListQuery, TopicalQuery, one_of, ordered_by
from app.resources.registry import COLLECTIONS, bodies
from app.serving.responses import Moment
from app.store.tables import ENTRIES, MENTIONS, Entry

TIMED = [name for name, resource in COLLECTIONS.items() if resource.shape.happened is not Record.happened]


class TimelineEntry(Brief):
    """A dated record in short: an event, a measure or text coming into force, a sum of aid, an initiative."""

    date: str = Field(
        description="When it happened, came into force or ran (EDTF).",
        examples=["2006-10-09"],
    )


class TimelineQuery(ListQuery, TopicalQuery, Window, ByActor, ByInstrument):
    sort: Literal["date", "-date"] = ordered_by("date")
    collection: Annotated[list[Literal[*TIMED]], one_of("collection")] = Field(  # type: ignore[valid-type]  # known when it runs
        [], max_length=50, description="Only records of one of these collections."
    )


def by_day(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order by the ISO days earliest and latest, then id, then collection: two may have the same id."""
    return [table.c.earliest, table.c.latest, table.c.id, table.c.collection]


@dataclass(frozen=True, eq=False, kw_only=True)
class Timeline(Listing):
    """The list over `entries` that have a date and that no event stands for already."""

    def sort(self, query: Any, format_name: str) -> str:
        """As asked for; where nothing is, a feed begins with the latest, since its readers look at the first page."""
        turned = format_name == "atom" and "sort" not in query.model_fields_set
        return "-date" if turned else super().sort(query, format_name)

    def standing(self, _connection: Connection, at: Moment, _query: Any) -> list[ColumnElement[bool]]:
        """The conditions for records that stood at a revision, but for those that an event stands for.

        That is what an event names in `related`, other events aside: each of these happened by itself.
        """
        brought_about = exists().where(
            MENTIONS.c.target_collection == ENTRIES.c.collection,
            MENTIONS.c.target_id == ENTRIES.c.id,
            MENTIONS.c.collection == EVENTS.name,
            MENTIONS.c.field == "related",
            valid(MENTIONS, at),
        )
        return [
            valid(ENTRIES, at),
            ENTRIES.c.date.is_not(None),
            or_(ENTRIES.c.collection == EVENTS.name, ~brought_about),
        ]

    def texts(self, connection: Connection, rows: Sequence[Row[Any]], inquiry: Inquiry) -> Iterable[str]:
        """Each entry as JSON; calendars and feeds also need what only the whole record has."""
        lang = inquiry.asked.lang
        if inquiry.asked.format == "ics":
            return (json.dumps(entry) for entry in _whole(connection, rows, lang))
        if inquiry.asked.format == "atom":
            return (json.dumps(_feed_entry(entry, lang)) for entry in _whole(connection, rows, lang))
        return [row[0] for row in rows]


def _whole(connection: Connection, rows: Sequence[Row[Any]], lang: Language) -> Iterator[dict[str, Any]]:
    keys = [key_of(row) for row in rows]
    records = bodies(connection, keys, lang)
    for key, row in zip(keys, rows, strict=True):
        yield json.loads(records[key]) | json.loads(row[0])


def _feed_entry(entry: dict[str, Any], lang: Language) -> dict[str, Any]:
    """The members of an entry of an Atom feed; it leads to the record in the language of the feed."""
    return {
        "key": f"{entry['collection']}/{entry['id']}",
        "title": f"{entry['date']} · {entry['title']}",
        "summary": entry["summary"],
        "updated": entry["published_at"],
        "path": f"{entry['url']}?lang={lang}",
        "categories": [(entry["collection"], "/v1"), *((topic, "/v1/engagement-topics") for topic in entry["topics"])],
    }


TIMELINE = Timeline(
    name="timeline",
    about="Events, measures and legal instruments coming into force, funding and initiatives in one chronological "
    "order. A record that an event names in `related` stands there only as that event.",
    shape=TimelineEntry,
    version=Entry,
    query=TimelineQuery,
    orders={"date": by_day},
    formats=("json", "csv", "jsonl", "ics", "atom"),
    key=("collection", "id"),
)

router = APIRouter()
add_list(router, TIMELINE, FacetedPage, list(COLLECTIONS))
