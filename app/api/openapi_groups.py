"""OpenAPI tags in the order in which a reader meets them, and their groups by what somebody wants to do.

A tag keeps its name, which generated clients make modules of. `x-displayName` and `x-tagGroups` are what Redoc and
Scalar read too; the documentation page has a plugin for Swagger UI, which knows neither.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from app.reading.changes import CHANGE_FEED
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.resources.registry import COLLECTIONS


@dataclass(frozen=True)
class TagGroup:
    """Group of tags: what it is for, and the operations of other tags that serve the same."""

    name: str
    description: str
    tags: tuple[str, ...]
    also: tuple[str, ...] = ()

    def extension(self) -> dict[str, Any]:
        """Entry of `x-tagGroups`; `x-operations` has the operation ids of other tags."""
        own = {"name": self.name, "description": self.description, "tags": [*self.tags]}
        return own | ({"x-operations": [*self.also]} if self.also else {})


_CITED = "sources"
_NAMES = {"service": "Document and health"}  # the group has the name of the tag already
GROUPS = (
    TagGroup(
        "Look up",
        "Find records by words or by date, whatever their collection, or ask for a sum or a name.",
        ("search", "timeline"),
        ("get_screening", "get_funding_totals", "get_legal_instrument_provisions", "get_vocabularies"),
    ),
    TagGroup(
        "Follow",
        "Learn what is new. Some lists are calendars (`format=ics`) and feeds (`format=atom`) too, for subscriptions.",
        ("changes",),
        ("list_revisions", "list_timeline"),
    ),
    TagGroup(
        "Export",
        "Take everything in one file. Each list comes as a table too: `format=csv`, `xlsx` or `jsonl`.",
        ("downloads",),
        ("list_sanctions_measures", "list_funding_records"),
    ),
    TagGroup(
        "Cite",
        "Every record names its sources, and comes as a citation itself: `format=csl`, `bibtex` or `txt`.",
        (_CITED,),
        ("get_timeline_event",),
    ),
    TagGroup(
        "Prove",
        "Show what the data said on a day, and check that nothing was altered since: each revision has a digest.",
        ("revisions",),
        ("get_timeline_event_history",),
    ),
    TagGroup(
        "Collections",
        "Each collection has a list, its records, and the history of each record.",
        tuple(name for name in COLLECTIONS if name != _CITED),
    ),
    TagGroup("Service", "What this service offers, and whether it works.", ("service",)),
)


def plain(name: str) -> str:
    """Words for a collection, or for one of its records, in a heading: `events` for `timeline-events`."""
    return name.removeprefix("timeline-").replace("-", " ")


def tags() -> list[dict[str, str]]:
    """OpenAPI tags with their descriptions, in the order of the groups."""
    about = dict(_descriptions())
    names = [name for group in GROUPS for name in group.tags]
    return [
        {"name": name, "x-displayName": _NAMES.get(name, plain(name).capitalize()), "description": about[name]}
        for name in names
    ]


def _descriptions() -> Iterator[tuple[str, str]]:
    for view in (SEARCH, TIMELINE, CHANGE_FEED):
        yield view.spec.name, view.spec.about
    for name, resource in COLLECTIONS.items():
        yield name, resource.about
    yield "revisions", "Every publication of the dataset, with its digest."
    yield "downloads", "The whole dataset in one file, and the catalogue that describes it."
    yield "service", "The service document, the vocabularies, and the health checks."
