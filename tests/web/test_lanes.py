"""Lanes of a timeline: records as marks where their dates say, stacked where they meet, counted where they are many."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model import edtf
from app.web.pictures.lanes import (
    LEAST_WIDTH,
    MOST_ROWS,
    End,
    Item,
    Lane,
    Shape,
    bars_of,
    count_in,
    item_of,
    lane_of_marks,
)
from app.web.pictures.periods import DAYS, YEARS, Period, period, slots, year_of

DECADE = period("2010", "2019")
EACH_YEAR = slots(DECADE, YEARS)


def item(text: str, *, imported: bool = False, id: str = "one") -> Item:
    bounds = edtf.bounds(text)
    record: dict[str, Any] = {"id": id, "date": text, "earliest": bounds.earliest, "latest": bounds.latest}
    return item_of(record, imported=imported)


def lane_of(items: Sequence[Item], whole: Period = DECADE) -> Lane:
    return lane_of_marks(items, whole, slots(whole, YEARS))


@pytest.mark.parametrize(
    ("text", "shape", "start", "end"),
    [
        ("2017-09-03", Shape.DAY, End.KNOWN, End.KNOWN),
        ("2017-09-03~", Shape.ABOUT, End.KNOWN, End.KNOWN),
        ("2017", Shape.UNCERTAIN, End.KNOWN, End.KNOWN),
        ("2017-09", Shape.UNCERTAIN, End.KNOWN, End.KNOWN),
        ("[2017-09-18..2017-09-20]", Shape.UNCERTAIN, End.KNOWN, End.KNOWN),
        ("[..2017-09-20]", Shape.UNCERTAIN, End.UNKNOWN, End.KNOWN),
        ("[2017-09-20..]", Shape.UNCERTAIN, End.KNOWN, End.UNKNOWN),
        ("2016/2017", Shape.LASTING, End.KNOWN, End.KNOWN),
        ("2018-04-28/..", Shape.LASTING, End.KNOWN, End.OPEN),
        ("2016/", Shape.LASTING, End.KNOWN, End.UNKNOWN),
        ("/2016", Shape.LASTING, End.UNKNOWN, End.KNOWN),
        ("/..", Shape.LASTING, End.UNKNOWN, End.OPEN),
    ],
)
def test_a_mark_shows_what_the_date_says(text: str, shape: Shape, start: End, end: End) -> None:
    found = item(text)
    assert (found.shape, found.start, found.end) == (shape, start, end)


def test_a_year_is_a_tenth_of_its_decade_and_a_day_stands_in_it() -> None:
    year, day = lane_of([item("2017"), item("2017-07-02")]).marks
    assert [year.x, year.width] == pytest.approx([70, 10], abs=0.1)
    assert day.middle == pytest.approx(75, abs=0.1)


def test_what_goes_beyond_the_picture_is_cut_off_at_its_edge() -> None:
    (mark,) = lane_of([item("2003/2012")]).marks
    assert (mark.x, mark.start, mark.end) == (0, End.BEYOND, End.KNOWN)
    assert mark.width == pytest.approx(30, abs=0.1)


def test_an_end_that_is_not_known_reaches_the_edge() -> None:
    (mark,) = lane_of([item("2015/")]).marks
    assert mark.x + mark.width == pytest.approx(100, abs=0.02)
    assert mark.end == End.UNKNOWN


def test_marks_that_meet_are_stacked() -> None:
    lane = lane_of([item("2017-09-03"), item("2017-09-03"), item("2012-01-01")])
    assert sorted((mark.middle > 50, mark.row) for mark in lane.marks) == [(False, 0), (True, 0), (True, 1)]
    assert lane.rows == 2


def test_imported_records_are_stacked_after_the_others() -> None:
    lane = lane_of([item("2017-09-03", imported=True), item("2017-09-03")])
    assert [(mark.items[0].imported, mark.row) for mark in sorted(lane.marks, key=lambda mark: mark.row)] == [
        (False, 0),
        (True, 1),
    ]


def test_imported_records_are_all_counted_in_bars_if_one_has_no_room() -> None:
    many = [item("2017-09-03", imported=True) for _ in range(9)]
    lane = lane_of([item("2017-09-03", id="own"), *many, item("2012", imported=True)])
    assert [mark.items[0].record["id"] for mark in lane.marks] == ["own"]
    assert [(bar.slot, bar.count, bar.largest) for bar in lane.bars] == [
        (year_of(2012), 1, False),
        (year_of(2017), 9, True),
    ]


def test_records_of_a_long_time_with_the_same_dates_share_a_mark_where_there_are_too_many() -> None:
    many = [item("[2012..2015]", id=f"n{number}") for number in range(MOST_ROWS + 1)]
    lane = lane_of(many)
    assert [len(mark.items) for mark in lane.marks] == [MOST_ROWS + 1]
    assert not lane.bars
    assert len(lane_of(many[1:]).marks) == MOST_ROWS


def test_records_that_fill_the_whole_picture_share_a_mark_where_there_are_too_many() -> None:
    (mark,) = lane_of([item(f"200{number}/..") for number in range(MOST_ROWS + 1)]).marks
    assert (len(mark.items), mark.date) == (MOST_ROWS + 1, None)


def test_days_never_share_a_mark_however_wide_they_are() -> None:
    days = [item("2017-09-03") for _ in range(MOST_ROWS + 1)]
    lane = lane_of_marks(days, period("2017-09", "2017-09"), slots(period("2017-09", "2017-09"), DAYS))
    assert not lane.marks
    assert [bar.count for bar in lane.bars] == [MOST_ROWS + 1]


def test_records_of_a_short_time_are_all_counted_where_there_are_too_many() -> None:
    lane = lane_of([item("[2012..2015]"), item("2011-02-03"), *(item("2017-09-03") for _ in range(MOST_ROWS + 1))])
    assert [mark.items[0].record["date"] for mark in lane.marks] == ["[2012..2015]"]
    assert [(bar.slot.first.year, bar.count) for bar in lane.bars] == [(2011, 1), (2017, MOST_ROWS + 1)]
    assert not lane.imported


def test_records_of_a_long_time_without_room_are_counted_in_each_slot_that_they_can_be_in() -> None:
    spans = [item(f"[2012-01-{day:02}..2015-03-{day:02}]") for day in range(1, MOST_ROWS + 3)]
    lane = lane_of(spans)
    assert len(lane.marks) == MOST_ROWS
    assert [(bar.slot.first.year, bar.count) for bar in lane.bars] == [(2012, 2), (2013, 2), (2014, 2), (2015, 2)]


def test_rows_are_stacked_from_the_bottom_above_the_bars() -> None:
    lane = lane_of([item("2017-09-03"), item("2017-09-03")])
    assert [(mark.row, lane.y_of(mark)) for mark in lane.marks] == [(0, 23), (1, 10)]
    assert lane.height == 34


def test_counts_are_those_of_the_filters_from_and_to() -> None:
    items = [item("2017"), item("2016/"), item("[..2017-02]"), item("2018-01-01"), item("2016-12-31")]
    assert count_in(year_of(2017), items) == 3
    assert count_in(year_of(2018), items) == 2


def test_the_highest_bar_is_that_of_the_largest_count_and_none_is_invisible() -> None:
    bars = bars_of([0, 1, 400, 400, *[0] * 6], EACH_YEAR, DECADE)
    assert [(bar.count, bar.largest) for bar in bars] == [(1, False), (400, True), (400, False)]
    assert bars[0].height >= 2
    assert bars[1].height == bars[2].height > bars[0].height
    assert not bars_of([0] * 10, EACH_YEAR, DECADE)


DAYS_OF = st.dates(min_value=DECADE.first, max_value=DECADE.last).map(lambda day: day.isoformat())
SPANS = st.tuples(DAYS_OF, DAYS_OF).map(lambda pair: "/".join(sorted(pair)))


@given(st.lists(st.tuples(st.one_of(DAYS_OF, SPANS), st.booleans()), max_size=60))
def test_no_two_marks_of_a_row_meet_and_every_record_is_shown_or_counted(dates: list[tuple[str, bool]]) -> None:
    items = [item(text, imported=imported) for text, imported in dates]
    lane = lane_of(items)
    for one, other in combinations(lane.marks, 2):
        if one.row == other.row:
            apart = abs(one.middle - other.middle)
            assert apart >= min(LEAST_WIDTH, (one.width + other.width) / 2) - 0.02
    shown = sum(len(mark.items) for mark in lane.marks)
    assert shown == len(items) or lane.bars
    assert all(mark.x >= 0 and mark.x + mark.width <= 100.02 for mark in lane.marks)
