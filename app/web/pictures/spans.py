"""Span chart: times in force as bars from start to end, those with the same days in one row.

Across, all numbers are percent of the width. A part that is possible is drawn apart from the part that is certain.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.resources.dated import FIRST_DAY, LAST_DAY
from app.resources.in_force import ForceDays

_STEPS = (1, 2, 5, 10, 20, 50, 100, 500, 1000)
_MOST_LABELS = 8  # of years, so that they do not touch on a phone


@dataclass(frozen=True, slots=True)
class Stretch:
    """Stretch: part of the width, in percent."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Span:
    """Span: when something was possibly in force, and the part of it in which it certainly was."""

    possible: Stretch
    certain: Stretch | None


@dataclass(frozen=True, slots=True)
class YearAxis:
    """Year axis: from the start of the year `first` to the end of the year `last`."""

    first: int
    last: int

    def at(self, day: str) -> float:
        """Place of an ISO day in percent, from 0 to 100: an earlier or later day is at the edge."""
        year, month, number = map(int, day.split("-"))
        if year < self.first or year > self.last:
            return 0.0 if year < self.first else 100.0
        passed = (date(year, month, number) - date(year, 1, 1)).days / 366
        return round((year - self.first + passed) * 100 / (self.last - self.first + 1), 3)

    def has(self, day: str) -> bool:
        """True if the axis reaches to the day."""
        return self.first <= int(day[:4]) <= self.last

    def labels(self) -> Sequence[tuple[int, float]]:
        """Years to be written, and where each begins, in percent."""
        count = self.last - self.first + 1
        step = next((step for step in _STEPS if count <= step * _MOST_LABELS), _STEPS[-1])
        return [(year, self.at(f"{year:04}-01-01")) for year in range(self.first, self.last + 1) if year % step == 0]

    def span(self, days: ForceDays) -> Span:
        """Span of days in force, cut at the ends of the axis."""
        possible = self._stretch(days.possible_from, days.possible_to)
        is_certain = days.certain_from <= days.certain_to
        return Span(possible, self._stretch(days.certain_from, days.certain_to) if is_certain else None)

    def _stretch(self, start: str, end: str) -> Stretch:
        left, right = self.at(start), self.at(end)
        return Stretch(left, round(max(right - left, 0.4), 3))


def year_axis(days: Iterable[ForceDays], until: int) -> YearAxis:
    """Year axis from the first known day to the last one, and at least to the year `until`."""
    all_days = [*days]
    last = max([until, *(int(one.possible_to[:4]) for one in all_days if one.possible_to != LAST_DAY)])
    first = min([last, *(int(one.possible_from[:4]) for one in all_days if one.possible_from != FIRST_DAY)])
    return YearAxis(first, last)
