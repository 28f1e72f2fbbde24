"""The feed of changes: in order, complete, walked while publications go on; a copy that it keeps; the Atom feed."""

import csv
import io
import json
import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from app.main import api as application
from app.main import create_app
from app.resources.registry import COLLECTIONS
from tests.support.atom import A, entries, faults, links, pages
from tests.support.servers import client_of, inhabited, sent_statements, settings_for
from tests.support.waiting import TIMEOUT
from tests.support.walks import data_of, rows
from tests.support.world import RECORDS, World, refused, text

FEED = "/v1/changes"
EVERYTHING = sum(map(len, RECORDS.values()))


def live(world: World) -> None:
    """Three revisions more: two changes and an addition, two withdrawals, a return."""
    world.change("timeline-events", "tie", title={"en": "A tie", "fr": "Match nul"})
    world.change("actors", "borea", title=text("Boreas"))
    world.add("actors", "newland", "Newland", kind="state")
    world.publish("Two changes")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.withdraw("background-facts", "hunger", "Ended")
    world.publish("Withdrawals")
    world.restore("timeline-events", "truce")
    world.publish("A return")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lived")


@pytest.fixture(scope="module")
def lived(folder: Path) -> Iterator[httpx.Client]:
    """A client of a server of the tiny world with four revisions. Nothing more is published there."""
    with inhabited(folder) as (world, client):
        live(world)
        yield client


@pytest.fixture(scope="module")
def named(lived: httpx.Client, folder: Path) -> Iterator[httpx.Client]:
    """A client of another server of the same database, which knows its public address."""
    settings = settings_for(folder / "world.db", public_url="https://dossier.example")
    with client_of(create_app(settings)) as client:
        yield client


def keys(changes: list[dict[str, Any]]) -> list[tuple[int, str, str, str]]:
    return [(one["revision"], one["action"], one["collection"], one["id"]) for one in changes]


IN_ORDER = [
    (2, "changed", "actors", "borea"),
    (2, "added", "actors", "newland"),
    (2, "changed", "timeline-events", "tie"),
    (3, "withdrawn", "background-facts", "hunger"),
    (3, "withdrawn", "timeline-events", "truce"),
    (4, "added", "timeline-events", "truce"),
]


def test_changes_come_by_revision_then_collection_then_id(lived: httpx.Client) -> None:
    assert keys(lived.get(f"{FEED}?since=1").json()["data"]) == IN_ORDER


def test_without_since_every_change_comes_from_the_first_on(lived: httpx.Client) -> None:
    all_of_them = rows(lived, f"{FEED}?limit=7")
    first = sorted((name, one["id"]) for name, records in RECORDS.items() for one in records)
    assert keys(all_of_them) == [(1, "added", *key) for key in first] + IN_ORDER
    assert all_of_them == rows(lived, f"{FEED}?since=0&limit=200")
    assert lived.get(f"{FEED}?limit=1").json()["page"]["total"] == EVERYTHING + 6


def test_a_change_says_when_it_came_and_what_was_done(lived: httpx.Client) -> None:
    change = lived.get(f"{FEED}?since=1&collection=timeline-events&limit=1&lang=fr").json()["data"][0]
    record = change.pop("record")
    assert (record["title"], record["revision"]) == ("Match nul", 2)
    assert change == {
        "revision": 2,
        "published_at": "2020-01-02T00:00:00Z",
        "action": "changed",
        "collection": "timeline-events",
        "id": "tie",
        "reason": None,
    }


@pytest.mark.parametrize(("lang", "reason"), [("en", "Counted twice"), ("fr", "Counted twice (fr)")])
def test_a_withdrawal_has_its_reason_and_no_record(lived: httpx.Client, lang: str, reason: str) -> None:
    (gone,) = lived.get(f"{FEED}?since=2&revision=3&collection=timeline-events&lang={lang}").json()["data"]
    assert gone == {
        "revision": 3,
        "published_at": "2020-01-03T00:00:00Z",
        "action": "withdrawn",
        "collection": "timeline-events",
        "id": "truce",
        "reason": reason,
        "record": None,
    }


@pytest.mark.parametrize(("since", "revisions"), [(1, [2, 2, 2, 3, 3, 4]), (2, [3, 3, 4]), (3, [4]), (4, [])])
def test_since_leaves_out_what_the_consumer_has(lived: httpx.Client, since: int, revisions: list[int]) -> None:
    answer = lived.get(f"{FEED}?since={since}").json()
    assert [one["revision"] for one in answer["data"]] == revisions
    assert answer["page"]["total"] == len(revisions)
    assert answer["dataset"]["revision"] == 4


