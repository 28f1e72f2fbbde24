"""Time scale: periods of the calendar, their places, and where a reader goes from one to another."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.pictures.periods import (
    CENTURIES,
    DAYS,
    DECADES,
    MONTHS,
    QUARTERS,
    YEARS,
    Period,
    bar_step,
    decade_of,
    month_of,
    neighbours,
    period,
    slots,
    table_step,
    wider,
    year_of,
)

STEPS = (DAYS, MONTHS, QUARTERS, YEARS, DECADES, CENTURIES)
DAY = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "query", "text"),
    [
        ("2010", "2019", {"from": "2010", "to": "2019"}, "201X"),
        ("2017", "2017", {"from": "2017", "to": "2017"}, "2017"),
        ("2017-02", "2017-02", {"from": "2017-02", "to": "2017-02"}, "2017-02"),
        ("2017-01", "2017-03", {"from": "2017-01", "to": "2017-03"}, "2017-01/2017-03"),
        ("2017-01-01", "2017-12-31", {"from": "2017", "to": "2017"}, "2017"),
        ("2017-09-03", "2017-09-03", {"from": "2017-09-03", "to": "2017-09-03"}, "2017-09-03"),
        ("2017-09-01", "2017-09-03", {"from": "2017-09-01", "to": "2017-09-03"}, "2017-09-01/2017-09-03"),
        ("2015", "2019", {"from": "2015", "to": "2019"}, "2015/2019"),
    ],
)
def test_a_period_is_asked_for_in_the_shortest_words_of_the_api(
    start: str, end: str, query: dict[str, str], text: str
) -> None:
    found = period(start, end)
    assert (found.query, found.text) == (query, text)
    assert period(found.query["from"], found.query["to"]) == found


def test_places_run_from_the_first_day_to_the_end_of_the_last() -> None:
    year = year_of(2017)
    assert year.place(date(2017, 1, 1)) == 0
    assert year.place(date(2017, 7, 2)) == pytest.approx(100 * 182 / 365)
    assert year.place(date(2018, 1, 1)) == 100


@pytest.mark.parametrize(
    ("whole", "step", "count", "first", "last"),
    [
        (period("1948", "2027"), DECADES, 9, decade_of(1940), decade_of(2020)),
        (period("2010", "2019"), YEARS, 10, year_of(2010), year_of(2019)),
        (year_of(2017), MONTHS, 12, period("2017-01", "2017-01"), period("2017-12", "2017-12")),
        (year_of(2017), QUARTERS, 4, period("2017-01", "2017-03"), period("2017-10", "2017-12")),
        (
            period("2016-02", "2016-02"),
            DAYS,
            29,
            period("2016-02-01", "2016-02-01"),
            period("2016-02-29", "2016-02-29"),
        ),
        (period("0001", "9999"), CENTURIES, 100, period("0001", "0099"), period("9900", "9999")),
    ],
)
def test_slots_are_whole_parts_of_the_calendar(
    whole: Period, step: int, count: int, first: Period, last: Period
) -> None:
    found = slots(whole, step)
    assert (len(found), found[0], found[-1]) == (count, first, last)


@given(DAY, st.integers(0, 40_000), st.sampled_from(STEPS[1:]))
def test_slots_follow_each_other_without_gap_and_cover_the_period(first: date, days: int, step: int) -> None:
    whole = Period(first, date.fromordinal(min(first.toordinal() + days, date.max.toordinal())))
    found = slots(whole, step)
    assert found[0].first <= whole.first
    assert found[-1].last >= whole.last
    assert all(one.last + timedelta(1) == then.first for one, then in pairwise(found))


@given(DAY, st.integers(0, 3_700_000))
def test_no_period_has_more_than_a_hundred_columns_in_its_table(first: date, days: int) -> None:
    whole = Period(first, date.fromordinal(min(first.toordinal() + days, date.max.toordinal())))
    assert 1 <= len(slots(whole, table_step(whole))) <= 101


def test_bars_are_finer_than_columns_of_the_table() -> None:
    assert [
        bar_step(one) for one in (period("1948", "2027"), decade_of(2010), year_of(2017), month_of(date(2017, 9, 3)))
    ] == [
        YEARS,
        QUARTERS,
        MONTHS,
        DAYS,
    ]


def test_a_reader_zooms_out_from_a_day_to_everything() -> None:
    day = period("2017-09-03", "2017-09-03")
    month = wider(day)
    assert month == period("2017-09", "2017-09")
    year = wider(month)
    assert year == year_of(2017)
    decade = wider(year)
    assert decade == decade_of(2017)
    assert wider(decade) is None
    assert wider(period("2009", "2011")) is None


def test_neighbours_are_as_long_in_months_or_else_in_days() -> None:
    assert neighbours(year_of(2016)) == (year_of(2015), year_of(2017))
    assert neighbours(decade_of(2010)) == (decade_of(2000), decade_of(2020))
    assert neighbours(period("2017-02", "2017-02")) == (period("2017-01", "2017-01"), period("2017-03", "2017-03"))
    assert neighbours(period("2017-09-03", "2017-09-04")) == (
        period("2017-09-01", "2017-09-02"),
        period("2017-09-05", "2017-09-06"),
    )


def test_the_calendar_has_no_neighbour_beyond_its_ends() -> None:
    assert neighbours(year_of(1))[0] is None
    assert neighbours(year_of(9999))[1] is None
    assert neighbours(period("0001-01-02", "0001-01-03"))[0] is None
    assert neighbours(period("9999-12-30", "9999-12-30")) == (
        period("9999-12-29", "9999-12-29"),
        period("9999-12-31", "9999-12-31"),
    )
