"""Spans over the years: the certain part inside of the possible one, cut at the ends of the axis."""

from app.resources.in_force import force_days
from app.web.pictures.spans import Stretch, YearAxis, year_axis

AXIS = YearAxis(2001, 2010)


def test_a_year_is_as_wide_as_the_others_and_a_day_lies_in_its_year() -> None:
    assert [AXIS.at(f"{year}-01-01") for year in (2001, 2006, 2010)] == [0.0, 50.0, 90.0]
    assert 94 < AXIS.at("2010-07-01") < 96
    assert (AXIS.at("1999-05-05"), AXIS.at("2011-01-01")) == (0.0, 100.0)


def test_uncertain_ends_are_possible_and_what_lies_between_is_certain() -> None:
    span = AXIS.span(force_days("[2002-01-01..2003-01-01]", "[2004-01-01..2005-01-01]", "ended", "2020-01-01"))
    assert span.possible == Stretch(10.0, 30.0)
    assert span.certain == Stretch(20.0, 10.0)


def test_without_an_end_it_is_certain_until_the_last_check_and_possible_until_the_edge() -> None:
    span = AXIS.span(force_days("2002-01-01", None, "in-force", "2005-01-01"))
    assert (span.possible, span.certain) == (Stretch(10.0, 90.0), Stretch(10.0, 30.0))


def test_what_is_nowhere_certain_has_no_certain_part_and_one_day_can_be_seen() -> None:
    assert AXIS.span(force_days(None, None, "unknown", None)).certain is None
    assert AXIS.span(force_days("2002-01-01", "2002-01-01", "ended", "2020-01-01")).possible.width > 0


def test_the_axis_reaches_from_the_first_known_day_to_the_last_and_to_the_present() -> None:
    unknown = force_days(None, None, "unknown", None)
    ended = force_days("2006-11-09", "2031", "ended", "2032-01-01")
    assert year_axis([unknown, ended], 2026) == YearAxis(2006, 2031)
    assert year_axis([force_days("2006", None, "unknown", None)], 2026) == YearAxis(2006, 2026)
    assert year_axis([unknown], 2026) == YearAxis(2026, 2026)


def test_at_most_nine_years_are_labelled() -> None:
    for last in (2001, 2008, 2026, 2100, 2900):
        assert 1 <= len(YearAxis(2000, last).labels()) <= 9
