"""Histories: every version of a record, newest first, what changed and why, also after it was withdrawn."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.servers import inhabited
from tests.support.walks import data_of, rows
from tests.support.world import World, refused, text

EVENTS = "/v1/timeline-events"
TRUCE = f"{EVENTS}/truce"


def live(world: World) -> None:
    """Five revisions more: some of all that can be changed, records that come, go, and come back."""
    world.change("timeline-events", "tie", title={"en": "A tie", "fr": "Match nul"})
    world.change("timeline-events", "truce", kind="meeting")
    world.publish("Other words")
    world.change("timeline-events", "tie", date="1990-05", actors=["aland"])
    world.change("timeline-events", "war", citations=[{"source": "almanac"}])
    world.change("actors", "zara", roles=[{"title": text("Queen", "Reine"), "of": "borea", "period": "2001/2009"}])
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.add("actors", "peace", "Peace Party", kind="party")
    world.publish("Other facts")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish("A withdrawal")
    world.restore("timeline-events", "truce")
    world.publish("A return")
    world.change("timeline-events", "tie", place=text("Home"), kind="meeting", summary=text("Nobody won"))
    world.withdraw("timeline-events", "quarrel", "Never happened")
    world.publish("A tie in full")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server of the tiny world with six revisions. Nothing more is published there."""
    with inhabited(tmp_path_factory.mktemp("lived")) as (world, client):
        live(world)
        yield client


def history(client: httpx.Client, path: str, query: str = "") -> list[dict[str, Any]]:
    """The versions of a record."""
    data: list[dict[str, Any]] = client.get(f"{path}/history{query}").raise_for_status().json()["data"]
    return data


def test_every_version_comes_newest_first(lived: httpx.Client) -> None:
    assert [(one["revision"], one["action"]) for one in history(lived, f"{EVENTS}/tie")] == [
        (6, "changed"),
        (3, "changed"),
        (2, "changed"),
        (1, "added"),
    ]
    assert [(one["revision"], one["action"]) for one in history(lived, f"{EVENTS}/feud")] == [(1, "added")]


def test_a_version_says_when_it_came_why_and_what_it_changed(lived: httpx.Client) -> None:
    newest = history(lived, f"{EVENTS}/tie")[0]
    assert list(newest) == ["revision", "published_at", "note", "action", "changed_fields", "reason", "record"]
    del newest["record"]
    assert newest == {
        "revision": 6,
        "published_at": "2020-01-06T00:00:00Z",
        "note": "A tie in full",
        "action": "changed",
        "changed_fields": ["summary", "kind", "place"],
        "reason": None,
    }


def test_a_withdrawal_is_a_version_without_a_record_and_with_the_reason(lived: httpx.Client) -> None:
    assert history(lived, TRUCE)[1] == {
        "revision": 4,
        "published_at": "2020-01-04T00:00:00Z",
        "note": "A withdrawal",
        "action": "withdrawn",
        "changed_fields": [],
        "reason": "Counted twice",
        "record": None,
    }


def test_note_reason_and_record_are_in_the_language_of_the_response(lived: httpx.Client) -> None:
    gone, changed = history(lived, TRUCE, "?lang=fr")[1:3]
    assert (gone["note"], gone["reason"]) == ("A withdrawal (fr)", "Counted twice (fr)")
    assert (changed["note"], changed["record"]["title"]) == ("Other words (fr)", "The truce (fr)")
    by_header = lived.get(f"{TRUCE}/history", headers={"Accept-Language": "fr-CA"})
    assert by_header.headers["content-language"] == "fr"
    assert by_header.json()["data"][1] == gone


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        (f"{EVENTS}/tie", {6: ["summary", "kind", "place"], 3: ["date", "actors"], 2: ["title"], 1: []}),
        (f"{EVENTS}/war", {3: ["citations"], 1: []}),
        ("/v1/actors/zara", {3: ["roles"], 1: []}),
        (TRUCE, {5: [], 4: [], 2: ["kind"], 1: []}),
    ],
)
def test_changed_fields_are_those_that_somebody_wrote_otherwise(
    lived: httpx.Client, path: str, changed: dict[int, list[str]]
) -> None:
    for lang in ("en", "fr"):
        versions = history(lived, path, f"?lang={lang}")
        assert {one["revision"]: one["changed_fields"] for one in versions} == changed


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("path", [f"{EVENTS}/tie", f"{EVENTS}/war", TRUCE, "/v1/actors/zara", "/v1/sources/gazette"])
def test_a_record_is_byte_for_byte_the_item_at_its_revision(lived: httpx.Client, path: str, lang: str) -> None:
    body = lived.get(f"{path}/history?lang={lang}").text
    versions = [one for one in history(lived, path) if one["action"] != "withdrawn"]
    items = [data_of(lived, f"{path}?revision={one['revision']}&lang={lang}") for one in versions]
    places = [body.index(f'"record":{item}}}') for item in items]
    assert places == sorted(places)


