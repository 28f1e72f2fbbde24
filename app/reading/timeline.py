"""Timeline: dated records of several collections in chronological order, each as a summary."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Table, exists, or_
from typing_extensions import override

from app.model.fields import DateText, Language
from app.model.records import Record
from app.reading.bodies import bodies_of
from app.reading.list_request import ListRequest
from app.reading.list_view import Conditions, Rows, VersionList, key_of
from app.resources.base import ListSpec, RecordSummary
from app.resources.dated import DateFilter
from app.resources.events import EVENTS
from app.resources.params import (
    ActorFilter,
    InstrumentFilter,
    ListParams,
    OneOf,
    TopicFilter,
    columns_among,
    facets_among,
    format_among,
    include_among,
    one_of,
    sort_by,
    values_field,
)
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.tables import LINKS, VERSION_INDEX, VersionIndex

# The collections whose records can have a date in the timeline.
TIMED = tuple(
    name for name, resource in COLLECTIONS.items() if resource.model.timeline_date is not Record.timeline_date
)


class TimelineEntry(RecordSummary):
    """Summary of a dated record: an event, a measure or legal text coming into force, funding, an initiative."""

    date: Annotated[str, DateText] = Field(
        description="Date of the row (EDTF): when it happened, came into force or ran.",
        examples=["2006-10-09"],
    )


def by_day(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Sort order: by the first known day, the last day, id, then collection, as two may have the same id."""
    return [table.c.date_key, table.c.id, table.c.collection]


ORDERS = {"date": by_day}


class TimelineParams(ListParams, TopicFilter, DateFilter, ActorFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "date")
    format: str | None = format_among("json", "csv", "jsonl", "xlsx", "ics", "atom")
    fields: list[str] = columns_among(TimelineEntry)
    facets: list[str] = facets_among("collection", "topic", "actor", "instrument", "source")
    include: list[str] = include_among(*COLLECTIONS)
    collection: Annotated[list[Annotated[str, OneOf(TIMED)]], one_of("collection")] = values_field(
        "Only records of these collections."
    )


class TimelineList(VersionList):
    """Timeline as a list view: versions that have a date, without those that an event names in `related`."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Conditions for dated records, without those that an event names in `related`, unless they are events."""
        brought_about = exists().where(
            LINKS.c.target_collection == VERSION_INDEX.c.collection,
            LINKS.c.target_id == VERSION_INDEX.c.id,
            LINKS.c.collection == EVENTS.name,
            LINKS.c.field == "related",
            snapshot.as_of(LINKS),
        )
        own_row = or_(VERSION_INDEX.c.collection == EVENTS.name, ~brought_about)
        return [snapshot.as_of(VERSION_INDEX), VERSION_INDEX.c.undated == 0, own_row]

    @override
    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Rows as dicts with all members of the record, such as `published_at` (UTC)."""
        keys = [key_of(row) for row in rows]
        records = bodies_of(snapshot.connection, keys, request.lang)
        return (json.loads(records[key]) | json.loads(row.body) for key, row in zip(keys, rows, strict=True))


TIMELINE = TimelineList(
    ListSpec(
        name="timeline",
        about="Events, measures and legal instruments coming into force, funding and initiatives in one chronological "
        "order. Records listed in an event's `related` do not get their own row, unless they are events themselves.",
        model=TimelineEntry,
        table_model=VersionIndex,
        params=TimelineParams,
        orders=ORDERS,
        feed_sort="-date",
        collection_column="collection",
        key=("collection", "id"),
    )
)
