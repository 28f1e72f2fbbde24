"""Sanctions measures: fields, what was in force on a day, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids, refused, text

LIST = "/v1/sanctions-measures"


def test_a_measure_has_all_its_fields_and_those_of_its_exceptions_and_authorizations(
    still: httpx.Client,
) -> None:
    assert still.get(f"{LIST}/no-apples?lang=fr").json()["data"] == {
        "id": "no-apples",
        "title": "No apples (fr)",
        "summary": "Summary of No apples (fr)",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/sanctions-measures/no-apples",
        "topics": [],
        "in_force_from": "2005",
        "in_force_to": "2006-06",
        "regime": "autonomous",
        "kind": "import-ban",
        "scope": "goods",
        "instrument": "the-law",
        "provision": "art. 2",
        "implements": [],
        "exceptions": [{"title": "Pommettes", "provision": "art. 3", "in_force_from": None, "in_force_to": None}],
        "authorizations": [
            {"kind": "permit", "title": "Apple permit (fr)", "instrument": "the-rule", "provision": None}
        ],
        "replaces": [],
    }


@pytest.mark.parametrize(
    ("day", "possibly", "surely"),
    [
        ("2004-12-31", [], []),
        ("2005-01-01", ["no-apples"], []),
        ("2005-12-30", ["no-apples"], []),
        ("2005-12-31", ["no-apples"], ["no-apples"]),
        ("2006-06-01", ["no-apples"], ["no-apples"]),
        ("2006-06-02", ["no-apples"], []),
        ("2006-06-30", ["no-apples"], []),
        ("2006-07-01", [], []),
        ("2007-02-28", [], []),
        ("2007-03-01", ["no-loans"], ["no-loans"]),
        ("9999-12-31", ["no-loans"], ["no-loans"]),
    ],
)
def test_in_force_on_a_day_possibly_by_the_widest_bounds_and_surely_by_the_narrowest(
    still: httpx.Client, day: str, possibly: list[str], surely: list[str]
) -> None:
    assert ids(still, f"{LIST}?in_force_on={day}") == possibly
    assert ids(still, f"{LIST}?in_force_on={day}&certain=true") == surely


def test_a_measure_without_a_known_start_is_never_in_force_on_a_day(world: World, api: httpx.Client) -> None:
    world.change("sanctions-measures", "no-boats", in_force_to="2010")
    world.publish()
    for day in ("0001-01-01", "2010-01-01", "2010-12-31", "9999-12-31"):
        assert "no-boats" not in ids(api, f"{LIST}?in_force_on={day}")
        assert "no-boats" not in ids(api, f"{LIST}?in_force_on={day}&certain=true")


def test_in_force_on_speaks_of_the_revision_that_was_asked_for(world: World, api: httpx.Client) -> None:
    world.change("sanctions-measures", "no-loans", in_force_to="2008-01-01")
    world.publish()
    assert ids(api, f"{LIST}?in_force_on=2009-01-01") == []
    assert ids(api, f"{LIST}?in_force_on=2009-01-01&revision=1") == ["no-loans"]


@pytest.mark.parametrize("day", ["2018", "2018-06", "2018-02-29", "2018-06-12T00:00:00Z", "today"])
def test_in_force_on_takes_one_day_of_the_calendar(still: httpx.Client, day: str) -> None:
    assert [name for name, _ in refused(still, f"{LIST}?in_force_on={day}")] == ["in_force_on"]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("from=2006-07", ["no-loans"]),
        ("to=2005", ["no-apples"]),
        ("from=2005&to=2006-06&certain=true", ["no-apples"]),
        ("from=2005&to=2006-05&certain=true", []),
        ("from=2007&certain=true", []),
    ],
)
def test_a_window_is_held_against_the_time_in_force(still: httpx.Client, window: str, expected: list[str]) -> None:
    assert ids(still, f"{LIST}?{window}") == expected


def test_measures_come_by_start_when_sorted_by_date_and_those_without_one_last(still: httpx.Client) -> None:
    assert ids(still, f"{LIST}?sort=date") == ["no-apples", "no-loans", "no-boats"]
    assert ids(still, f"{LIST}?sort=-date") == ["no-loans", "no-apples", "no-boats"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("regime=autonomous", ["no-apples", "no-loans"]),
        ("regime=export-control", []),
        ("kind=ship-ban&kind=import-ban", ["no-apples", "no-boats"]),
        ("scope=sector", ["no-loans"]),
        ("instrument=the-law", ["no-apples", "no-loans"]),
        ("instrument=the-rule", ["no-apples", "no-boats"]),
        ("instrument=the-treaty", ["no-loans"]),
        ("topic=trade", ["no-loans"]),
        ("regime=autonomous&instrument=the-rule", ["no-apples"]),
    ],
)
def test_measures_are_filtered_by_regime_kind_scope_and_every_instrument_they_name(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"regime": "private"}, 'no-loans: regime: "private" is not known. Allowed: autonomous, united-nations, '),
        ({"scope": "all"}, 'no-loans: scope: "all" is not known. Allowed: country, sector, goods, listed-parties'),
        ({"in_force_from": "2007/2008"}, "no-loans: in_force_from: is an interval: write a single date"),
        ({"in_force_to": "2006"}, "no-loans: in_force_to: ends before in_force_from="),
        (
            {"exceptions": [{"title": text("Old"), "in_force_from": "2002", "in_force_to": "2001"}]},
            "no-loans: exceptions.0.in_force_to: ends before in_force_from=",
        ),
        ({"instrument": None}, "no-loans: instrument: null is not a text"),
        ({"provision": "s. 2"}, "no-loans: provision: "),
        (
            {"authorizations": [{"kind": "wink", "title": text("Wink"), "instrument": "the-law"}]},
            'no-loans: authorizations.0.kind: "wink" is not known. Allowed: permit, certificate',
        ),
        (
            {"authorizations": [{"kind": "permit", "title": text("Leave"), "instrument": "no-law"}]},
            "no-loans: instrument: names no-law, which is not in legal-instruments",
        ),
        ({"replaces": ["no-pears"]}, "no-loans: replaces: names no-pears, which is not in sanctions-measures"),
    ],
)
def test_a_measure_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("sanctions-measures", "no-loans", **fields)
    [line] = world.faults()
    assert fault in line


def test_a_measure_may_end_in_the_year_it_begins_in(world: World) -> None:
    world.change("sanctions-measures", "no-loans", in_force_from="2007-03", in_force_to="2007")
    assert world.publish() is not None
