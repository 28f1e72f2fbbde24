"""Dates that say how much is known: this project's profile of EDTF, and the strict ISO bounds of each date.

The profile is design.md §2, within levels 0 and 1 of https://www.loc.gov/standards/datetime/ (February 2019):
`2018`, `2018-06`, `2018-06-12`; a qualifier `?`, `~` or `%` at the end of a date; `X` in the five places of
level 1; intervals `a/b` whose start or end may be `..` (open) or empty (unknown). `X` within an interval is
level 2 and so refused: `2004-06/2005` has the bounds that `2004-06-XX/2005` would have.

No library: edtf 5.0.2 takes 2 to 30 ms a date, gives infinity for an open end and ten invented years for an unknown
one, and accepts reversed intervals and blanks.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.errors import InvalidValue

# Characters of the longest text the profile has, `2018-06-12~/2018-06-13~`. A smaller number refuses valid
# intervals; a larger one admits nothing more.
LONGEST = 23

_EXACT = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_UNSPECIFIED = re.compile(r"[0-9]{3}X|[0-9]{2}XX|[0-9]{4}-XX|[0-9]{4}-[0-9]{2}-XX|[0-9]{4}-XX-XX")
_NO_DATE = ("", "..")
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
    (r"^[0-9]{4}(-[0-9]{2}){1,2}[?~%]?$", "edtf-calendar"),
)


class EdtfError(InvalidValue):
    """A text outside the profile: `not-edtf` with the reason, or `not-a-date` for a period of a query."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last day that a date can mean, as ISO `YYYY-MM-DD`; None where it sets no bound."""

    earliest: str | None
    latest: str | None


def bounds(text: str) -> Bounds:
    """The strict bounds of an EDTF text; qualifiers do not widen them, an open or unknown end has none.

    Raises EdtfError for a text outside the profile, for days that no calendar has and for reversed intervals.
    """
    if len(text) > LONGEST:
        raise _refusal(text, "edtf-length", most=LONGEST)
    if is_interval(text):
        return _interval_bounds(text)
    return Bounds(*_days(text, text))


def is_interval(text: str) -> bool:
    """Whether a text that `bounds` accepts is an interval, and not one date. It does not check the text."""
    return "/" in text


def period(text: str) -> tuple[str, str]:
    """First and last ISO day of a query parameter: exactly `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, else EdtfError.

    Narrower than EDTF, so that what a filter means needs no reading up: no qualifier, no X, no interval.
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
    # `/..` names no date and yet says something: begun, not known when, going on. `/`, `../`, `../..` do not.
    if start in _NO_DATE and end in _NO_DATE and text != "/..":
        raise _refusal(text, "edtf-no-date")
    earliest = None if start in _NO_DATE else _days(start, text)[0]
    latest = None if end in _NO_DATE else _days(end, text)[1]
    # Reversed is what no choice of days puts in order, as `2018-06/2018-05`. `2018-06/2018`, June to some day
    # of that year, is allowed; the price is that `2018-06-12/2018-06` passes where July was meant.
    if earliest and latest and latest < earliest:
        raise _refusal(text, "edtf-reversed")
    return Bounds(earliest, latest)


def _days(part: str, text: str) -> tuple[str, str]:
    """First and last day of one date; `text` is the whole text, for the message."""
    bare = part[:-1] if part.endswith(("?", "~", "%")) else part
    try:
        if not _UNSPECIFIED.fullmatch(bare):
            return _span(bare)
        known = bare.replace("-XX", "")
        return _span(known.replace("X", "0"))[0], _span(known.replace("X", "9"))[1]
    except ValueError:
        found = (code for pattern, code in REASONS if re.search(pattern, part))
        raise _refusal(text, next(found, "edtf-form")) from None


def _span(text: str) -> tuple[str, str]:
    """First and last day of `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; ValueError for all else."""
    if not _EXACT.fullmatch(text):
        raise ValueError(text)
    year, month, day = text[:4], text[5:7], text[8:]
    first = date.fromisoformat(f"{year}-{month or '01'}-{day or '01'}")
    if day:
        return text, text
    last_month = int(month or "12")
    last = first.replace(month=last_month, day=monthrange(first.year, last_month)[1])
    return first.isoformat(), last.isoformat()


def _refusal(text: str, reason: str, **values: int) -> EdtfError:
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return EdtfError("not-edtf", text=shown, reason=InvalidValue(reason, **values))
