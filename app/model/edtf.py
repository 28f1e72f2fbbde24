"""EDTF (ISO 8601-2): this project's profile of dates that say how exact they are, and the strict ISO bounds of each.

The profile is design.md §2, within levels 0 to 2 of https://www.loc.gov/standards/datetime/ (February 2019):
`2018`, `2018-06`, `2018-06-12`; a qualifier `?`, `~` or `%` at the end of a date; `X` in the five places of
level 1; intervals `a/b` whose start or end may be `..` (open) or empty (unknown). `X` within an interval is
level 2 and so refused: `2004-06/2005` has the bounds that `2004-06-XX/2005` would have. Of level 2 one of several
dates: `[a..b]`, `[..b]`, `[a..]` and `[a,b]`, of years, months or days.

No library: edtf 5.0.2 takes 2 to 30 ms a date, gives infinity for an open end and ten invented years for an unknown
one, and accepts reversed intervals and blanks.
"""

import functools
import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.errors import InvalidValue

# Characters of the longest text the profile has, `[2018-06-12..2018-06-13]`. A smaller number refuses valid
# dates; a larger one admits nothing more.
LONGEST = 24

_EXACT = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_UNSPECIFIED = re.compile(r"[0-9]{3}X|[0-9]{2}XX|[0-9]{4}-XX|[0-9]{4}-[0-9]{2}-XX|[0-9]{4}-XX-XX")
_NO_DATE = ("", "..")
_ONE_OF = re.compile(r"\[([^\[\]]*)\]")  # one of several dates
# The first pattern found in a refused date gives the reason, so the narrow ones come first.
REASONS = (
    (r"^$", "edtf-empty"),
    (r"\s", "edtf-blank"),
    (r"[^ -~]", "edtf-not-ascii"),
    (r"[T:]", "edtf-time"),
    (r"^[-Y]|[0-9]{5}", "edtf-year"),
    (r"^0000|^00[0X]X", "edtf-year-zero"),
    (r"^[0-9]{4}-(2[1-9]|3[0-9]|4[01])[?~%]?$", "edtf-season"),
    (r"X", "edtf-x"),
    (r"^\.\.$", "edtf-open-end"),
    (r"[\[\]{}]", "edtf-one-of"),
    (r"^[0-9]{4}(-[0-9]{2}){1,2}[?~%]?$", "edtf-calendar"),
)


class EdtfError(InvalidValue):
    """A text outside the profile: `not-edtf` with the reason, or `not-a-date` for a period in a query."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Bounds of a date: the first and last day that it can mean, as ISO `YYYY-MM-DD`; None if there is no bound."""

    earliest: str | None
    latest: str | None


@functools.lru_cache(maxsize=10_000)
def bounds(text: str) -> Bounds:
    """Bounds of an EDTF text in ISO days. Qualifiers do not widen them; an open or unknown end has none.

    Raises EdtfError for a text outside the profile, a day that is not in the calendar, and a reversed interval.
    """
    if len(text) > LONGEST:
        raise _refusal(text, "edtf-length", most=LONGEST)
    if is_interval(text):
        return _interval_bounds(text)
    if one_of := _ONE_OF.fullmatch(text):
        return _one_of_bounds(one_of[1], text)
    return Bounds(*_days(text, text))


def is_interval(text: str) -> bool:
    """Whether an EDTF text is an interval and not one date. The text is not checked: use `bounds` for that."""
    return "/" in text


def period(text: str) -> tuple[str, str]:
    """Period of a query parameter: its first and last ISO day. Raises EdtfError unless it is a year, month or day.

    It is narrower than EDTF (no qualifier, no X, no interval), so that users understand a filter without knowing EDTF.
    """
    try:
        return _span(text)
    except ValueError:
        raise EdtfError("not-a-date", text=text[:LONGEST]) from None


def _interval_bounds(text: str) -> Bounds:
    if "X" in text:
        raise _refusal(text, "edtf-interval-x")
    start, _, end = text.partition("/")
    if "/" in end:
        raise _refusal(text, "edtf-slashes")
    # `/..` has no date but a meaning: begun at an unknown time and still going on. `/`, `../` and `../..` have none.
    if start in _NO_DATE and end in _NO_DATE and text != "/..":
        raise _refusal(text, "edtf-no-date")
    earliest = None if start in _NO_DATE else _days(start, text)[0]
    latest = None if end in _NO_DATE else _days(end, text)[1]
    return _in_order(earliest, latest, text)


def _one_of_bounds(dates: str, text: str) -> Bounds:
    """Bounds of one of several dates: the first day of the earliest, the last day of the latest."""
    first, comma, last = dates.partition(",")
    try:
        if comma:
            one, other = _span(first), _span(last)
            return Bounds(min(one[0], other[0]), max(one[1], other[1]))
        first, dots, last = dates.partition("..")
        earliest, latest = (_span(part) if part else None for part in (first, last))
    except ValueError:
        parts = [part for part in (first, last) if part and "X" not in part]
        raise _refusal(text, _reason(parts, "edtf-one-of")) from None
    if not dots or not (earliest or latest):
        raise _refusal(text, "edtf-one-of")
    return _in_order(earliest and earliest[0], latest and latest[1], text)


def _in_order(earliest: str | None, latest: str | None, text: str) -> Bounds:
    """Bounds of a range. It is reversed if no choice of days puts it in order, as `2018-06/2018-05`.

    `2018-06/2018`, from June to some day of that year, is allowed. The price: `2018-06-12/2018-06` is accepted even if
    July was meant.
    """
    if earliest and latest and latest < earliest:
        raise _refusal(text, "edtf-reversed")
    return Bounds(earliest, latest)


def _days(part: str, text: str) -> tuple[str, str]:
    """First and last day of one date; `text` is the whole text, for the error."""
    bare = part[:-1] if part.endswith(("?", "~", "%")) else part
    try:
        if not _UNSPECIFIED.fullmatch(bare):
            return _span(bare)
        known = bare.replace("-XX", "")
        return _span(known.replace("X", "0"))[0], _span(known.replace("X", "9"))[1]
    except ValueError:
        raise _refusal(text, _reason([part], "edtf-form")) from None


def _span(text: str) -> tuple[str, str]:
    """First and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; raises ValueError for anything else."""
    if not _EXACT.fullmatch(text):
        raise ValueError(text)
    year, month, day = text[:4], text[5:7], text[8:]
    first = date.fromisoformat(f"{year}-{month or '01'}-{day or '01'}")
    if day:
        return text, text
    last_month = int(month or "12")
    last = first.replace(month=last_month, day=monthrange(first.year, last_month)[1])
    return first.isoformat(), last.isoformat()


def _reason(parts: Iterable[str], otherwise: str) -> str:
    """Code of the first reason to refuse one of these dates."""
    found = (code for part in parts for pattern, code in REASONS if re.search(pattern, part))
    return next(found, otherwise)


def _refusal(text: str, reason: str, **values: int) -> EdtfError:
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return EdtfError("not-edtf", text=shown, reason=InvalidValue(reason, **values))
