"""Timeline: dated records of several collections in chronological order, each as a summary."""

import json
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, Table, exists, or_, select, tuple_
from typing_extensions import override

from app.model.fields import DateText, Language
from app.model.json_text import compact, extended
from app.model.records import Pointer, Record
from app.model.vocabularies import vocabularies_of
from app.reading.bodies import bodies_of
from app.reading.list_request import ListRequest
from app.reading.list_view import Conditions, Rows, VersionList, key_of
from app.resources.base import ListSpec, RecordSummary
from app.resources.dated import DateFilter
from app.resources.events import EVENTS
from app.resources.params import (
    ActorFilter,
    Flag,
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
KINDS = tuple(
    dict.fromkeys(kind for name in TIMED for kind in dict(vocabularies_of(COLLECTIONS[name].model)).get("kind", ()))
)


class TimelineEntry(RecordSummary):
    """Summary of a dated record: an event, a measure or legal text coming into force, funding, an initiative."""

    date: Annotated[str, DateText] = Field(
        description="Date of the row (EDTF): when it happened, came into force or ran.",
        examples=["2006-10-09"],
    )
    part_of: list[Pointer] = Field(
        description="The events that name the record in `related`; empty for events themselves.",
        examples=[[{"collection": "timeline-events", "id": "autonomous-sanctions-imposed"}]],
    )


def by_day(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Sort order: by the first known day, the last day, id, then collection, as two may have the same id."""
    return [table.c.date_key, table.c.id, table.c.collection]


ORDERS = {"date": by_day}


class TimelineParams(ListParams, TopicFilter, DateFilter, ActorFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "date")
    format: str | None = format_among("json", "csv", "jsonl", "xlsx", "ics", "atom")
    fields: list[str] = columns_among(TimelineEntry)
    facets: list[str] = facets_among("collection", "kind", "topic", "actor", "instrument", "source")
    include: list[str] = include_among(*COLLECTIONS)
    collection: Annotated[list[Annotated[str, OneOf(TIMED)]], one_of("collection")] = values_field(
        "Only records of these collections."
    )
    kind: Annotated[list[Annotated[str, OneOf(KINDS)]], one_of("kind")] = values_field(
        "Only records of one of these kinds."
    )
    fold: Flag | None = Field(
        None, description="With `true`, records that an event names in `related` are left out.", examples=[True]
    )


class TimelineList(VersionList):
    """Timeline as a list view: versions that have a date, each with the events that it is a part of."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Conditions for dated records; with `fold`, without those that an event names in `related`."""
        params = request.params
        assert isinstance(params, TimelineParams)
        dated = [snapshot.as_of(VERSION_INDEX), VERSION_INDEX.c.undated == 0]
        if not params.fold:
            return dated
        named = exists().where(
            LINKS.c.target_collection == VERSION_INDEX.c.collection,
            LINKS.c.target_id == VERSION_INDEX.c.id,
            *_of_events(snapshot),
        )
        return [*dated, or_(VERSION_INDEX.c.collection == EVENTS.name, ~named)]

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Stored summaries with `part_of`, which depends on the events of the revision."""
        events = _events_of(snapshot, rows)
        for row in rows:
            part_of = [{"collection": EVENTS.name, "id": id} for id in events.get((row.collection, row.id), ())]
            yield extended(row.body, "part_of", compact(part_of))

    @override
    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Rows as dicts with all members of the record, such as `published_at` (UTC)."""
        keys = [key_of(row) for row in rows]
        records = bodies_of(snapshot.connection, keys, request.lang)
        return (json.loads(records[key]) | json.loads(row.body) for key, row in zip(keys, rows, strict=True))

    @override
    def named(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> dict[str, set[str]]:
        """Events in `part_of`: an entry names them although its record does not."""
        if EVENTS.name not in request.include:
            return {}
        return {EVENTS.name: {event for events in _events_of(snapshot, rows).values() for event in events}}


def _of_events(snapshot: Snapshot) -> Conditions:
    """Conditions for the links of `related` at the revision."""
    return [LINKS.c.collection == EVENTS.name, LINKS.c.field == "related", snapshot.as_of(LINKS)]


def _events_of(snapshot: Snapshot, rows: Rows) -> dict[tuple[str, str], list[str]]:
    """Ids of the events that name rows in `related`, by collection and id: one SELECT, however many rows."""
    others = [(row.collection, row.id) for row in rows if row.collection != EVENTS.name]
    if not others:
        return {}
    these = tuple_(LINKS.c.target_collection, LINKS.c.target_id).in_(others)
    found = select(LINKS.c.target_collection, LINKS.c.target_id, LINKS.c.id).where(these, *_of_events(snapshot))
    events: dict[tuple[str, str], list[str]] = {}
    for collection, id, event in snapshot.connection.execute(found.order_by(LINKS.c.id)):
        events.setdefault((collection, id), []).append(event)
    return events


TIMELINE = TimelineList(
    ListSpec(
        name="timeline",
        about="Events, measures and legal instruments coming into force, funding and initiatives in one chronological "
        "order. Every record with a date has a row; `part_of` lists the events that brought it about, and `fold=true` "
        "leaves out the rows that have one.",
        model=TimelineEntry,
        table_model=VersionIndex,
        params=TimelineParams,
        orders=ORDERS,
        feed_sort="-date",
        collection_column="collection",
        key=("collection", "id"),
    )
)
