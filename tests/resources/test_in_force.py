"""What was in force on a day: possibly by the widest bounds, certainly by the narrowest; and the order of dates."""

import httpx
import pytest

from tests.support.world import World, ids, refused

MEASURES, INSTRUMENTS = "/v1/sanctions-measures", "/v1/legal-instruments"


@pytest.mark.parametrize(
    ("path", "possibly", "certainly"),
    [
        # The rule has neither start nor date, so it may have been in force on any day
        ("legal-instruments?in_force_on=1990-12-31", ["the-rule"], []),
        ("legal-instruments?in_force_on=1991-01-01", ["the-rule", "the-treaty"], []),
        ("legal-instruments?in_force_on=1991-12-31", ["the-rule", "the-treaty"], []),
        ("legal-instruments?in_force_on=2000-01-01", ["the-law", "the-rule", "the-treaty"], ["the-law"]),
        ("legal-instruments?in_force_on=2009-12-31", ["the-law", "the-rule", "the-treaty"], ["the-law"]),
        ("legal-instruments?in_force_on=2010-01-01", ["the-rule", "the-treaty"], []),
        ("sanctions-measures?in_force_on=0001-01-01", ["no-boats"], []),
        ("sanctions-measures?in_force_on=2004-12-31", ["no-boats"], []),
        ("sanctions-measures?in_force_on=2005-01-01", ["no-apples", "no-boats"], []),
        ("sanctions-measures?in_force_on=2005-12-30", ["no-apples", "no-boats"], []),
        ("sanctions-measures?in_force_on=2005-12-31", ["no-apples", "no-boats"], ["no-apples"]),
        ("sanctions-measures?in_force_on=2006-06-01", ["no-apples", "no-boats"], ["no-apples"]),
        ("sanctions-measures?in_force_on=2006-06-02", ["no-apples", "no-boats"], []),
        ("sanctions-measures?in_force_on=2006-06-30", ["no-apples", "no-boats"], []),
        ("sanctions-measures?in_force_on=2006-07-01", ["no-boats"], []),
        ("sanctions-measures?in_force_on=2007-02-28", ["no-boats"], []),
        ("sanctions-measures?in_force_on=2007-03-01", ["no-boats", "no-loans"], []),
        ("sanctions-measures?in_force_on=9999-12-31", ["no-boats", "no-loans"], []),
    ],
)
def test_in_force_on_a_day_possibly_by_the_widest_bounds_and_certainly_by_the_narrowest(
    still: httpx.Client, path: str, possibly: list[str], certainly: list[str]
) -> None:
    assert ids(still, f"/v1/{path}") == possibly
    assert ids(still, f"/v1/{path}&certain=true") == certainly


DAYS = ("1999-12-31", "2000-01-01", "2000-12-31", "2010-06-01", "2010-06-02", "2020-06-01", "2020-06-02")


@pytest.mark.parametrize(
    ("fields", "possibly", "certainly"),
    [
        ({}, DAYS, ()),
        ({"in_force_from": "[..2020-06-01]"}, DAYS, ()),
        (
            {"in_force_from": "[..2010-06-01]", "status": "in-force", "status_as_of": "2020-06-01"},
            DAYS,
            ("2010-06-01", "2010-06-02", "2020-06-01"),
        ),
        (
            {"in_force_from": "[2000-01-01..2010-06-01]", "in_force_to": "[2010-06-02..2020-06-01]"},
            DAYS[1:-1],
            ("2010-06-01", "2010-06-02"),
        ),
        ({"in_force_from": "[2000-12-31..]", "in_force_to": "2020-06-01"}, DAYS[2:-1], ()),
        ({"in_force_from": "2000", "status": "unknown"}, DAYS[1:], ()),
        ({"in_force_from": "2000", "status": "not-yet", "status_as_of": "1999-12-31"}, DAYS[1:], ()),
        (
            {"in_force_from": "2000", "status": "in-force", "status_as_of": "2010-06-01"},
            DAYS[1:],
            ("2000-12-31", "2010-06-01"),
        ),
        ({"in_force_from": "2000", "status": "ended", "status_as_of": "2010-06-01"}, DAYS[1:4], ()),
        # An end that is known on one side only stops there too
        (
            {"in_force_from": "2000", "in_force_to": "[2001..]", "status": "ended", "status_as_of": "2010-06-01"},
            DAYS[1:4],
            ("2000-12-31",),
        ),
        (
            {"in_force_from": "2000", "in_force_to": "2010-06-01", "status": "ended", "status_as_of": "2020-06-02"},
            DAYS[1:4],
            ("2000-12-31", "2010-06-01"),
        ),
        ({"in_force_from": "2000", "in_force_to": "[2010-06-01..]"}, DAYS[1:], ("2000-12-31", "2010-06-01")),
        ({"in_force_to": "2010-06-01", "status": "ended", "status_as_of": "2020-06-02"}, DAYS[:4], ()),
    ],
)
@pytest.mark.parametrize(("path", "id"), [(MEASURES, "no-boats"), (INSTRUMENTS, "the-rule")])
def test_the_bounds_of_start_and_end_and_the_status_say_when_it_is_in_force(
    world: World,
    api: httpx.Client,
    path: str,
    id: str,
    fields: dict[str, str],
    possibly: tuple[str],
    certainly: tuple[str],
) -> None:
    world.publish_with_change(
        path.removeprefix("/v1/"),
        id,
        **{"kind": world.of(path[4:], id)["kind"], "title": {"en": "T", "fr": "T"}, **fields},
    )
    for day in DAYS:
        assert (id in ids(api, f"{path}?in_force_on={day}")) is (day in possibly), day
        assert (id in ids(api, f"{path}?in_force_on={day}&certain=true")) is (day in certainly), day
        if path == MEASURES:  # the time in force is what from and to mean there
            assert (id in ids(api, f"{path}?from={day}&to={day}")) is (day in possibly), day


