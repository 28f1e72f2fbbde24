"""Initiatives: fields, windows over their period, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids

LIST = "/v1/initiatives"


def test_an_initiative_has_all_its_fields_and_an_open_end_has_no_bound(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/patrol").json()["data"] == {
        "id": "patrol",
        "title": "The patrol",
        "summary": "Summary of The patrol",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/initiatives/patrol",
        "topics": [],
        "earliest": "2018-01-01",
        "latest": None,
        "kind": "naval",
        "period": "2018/..",
        "lead": "aland",
        "partners": ["elba"],
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("kind=naval", ["patrol"]),
        ("kind=military", []),
        ("actor=aland", ["patrol"]),
        ("actor=elba", ["patrol"]),
        ("actor=borea", []),
        ("from=2030", ["patrol"]),
        ("to=2017", []),
        ("to=2018-01-01", ["patrol"]),
        ("from=2018&certain=true", []),
    ],
)
def test_initiatives_are_filtered_by_kind_lead_partner_and_period(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


def test_initiatives_come_by_id_unless_another_order_is_asked_for(world: World, api: httpx.Client) -> None:
    world.add("initiatives", "aid-talks", "Talks on aid", kind="convening", period="2019")
    world.add("initiatives", "watch", "A watch", kind="monitoring", period="../2001")
    world.publish()
    assert ids(api, LIST) == ["aid-talks", "patrol", "watch"]
    assert ids(api, f"{LIST}?sort=date") == ["watch", "patrol", "aid-talks"]
    assert ids(api, f"{LIST}?sort=title") == ["watch", "aid-talks", "patrol"]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "party"}, 'initiatives.toml: patrol: kind: "party" is not known. Allowed: military, naval, '),
        ({"period": None}, "initiatives.toml: patrol: period: null is not a text"),
        ({"lead": "who"}, "initiatives: patrol: lead: names who, which is not in actors"),
        ({"partners": ["who"]}, "initiatives: patrol: partners: names who, which is not in actors"),
    ],
)
def test_an_initiative_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("initiatives", "patrol", **fields)
    [line] = world.faults()
    assert fault in line
