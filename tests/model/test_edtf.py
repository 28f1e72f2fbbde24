"""The EDTF profile of design.md §2: what is read, its bounds, and what is refused, with the reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages import message
from app.model.edtf import LONGEST, Bounds, EdtfError, bounds, is_interval, period

OUTSIDE = {
    "": "it is empty",
    " 2018": "a blank",
    "2018\n": "a blank",
    "2018-06-12/ 2019": "a blank",
    "２０１８": "not ASCII",
    "2018–2019": "not ASCII",
    "2018-06-12T10:00": "time of day",
    "Y12000": "four digits",
    "-0100": "four digits",
    "12018": "four digits",
    "20180612": "four digits",
    "0000": "no year 0000",
    "000X": "no year 0000",
    "00XX": "no year 0000",
    "2018-21": "seasons",
    "2018-33~": "seasons",
    "2XXX": "X replaces only",
    "XXXX": "X replaces only",
    "201X-05": "X replaces only",
    "1985-XX-31": "X replaces only",
    "2018-06-3X": "X replaces only",
    "2018-1X": "X replaces only",
    "..": "an open end needs",
    "2018-13": "no such month or day",
    "2018-00": "no such month or day",
    "2017-02-30": "no such month or day",
    "2019-02-29?": "no such month or day",
    "2018-13-XX": "X replaces only",
    "201x": "the form of a date",
    "2018?~": "the form of a date",
    "?2018": "the form of a date",
    "?": "the form of a date",
    "2018-6": "the form of a date",
    "[2018, 2019]": "a blank",
    "2018-06-12/2018-06-13/2018-06-14": "longer than the 24",
    "2018/2019/2020": "one slash",
    "//": "one slash",
    "/": "names no date",
    "../": "names no date",
    "../..": "names no date",
    "2004-06-XX/2004-07-03": "X is not used within an interval",
    "2018/2019-02-30": "no such month or day",
    "2018?/...": "the form of a date",
    "[]": "one of several dates is",
    "[..]": "one of several dates is",
    "[,]": "one of several dates is",
    "[2018,]": "one of several dates is",
    "[2018]": "one of several dates is",
    "[2018?..2019]": "one of several dates is",
    "[..201X]": "one of several dates is",
    "[2018..2019~]": "one of several dates is",
    "[2018,2019,2020]": "one of several dates is",
    "[2018,2019..2020]": "one of several dates is",
    "[2018..2019..2020]": "one of several dates is",
    "[2018..2019": "one of several dates is",
    "[2018..2019]?": "one of several dates is",
    "{2018..2019}": "one of several dates is",
    "[2018..2019]/2020": "one of several dates is",
    "2018/[2019..2020]": "one of several dates is",
    "[2017-02-30..]": "no such month or day",
    "[..2018-21]": "seasons",
    "[2018/2019]": "one of several dates is",
}


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2018", "2018-01-01", "2018-12-31"),
        ("2018-06", "2018-06-01", "2018-06-30"),
        ("2018-06-12", "2018-06-12", "2018-06-12"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_date_covers_its_year_month_or_day(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == Bounds(earliest, latest)


def test_february_ends_on_its_last_day() -> None:
    assert bounds("2015-02").latest == "2015-02-28"
    assert bounds("2016-02").latest == "2016-02-29"
    assert bounds("1900-02").latest == "1900-02-28"


@pytest.mark.parametrize("qualifier", ["?", "~", "%"])
@pytest.mark.parametrize("text", ["2018", "2018-06", "2018-06-12", "201X", "2018-XX"])
def test_qualifiers_do_not_widen_bounds(text: str, qualifier: str) -> None:
    assert bounds(text + qualifier) == bounds(text)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("201X", "2010-01-01", "2019-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("001X", "0010-01-01", "0019-12-31"),
        ("2004-XX", "2004-01-01", "2004-12-31"),
        ("1985-04-XX", "1985-04-01", "1985-04-30"),
        ("1985-02-XX", "1985-02-01", "1985-02-28"),
        ("1985-XX-XX", "1985-01-01", "1985-12-31"),
    ],
)
def test_unknown_digits_give_the_widest_days_they_allow(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == Bounds(earliest, latest)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2005/2010", "2005-01-01", "2010-12-31"),
        ("2018-04-27/2018-09", "2018-04-27", "2018-09-30"),
        ("2018~/2019-02-28?", "2018-01-01", "2019-02-28"),
        ("2018-06-12~/2018-06-13~", "2018-06-12", "2018-06-13"),
        ("2018-06-12/2018-06-12", "2018-06-12", "2018-06-12"),
    ],
)
def test_an_interval_runs_from_first_to_last_day(text: str, earliest: str, latest: str) -> None:
    assert bounds(text) == Bounds(earliest, latest)


@pytest.mark.parametrize("text", ["2010-10-28/..", "2010-10-28/"])
def test_open_or_unknown_end_has_no_bound(text: str) -> None:
    assert bounds(text) == Bounds("2010-10-28", None)


@pytest.mark.parametrize("text", ["../1994-07", "/1994-07"])
def test_open_or_unknown_start_has_no_bound(text: str) -> None:
    assert bounds(text) == Bounds(None, "1994-07-31")


def test_begun_at_an_unknown_time_and_still_going_on_is_an_interval_without_bounds() -> None:
    assert bounds("/..") == Bounds(None, None)


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("[2016..2018]", "2016-01-01", "2018-12-31"),
        ("[2006-11-09..2020-06-01]", "2006-11-09", "2020-06-01"),
        ("[..2020-06-01]", None, "2020-06-01"),
        ("[2016-02..]", "2016-02-01", None),
        ("[2016,2018]", "2016-01-01", "2018-12-31"),
        ("[2018,2016-02]", "2016-02-01", "2018-12-31"),
        ("[2018-01,2018]", "2018-01-01", "2018-12-31"),
        ("[2018..2018-06]", "2018-01-01", "2018-06-30"),
    ],
)
def test_one_of_several_dates_has_the_outermost_days(text: str, earliest: str | None, latest: str | None) -> None:
    assert bounds(text) == Bounds(earliest, latest)
    assert not is_interval(text)


@pytest.mark.parametrize(
    "text", ["2018-06/2018-05", "2018/2017", "2018-06-12/2018-06-11", "2018~/2017~", "[2018..2017]"]
)
def test_reversed_intervals_are_refused(text: str) -> None:
    with pytest.raises(EdtfError) as caught:
        bounds(text)
    assert "it ends before it begins; write the earlier date first" in message(caught.value)


@pytest.mark.parametrize("text", ["2018-06/2018", "2018-12-25/2018", "2018/2018-01", "2018-06-12/2018-06"])
def test_intervals_that_some_days_put_in_order_are_accepted(text: str) -> None:
    assert is_interval(text)
    assert bounds(text).earliest is not None


@pytest.mark.parametrize(("text", "reason"), OUTSIDE.items())
def test_what_is_outside_the_profile_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(EdtfError) as caught:
        bounds(text)
    assert reason in message(caught.value)


def test_the_message_says_what_to_write_in_one_line_however_long_the_text() -> None:
    with pytest.raises(EdtfError) as caught:
        bounds("2018\n" * 100_000)
    assert "Write it as 2018, 2018-06, 2018-06-12" in message(caught.value)
    assert "\n" not in message(caught.value)
    assert len(message(caught.value)) < 350


def test_the_longest_date_just_fits() -> None:
    assert len("[2018-06-12..2018-06-13]") == LONGEST


def test_only_intervals_are_intervals() -> None:
    assert [text for text in ("2018", "201X", "2018~", "2018/2019", "2018/", "/..") if is_interval(text)] == [
        "2018/2019",
        "2018/",
        "/..",
    ]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("2017", ("2017-01-01", "2017-12-31")),
        ("2017-03", ("2017-03-01", "2017-03-31")),
        ("2017-03-05", ("2017-03-05", "2017-03-05")),
        ("2016-02", ("2016-02-01", "2016-02-29")),
    ],
)
def test_a_query_period_is_its_first_and_last_day(text: str, days: tuple[str, str]) -> None:
    assert period(text) == days


@pytest.mark.parametrize(
    "text",
    ["", "2017-13", "2017-02-30", "0000", "17", "2017-3", "2017~", "201X", "2017/2018", "2017-03-05T00:00",
     " 2017", "2017\n", "２０１７", "20170305", "+2017", "2017-W01", "\ud800", "9" * 10_000],
)  # fmt: skip
def test_other_query_periods_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(EdtfError) as caught:
        period(text)
    assert "a year, month or day such as 2017, 2017-03 or 2017-03-05" in message(caught.value)
    assert len(message(caught.value)) < 250


# Letters of the profile, so that random texts come near to valid ones; text() alone hardly ever does.
NEAR = st.text(alphabet="0123456789X-/.?~% T[],", max_size=LONGEST + 2)
DAYS = st.dates().map(date.isoformat)
DATES = st.builds(lambda day, cut: day[:cut], DAYS, st.sampled_from([4, 7, 10]))


@given(st.one_of(st.text(), NEAR, st.builds("{}/{}".format, DATES, DATES), st.builds("[{}..{}]".format, DATES, DATES)))
def test_any_text_has_ordered_bounds_or_is_refused(text: str) -> None:
    try:
        found = bounds(text)
    except EdtfError:
        return
    for day in (found.earliest, found.latest):
        assert day is None or date.fromisoformat(day).isoformat() == day
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest


@given(st.one_of(st.text(), NEAR))
def test_any_query_period_is_real_days_or_refused(text: str) -> None:
    try:
        first, last = period(text)
    except EdtfError:
        return
    assert date.fromisoformat(first) <= date.fromisoformat(last)
    assert first.startswith(text)
    assert last.startswith(text)


@given(DAYS)
def test_a_day_lies_within_its_month_and_year(day: str) -> None:
    for part in (day[:4], day[:7], day):
        first, last = period(part)
        assert first <= day <= last
        assert bounds(part) == Bounds(first, last)