def test_changes_of_some_collections_alone(lived: httpx.Client) -> None:
    def of(*names: str) -> list[tuple[int, str, str, str]]:
        return keys(lived.get(FEED, params={"since": 1, "collection": names}).json()["data"])

    assert of("background-facts") == [(3, "withdrawn", "background-facts", "hunger")]
    assert of("background-facts", "actors") == IN_ORDER[:2] + IN_ORDER[3:4]
    assert of("sources") == []
    assert of(*COLLECTIONS) == IN_ORDER


def test_a_record_is_byte_for_byte_the_item_after_the_change(lived: httpx.Client) -> None:
    for lang in ("en", "fr"):
        body = lived.get(f"{FEED}?lang={lang}&limit=200").text
        for revision, action, collection, id in [key for key in IN_ORDER if key[1] != "withdrawn"]:
            item = data_of(lived, f"/v1/{collection}/{id}?revision={revision}&lang={lang}")
            mark = f'"revision":{revision},"published_at":"2020-01-0{revision}T00:00:00Z","action":"{action}",'
            assert f'{{{mark}"collection":"{collection}","id":"{id}","reason":null,"record":{item}}}' in body


def test_a_walk_meets_each_change_once_and_stays_on_its_revision(world: World, api: httpx.Client) -> None:
    live(world)

    def publish() -> None:
        world.publish_with_change("actors", "aland", summary=text(f"Summary {world.revisions}"))

    walked = rows(api, f"{FEED}?since=1&limit=2", publish)
    assert keys(walked) == IN_ORDER
    assert world.revisions == 6
    assert keys(rows(api, f"{FEED}?since=4&limit=1")) == [
        (5, "changed", "actors", "aland"),
        (6, "changed", "actors", "aland"),
    ]


def test_each_page_names_the_revision_to_ask_for_next(world: World, api: httpx.Client) -> None:
    live(world)
    first = api.get(f"{FEED}?since=1&limit=3").json()
    world.publish_with_change("actors", "aland", summary=text("New"))
    second = api.get(f"{FEED}?since=1&limit=3&cursor={first['page']['next']}").json()
    assert first["dataset"] == second["dataset"] == {"revision": 4, "published_at": "2020-01-04T00:00:00Z"}
    assert (first["page"]["total"], second["page"]["total"], second["page"]["next"]) == (6, 6, None)
    assert keys(api.get(f"{FEED}?since={second['dataset']['revision']}").json()["data"]) == [
        (5, "changed", "actors", "aland")
    ]


def test_since_a_revision_that_there_is_not_is_404_whatever_the_client_holds(lived: httpx.Client) -> None:
    for query in ("since=5", "since=2147483647", "since=3&revision=2", "since=3&as_of=2020-01-02T12:00:00Z"):
        answer = lived.get(f"{FEED}?{query}", headers={"If-None-Match": "*"})
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"
    detail = lived.get(f"{FEED}?since=5").json()["detail"]
    assert detail == "There is no revision 5 to continue from: this answer is for revision 4."


@pytest.mark.parametrize(
    "query",
    [
        "since=-1", "since=01", "since=%2B1", "since=1.0", "since=1e0", "since=2147483648", f"since={10**20}",
        "since=", "since=%201", "since=one", "since=1&since=1", "collection=planets", "collection=actors,sources",
        "sort=revision", "q=truce", "kind=state", "from=1990", "limit=0", "limit=201", "cursor=x", "include=actors",
        "format=ics", "fields=id", "facets=since",
    ],
)  # fmt: skip
def test_what_the_feed_does_not_understand_is_refused(lived: httpx.Client, query: str) -> None:
    assert [parameter for parameter, _ in refused(lived, f"{FEED}?{query}")] == [query.partition("=")[0]]


@pytest.mark.parametrize("other", ["since=1", "since=1&collection=actors&collection=sources", "collection=actors"])
def test_a_cursor_with_another_question_is_refused(lived: httpx.Client, other: str) -> None:
    cursor = lived.get(f"{FEED}?since=0&limit=2").json()["page"]["next"]
    [(parameter, detail)] = refused(lived, f"{FEED}?{other}&cursor={cursor}")
    assert (parameter, detail[:44]) == ("cursor", "was made with another order or other filters")
    assert "belongs to revision 4" in refused(lived, f"{FEED}?since=0&revision=3&cursor={cursor}")[0][1]
    feed_cursor = httpx.URL(lived.get(f"{FEED}?limit=2&format=atom").links["next"]["url"]).params["cursor"]
    assert refused(lived, f"{FEED}?cursor={feed_cursor}")[0][0] == "cursor"


