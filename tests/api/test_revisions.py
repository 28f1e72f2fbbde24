"""Revisions: their list, each of them, and that they speak for the revision asked for."""

import httpx
import pytest

from tests.support.world import World, refused

LIST = "/v1/revisions"


@pytest.fixture
def history(world: World, api: httpx.Client) -> httpx.Client:
    """Three revisions: the beginning, one change with one more record, one withdrawal."""
    world.add("actors", "cora", "Cora", kind="person")
    world.change("timeline-events", "tie", kind="meeting")
    world.publish("Cora comes")
    world.withdraw("actors", "cora")
    world.publish("Cora goes")
    return api


def test_a_revision_says_when_by_whom_why_how_much_and_what_it_continues(history: httpx.Client) -> None:
    first = history.get(f"{LIST}/1").json()["data"]
    second = history.get(f"{LIST}/2?lang=fr").json()
    assert {**second["data"], "digest": ""} == {
        "number": 2,
        "published_at": "2020-01-02T00:00:00Z",
        "author": "The test",
        "note": "Cora comes (fr)",
        "added": 1,
        "changed": 1,
        "withdrawn": 0,
        "records": first["records"] + 1,
        "digest": "",
        "previous_digest": first["digest"],
        "url": "/v1/revisions/2",
    }
    assert second["dataset"] == {"revision": 3, "published_at": "2020-01-03T00:00:00Z"}
    assert first["previous_digest"] is None
    assert first["added"] == first["records"]


def numbers(client: httpx.Client, path: str) -> list[int]:
    return [row["number"] for row in client.get(path).raise_for_status().json()["data"]]


def test_revisions_come_newest_first_or_turned_round(history: httpx.Client) -> None:
    assert numbers(history, LIST) == [3, 2, 1]
    assert numbers(history, f"{LIST}?sort=number") == [1, 2, 3]


@pytest.mark.parametrize(("sort", "expected"), [("-number", [3, 2, 1]), ("number", [1, 2, 3])])
def test_a_walk_through_revisions_stays_on_the_revision_it_began_with(
    world: World, history: httpx.Client, sort: str, expected: list[int]
) -> None:
    first = history.get(f"{LIST}?limit=2&sort={sort}").json()
    world.publish_with_change("timeline-events", "war", kind="military")
    rest = history.get(f"{LIST}?limit=2&sort={sort}&cursor={first['page']['next']}").json()
    assert [row["number"] for row in first["data"] + rest["data"]] == expected
    assert rest["page"] == {"limit": 2, "total": 3, "next": None}


def test_a_pinned_list_ends_with_the_revision_it_is_pinned_to(history: httpx.Client) -> None:
    assert numbers(history, f"{LIST}?revision=2") == [2, 1]
    assert numbers(history, f"{LIST}?as_of=2020-01-01T12:00:00Z") == [1]
    assert history.get(f"{LIST}?revision=2").json()["page"]["total"] == 2


def test_a_revision_is_not_there_before_its_time(history: httpx.Client) -> None:
    assert history.get(f"{LIST}/3?revision=2").status_code == 404
    assert history.get(f"{LIST}/3/canonical?revision=2").status_code == 404
    assert history.get(f"{LIST}/4").json()["detail"] == "There is no revision 4: the newest is 3."


@pytest.mark.parametrize(
    "number", ["0", "-1", "+1", "1.0", "01", "1_0", "%201", "1e0", "one", str(2**31), str(2**63), "9" * 30]
)
def test_a_number_that_is_not_written_as_one_is_refused(still: httpx.Client, number: str) -> None:
    for path in (f"{LIST}/{number}", f"{LIST}/{number}/canonical"):
        assert [parameter for parameter, _ in refused(still, path)] == ["number"]


def test_a_list_of_revisions_takes_no_filter(still: httpx.Client) -> None:
    assert refused(still, f"{LIST}?q=world")[0][0] == "q"
    assert refused(still, f"{LIST}?sort=date")[0][0] == "sort"
