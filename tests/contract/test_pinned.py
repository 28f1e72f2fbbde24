"""Pinned answers: the same bytes and tag after later publications, a restart, and on another machine."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.publishing.replay import release, replay
from app.resources.registry import COLLECTIONS
from tests.support import lived as pasts
from tests.support.command import served
from tests.support.engines import on_sqlite
from tests.support.schema import SCHEMA, asking
from tests.support.servers import client_of, migrated, settings_for
from tests.support.world import World

EVENTS = "/v1/timeline-events"
# A list of every collection, by turns in the formats, orders and languages; then an address of each other kind
QUERIES = ["limit=2", "lang=fr&format=csv", "format=jsonl", "limit=2&lang=fr&sort=title", "q=of&limit=3"]
LISTS = [f"/v1/{name}?{query}" for name, query in zip(COLLECTIONS, cycle(QUERIES), strict=False)]
LISTS += [
    f"{EVENTS}?actor=borea&topic=peace&source=almanac&facets=kind,actor,topic,source,instrument&include=actors,sources",
    f"{EVENTS}?format=ics",
    f"{EVENTS}?format=csv&fields=title,actors&q=war",
]
ITEMS = [
    f"{EVENTS}/war?include=actors,sources,engagement-topics",
    f"{EVENTS}/war?format=csl&lang=fr",
    f"{EVENTS}/truce",
    f"{EVENTS}/tie/history?lang=fr&limit=1",
]
ACROSS = [
    "/v1/timeline?facets=collection,topic,actor",
    "/v1/timeline?sort=-date&limit=2&include=actors",
    "/v1/timeline?format=csv",
    "/v1/timeline?format=ics&lang=fr",
    "/v1/search?q=the%20war&limit=2&facets=collection",
    "/v1/search?q=peace&format=csv&lang=fr",
    "/v1/search?q=lark%20owl",  # best first depends on which of the two is rarer, and that on the revision
    "/v1/changes?limit=3",
    "/v1/changes?format=jsonl&since=1",
    "/v1/funding-records/totals?group_by=year",
    "/v1/revisions?limit=1&lang=fr",
    "/v1/revisions?sort=number&format=csv",
    "/v1/revisions/1",
    "/v1/revisions/1/canonical",
    "/v1?lang=fr",
    "/v1/legal-instruments/the-treaty/provisions",
    "/v1/datapackage.json",
    "/v1/catalog",
    "/v1/catalog?format=json",
    "/v1/dataset.jsonl",
    "/v1/dataset.sqlite",
]
FEEDS = ["/v1/changes?format=atom&lang=fr&since=1", "/v1/timeline?format=atom&lang=fr"]
ADDRESSES = [*LISTS, *ITEMS, *ACROSS, *FEEDS, "/v1/vocabularies"]


@dataclass(frozen=True)
class Answer:
    """The part of an answer that is promised to stay, and its headers."""

    status: int
    tag: str
    body: bytes
    headers: httpx.Headers = field(compare=False)
    links: dict[str, str] = field(compare=False)


def got(client: httpx.Client, address: str) -> Answer:
    answer = client.get(address)
    links = {str(relation): link["url"] for relation, link in answer.links.items()}
    return Answer(answer.status_code, answer.headers["etag"], answer.content, answer.headers, links)


def answers(client: httpx.Client, *pin: str) -> dict[str, Answer]:
    """What is answered now, by address without its pin."""
    return {address: got(client, asking(address, *pin)) for address in ADDRESSES}


def differing(one: Mapping[str, Answer], other: Mapping[str, Answer]) -> list[str]:
    """The addresses whose answers are not the same."""
    return [address for address in ADDRESSES if one[address] != other[address]]


@dataclass(frozen=True)
class Recording:
    """A server's address in the past: what it answered when revision 2 was the newest; five are published now."""

    world: World
    client: httpx.Client
    folder: Path
    pinned: dict[str, dict[str, Answer]]  # by pin
    live: dict[str, Answer]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """Answers recorded at the time, and the same server after three publications more."""
    folder = tmp_path_factory.mktemp("past")
    settings = settings_for(folder / "dossier.db")
    database = migrated(folder / "dossier.db")
    world = World(database)
    world.publish("The world begins")
    with client_of(create_app(settings)) as client:
        pinned = {"revision=1": answers(client, "revision=1")}
        pasts.second(world)
        pinned |= {"revision=2": answers(client, "revision=2")}
        live = answers(client)
        pasts.later(world)
        yield Recording(world, client, folder, pinned, live)
    database.close()