def test_csv_and_json_lines_hold_every_change(lived: httpx.Client) -> None:
    changes = rows(lived, f"{FEED}?lang=fr")
    lines = lived.get(f"{FEED}?lang=fr&format=jsonl").text.split("\n")
    assert [json.loads(line) for line in lines[:-1]] == changes
    table = list(csv.DictReader(io.StringIO(lived.get(f"{FEED}?lang=fr&format=csv").text, newline="")))
    assert list(table[0]) == ["revision", "published_at", "action", "collection", "id", "reason", "record"]
    assert [json.loads(row["record"] or "null") for row in table] == [change["record"] for change in changes]
    assert [row["reason"] for row in table if row["action"] == "withdrawn"] == ["Ended (fr)", "Counted twice (fr)"]
    assert keys([row | {"revision": int(row["revision"])} for row in table]) == keys(changes)


def test_csv_and_json_lines_go_on_from_where_the_consumer_stands(lived: httpx.Client) -> None:
    assert lived.get(f"{FEED}?since=4&format=csv&fields=action").text == "revision,collection,id,action\r\n"
    assert lived.get(f"{FEED}?since=4&format=jsonl").text == ""
    lines = lived.get(f"{FEED}?since=3&format=jsonl&fields=action").text
    assert lines == '{"revision":4,"collection":"timeline-events","id":"truce","action":"added"}\n'


def raw(text: str, start: str, end: str = "]") -> Iterator[str]:
    """The members of a JSON array, byte for byte, from behind `start` on."""
    place = text.index(start) + len(start)
    while text[place] != end:
        _, after = json.JSONDecoder().raw_decode(text, place)
        yield text[place:after]
        place = after + (text[after] == ",")


class Consumer:
    """A partner's copy: starts empty, applies the feed, and knows no more than the revision that it holds."""

    def __init__(self, client: httpx.Client, lang: str) -> None:
        self.client, self.lang = client, lang
        self.held = 0
        self.records: dict[tuple[str, str], str] = {}

    def poll(self, between: Callable[[], object] = lambda: None) -> None:
        """Walk all changes since the revision held; something may happen behind every page."""
        asked = {"since": str(self.held), "lang": self.lang, "limit": "5"}
        cursor: dict[str, str] = {}
        while True:
            page = self.client.get(FEED, params=asked | cursor).raise_for_status()
            for change in raw(page.text, '{"data":['):
                self.apply(change)
            following = page.json()["page"]["next"]
            if following is None:
                self.held = page.json()["dataset"]["revision"]
                return
            cursor = {"cursor": following}
            between()

    def apply(self, change: str) -> None:
        """Do to the copy what a change did to the data."""
        said = json.loads(change)
        key = said["collection"], said["id"]
        assert (said["action"] == "added") == (key not in self.records)
        if said["action"] == "withdrawn":
            del self.records[key]
        else:
            self.records[key] = change.partition(',"record":')[2].removesuffix("}")

    def served(self) -> dict[tuple[str, str], str]:
        """What the lists of all collections serve, every page of them, at the revision that is held."""
        found: dict[tuple[str, str], str] = {}
        for name in COLLECTIONS:
            asked = {"revision": str(self.held), "lang": self.lang, "limit": "4"}
            while True:
                page = self.client.get(f"/v1/{name}", params=asked).raise_for_status()
                found |= {(name, json.loads(one)["id"]): one for one in raw(page.text, '{"data":[')}
                if page.json()["page"]["next"] is None:
                    break
                asked["cursor"] = page.json()["page"]["next"]
        return found


def publications(world: World, count: int, published: threading.Semaphore) -> None:
    """Publish so many revisions more, each of some additions, changes, withdrawals and returns; tell of each."""
    chance = random.Random(count)
    for number in range(count):
        for id in chance.sample(["truce", "quarrel", "feud", "tie"], 2):  # nothing names these
            if any(gone["id"] == id for gone in world.withdrawn.get("timeline-events", [])):
                world.restore("timeline-events", id)
            elif chance.random() < 0.5:
                world.withdraw("timeline-events", id, f"Gone {number}")
            else:
                world.change("timeline-events", id, place=text(f"Place {number}"))
        world.add("actors", f"land-{number}", f"Land {number}", kind="state")
        world.change("actors", "borea", title=text(f"Borea {number}", f"Borée {number}"))
        world.change("sources", "gazette", address=f"https://gazette.example/{number}")
        assert world.publish(f"Revision {number}") is not None
        published.release()


