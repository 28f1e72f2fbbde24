"""Beginnings and ends around a day: which measures began or ended within a year of it, certainly or possibly."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.model import edtf
from app.resources.dated import FIRST_DAY, LAST_DAY
from app.web.force import last_days


@dataclass(frozen=True, slots=True)
class Change:
    """Change: records that began, or ended, on the same date (EDTF); `is_sure` if it is certainly within the time."""

    date: str
    is_sure: bool
    records: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class YearAround:
    """Year before and after a day: the first and the last ISO day of it."""

    first: str
    last: str

    @classmethod
    def of(cls, day: str) -> "YearAround":
        """Year around an ISO day. At the ends of the calendar it ends with the day itself."""
        return cls(_moved(day, -1), _moved(day, 1))

    def beginnings(self, entries: Iterable[Mapping[str, Any]]) -> list[Change]:
        """Changes of entries of the timeline, which have the date of their beginning."""
        return self._changes((edtf.bounds(one["date"]), one["date"], one) for one in entries)

    def ends(self, measures: Iterable[Mapping[str, Any]]) -> list[Change]:
        """Changes of measures that have a last day. One that ended on an unknown day did so by its last check."""
        unique = {one["id"]: one for one in measures}.values()
        known = ((last_days(one), one) for one in unique)
        dated = [
            (end, one["in_force_to"] or f"[..{end.latest}]", one) for end, one in known if end.earliest or end.latest
        ]
        return self._changes(sorted(dated, key=lambda one: one[0].latest or LAST_DAY))

    def _changes(self, dated: Iterable[tuple[edtf.Bounds, str, Mapping[str, Any]]]) -> list[Change]:
        groups: dict[tuple[bool, str], list[Mapping[str, Any]]] = {}
        for bounds, text, record in dated:
            earliest, latest = bounds.earliest or FIRST_DAY, bounds.latest or LAST_DAY
            if earliest <= self.last and latest >= self.first:
                groups.setdefault((self.first <= earliest and latest <= self.last, text), []).append(record)
        changes = [Change(text, is_sure, records) for (is_sure, text), records in groups.items()]
        return sorted(changes, key=lambda change: not change.is_sure)


def _moved(day: str, years: int) -> str:
    """The same day so many years later; of 29 February the 28th."""
    start = date.fromisoformat(day)
    year = start.year + years
    if not date.min.year <= year <= date.max.year:
        return day
    return start.replace(year=year, day=28 if (start.month, start.day) == (2, 29) else start.day).isoformat()
