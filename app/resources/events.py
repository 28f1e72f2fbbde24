"""Timeline events: what happened, when, who took part, and what it brought about."""

from typing import Annotated, Literal

from pydantic import Field

from app.model import edtf
from app.model.fields import Edtf, Open, Pointer, Refers, Slug, Text, Topical
from app.resources.base import Resource, by_id, by_title
from app.resources.dated import Dated, DatedVersion, Window, by_date
from app.resources.params import ByActor, ByInstrument, ListQuery, TopicalQuery, one_of, ordered_by

EventKind = Literal[
    "nuclear-test", "missile-launch", "negotiation", "agreement", "summit", "meeting", "diplomacy", "policy",
    "sanctions", "treaty-withdrawal", "military", "armed-conflict", "inter-korean", "human-rights", "humanitarian",
    "state-formation", "nuclear-programme",
]  # fmt: skip


class TimelineEvent(Dated, Topical):
    """Something that happened."""

    kind: Annotated[EventKind, Open] = Field(description="What kind of event.", examples=["nuclear-test"])
    date: Edtf = Field(description="When (EDTF): a day, month, year or interval.", examples=["2006-10-09"])
    actors: Annotated[list[Slug], Refers("actors")] = Field([], description="Ids of the actors that took part.")
    instruments: Annotated[list[Slug], Refers("legal-instruments")] = Field(
        [], description="Ids of the texts that it is about."
    )
    place: Text | None = Field(None, description="Where it happened, null if not known or not one place.")
    related: list[Pointer] = Field([], description="Records that it brought about, such as measures imposed.")

    def when(self) -> edtf.Bounds:
        """Bounds of `date`, ISO days."""
        return edtf.bounds(self.date)

    def happened(self) -> str:
        """Its own date (EDTF)."""
        return self.date


class TimelineEventVersion(DatedVersion, table=True):
    __tablename__ = "timeline_events"

    kind: str


class TimelineEventQuery(ListQuery, TopicalQuery, Window, ByActor, ByInstrument):
    sort: Literal["date", "-date", "title", "-title", "id", "-id"] = ordered_by("date")
    kind: Annotated[list[EventKind], one_of("kind")] = Field(
        [], max_length=50, description="Only events of one of these kinds."
    )


EVENTS = Resource(
    name="timeline-events",
    singular="timeline-event",
    about="What happened: tests, talks, sanctions, declarations, each with a date that says how much is known.",
    shape=TimelineEvent,
    version=TimelineEventVersion,
    query=TimelineEventQuery,
    orders={"date": by_date, "title": by_title, "id": by_id},
    formats=("json", "csv", "jsonl", "ics"),
    example="first-nuclear-test",
)
