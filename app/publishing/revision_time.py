"""Time of a revision: later than that of the one before. A clock that cannot be right is refused.

A wrong time is permanent: a revision that was published while the clock was fast dates all later ones into that future.
Two times are known to have passed: that of the newest revision, and the day of the newest migration of this release.
"""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from app.publishing.faults import RecordFault
from app.store.schema_version import head

_FORM = "%Y-%m-%dT%H:%M:%SZ"
_MOST_BEHIND = timedelta(hours=1)  # the time of a large revision is minutes ahead of the clock that dated it
_MOST_YEARS = 5  # an old release and a dataset that rests are no fault
_UNUSUAL = timedelta(days=365)
_LATE = timedelta(minutes=1)


def next_instant(newest: datetime | None, now: datetime, allowance: int) -> str:
    """Time of the next revision: `allowance` seconds after now, but at least one second after the newest revision.

    In the future, since answers for an `as_of` up to now may have been given already and must not change.
    """
    instant = math.floor(now.timestamp()) + allowance
    if newest:
        instant = max(instant, int(newest.timestamp()) + 1)
    return f"{datetime.fromtimestamp(instant, UTC):{_FORM}}"


def clock_faults(newest: datetime | None, now: datetime) -> Iterator[RecordFault]:
    """Why nothing is to be published by this clock: an hour before the newest revision, or years after this release."""
    if newest and newest - now > _MOST_BEHIND:
        yield RecordFault("clock-behind", {"now": f"{now:{_FORM}}", "newest": f"{newest:{_FORM}}"})
    elif now - _known(newest) > _MOST_YEARS * timedelta(days=365):
        yield RecordFault("clock-ahead", {"now": f"{now:{_FORM}}", "years": _MOST_YEARS})


def clock_warnings(before: datetime, now: datetime) -> Iterator[RecordFault]:
    """What to look at after a publication: a clock that is behind the revision before, or a year after this release."""
    if before - now > _LATE or now - _known(before) > _UNUSUAL:
        yield RecordFault("clock-unusual", {"now": f"{now:{_FORM}}", "newest": f"{before:{_FORM}}"})


def _known(newest: datetime | None) -> datetime:
    """The latest time that has passed for certain."""
    release = datetime.strptime(head()[:8], "%Y%m%d").replace(tzinfo=UTC)
    return max(release, newest or release)
