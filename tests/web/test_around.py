"""What began and ended around a day: surely or possibly, within a year before and after it."""

from typing import Any

import pytest

from app.web.around import YearAround


def ending(id: str, end: str | None, status: str = "ended", checked: str | None = "2020-01-01") -> dict[str, Any]:
    return {"id": id, "in_force_to": end, "status": status, "status_as_of": checked}


def told(changes: Any) -> list[tuple[str, bool, list[str]]]:
    return [(one.date, one.is_sure, [record["id"] for record in one.records]) for one in changes]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2017-10-01", "2016-10-01", "2018-10-01"),
        ("2016-02-29", "2015-02-28", "2017-02-28"),
        ("0001-05-01", "0001-05-01", "0002-05-01"),
        ("9999-05-01", "9998-05-01", "9999-05-01"),
    ],
)
def test_the_year_around_a_day_stays_in_the_calendar(day: str, first: str, last: str) -> None:
    assert YearAround.of(day) == YearAround(first, last)


def test_a_date_that_reaches_beyond_the_year_is_only_possible_and_comes_after_sure_ones() -> None:
    dates = {"a": "[2016..2030]", "b": "2018-01-11", "c": "2018-01-11", "d": "2016-09-30", "e": "2018-10-02"}
    entries = [{"id": id, "date": date} for id, date in dates.items()]
    assert told(YearAround.of("2017-10-01").beginnings(entries)) == [
        ("2018-01-11", True, ["b", "c"]),
        ("[2016..2030]", False, ["a"]),
    ]


def test_each_end_counts_once_and_an_unknown_one_is_possible_until_the_last_check() -> None:
    known, unknown = ending("known", "2017-05-01"), ending("unknown", None, checked="2017-01-01")
    others = [ending("goes on", None, "in-force"), ending("earlier", None, checked="2016-09-30")]
    assert told(YearAround.of("2017-10-01").ends([known, unknown, known, *others])) == [
        ("2017-05-01", True, ["known"]),
        ("[..2017-01-01]", False, ["unknown"]),
    ]
