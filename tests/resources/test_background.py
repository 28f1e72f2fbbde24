"""Background facts: fields, windows, undated facts, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids

LIST = "/v1/background-facts"


def test_a_fact_has_all_its_fields_and_a_decade_has_the_bounds_of_its_years(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/old-feud").json()["data"] == {
        "id": "old-feud",
        "title": "An old feud",
        "summary": "Summary of An old feud",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/background-facts/old-feud",
        "topics": [],
        "earliest": "1990-01-01",
        "latest": "1999-12-31",
        "kind": "conduct",
        "about": ["borea"],
        "period": "199X",
    }


def test_a_fact_without_a_period_is_served_without_bounds(still: httpx.Client) -> None:
    fact = still.get(f"{LIST}/hunger").json()["data"]
    assert (fact["period"], fact["earliest"], fact["latest"]) == (None, None, None)


def test_facts_without_a_period_come_last_in_both_directions(still: httpx.Client) -> None:
    assert ids(still, f"{LIST}?sort=date") == ["old-feud", "hunger"]
    assert ids(still, f"{LIST}?sort=-date") == ["old-feud", "hunger"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", ["hunger", "old-feud"]),
        ("kind=conduct", ["old-feud"]),
        ("kind=governance", []),
        ("actor=borea", ["hunger", "old-feud"]),
        ("actor=aland", []),
        ("from=1999-12-31", ["old-feud"]),
        ("from=2000", []),
        ("from=1990&to=1999&certain=true", ["old-feud"]),
        ("from=1991&to=1999&certain=true", []),
    ],
)
def test_facts_are_filtered_by_kind_actor_and_period(still: httpx.Client, filters: str, expected: list[str]) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "rumour"}, 'background-facts.toml: hunger: kind: "rumour" is not known. Allowed: governance, '),
        ({"period": "always"}, "background-facts.toml: hunger: period: 'always' is not a date of the EDTF"),
        ({"about": ["who"]}, "background-facts: hunger: about: names who, which is not in actors"),
    ],
)
def test_a_fact_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("background-facts", "hunger", **fields)
    [line] = world.faults()
    assert fault in line
