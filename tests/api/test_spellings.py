"""Words with œ or æ are found however they are typed: not every keyboard has these letters."""

import httpx
import pytest

from tests.support.world import World, ids, text

EVENTS = "/v1/timeline-events"


@pytest.fixture
def spelt(world: World, api: httpx.Client) -> httpx.Client:
    """A world with a word in œ, the same in oe, and one that has both joined and separate vowels."""
    world.add("timeline-events", "joined", "Joined", kind="military", date="2001", summary=text("x", "Manœuvres"))
    world.add("timeline-events", "apart", "Apart", kind="military", date="2002", summary=text("Manoeuvres", "x"))
    world.add("timeline-events", "caesar", "Cæsar in a coexisting œuvre", kind="meeting", date="2003")
    world.publish()
    return api


@pytest.mark.parametrize("q", ["manœuvres", "manoeuvres", "MANŒUVRES", "ManOEuvres", "manoe", "manœ", '"manoeuvres"'])
def test_both_spellings_find_both(spelt: httpx.Client, q: str) -> None:
    assert ids(spelt, f"{EVENTS}?q={q}") == ["joined", "apart"]


@pytest.mark.parametrize("q", ["caesar", "cæsar oeuvre", "coexisting oeuvre", "oeuvre coexist", '"coexisting œuvre"'])
def test_a_word_beside_others_is_found_in_its_own_spelling(spelt: httpx.Client, q: str) -> None:
    assert ids(spelt, f"{EVENTS}?q={q}") == ["caesar"]


@pytest.mark.parametrize("q", ["manuvres", "oeuvre joined", '"manoe"', "cesar"])
def test_a_spelling_is_no_excuse_for_another_word(spelt: httpx.Client, q: str) -> None:
    assert ids(spelt, f"{EVENTS}?q={q}") == []