def kind(path: str) -> str:
    """A path with the names of collections, ids and numbers taken out."""
    path = re.sub(f"^/v1/({'|'.join(COLLECTIONS)})(/[^/]+)?", lambda found: "/v1/*" + "/*" * bool(found[2]), path)
    return re.sub("^/v1/revisions/[^/]+", "/v1/revisions/*", path)


def test_every_kind_of_address_is_recorded() -> None:
    recorded = {kind(httpx.URL(address).path) for address in ADDRESSES}
    assert recorded == {kind(path) for path in SCHEMA["paths"] if path.startswith("/v1") and "screen" not in path}
    assert len(recorded) == 16


@pytest.mark.parametrize("pin", ["revision=1", "revision=2"])
def test_every_recorded_answer_is_one(past: Recording, pin: str) -> None:
    assert {one.status for one in past.pinned[pin].values()} == {200}
    assert len({one.body for one in past.pinned[pin].values()}) > len(ADDRESSES) - 3  # some lists are empty


def test_what_was_published_since_touches_every_recorded_answer(past: Recording) -> None:
    now = answers(past.client)
    same = [address for address in now if now[address].body == past.live[address].body]
    assert same == ["/v1/revisions/1/canonical"]


@pytest.mark.parametrize("pin", ["revision=1", "revision=2"])
def test_a_pinned_answer_stays_after_later_publications(past: Recording, pin: str) -> None:
    assert differing(past.pinned[pin], answers(past.client, pin)) == []


@on_sqlite
@pytest.mark.slow
def test_a_pinned_answer_stays_after_a_restart(past: Recording) -> None:
    with served(past.folder) as (client, _):  # a process of its own
        assert differing(past.pinned["revision=1"], answers(client, "revision=1")) == []


def test_a_pinned_answer_is_the_same_on_another_machine_with_the_same_data(past: Recording, tmp_path: Path) -> None:
    release(past.world.db, COLLECTIONS, tmp_path / "package")
    settings = settings_for(tmp_path / "elsewhere.db")
    database = migrated(tmp_path / "elsewhere.db")
    assert replay(database, COLLECTIONS, tmp_path / "package") == [1, 2, 3, 4, 5]
    with client_of(create_app(settings)) as client:
        assert differing(past.pinned["revision=2"], answers(client, "revision=2")) == []
    database.close()


def test_by_as_of_an_answer_is_that_of_the_revision(past: Recording) -> None:
    by_instant = answers(past.client, "as_of=2020-01-02T23:59:59Z")
    assert differing(past.pinned["revision=2"], by_instant) == FEEDS  # they name their own address


def test_a_live_answer_has_the_bytes_of_its_memento(past: Recording) -> None:
    mementos = {address: got(past.client, live.links["memento"]) for address, live in past.live.items()}
    assert differing(past.live, mementos) == FEEDS


def test_a_feed_differs_from_its_memento_in_its_own_addresses_alone(past: Recording) -> None:
    own = re.compile(rb'<link rel="(self|alternate|first|next)" href="/v1/(changes|timeline)\?[^>]*>')
    for address in FEEDS:
        live, pinned = past.live[address], past.pinned["revision=2"][address]
        assert own.sub(b"", live.body) == own.sub(b"", pinned.body)
        assert live.tag == pinned.tag


def test_a_pinned_answer_may_be_kept_and_names_its_time_and_original(past: Recording) -> None:
    for address, answer in past.pinned["revision=2"].items():
        assert answer.headers["cache-control"] == "public, max-age=31536000", address
        assert answer.headers["memento-datetime"] == "Thu, 02 Jan 2020 00:00:00 GMT", address
        assert answer.headers["dataset-revision"] == "2", address
        asked = address.replace("?group_by=year", "")  # a value that is the default is in no link
        assert httpx.URL(answer.links["original"]).params == httpx.URL(asked).params, address
        assert httpx.URL(answer.links["original"]).path == httpx.URL(address).path, address
        assert "memento" not in answer.links, address
        assert "last-modified" not in answer.headers, address


def test_a_live_answer_may_be_kept_a_minute_and_names_its_memento(past: Recording) -> None:
    for address, answer in past.live.items():
        assert answer.headers["cache-control"] == "public, max-age=60", address
        assert "memento-datetime" not in answer.headers, address
        assert httpx.URL(answer.links["memento"]).params["revision"] == "2", address
        assert "original" not in answer.links, address


def test_asking_again_for_a_pinned_answer_costs_one_304_for_ever(past: Recording) -> None:
    for address in ITEMS + ACROSS:
        tag = past.pinned["revision=1"][address].tag
        again = past.client.get(asking(address, "revision=1"), headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b""), address
