"""Keeps a copy of the dossier in a file. Run it as often as you like: each run takes only what is new.

pip install openapi-python-client
openapi-python-client generate --url https://dossier.example.org/openapi.json --config client.yaml
pip install ./dossier-client
python keep_copy.py https://dossier.example.org copy.json [ID OF AN EVENT]
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Literal, Protocol

import httpx
from dossier_client import Client
from dossier_client.api.actors import list_actors
from dossier_client.api.background_facts import list_background_facts
from dossier_client.api.changes import list_changes
from dossier_client.api.designations import list_designations
from dossier_client.api.diplomatic_channels import list_diplomatic_channels
from dossier_client.api.engagement_topics import list_engagement_topics
from dossier_client.api.funding_records import list_funding_records
from dossier_client.api.initiatives import list_initiatives
from dossier_client.api.legal_instruments import list_legal_instruments
from dossier_client.api.policy_positions import list_policy_positions
from dossier_client.api.sanctions_measures import list_sanctions_measures
from dossier_client.api.service import get_service_document
from dossier_client.api.sources import list_sources
from dossier_client.api.timeline_events import get_timeline_event, list_timeline_events
from dossier_client.errors import UnexpectedStatus
from dossier_client.models import (
    Actor,
    BackgroundFact,
    Designation,
    DiplomaticChannel,
    EngagementTopic,
    FundingRecord,
    Initiative,
    LegalInstrument,
    PageInfo,
    PolicyPosition,
    Problem,
    RecordChange,
    RecordChangeList,
    SanctionsMeasure,
    ServiceDocument,
    Source,
    TimelineEvent,
    TimelineEventItem,
)
from dossier_client.types import UNSET, Response, Unset

LISTS: dict[str, Callable[..., Response[Any]]] = {
    "timeline-events": list_timeline_events.sync_detailed,
    "engagement-topics": list_engagement_topics.sync_detailed,
    "policy-positions": list_policy_positions.sync_detailed,
    "sanctions-measures": list_sanctions_measures.sync_detailed,
    "legal-instruments": list_legal_instruments.sync_detailed,
    "funding-records": list_funding_records.sync_detailed,
    "initiatives": list_initiatives.sync_detailed,
    "diplomatic-channels": list_diplomatic_channels.sync_detailed,
    "background-facts": list_background_facts.sync_detailed,
    "actors": list_actors.sync_detailed,
    "designations": list_designations.sync_detailed,
    "sources": list_sources.sync_detailed,
}
SHAPES: dict[str, Any] = {
    "timeline-events": TimelineEvent,
    "engagement-topics": EngagementTopic,
    "policy-positions": PolicyPosition,
    "sanctions-measures": SanctionsMeasure,
    "legal-instruments": LegalInstrument,
    "funding-records": FundingRecord,
    "initiatives": Initiative,
    "diplomatic-channels": DiplomaticChannel,
    "background-facts": BackgroundFact,
    "actors": Actor,
    "designations": Designation,
    "sources": Source,
}
LANG: Literal["en"] = "en"
LIMIT = 50  # rows of a page; the service gives up to 200
TIMEOUT = httpx.Timeout(30)  # seconds


class CopyError(Exception):
    """The copy cannot be kept: the service answered with a problem, or with other data than before."""


class Row(Protocol):
    """What the records of all collections have."""

    id: str

    def to_dict(self) -> dict[str, Any]: ...


class Page(Protocol):
    """What the pages of all lists have."""

    page: PageInfo

    @property
    def data(self) -> Sequence[Row]: ...


@dataclass
class Copy:
    """Records as JSON, by collection and id. `etag` is that of an answer that held no change after `revision`."""

    revision: int = 0
    etag: str | None = None
    records: dict[str, dict[str, Any]] = field(default_factory=dict)


def connect(address: str, headers: dict[str, str] | None = None) -> Client:
    """A client whose answers with a status that the schema does not know raise UnexpectedStatus."""
    return Client(address, headers=headers or {}, timeout=TIMEOUT, raise_on_unexpected_status=True)


def answered(response: Response[Any]) -> Any:
    """The model of what was asked for. Raises CopyError, in the service's own words, if it is a problem instead."""
    if isinstance(response.parsed, Problem):
        raise CopyError(described(response.parsed))
    return response.parsed


def described(problem: Problem) -> str:
    """A problem in a line; a withdrawn record has a reason."""
    return f"{problem.status} {problem.title}: {problem.reason or problem.detail}"


