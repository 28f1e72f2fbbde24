"""Timeline events: what happened, when, who took part, and what it brought about."""

from typing import Annotated, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Computed, Edtf, OpenEnum, References, Slug, Text
from app.model.records import COLLECTION, Pointer, Topical
from app.model.terms.events import EVENT_KINDS
from app.resources.base import BY_ID, BY_TITLE, Order, Resource
from app.resources.dated import BY_DATE, Dated, DatedVersion, DateFilter
from app.resources.filters import one_of
from app.resources.params import (
    ActorFilter,
    InstrumentFilter,
    ItemParams,
    ListParams,
    TopicFilter,
    columns_among,
    facets_among,
    format_among,
    include_among,
    sort_by,
    values_field,
)

EventKind = Literal[
    "nuclear-test", "missile-launch", "negotiation", "agreement", "summit", "meeting", "diplomacy", "policy",
    "sanctions", "treaty-withdrawal", "military", "armed-conflict", "inter-korean", "human-rights", "humanitarian",
    "state-formation", "nuclear-programme",
]  # fmt: skip


class TimelineEvent(Dated, Topical):
    """Something that happened."""

    collection: Annotated[Literal["timeline-events"], Computed] = Field("timeline-events", description=COLLECTION)
    kind: Annotated[EventKind, OpenEnum(EVENT_KINDS)] = Field(description="Kind of event.", examples=["nuclear-test"])
    date: Edtf = Field(description="When it happened (EDTF): a day, month, year or interval.", examples=["2006-10-09"])
    actors: Annotated[list[Slug], References("actors")] = Field([], description="Ids of the actors that took part.")
    instruments: Annotated[list[Slug], References("legal-instruments")] = Field(
        [], description="Ids of the legal instruments that the event is about."
    )
    place: Text | None = Field(None, description="Where it happened, null if not known or if in several places.")
    related: list[Pointer] = Field([], description="Records that the event brought about, such as measures imposed.")

    def date_bounds(self) -> edtf.Bounds:
        """Bounds of `date`, ISO days."""
        return edtf.bounds(self.date)

    def timeline_date(self) -> str:
        """Date in the timeline (EDTF): the event's `date`."""
        return self.date


class TimelineEventVersion(DatedVersion, table=True):
    __tablename__ = "timeline_events"

    kind: str


ORDERS: dict[str, Order] = {"date": BY_DATE, "title": BY_TITLE, "id": BY_ID}
INCLUDES = (
    "timeline-events",
    "engagement-topics",
    "policy-positions",
    "sanctions-measures",
    "legal-instruments",
    "funding-records",
    "initiatives",
    "diplomatic-channels",
    "background-facts",
    "actors",
    "designations",
    "sources",
)


class TimelineEventParams(ListParams, TopicFilter, DateFilter, ActorFilter, InstrumentFilter):
    sort: str = sort_by(ORDERS, "date")
    format: str | None = format_among("json", "csv", "jsonl", "xlsx", "ics")
    fields: list[str] = columns_among(TimelineEvent)
    facets: list[str] = facets_among("kind", "topic", "actor", "instrument", "source")
    include: list[str] = include_among(*INCLUDES)
    kind: Annotated[list[EventKind], one_of("kind")] = values_field("Only events of one of these kinds.")


class TimelineEventItemParams(ItemParams):
    include: list[str] = include_among(*INCLUDES)


EVENTS = Resource(
    name="timeline-events",
    singular="timeline-event",
    about="What happened: tests, talks, sanctions, declarations, each with a date as exact as its source.",
    model=TimelineEvent,
    table_model=TimelineEventVersion,
    params=TimelineEventParams,
    item_params=TimelineEventItemParams,
    orders=ORDERS,
    example="first-nuclear-test",
)
