"""Legal instruments: fields, order by their own date, what was in force on a day, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids

LIST = "/v1/legal-instruments"


def test_an_instrument_has_all_its_fields(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/the-treaty").json()["data"] == {
        "id": "the-treaty",
        "title": "The treaty",
        "summary": "Summary of The treaty",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/legal-instruments/the-treaty",
        "topics": [],
        "in_force_from": "1991",
        "in_force_to": None,
        "kind": "treaty",
        "legal_citation": "T 1",
        "issuer": None,
        "parties": ["aland", "borea"],
        "date": "1990-05-01",
        "enabled_by": [],
        "implements": [],
        "amends": [],
    }


@pytest.mark.parametrize(
    ("day", "possibly", "surely"),
    [
        ("1990-12-31", [], []),
        ("1991-01-01", ["the-treaty"], []),
        ("1991-12-31", ["the-treaty"], ["the-treaty"]),
        ("2000-01-01", ["the-law", "the-treaty"], ["the-law", "the-treaty"]),
        ("2009-12-31", ["the-law", "the-treaty"], ["the-law", "the-treaty"]),
        ("2010-01-01", ["the-treaty"], ["the-treaty"]),
    ],
)
def test_in_force_on_a_day_possibly_and_surely(
    still: httpx.Client, day: str, possibly: list[str], surely: list[str]
) -> None:
    assert ids(still, f"{LIST}?in_force_on={day}") == possibly
    assert ids(still, f"{LIST}?in_force_on={day}&certain=true") == surely


def test_the_date_of_an_instrument_is_its_own_and_not_when_it_came_into_force(still: httpx.Client) -> None:
    assert ids(still, f"{LIST}?from=1990&to=1990") == ["the-treaty"]
    assert ids(still, f"{LIST}?from=1991") == []
    assert ids(still, f"{LIST}?sort=date") == ["the-treaty", "the-law", "the-rule"]
    assert ids(still, f"{LIST}?sort=-date") == ["the-treaty", "the-rule", "the-law"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("kind=statute&kind=regulation", ["the-law", "the-rule"]),
        ("kind=resolution", []),
        ("actor=aland", ["the-law", "the-treaty"]),
        ("actor=borea", ["the-treaty"]),
        ("instrument=the-law", ["the-rule"]),
        ("instrument=the-treaty", ["the-rule"]),
        ("instrument=the-rule", []),
    ],
)
def test_instruments_are_filtered_by_kind_by_issuer_and_party_and_by_what_they_rest_on(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        (
            {"kind": "poem"},
            'legal-instruments.toml: the-rule: kind: "poem" is not known. Allowed: statute, regulation, ',
        ),
        ({"legal_citation": "R 1"}, "legal-instruments.toml: the-rule: legal_citation: "),
        ({"in_force_from": "../2000"}, "the-rule: in_force_from: is an interval: write a single date"),
        (
            {"in_force_from": "2001-02", "in_force_to": "2001-01"},
            "legal-instruments.toml: the-rule: in_force_to: ends before in_force_from=",
        ),
        ({"amends": ["the-song"]}, "the-rule: amends: names the-song, which is not in legal-instruments"),
        ({"parties": ["who"]}, "legal-instruments: the-rule: parties: names who, which is not in actors"),
    ],
)
def test_an_instrument_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("legal-instruments", "the-rule", **fields)
    [line] = world.faults()
    assert fault in line