def test_an_instrument_of_unknown_start_was_not_in_force_before_its_date(world: World, api: httpx.Client) -> None:
    for start in (None, "[..2020]"):
        world.publish_with_change("legal-instruments", "the-rule", date="2006-11", in_force_from=start)
        assert "the-rule" not in ids(api, f"{INSTRUMENTS}?in_force_on=2006-10-31")
        assert "the-rule" in ids(api, f"{INSTRUMENTS}?in_force_on=2006-11-01")


def test_in_force_on_is_answered_from_the_revision_that_was_asked_for(world: World, api: httpx.Client) -> None:
    world.publish_with_change("sanctions-measures", "no-loans", in_force_to="2008-01-01")
    assert ids(api, f"{MEASURES}?in_force_on=2009-01-01") == ["no-boats"]
    assert ids(api, f"{MEASURES}?in_force_on=2009-01-01&revision=1") == ["no-boats", "no-loans"]


def test_a_measure_is_wholly_inside_a_period_only_if_its_start_and_end_are_known(
    world: World, api: httpx.Client
) -> None:
    found = {"status": "in-force", "status_as_of": "2020-01-01", "in_force_from": "[2000..2005]"}
    world.publish_with_change("sanctions-measures", "no-boats", **found)
    assert ids(api, f"{MEASURES}?from=2000&certain=true") == ["no-apples"]
    world.publish_with_change("sanctions-measures", "no-boats", status="ended")
    assert ids(api, f"{MEASURES}?from=2000&to=2020-01-01&certain=true") == ["no-apples", "no-boats"]
    assert ids(api, f"{MEASURES}?from=2001&to=2020-01-01&certain=true") == ["no-apples"]


def test_status_is_a_filter_and_a_facet(world: World, api: httpx.Client) -> None:
    world.publish_with_change("sanctions-measures", "no-boats", status="ended", status_as_of="2010-01-01")
    assert ids(api, f"{MEASURES}?status=ended") == ["no-boats"]
    assert ids(api, f"{MEASURES}?status=unknown") == ["no-apples", "no-loans"]
    facets = api.get(f"{MEASURES}?facets=status").json()["facets"]["status"]
    assert [(one["value"], one["count"], one["label"]) for one in facets] == [
        ("unknown", 2, "Not known"),
        ("ended", 1, "No longer in force"),
    ]


@pytest.mark.parametrize("fields", [{"status": "ended"}, {"status_as_of": "2020-01-01"}])
def test_a_status_comes_with_the_day_on_which_it_was_known(draft: World, fields: dict[str, str]) -> None:
    draft.change("sanctions-measures", "no-boats", **fields)
    (fault,) = draft.faults()
    assert fault.startswith("sanctions-measures.toml: no-boats: status and status_as_of go together: give both, or ")


LISTS = [
    "timeline-events",
    "policy-positions",
    "funding-records",
    "initiatives",
    "background-facts",
    "sources",
    "timeline",
]


@pytest.mark.parametrize("value", ["true", "false"])
@pytest.mark.parametrize("name", [*LISTS, "funding-records/totals"])
def test_certain_needs_a_period(still: httpx.Client, name: str, value: str) -> None:
    detail = "needs a period or a day: add one of from, to"
    assert refused(still, f"/v1/{name}?certain={value}") == [("certain", detail)]


@pytest.mark.parametrize("path", [MEASURES, INSTRUMENTS])
def test_certain_needs_a_period_or_a_day_where_there_is_one(still: httpx.Client, path: str) -> None:
    detail = "needs a period or a day: add one of from, to, in_force_on"
    assert refused(still, f"{path}?certain=true") == [("certain", detail)]
    french = still.get(f"{path}?certain=true&lang=fr&format=csv")
    assert french.status_code == 422


# The order of dates


def test_what_has_no_known_first_day_comes_at_its_last_and_what_has_neither_comes_last(
    world: World, api: httpx.Client
) -> None:
    periods = {
        "until": "../1990",
        "limit": "[..1990-06-01]",
        "year": "1990",
        "since": "1990/..",
        "some": "/..",
        "b": "1991",
    }
    for id, period in periods.items():
        world.add("initiatives", id, id, kind="military", period=period)
    world.publish()
    dated = ["since", "limit", "until", "b"]
    assert ids(api, "/v1/initiatives?kind=military&sort=date") == ["year", *dated, "some"]
    assert ids(api, "/v1/initiatives?kind=military&sort=-date") == [*dated[::-1], "year", "some"]
    rows = ids(api, "/v1/timeline?collection=initiatives")
    assert rows == ["year", *dated, "patrol"]
    assert ids(api, "/v1/timeline?collection=initiatives&sort=-date") == rows[::-1]


def test_measures_are_sorted_by_when_they_came_into_force(world: World, api: httpx.Client) -> None:
    world.publish_with_change("sanctions-measures", "no-boats", in_force_from="[..2006]", in_force_to="2007")
    assert ids(api, f"{MEASURES}?sort=date") == ["no-apples", "no-boats", "no-loans"]
    assert ids(api, "/v1/timeline?collection=sanctions-measures") == ["no-apples", "no-boats", "no-loans"]
    world.publish_with_change("sanctions-measures", "no-boats", in_force_from=None, in_force_to=None)
    assert ids(api, f"{MEASURES}?sort=date") == ["no-apples", "no-loans", "no-boats"]
    assert ids(api, f"{MEASURES}?sort=-date") == ["no-loans", "no-apples", "no-boats"]
