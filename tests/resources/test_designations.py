"""Designations: what a record of a listed party must have, how it is found, and how it is exported."""

import csv
import io
from typing import Any

import httpx
import pytest

from tests.support.world import World, text

LIST = "/v1/designations"
NAME = {"name": "SKIPPER UNO", "kind": "primary"}
ALIAS = {"name": "Uno", "kind": "alias"}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "ship"}, 'kind: "ship" is not known. Allowed: person, entity, vessel'),
        ({"imo_number": "9314651"}, "imo_number: must be an IMO number"),
        ({"imo_number": "931465"}, "imo_number: "),
        ({"names": []}, "names: must have 1 or more values"),
        ({"names": [ALIAS]}, "names: must have one primary name, which comes first"),
        ({"names": [ALIAS, NAME]}, "names: must have one primary name, which comes first"),
        ({"names": [NAME, NAME]}, "names: must have one primary name, which comes first"),
        ({"names": [NAME | {"kind": "nickname"}]}, "kind: "),
        ({"names": [NAME, ALIAS | {"quality": "fair"}]}, "quality: "),
        ({"names": [NAME | {"script": "Korean"}]}, "script: "),
        ({"birth_dates": ["1961-02-30"]}, "birth_dates.0: '1961-02-30' is not a date of the EDTF"),
        ({"birth_dates": ["about 1961"]}, "birth_dates.0: 'about 1961' is not a date of the EDTF"),
        ({"listed_on": "2009"}, "listed_on: "),
        ({"delisted_on": "[2001..1999]"}, "delisted_on: '[2001..1999]' is not a date of the EDTF"),
        ({"status": "listed"}, 'status: "listed" is not known'),
        ({"reference_number": None}, "reference_number: "),
    ],
)
def test_a_record_that_does_not_fit_is_refused(draft: World, fields: dict[str, Any], fault: str) -> None:
    draft.change("designations", "party-one", **fields)
    (found,) = draft.faults()
    assert found.startswith("designations.toml: party-one: ")
    assert fault in found


@pytest.mark.parametrize(
    ("fields", "target"),
    [({"measures": ["no-law"]}, "sanctions-measures"), ({"resolutions": ["no-law"]}, "legal-instruments")],
)
def test_a_party_cannot_name_what_is_not_there(draft: World, fields: dict[str, list[str]], target: str) -> None:
    draft.change("designations", "party-one", **fields)
    assert draft.faults() == [f"designations: party-one: {next(iter(fields))}: names no-law, which is not in {target}"]


def test_no_record_has_the_address_of_the_screening(draft: World) -> None:
    draft.of("designations", "party-one")["id"] = "screen"
    assert any("id: is the address of something else" in fault for fault in draft.faults())


def test_a_vessel_has_its_imo_number(world: World, api: httpx.Client) -> None:
    vessel = {"kind": "vessel", "reference_number": "BOv.001", "names": [{"name": "SEA COW", "kind": "primary"}]}
    days = {"listed_on": "1992-03-04", "status": "in-force", "status_as_of": "2001-01-01"}
    world.add("designations", "sea-cow", "Sea Cow", imo_number="9314650", **vessel, **days)
    world.publish()
    shown = api.get(f"{LIST}/sea-cow").json()["data"]
    assert (shown["imo_number"], shown["birth_dates"], shown["delisted_on"]) == ("9314650", [], None)
    assert [one["id"] for one in api.get(LIST, params={"kind": "vessel"}).json()["data"]] == ["sea-cow"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kind=person", True),
        ("kind=entity", False),
        ("status=in-force", True),
        ("status=ended", False),
        ("measure=no-boats", True),
        ("measure=no-loans", False),
        ("instrument=the-law", True),
        ("instrument=the-rule", False),
        ("source=gazette", True),
        ("source=almanac", False),
        ("from=1990&to=1991-05-01", False),
        ("from=1990&to=1991-05-02", True),
        ("q=skipper", True),
        ("q=unno", True),
        ("q=BOi.001", True),
        ("q=%22harbour+street%22", False),
    ],
)
def test_filters_and_search_find_a_party(still: httpx.Client, query: str, found: bool) -> None:
    assert [one["id"] for one in still.get(f"{LIST}?{query}").json()["data"]] == ["party-one"] * found


def test_a_party_that_is_no_longer_listed_is_outside_the_time_after_it(world: World, api: httpx.Client) -> None:
    world.change("designations", "party-one", status="ended", status_as_of="2005-06-07", delisted_on="[2004..2005]")
    world.publish()
    years = {year: api.get(LIST, params={"from": year}).json()["page"]["total"] for year in ("2005", "2006")}
    assert years == {"2005": 1, "2006": 0}


def test_facets_count_kinds_and_measures_in_the_language_of_the_answer(still: httpx.Client) -> None:
    facets = still.get(LIST, params={"facets": "kind,measure", "lang": "fr"}).json()["facets"]
    assert facets["kind"] == [{"value": "person", "label": "Personne", "count": 1}]
    assert [(one["value"], one["count"]) for one in facets["measure"]] == [("no-boats", 1)]


def test_include_gives_the_measures_and_the_law_that_bind_a_party(still: httpx.Client) -> None:
    included = still.get(f"{LIST}/party-one", params={"include": "sanctions-measures,legal-instruments"}).json()[
        "included"
    ]
    assert {name: [*records] for name, records in included.items()} == {
        "sanctions-measures": ["no-boats"],
        "legal-instruments": ["the-law"],
    }


def test_a_measure_counts_the_parties_that_it_binds(still: httpx.Client) -> None:
    assert still.get("/v1/sanctions-measures/no-boats").json()["references"]["designations"] == 1


def test_lists_in_a_record_are_cells_of_a_spreadsheet(still: httpx.Client) -> None:
    (row,) = csv.DictReader(io.StringIO(still.get(LIST, params={"format": "csv"}).text.removeprefix("\ufeff")))
    assert "SKIPPER UNO" in row["names"]
    assert "Skipper Unno" in row["names"]
    assert "[1951..1953]" in row["birth_dates"]


def test_a_party_is_not_on_the_timeline(still: httpx.Client) -> None:
    assert "designations" not in {one["collection"] for one in still.get("/v1/timeline").json()["data"]}


def test_a_changed_name_is_found_and_the_old_one_no_longer(world: World, api: httpx.Client) -> None:
    world.publish_with_change("designations", "party-one", title=text("Dos"), names=[NAME | {"name": "CAPTAIN DOS"}])
    assert api.get(LIST, params={"q": "captain"}).json()["page"]["total"] == 1
    assert api.get(LIST, params={"q": "unno"}).json()["page"]["total"] == 0
    assert api.get(LIST, params={"q": "unno", "revision": 1}).json()["page"]["total"] == 1