def test_whoever_applies_the_feed_holds_what_the_lists_serve_while_publications_go_on(
    world: World, api: httpx.Client
) -> None:
    published = threading.Semaphore(0)
    publisher = threading.Thread(target=publications, args=(world, 20, published))
    consumers = [Consumer(api, "en"), Consumer(api, "fr")]

    def meanwhile() -> None:
        if publisher.ident is None:
            publisher.start()
        assert published.acquire(timeout=TIMEOUT)

    consumers[0].poll(meanwhile)  # a publication behind every page; from then on as they come
    assert (consumers[0].held, world.revisions > 5) == (1, True)
    while publisher.is_alive():
        for consumer in consumers:
            consumer.poll()
            assert consumer.records == consumer.served()
    for consumer in consumers:
        consumer.poll()
        assert consumer.held == world.revisions == 21
        assert consumer.records == consumer.served()
    assert len(consumers[0].records) == api.get("/v1/revisions/21").json()["data"]["records"]


def test_polling_costs_one_304_and_reads_no_record(world: World) -> None:
    live(world)
    app = application(settings_for(world.db.path))
    sent = sent_statements(app)
    with client_of(app) as client:
        tag = client.get(f"{FEED}?since=1&limit=2").headers["etag"]
        sent.clear()
        again = client.get(f"{FEED}?since=1&limit=2", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        asked = [statement for statement in sent if statement != "BEGIN"]
        assert len(asked) == 1  # the newest revision
        world.publish_with_change("actors", "aland", summary=text("New"))
        assert client.get(f"{FEED}?since=1&limit=2", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_takes_one_statement_for_each_collection_in_it(world: World) -> None:
    app = application(settings_for(world.db.path))
    sent = sent_statements(app)
    with client_of(app) as client:
        client.get(f"{FEED}?limit=1")
        sent.clear()
        assert len(client.get(f"{FEED}?limit=200").json()["data"]) == EVERYTHING
        assert len([statement for statement in sent if "body_en" in statement]) == len(COLLECTIONS)


def test_a_feed_has_its_media_type_by_name_and_by_header(lived: httpx.Client) -> None:
    by_name = lived.get(f"{FEED}?format=atom")
    assert by_name.headers["content-type"] == "application/atom+xml; charset=utf-8"
    by_header = lived.get(FEED, headers={"Accept": "application/atom+xml"})
    assert by_header.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert ET.fromstring(by_header.content).findtext(f"{A}updated") == "2020-01-04T00:00:00Z"


@pytest.mark.parametrize("limit", [1, 4, 200])
@pytest.mark.parametrize("client", ["lived", "named"])
def test_a_feed_brings_the_newest_first_and_each_change_once(
    request: pytest.FixtureRequest, client: str, limit: int
) -> None:
    found = entries(request.getfixturevalue(client), f"{FEED}?format=atom&limit={limit}&since=1")
    assert [(entry.findtext(f"{A}updated"), entry.findtext(f"{A}title")) for entry in found] == [
        ("2020-01-04T00:00:00Z", "Added · The truce"),
        ("2020-01-03T00:00:00Z", "Withdrawn · truce"),
        ("2020-01-03T00:00:00Z", "Withdrawn · hunger"),
        ("2020-01-02T00:00:00Z", "Changed · A tie"),
        ("2020-01-02T00:00:00Z", "Added · Newland"),
        ("2020-01-02T00:00:00Z", "Changed · Boreas"),
    ]
    assert len({entry.findtext(f"{A}id") for entry in found}) == 6


def test_a_whole_feed_meets_each_change_once_while_more_are_published(world: World, api: httpx.Client) -> None:
    live(world)
    found = []
    for number, page in enumerate(pages(api, f"{FEED}?format=atom&limit=10")):
        found += [entry.findtext(f"{A}id") for entry in page.iter(f"{A}entry")]
        world.publish_with_change("actors", "aland", summary=text(f"Summary {number}"))
    assert len(found) == len(set(found)) == EVERYTHING + 6


def test_an_entry_of_a_withdrawal_tells_the_reason_and_leads_to_the_history(lived: httpx.Client) -> None:
    for lang, title, reason in (("en", "Withdrawn", "Counted twice"), ("fr", "Retrait", "Counted twice (fr)")):
        gone = entries(lived, f"{FEED}?format=atom&since=1&lang={lang}")[1]
        assert gone.findtext(f"{A}title") == f"{title} · truce"
        assert gone.findtext(f"{A}summary") == reason
        address = f"/v1/timeline-events/truce/history?revision=3&lang={lang}"
        assert links(gone) == {"alternate": address}
        newest = lived.get(address).json()["data"][0]
        assert (newest["action"], newest["reason"]) == ("withdrawn", reason)


def test_an_entry_leads_to_the_record_as_it_stood_in_the_language_of_the_feed(lived: httpx.Client) -> None:
    entry = entries(lived, f"{FEED}?format=atom&since=1&lang=fr")[3]
    assert entry.findtext(f"{A}title") == "Modification · Match nul"
    assert links(entry) == {"alternate": "/v1/timeline-events/tie?revision=2&lang=fr"}
    assert lived.get(links(entry)["alternate"] or "").json()["data"]["title"] == "Match nul"
    assert [part.get("term") for part in entry.iter(f"{A}category")] == ["timeline-events", "changed"]


def test_ids_of_entries_stay_whatever_the_page_language_filter_and_revision(lived: httpx.Client) -> None:
    def ids(query: str) -> list[str | None]:
        return [entry.findtext(f"{A}id") for entry in entries(lived, f"{FEED}?format=atom&{query}")]

    whole = ids("since=1")
    assert ids("since=1&limit=1") == ids("since=1&lang=fr") == whole
    assert ids("")[:6] == whole
    assert ids("since=1&revision=3") == whole[1:]
    assert ids("since=1&collection=actors") == whole[4:]


def test_all_pages_of_a_feed_have_its_id_and_another_feed_has_another(lived: httpx.Client) -> None:
    def ids(query: str) -> set[str | None]:
        return {page.findtext(f"{A}id") for page in pages(lived, f"{FEED}?format=atom&{query}")}

    assert len(ids("limit=7")) == 1
    assert ids("limit=7") == ids("limit=3") == ids("revision=3")
    assert len(ids("limit=7") | ids("lang=fr") | ids("collection=actors") | ids("since=1")) == 4


def test_a_page_names_itself_the_first_the_next_and_the_same_as_json(lived: httpx.Client) -> None:
    french = lived.get(f"{FEED}?limit=2&since=1", headers={"Accept": "application/atom+xml", "Accept-Language": "fr"})
    found = links(ET.fromstring(french.content))
    own = f"{FEED}?limit=2&since=1&format=atom&lang=fr"
    assert found["self"] == found["first"] == own
    assert found["alternate"] == f"{FEED}?limit=2&since=1&format=json&lang=fr"
    assert found["next"] == french.links["next"]["url"]
    second = links(ET.fromstring(lived.get(found["next"] or "").content))
    assert second["first"] == own
    assert second["self"] == found["next"]
    assert lived.get(own).content == french.content


def test_addresses_are_absolute_by_the_public_address_and_never_by_host(named: httpx.Client) -> None:
    answer = named.get(f"{FEED}?format=atom&limit=3&since=1", headers={"Host": "evil.example"})
    assert faults(answer.content) == []
    root = ET.fromstring(answer.content)
    addresses = [link.get("href") or "" for link in root.iter(f"{A}link") if link.get("rel") != "license"]
    assert len(addresses) == 7
    assert all(address.startswith("https://dossier.example/v1/") for address in addresses)
    assert {part.get("scheme") for part in root.iter(f"{A}category")} == {
        "https://dossier.example/v1",
        "https://dossier.example/v1/changes",
    }
    assert "evil" not in answer.text + str(answer.headers)


def test_without_a_public_address_they_are_paths_and_never_by_host(lived: httpx.Client) -> None:
    answer = lived.get(f"{FEED}?format=atom&limit=3", headers={"Host": "evil.example"})
    assert all(
        (link.get("href") or "").startswith(("/v1/", "https://creativecommons.org/"))
        for link in ET.fromstring(answer.content).iter(f"{A}link")
    )
    assert "evil" not in answer.text + str(answer.headers)


def test_a_feed_that_has_nothing_is_one_all_the_same(lived: httpx.Client) -> None:
    answer = lived.get(f"{FEED}?format=atom&since=4")
    assert faults(answer.content) == []
    assert list(ET.fromstring(answer.content).iter(f"{A}entry")) == []


def test_polling_a_feed_costs_one_304(lived: httpx.Client) -> None:
    tag = lived.get(f"{FEED}?format=atom").headers["etag"]
    again = lived.get(f"{FEED}?format=atom", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert lived.get(FEED, headers={"If-None-Match": tag}).status_code == 200
