"""The feed of changes over HTTP: JSON, exports, problems, polling, and the Atom feed."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from app.main import api as application
from app.main import create_app
from tests.support import lived as pasts
from tests.support.atom import A, entries, faults, links, pages, translations
from tests.support.servers import client_of, inhabited, settings_for
from tests.support.statements import heard
from tests.support.walks import rows
from tests.support.world import RECORDS, World, refused, text

FEED = "/v1/changes"
EVERYTHING = sum(map(len, RECORDS.values()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lived")


@pytest.fixture(scope="module")
def lived(folder: Path) -> Iterator[httpx.Client]:
    """A client of a server of the tiny world with four revisions. Nothing more is published there."""
    with inhabited(folder) as (world, client):
        pasts.changes(world)
        yield client


@pytest.fixture(scope="module")
def named(lived: httpx.Client, folder: Path) -> Iterator[httpx.Client]:
    """A client of another server of the same database, which knows its public address."""
    settings = settings_for(folder / "world.db", public_url="https://dossier.example")
    with client_of(create_app(settings)) as client:
        yield client


def keys(changes: list[dict[str, Any]]) -> list[tuple[int, str, str, str]]:
    return [(one["revision"], one["action"], one["collection"], one["id"]) for one in changes]


AFTER = ("title", "changed_fields", "reason", "record")


def test_a_change_has_its_record_and_a_page_the_revision_to_ask_for_next(lived: httpx.Client) -> None:
    answer = lived.get(f"{FEED}?since=3").json()
    assert list(answer) == ["data", "page", "dataset"]
    (change,) = answer["data"]
    assert list(change) == ["revision", "published_at", "action", "collection", "id", *AFTER]
    assert (change["title"], change["changed_fields"]) == ("The truce", [])
    assert change["record"] == lived.get("/v1/timeline-events/truce").json()["data"]
    assert answer["page"] == {"limit": 50, "total": 1, "next": None}
    assert answer["dataset"] == {"revision": 4, "published_at": "2020-01-04T00:00:00Z"}


def test_a_walk_meets_each_change_once_while_more_are_published(world: World, api: httpx.Client) -> None:
    pasts.changes(world)

    def publish() -> None:
        world.publish_with_change("actors", "aland", summary=text(f"Summary {world.revisions}"))

    assert [one["revision"] for one in rows(api, f"{FEED}?since=1&limit=2", publish)] == [2, 2, 2, 3, 3, 4]
    assert world.revisions == 6


def test_since_a_revision_that_there_is_not_is_404_whatever_the_client_has(lived: httpx.Client) -> None:
    for query in ("since=5", "since=2147483647", "since=3&revision=2", "since=3&as_of=2020-01-02T12:00:00Z"):
        answer = lived.get(f"{FEED}?{query}", headers={"If-None-Match": "*"})
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"
    detail = lived.get(f"{FEED}?since=5").json()["detail"]
    assert detail == "There is no revision 5 to continue from: this answer is for revision 4."


@pytest.mark.parametrize("query", ["since=1&since=1", "since=%2B1", "sort=revision", "fields=id", "format=ics"])
def test_what_the_feed_does_not_understand_is_refused(lived: httpx.Client, query: str) -> None:
    assert [parameter for parameter, _ in refused(lived, f"{FEED}?{query}")] == [query.partition("=")[0]]


def test_csv_and_json_lines_have_every_change(lived: httpx.Client) -> None:
    changes = rows(lived, f"{FEED}?lang=fr")
    lines = lived.get(f"{FEED}?lang=fr&format=jsonl").text.split("\n")
    assert [json.loads(line) for line in lines[:-1]] == changes
    table = list(csv.DictReader(io.StringIO(lived.get(f"{FEED}?lang=fr&format=csv").text, newline="")))
    assert list(table[0]) == ["revision", "published_at", "action", "collection", "id", *AFTER]
    assert [(row["id"], row["title"], row["changed_fields"]) for row in table if row["action"] == "changed"] == [
        ("borea", "Boreas (fr)", '["title"]'),
        ("tie", "Match nul", '["title"]'),
    ]
    assert [json.loads(row["record"] or "null") for row in table] == [change["record"] for change in changes]
    assert [row["reason"] for row in table if row["action"] == "withdrawn"] == ["Ended (fr)", "Counted twice (fr)"]
    assert keys([row | {"revision": int(row["revision"])} for row in table]) == keys(changes)


def test_csv_and_json_lines_go_on_from_where_the_consumer_is(lived: httpx.Client) -> None:
    assert lived.get(f"{FEED}?since=4&format=csv&fields=action").text == "revision,collection,id,action\r\n"
    assert lived.get(f"{FEED}?since=4&format=jsonl").text == ""
    lines = lived.get(f"{FEED}?since=3&format=jsonl&fields=action").text
    assert lines == '{"revision":4,"collection":"timeline-events","id":"truce","action":"added"}\n'


def test_polling_costs_one_304_and_reads_no_record(world: World) -> None:
    pasts.changes(world)
    app = application(settings_for(world.db.path))
    with heard() as sent, client_of(app) as client:
        tag = client.get(f"{FEED}?since=1&limit=2").headers["etag"]
        sent.clear()
        again = client.get(f"{FEED}?since=1&limit=2", headers={"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert len(sent) == 1  # the newest revision
        world.publish_with_change("actors", "aland", summary=text("New"))
        assert client.get(f"{FEED}?since=1&limit=2", headers={"If-None-Match": tag}).status_code == 200


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
        ("2020-01-03T00:00:00Z", "Withdrawn · The truce"),
        ("2020-01-03T00:00:00Z", "Withdrawn · Hunger"),
        ("2020-01-02T00:00:00Z", "Changed · A tie"),
        ("2020-01-02T00:00:00Z", "Added · Newland"),
        ("2020-01-02T00:00:00Z", "Changed · Boreas"),
    ]
    assert len({entry.findtext(f"{A}id") for entry in found}) == 6


def test_a_whole_feed_meets_each_change_once_while_more_are_published(world: World, api: httpx.Client) -> None:
    pasts.changes(world)
    found = []
    for number, page in enumerate(pages(api, f"{FEED}?format=atom&limit=10")):
        found += [entry.findtext(f"{A}id") for entry in page.iter(f"{A}entry")]
        world.publish_with_change("actors", "aland", summary=text(f"Summary {number}"))
    assert len(found) == len(set(found)) == EVERYTHING + 6


def test_an_entry_of_a_withdrawal_gives_the_reason_and_leads_to_the_history(lived: httpx.Client) -> None:
    for lang, title, reason in (
        ("en", "Withdrawn · The truce", "Counted twice"),
        ("fr", "Retrait · The truce (fr)", "Counted twice (fr)"),
    ):
        gone = entries(lived, f"{FEED}?format=atom&since=1&lang={lang}")[1]
        assert gone.findtext(f"{A}title") == title
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


@pytest.mark.parametrize(("lang", "other"), [("en", "fr"), ("fr", "en")])
@pytest.mark.parametrize("path", [FEED, "/v1/timeline"])
def test_a_feed_says_its_language_and_where_it_is_in_the_other(
    lived: httpx.Client, path: str, lang: str, other: str
) -> None:
    answer = lived.get(f"{path}?format=atom&lang={lang}&limit=2&collection=timeline-events")
    root = ET.fromstring(answer.content)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == lang
    address = f"{path}?collection=timeline-events&limit=2&format=atom&lang={other}"
    assert translations(root) == {other: address}
    there = ET.fromstring(lived.get(address).content)
    assert there.get("{http://www.w3.org/XML/1998/namespace}lang") == other
    assert translations(there)[lang] == f"{path}?collection=timeline-events&limit=2&format=atom&lang={lang}"
    assert len(list(there.iter(f"{A}entry"))) == 2


def test_addresses_are_absolute_by_the_public_address_and_never_by_host(named: httpx.Client) -> None:
    answer = named.get(f"{FEED}?format=atom&limit=3&since=1", headers={"Host": "evil.example"})
    assert faults(answer.content) == []
    root = ET.fromstring(answer.content)
    addresses = [link.get("href") or "" for link in root.iter(f"{A}link") if link.get("rel") != "license"]
    assert len(addresses) == 8
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
