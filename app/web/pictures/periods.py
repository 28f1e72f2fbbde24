"""Time scale: a period of days, places in it, and the calendar's days, months, quarters, years and decades of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from app.model import edtf

# Steps of a scale: months of a slot, or DAYS.
DAYS, MONTHS, QUARTERS, YEARS, DECADES, CENTURIES = 0, 1, 3, 12, 120, 1200


@dataclass(frozen=True, slots=True)
class Period:
    """Period: its first and its last day."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """Number of days."""
        return (self.last - self.first).days + 1

    @property
    def query(self) -> dict[str, str]:
        """Filter of the period: `from` and `to` of the API, as years or months where it has whole ones."""
        return {"from": _shortest(self.first, self.last, start=True), "to": _shortest(self.first, self.last)}

    @property
    def text(self) -> str:
        """The period as EDTF: a decade, year, month or day, or else an interval."""
        start, end = self.query["from"], self.query["to"]
        if start == end:
            return start
        if self == decade_of(self.first.year):
            return f"{start[:3]}X"
        return f"{start}/{end}"

    def place(self, day: date) -> float:
        """Place of the beginning of a day, in percent of the width: 0 is the beginning of the first day."""
        return 100 * (day - self.first).days / self.days

    def within(self, whole: "Period") -> "Period":
        """Part of the period that is in another one, which it meets."""
        return Period(max(self.first, whole.first), min(self.last, whole.last))

    def overlaps(self, first: date | None, last: date | None) -> bool:
        """Whether a date with these bounds can be in the period; None is no bound."""
        return (first is None or first <= self.last) and (last is None or last >= self.first)


def period(start: str, end: str) -> Period:
    """Period from a year, month or day to another. Raises EdtfError, a ValueError, for anything else."""
    return Period(date.fromisoformat(edtf.period(start)[0]), date.fromisoformat(edtf.period(end)[1]))


def decade_of(year: int) -> Period:
    """Decade of a year: of 2017 that from 2010 to 2019."""
    first = max(year // 10 * 10, 1)
    return Period(date(first, 1, 1), date(year // 10 * 10 + 9, 12, 31))


def year_of(year: int) -> Period:
    """Year as a period."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def month_of(day: date) -> Period:
    """Month of a day."""
    return Period(day.replace(day=1), _before_month(day.year * 12 + day.month))


def slots(whole: Period, step: int) -> Sequence[Period]:
    """Slots of a period: the whole days, months, quarters, years or decades that have a day of it."""
    if step == DAYS:
        days = (whole.first + timedelta(number) for number in range(whole.days))
        return [Period(day, day) for day in days]
    first = _month_number(whole.first) // step * step
    numbers = range(first, _month_number(whole.last) + 1, step)
    return [Period(_month(max(number, 12)), _before_month(number + step)) for number in numbers]


def table_step(whole: Period) -> int:
    """Step of tables and counts: days of at most 62, months of 2 years, years of 25, decades of 300, centuries."""
    years = whole.days / 365.25
    steps = ((62 / 365.25, DAYS), (2.1, MONTHS), (25, YEARS), (300, DECADES))
    return next((step for most, step in steps if years <= most), CENTURIES)


def bar_step(whole: Period) -> int:
    """Step of bars, which are thinner than columns of a table: years, quarters, months or days."""
    finer = {CENTURIES: DECADES, DECADES: YEARS, YEARS: QUARTERS}
    return finer.get(table_step(whole), table_step(whole))


def wider(inner: Period) -> Period | None:
    """Period to zoom out to: of days their month, of months their year, of years their decade; None for everything."""
    first, last = inner.first, inner.last
    for outer in (month_of(first), year_of(first.year), decade_of(first.year)):
        if outer.last >= last and outer != inner:
            return outer
    return None


def neighbours(whole: Period) -> tuple[Period | None, Period | None]:
    """Periods before and after one: the next ones of as many whole months, or else of as many days.

    None where the calendar ends.
    """
    first, after = _month_number(whole.first), _month_number(whole.last) + 1
    if whole == Period(_month(first), _before_month(after)):
        many = after - first
        before = Period(_month(first - many), _before_month(first)) if first - many >= 12 else None  # noqa: PLR2004 - year 1
        then = Period(_month(after), _before_month(after + many)) if after + many <= MAXYEAR * 12 else None
        return before, then
    many = whole.days
    early, late = whole.first.toordinal() - many >= 1, whole.last.toordinal() + many <= date.max.toordinal()
    span = timedelta(many)
    return (
        Period(whole.first - span, whole.first - timedelta(1)) if early else None,
        Period(whole.last + timedelta(1), whole.last + span) if late else None,
    )


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _before_month(number: int) -> date:
    """Last day before a month by its number; that of the calendar at its end."""
    return _month(number) - timedelta(1) if number < (MAXYEAR + 1) * 12 else date.max


def _shortest(first: date, last: date, *, start: bool = False) -> str:
    """First or last day of a period, as a year or month if both its ends are those of years or months."""
    day = first if start else last
    if first.day == 1 and last == month_of(last).last:
        whole_years = first.month == 1 and last.month == 12  # noqa: PLR2004 - December
        return f"{day.year:04}" if whole_years else f"{day.year:04}-{day.month:02}"
    return day.isoformat()