def every_record(fetch: Callable[..., Response[Any]], client: Client, revision: int) -> Iterator[Row]:
    """All of a list at a revision, page by page: each page names the cursor of the next."""
    cursor: str | Unset | None = UNSET
    while cursor is not None:
        page: Page = answered(fetch(client=client, revision=revision, cursor=cursor, limit=LIMIT, lang=LANG))
        yield from page.data
        cursor = page.page.next_


def catch_up(address: str, client: Client, copy: Copy) -> int:
    """Apply what was published after the copy's revision; how many changes that were."""
    ask = partial(list_changes.sync_detailed, since=copy.revision, limit=LIMIT, lang=LANG)
    # The generated client takes headers for all of its requests alone: the one that asks for news has its own.
    with connect(address, {"If-None-Match": copy.etag} if copy.etag else {}) as polling:
        first = ask(client=polling)
    if first.status_code == HTTPStatus.NOT_MODIFIED:
        print(f"Nothing is new since revision {copy.revision} (304).")
        return 0
    page: RecordChangeList = answered(first)
    apply(page.data, copy)
    while page.page.next_:  # the cursor stays on the revision of the first page
        page = answered(ask(client=client, cursor=page.page.next_))
        apply(page.data, copy)
    copy.etag = None if page.page.total else first.headers["ETag"]
    copy.revision = page.dataset.revision
    return page.page.total


def apply(changes: Sequence[RecordChange], copy: Copy) -> None:
    """Make the copy what it is after these changes."""
    for change in changes:
        records = copy.records.setdefault(change.collection, {})
        if change.action == "withdrawn":
            records.pop(change.id, None)
            print(f"{change.collection}/{change.id} was withdrawn: {change.reason}")
        else:
            records[change.id] = read(change)


def read(change: RecordChange) -> dict[str, Any]:
    """The record of a change as the lists give it; that of a collection newer than this client stays as it is."""
    record: dict[str, Any] = change.to_dict()["record"]
    if shape := SHAPES.get(change.collection):
        record = shape.from_dict(record).to_dict()
    return record


def compare(client: Client, copy: Copy) -> None:
    """Hold the copy against the lists as they were at its revision, whatever has been published since."""
    for name, fetch in LISTS.items():
        served = {record.id: record.to_dict() for record in every_record(fetch, client, copy.revision)}
        if copy.records.get(name, {}) != served:
            raise CopyError(f"The copy of {name} is not what revision {copy.revision} serves.")
        print(f"{name}: {len(served)}")


def look_up(client: Client, event: str) -> str:
    """One event in a line, or why there is none: 404 if it never was, 410 with the reason if it was withdrawn."""
    response = get_timeline_event.sync_detailed(event, client=client, lang=LANG)
    if isinstance(response.parsed, Problem) and response.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return described(response.parsed)
    item: TimelineEventItem = answered(response)
    return f"{item.data.date}: {item.data.title}"


def load(file: Path) -> Copy:
    """The copy that a file holds, an empty one if there is no file."""
    return Copy(**json.loads(file.read_text("utf-8"))) if file.exists() else Copy()


def save(copy: Copy, file: Path) -> None:
    """Written beside it first, so that a run that is cut off leaves the copy as it was."""
    new = file.with_name(f"{file.name}.new")
    new.write_text(json.dumps(asdict(copy), ensure_ascii=False), "utf-8")
    new.replace(file)


def keep(address: str, file: Path, event: str | None) -> None:
    """One run: catch up, compare, save, and look an event up if one is named."""
    with connect(address) as client:
        service: ServiceDocument = answered(get_service_document.sync_detailed(client=client, lang=LANG))
        print(f"{service.name}: revision {service.dataset.revision}")
        copy = load(file)
        while changes := catch_up(address, client, copy):
            print(f"{changes} changes up to revision {copy.revision}")
        compare(client, copy)
        save(copy, file)
        if event:
            print(look_up(client, event))


def main() -> None:
    parser = argparse.ArgumentParser(description="Keeps a copy of the dossier in a file.")
    parser.add_argument("address", help="of the service, such as https://dossier.example.org")
    parser.add_argument("file", type=Path, help="that holds the copy")
    parser.add_argument("event", nargs="?", help="id of an event to look up")
    arguments = parser.parse_args()
    try:
        keep(**vars(arguments))
    except (CopyError, UnexpectedStatus, httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as fault:
        sys.exit(f"keep_copy: {arguments.address}: {' '.join(str(fault).split()) or type(fault).__name__}")


if __name__ == "__main__":
    main()