def test_a_record_that_was_withdrawn_still_has_its_history(lived: httpx.Client) -> None:
    assert lived.get(f"{EVENTS}/quarrel").status_code == 410
    answer = lived.get(f"{EVENTS}/quarrel/history")
    assert answer.status_code == 200
    assert [one["action"] for one in answer.json()["data"]] == ["withdrawn", "added"]
    assert answer.json()["data"][1]["record"]["title"] == "The quarrel"


def test_a_record_that_came_back_shows_all_that_happened_to_it(lived: httpx.Client) -> None:
    versions = history(lived, TRUCE)
    assert [(one["revision"], one["action"]) for one in versions] == [
        (5, "added"),
        (4, "withdrawn"),
        (2, "changed"),
        (1, "added"),
    ]
    assert [one["record"] and one["record"]["kind"] for one in versions] == ["agreement", None, "meeting", "agreement"]
    assert lived.get(TRUCE).json()["data"] == versions[0]["record"]


@pytest.mark.parametrize(
    ("pin", "revision", "versions"),
    [
        ("revision=6", 6, [5, 4, 2, 1]),
        ("revision=4", 4, [4, 2, 1]),
        ("revision=3", 3, [2, 1]),
        ("revision=1", 1, [1]),
        ("as_of=2020-01-04T23:59:59Z", 4, [4, 2, 1]),
        ("as_of=2020-01-02T00:00:00Z", 2, [2, 1]),
    ],
)
def test_a_pinned_history_ends_at_its_revision(
    lived: httpx.Client, pin: str, revision: int, versions: list[int]
) -> None:
    answer = lived.get(f"{TRUCE}/history?{pin}").json()
    assert [one["revision"] for one in answer["data"]] == versions
    assert answer["page"] == {"limit": 50, "total": len(versions), "next": None}
    assert answer["dataset"]["revision"] == revision


def test_total_counts_the_versions_of_this_record_alone(lived: httpx.Client) -> None:
    for path, total in ((f"{EVENTS}/tie", 4), (TRUCE, 4), (f"{EVENTS}/war", 2), ("/v1/actors/borea", 1)):
        assert lived.get(f"{path}/history?limit=1").json()["page"]["total"] == total


def test_an_id_that_another_collection_has_too_keeps_a_history_of_its_own(lived: httpx.Client) -> None:
    assert [one["revision"] for one in history(lived, "/v1/engagement-topics/peace")] == [1]
    assert [one["revision"] for one in history(lived, "/v1/actors/peace")] == [3]
    assert lived.get("/v1/actors/peace/history?revision=1").status_code == 404


@pytest.mark.parametrize("conditional", ["*", None, '"own"'])
def test_what_never_was_is_404_whatever_the_client_holds(lived: httpx.Client, conditional: str | None) -> None:
    own = lived.get(f"{TRUCE}/history").headers["etag"]
    headers = {"If-None-Match": own if conditional == '"own"' else conditional} if conditional else {}
    answer = lived.get(f"{EVENTS}/atlantis/history", headers=headers)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["type"] == "urn:dossier:problem:unknown-record"
    assert answer.json()["detail"] == "There is no atlantis in timeline-events at revision 6."


def test_before_its_first_version_a_record_has_no_history(lived: httpx.Client) -> None:
    assert [one["action"] for one in history(lived, f"{EVENTS}/dawn", "?revision=3")] == ["added"]
    for pin in ("revision=2", "as_of=2020-01-02T12:00:00Z"):
        answer = lived.get(f"{EVENTS}/dawn/history?{pin}", headers={"If-None-Match": "*"})
        assert answer.status_code == 404
        assert answer.json()["detail"] == "There is no dawn in timeline-events at revision 2."


