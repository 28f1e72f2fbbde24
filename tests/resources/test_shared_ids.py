"""Ids are unique within a collection, not across them: what has the same id elsewhere changes nothing."""

import httpx
import pytest

from tests.support.world import World, ids

EVENTS, INITIATIVES = "/v1/timeline-events", "/v1/initiatives"


@pytest.fixture
def shared(world: World, api: httpx.Client) -> httpx.Client:
    """An event and an initiative with one id, of one revision, that share no word and name different records."""
    own = {"lead": "elba", "topics": ["trade"], "period": "2001"}
    world.add("initiatives", "twin", "Lighthouse", kind="monitoring", **own)
    world.add("timeline-events", "twin", "Comet", kind="meeting", date="2001", actors=["zara"], topics=["peace"])
    world.publish()
    return api


def test_a_list_does_not_find_the_words_of_the_other(shared: httpx.Client) -> None:
    assert ids(shared, f"{EVENTS}?q=comet") == ["twin"]
    assert ids(shared, f"{EVENTS}?q=lighthouse") == []
    assert ids(shared, f"{INITIATIVES}?q=lighthouse") == ["twin"]
    assert ids(shared, f"{INITIATIVES}?q=comet") == []


def test_a_filter_does_not_find_what_the_other_names(shared: httpx.Client) -> None:
    assert ids(shared, f"{EVENTS}?actor=zara") == ["twin"]
    assert ids(shared, f"{EVENTS}?actor=elba") == []
    assert ids(shared, f"{INITIATIVES}?actor=elba") == ["patrol", "twin"]
    assert ids(shared, f"{INITIATIVES}?topic=peace") == []


def test_what_names_the_one_is_not_counted_for_the_other(world: World, shared: httpx.Client) -> None:
    world.change("timeline-events", "tie", related=[{"collection": "initiatives", "id": "twin"}])
    world.publish()
    assert shared.get(f"{INITIATIVES}/twin").json()["references"] == {"timeline-events": 1}
    assert shared.get(f"{EVENTS}/twin").json()["references"] == {}


def test_withdrawing_the_one_leaves_the_other_as_it_was(world: World, shared: httpx.Client) -> None:
    world.withdraw("initiatives", "twin", "Burnt down")
    world.publish()
    assert shared.get(f"{INITIATIVES}/twin").json()["reason"] == "Burnt down"
    assert shared.get(f"{EVENTS}/twin").json()["data"]["title"] == "Comet"
    assert ids(shared, f"{EVENTS}?actor=zara&q=comet") == ["twin"]
    assert shared.get("/v1/actors/zara").json()["references"] == {"timeline-events": 1}
    assert shared.get("/v1/actors/elba").json()["references"].get("initiatives") == 1
