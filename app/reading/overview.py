"""Overview of the dataset at one revision: records by collection, first publication, days covered."""

from bisect import bisect_left
from collections.abc import Callable
from datetime import date

from pyroaring import BitMap
from sqlalchemy import select

from app.reading.bitmap_index import index_of, version_set
from app.resources.dated import FIRST_DAY, LAST_DAY
from app.resources.registry import COLLECTIONS
from app.store.checksums import checked_row
from app.store.postings import Postings
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import REVISIONS

_FIRST = Statement(select(REVISIONS).order_by(REVISIONS.c.number).limit(1))
_PUBLISHED_AT = REVISIONS.c.keys().index("published_at")


def count_records(snapshot: Snapshot) -> dict[str, int]:
    """Record counts: how many records each collection has at the revision, by its name; 0 for an empty one."""

    def count() -> dict[str, int]:
        found = index_of(snapshot).counts("collection", version_set(snapshot, "current"))
        return {name: found.get(name, 0) for name in COLLECTIONS}

    return snapshot.cached(("records",), count)


def first_published_at(snapshot: Snapshot) -> str:
    """Time of the first revision: UTC, whole seconds."""
    return str(checked_row(_FIRST.first(snapshot.connection))[_PUBLISHED_AT])


def covered_days(snapshot: Snapshot) -> tuple[str | None, str | None]:
    """Temporal coverage: first and last day (ISO 8601) of the dated records, None where no record has a bound."""
    return snapshot.cached(("coverage",), lambda: _coverage(snapshot))


def _coverage(snapshot: Snapshot) -> tuple[str | None, str | None]:
    index = index_of(snapshot)
    dated = version_set(snapshot, "current") & index.any_of("timeline.dated", ["1"])
    days = [_ends(index, f"timeline.{bound}", dated) for bound in ("earliest", "latest")]
    return min((first for first, _ in days if first), default=None), max(
        (last for _, last in days if last), default=None
    )


def _ends(index: Postings, field: str, among: BitMap) -> tuple[str | None, str | None]:
    """First and last day of a field among these versions, without those that say that there is no bound."""
    low, high = (date.fromisoformat(day).toordinal() for day in (FIRST_DAY, LAST_DAY))
    bounded = among & index.at_least(field, _day(low + 1)) & index.at_most(field, _day(high - 1))
    if not bounded:
        return None, None
    first = _search(low + 1, high - 1, lambda day: bounded.intersect(index.at_most(field, _day(day))))
    last = _search(low + 1, high - 1, lambda day: not bounded.intersect(index.at_least(field, _day(day + 1))))
    return _day(first), _day(last)


def _search(low: int, high: int, found: Callable[[int], bool]) -> int:
    """Binary search: the smallest number for which something is so, from which on it is so."""
    return low + bisect_left(range(low, high), True, key=found)


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()
