"""Bars by year: heights and places, round numbers at the lines, and gaps that are no bars of zero."""

import itertools
from decimal import Decimal

import pytest

from app.web.pictures.bars import BASE, LEFT, TOP, BarChart, bar_chart, ranges


def chart(first: int, last: int, **amounts: str) -> BarChart:
    return bar_chart({int(year[1:]): Decimal(amount) for year, amount in amounts.items()}, first, last)


def test_a_bar_is_as_high_as_its_share_of_the_highest_line() -> None:
    drawn = chart(2012, 2015, y2012="9000000", y2014="5000000")
    assert [(bar.year, bar.y, bar.height) for bar in drawn.bars] == [(2012, 24.0, 108.0), (2014, 72.0, 60.0)]


def test_bars_lie_between_the_labels_of_amounts_and_the_right_edge() -> None:
    drawn = chart(2000, 2002, y2000="1", y2002="1")
    assert drawn.bars[0].x > LEFT
    assert drawn.bars[-1].x + drawn.bars[-1].width < 100


def test_a_year_without_a_figure_is_a_gap_and_a_year_of_zero_is_a_bar_without_height() -> None:
    drawn = chart(2000, 2005, y2001="0", y2002="4")
    assert [(gap.first, gap.last) for gap in drawn.gaps] == [(2000, 2000), (2003, 2005)]
    assert [(bar.year, bar.height) for bar in drawn.bars] == [(2001, 0.0), (2002, 120.0)]


@pytest.mark.parametrize(
    ("most", "lines", "unit"),
    [
        ("8200000", ["0", "5", "10"], 1_000_000),
        ("383984914", ["0", "100", "200", "300", "400"], 1_000_000),
        ("3000000000", ["0", "1", "2", "3"], 1_000_000_000),
        ("1000.50", ["0", "500", "1000", "1500"], 1),
        ("400", ["0", "100", "200", "300", "400"], 1),
        ("0.3", ["0", "0.1", "0.2", "0.3"], 1),
        ("0", ["0", "1"], 1),
    ],
)
def test_lines_are_at_round_numbers_of_a_unit_that_keeps_them_short(most: str, lines: list[str], unit: int) -> None:
    drawn = chart(2000, 2000, y2000=most)
    assert ([str(line.number) for line in drawn.lines], drawn.unit) == (lines, unit)
    assert (drawn.lines[0].at, drawn.lines[-1].at) == (BASE, TOP)


def test_labels_of_years_do_not_touch_on_a_phone() -> None:
    for last in range(2000, 2100):
        places = [tick.at for tick in chart(2000, last, y2000="1").years]
        assert all(later - earlier >= 12 for earlier, later in itertools.pairwise(places))
        assert places


def test_of_more_than_a_hundred_years_the_last_are_drawn() -> None:
    drawn = chart(1, 2026, y1="1", y2026="2")
    assert [bar.year for bar in drawn.bars] == [2026]
    assert (drawn.gaps[0].first, drawn.gaps[0].last) == (1927, 2025)


def test_ranges_are_runs_without_a_break() -> None:
    assert ranges([]) == []
    assert ranges([2000, 2001, 2003, 2005, 2006]) == [(2000, 2001), (2003, 2003), (2005, 2006)]