def test_at_a_revision_that_there_is_not_no_record_has_a_history(lived: httpx.Client) -> None:
    answer = lived.get(f"{EVENTS}/dawn/history?revision=7", headers={"If-None-Match": "*"})
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"


def test_a_walk_meets_each_version_once_while_more_are_published(world: World, api: httpx.Client) -> None:
    live(world)

    def publish() -> None:
        world.publish_with_change("timeline-events", "tie", title=text(f"Tie after {world.revisions}"))

    versions = rows(api, f"{EVENTS}/tie/history?limit=1", publish)
    assert [one["revision"] for one in versions] == [6, 3, 2, 1]
    assert [one["revision"] for one in history(api, f"{EVENTS}/tie")] == [9, 8, 7, 6, 3, 2, 1]


@pytest.mark.parametrize("other", [f"{EVENTS}/war/history", "/v1/actors/zara/history", EVENTS, "/v1/changes"])
def test_a_cursor_of_another_list_is_refused(lived: httpx.Client, other: str) -> None:
    cursor = lived.get(f"{EVENTS}/tie/history?limit=1").json()["page"]["next"]
    [(parameter, detail)] = refused(lived, f"{other}?cursor={cursor}")
    assert parameter == "cursor"
    assert "belongs to another list, timeline-events/tie/history" in detail
    own = lived.get(f"{other}?limit=1").json()["page"]["next"]
    assert own is None or refused(lived, f"{EVENTS}/tie/history?cursor={own}")[0][0] == "cursor"


def test_a_cursor_goes_on_in_the_other_language(lived: httpx.Client) -> None:
    cursor = lived.get(f"{TRUCE}/history?limit=2").json()["page"]["next"]
    rest = history(lived, TRUCE, f"?lang=fr&cursor={cursor}")
    assert [(one["revision"], one["note"]) for one in rest] == [(2, "Other words (fr)"), (1, "The world begins (fr)")]


def test_a_live_history_leads_to_its_memento_and_a_pinned_one_to_its_original(lived: httpx.Client) -> None:
    present = lived.get(f"{TRUCE}/history?limit=2")
    memento = present.links["memento"]["url"]
    assert memento == f"{TRUCE}/history?limit=2&revision=6&lang=en&format=json"
    assert present.headers["cache-control"] == "public, max-age=60"
    pinned = lived.get(memento)
    assert pinned.content == present.content
    assert pinned.headers["cache-control"] == "public, max-age=31536000"
    assert pinned.headers["memento-datetime"] == "Mon, 06 Jan 2020 00:00:00 GMT"
    assert pinned.links["original"]["url"] == f"{TRUCE}/history?limit=2&lang=en&format=json"
    assert lived.get(pinned.links["next"]["url"]).json()["data"][0]["revision"] == 2


def test_asking_again_costs_one_304(lived: httpx.Client) -> None:
    tag = lived.get(f"{TRUCE}/history").headers["etag"]
    again = lived.get(f"{TRUCE}/history", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert lived.get(f"{TRUCE}/history?lang=fr", headers={"If-None-Match": tag}).status_code == 200


def test_a_history_comes_as_json_alone(lived: httpx.Client) -> None:
    for name in ("csv", "jsonl", "atom", "csl"):
        assert refused(lived, f"{TRUCE}/history?format={name}")[0][0] == "format"
    assert lived.get(f"{TRUCE}/history", headers={"Accept": "text/csv"}).status_code == 406


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "sort=revision", "since=1", "q=truce", "fields=note", "x=1"])
def test_what_a_history_does_not_understand_is_refused(lived: httpx.Client, query: str) -> None:
    assert [parameter for parameter, _ in refused(lived, f"{TRUCE}/history?{query}")] == [query.partition("=")[0]]


def test_a_version_keeps_the_deep_link_of_its_day_when_its_source_moves(world: World, api: httpx.Client) -> None:
    world.publish_with_change("sources", "gazette", address="https://gazette.example/archive")
    world.publish_with_change("timeline-events", "war", kind="military")
    newer, older = history(api, f"{EVENTS}/war")
    passage = "#:~:text=War%20began,at%20last%2C%20it%20ended"
    assert newer["record"]["citations"][0]["url"] == f"https://gazette.example/archive{passage}"
    assert older["record"]["citations"][0]["url"] == f"https://gazette.example/page{passage}"
    assert newer["changed_fields"] == ["kind"]
