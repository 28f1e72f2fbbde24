"""Force on a day, in words: the states agree with the API's filter, and each doubt says what is not known."""

from typing import Any

import httpx
import pytest

from app.model.edtf import Bounds
from app.web.force import exception_force, force_on, last_days

DAY = "2010-06-15"


def record(
    start: str | None = None, end: str | None = None, status: str = "unknown", checked: str | None = None
) -> dict[str, Any]:
    return {"in_force_from": start, "in_force_to": end, "status": status, "status_as_of": checked}


@pytest.mark.parametrize(
    ("given", "state", "doubts"),
    [
        (record("2010-06-15", "2010-06-15"), "certain", []),
        (record("2009", None, "in-force", "2010-06-15"), "certain", []),
        (record("2009", None, "in-force", "2010-06-14"), "checked", ["page-sanctions-checked"]),
        (record("2010", None, "in-force", "2010-06-14"), "possible", ["start-between", "checked"]),
        (record("[2009..2011]", "2012"), "possible", ["start-between"]),
        (record(None, "2012"), "possible", ["start-unknown"]),
        (record("2009", "2010"), "possible", ["end-between"]),
        (record("2009"), "possible", ["end-unknown"]),
        (record("2009", None, "ended", "2010-06-15"), "possible", ["ended"]),
        (record(None, None, "not-yet", "2010-01-01"), "possible", ["not-yet", "end-unknown"]),
        (record("2009", None, "ended", "2010-06-14"), "outside", []),
        (record("2010-06-16"), "outside", []),
        (record("2009", "2010-06-14"), "outside", []),
    ],
)
def test_a_state_short_of_certain_says_what_is_not_known(given: dict[str, Any], state: str, doubts: list[str]) -> None:
    force = force_on(DAY, given)
    assert force.state == state
    assert [one.code.removeprefix("page-sanctions-") for one in force.doubts] == [
        one.removeprefix("page-sanctions-") for one in doubts
    ]


def test_an_instrument_of_unknown_start_is_not_in_force_before_its_date() -> None:
    signed = {**record(None, "2012"), "date": "2010-06-15"}
    assert force_on("2010-06-14", signed).state == "outside"
    assert force_on("2010-06-15", signed).state == "possible"


@pytest.mark.parametrize(
    ("exception", "measure", "state"),
    [
        (("2009", None), record(status="in-force", checked="2010-06-15"), "certain"),
        (("2009", None), record(status="in-force", checked="2010-06-14"), "checked"),
        (("2009", None), record(status="ended", checked="2010-06-20"), "possible"),
        (("2009", "2010-06-15"), record(), "certain"),
        (("2009", "2010-06-14"), record(status="in-force", checked="2011-01-01"), "outside"),
        ((None, None), record(status="in-force", checked="2011-01-01"), "possible"),
    ],
)
def test_an_exception_without_an_end_was_there_when_its_measure_was_checked(
    exception: tuple[str | None, str | None], measure: dict[str, Any], state: str
) -> None:
    start, end = exception
    assert exception_force(DAY, {"in_force_from": start, "in_force_to": end}, measure).state == state


def test_what_ended_on_an_unknown_day_did_so_by_its_last_check() -> None:
    assert last_days(record("2009", None, "ended", "2010-06-14")) == Bounds(None, "2010-06-14")
    assert last_days(record("2009", "2011", "ended", "2012-01-01")) == Bounds("2011-01-01", "2011-12-31")
    assert last_days(record("2009", None, "in-force", "2012-01-01")) == Bounds(None, None)


DAYS = ("2006-11-08", "2006-11-09", "2011-08-11", "2017-10-01", "2018-01-11", "2020-05-31", "2020-06-01", "2025-07-25")


@pytest.mark.parametrize("day", DAYS)
def test_page_and_api_agree_on_which_measures_are_in_force(dossier: httpx.Client, day: str) -> None:
    def ids(**query: str) -> set[str]:
        rows = dossier.get("/v1/sanctions-measures", params={"limit": 200, **query}).json()["data"]
        return {row["id"] for row in rows}

    rows = dossier.get("/v1/sanctions-measures", params={"limit": 200}).json()["data"]
    states = {row["id"]: force_on(day, row).state for row in rows}
    assert {id for id, state in states.items() if state != "outside"} == ids(in_force_on=day)
    assert {id for id, state in states.items() if state == "certain"} == ids(in_force_on=day, certain="true")
