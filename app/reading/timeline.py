"""Timeline: dated records of several collections in chronological order, each as a summary."""

import json
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pyroaring import BitMap
from sqlalchemy import and_, literal_column, select
from typing_extensions import override

from app.model.fields import DateText
from app.model.json_text import compact, extended
from app.model.records import Pointer, Record
from app.model.vocabularies import vocabularies_of
from app.reading.bitmap_index import index_of, version_set
from app.reading.bodies import bodies_by_number
from app.reading.list_request import ListRequest
from app.reading.list_view import VersionList
from app.reading.rows import Rows, RowSet
from app.reading.version_rows import version_rows
from app.resources.base import ListSpec, Order, RecordSummary
from app.resources.dated import DateFilter
from app.resources.events import EVENTS
from app.resources.filters import one_of
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
    sort_by,
    values_field,
)
from app.resources.registry import COLLECTIONS
from app.store.engines.constructs import in_list
from app.store.snapshot import Snapshot
from app.store.statements import Statement
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


# By the first known day, the last day, id, then collection, as two may have the same id. All rows have a day.
ORDERS = {
    "date": Order(("date_key", "id", "collection"), parted_by="undated", parts=(0,), day="timeline.earliest"),
}


class TimelineParams(ListParams, TopicFilter, DateFilter, ActorFilter, InstrumentFilter):
    day_prefix: ClassVar[str] = "timeline."
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
    def rows(self, snapshot: Snapshot, request: ListRequest) -> RowSet:
        """Dated versions that match; with `fold`, without those of records that an event names in `related`."""
        params = request.params
        assert isinstance(params, TimelineParams)
        return version_rows(snapshot, self.spec, request, partial(_dated, snapshot, fold=bool(params.fold)))

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Stored summaries with `part_of`, which depends on the events of the revision."""
        events = _events_of(snapshot, rows)
        for number, body in zip(rows, super().render(snapshot, rows, request), strict=True):
            part_of = [{"collection": EVENTS.name, "id": id} for id in events.get(number, ())]
            yield extended(body, "part_of", compact(part_of))

    @override
    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Rows as dicts with all members of the record, such as `published_at` (UTC)."""
        entries = [json.loads(body) for body in self.render(snapshot, rows, request)]
        numbers: dict[str, list[int]] = {}
        for number, entry in zip(rows, entries, strict=True):
            numbers.setdefault(entry["collection"], []).append(number)
        records = {
            number: body
            for name, mine in numbers.items()
            for number, body in zip(
                mine, bodies_by_number(snapshot.connection, COLLECTIONS[name].table, request.lang, mine), strict=True
            )
        }
        return (json.loads(records[number]) | entry for number, entry in zip(rows, entries, strict=True))

    @override
    def named(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> dict[str, set[str]]:
        """Events in `part_of`: an entry names them although its record does not."""
        if EVENTS.name not in request.include:
            return {}
        return {EVENTS.name: {event for events in _events_of(snapshot, rows).values() for event in events}}


def _dated(snapshot: Snapshot, *, fold: bool) -> BitMap:
    """Current versions with a date in the timeline. It is shared: nothing may be added to it."""
    current = version_set(snapshot, "current")
    if fold:
        return snapshot.cached(("folding",), lambda: _dated(snapshot, fold=False) - version_set(snapshot, "folded"))
    return snapshot.cached(("dated",), lambda: current & index_of(snapshot).any_of("timeline.dated", ["1"]))


def _events_of(snapshot: Snapshot, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Ids of the current events that name versions' records in `related`, by number: one SELECT for all versions."""
    current = version_set(snapshot, "current")
    events: dict[int, list[str]] = {}
    for number, event, id in _EVENTS.rows(snapshot.connection, {"numbers": compact(list(numbers))}):
        if event in current:
            events.setdefault(number, []).append(id)
    return {number: sorted(ids) for number, ids in events.items()}


def _events() -> Statement:
    """Statement of the versions of events that name versions' records, by id: events themselves have none."""
    entry, event = VERSION_INDEX.c, EVENTS.table.c
    target = and_(LINKS.c.target_collection == entry.collection, LINKS.c.target_id == entry.id)
    version = and_(event.id == LINKS.c.id, event.published_in == LINKS.c.published_in)
    named = VERSION_INDEX.join(LINKS, target).join(EVENTS.table, version)
    return Statement(
        select(entry.number, event.number, event.id)
        .select_from(named)
        .where(
            in_list(entry.number, "numbers"),
            entry.collection != EVENTS.name,
            # An expression, and a literal, so that SQLite takes the index of what events brought about: it would read
            # all links of events otherwise.
            LINKS.c.collection + "" == EVENTS.name,
            LINKS.c.field == literal_column("'related'"),
        )
    )


_EVENTS = _events()


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
