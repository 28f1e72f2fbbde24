"""Wall clock: the one place where the time of day is read, so that a test or a measurement can set another one.

Durations, time-outs and rates are measured with `time.monotonic` or `time.perf_counter`, which nobody can set.
"""

from datetime import UTC, datetime


def now() -> datetime:
    """The time of day in UTC."""
    return datetime.now(UTC)
