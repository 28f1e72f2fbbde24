"""Dates in words: an EDTF date of this project's profile (see `edtf`) as running text, in English and in French.

No library: Babel has no EDTF, and edtf 5.0.2 reads English but writes none. The grammar is in two places: sentences and
prepositions in `messages.dates`, and here what two dates of one text share (`from 3 to 9 May 2017`).
"""

import functools
from dataclasses import dataclass, replace

from typing_extensions import override

from app.messages import sentence
from app.messages.dates import MONTHS, PREPOSITIONS
from app.model.edtf import bounds, is_interval
from app.model.fields import Language

# Codes by the qualifier of a date, and of an end of an interval.
_QUALIFIERS = {"?": "date-uncertain", "~": "date-approximate", "%": "date-uncertain-and-approximate"}
_END_QUALIFIERS = {"?": "end-uncertain", "~": "end-approximate", "%": "end-uncertain-and-approximate"}
_UNSPECIFIED = {"XX": "date-without-month", "XX-XX": "date-without-month-and-day"}  # by what follows the year
_YEAR, _MONTH, _DAY = 4, 7, 10  # characters of a date that is given to the year, to the month, to the day
_VOWELS = tuple("aeiouyéèêâ")


@functools.lru_cache(maxsize=10_000)
def in_words(edtf: str, lang: Language) -> str:
    """Date in words, without a capital at its start: `between 2003 and 2009`, « au plus tard le 1er juin 2020 ».

    Raises EdtfError for a text outside the profile.
    """
    bounds(edtf)
    if edtf.startswith("["):
        return _one_of(edtf[1:-1], lang)
    if is_interval(edtf):
        return _interval(edtf, lang)
    bare = edtf.rstrip("?~%")
    date = _single(bare, lang)
    return date.words if bare == edtf else sentence(_QUALIFIERS[edtf[-1]], {"date": date}, lang)


@dataclass(frozen=True)
class _Spoken:
    """A date in words. Its format is a French preposition, which is joined with the article of a day."""

    words: str
    is_day: bool = False

    @override
    def __format__(self, preposition: str) -> str:
        day, other, vowel = PREPOSITIONS[preposition]
        before = day if self.is_day else vowel if self.words.startswith(_VOWELS) else other
        return f"{before}{self.words}"


def _single(text: str, lang: Language) -> _Spoken:
    """A date without qualifier, maybe with unspecified digits."""
    if "X" in text[:_YEAR]:
        return _Spoken(_years(text, lang))
    known = text.replace("-XX", "")
    date = _exact(known, lang)
    if known == text:
        return date
    code = "date-without-day" if len(known) == _MONTH else _UNSPECIFIED[text[_YEAR + 1 :]]
    return _Spoken(sentence(code, {"date": date}, lang))


def _years(text: str, lang: Language) -> str:
    """A decade or a century. `The 2000s` and years of three digits are not clear: the years are then named."""
    first, last = text.replace("X", "0"), text.replace("X", "9")
    if text.count("X") == 1 and first[2] != "0" and first[0] != "0":
        return sentence("date-decade", {"year": first}, lang)
    years = {"first": _year(first, lang), "last": _year(last, lang)}
    return sentence("date-years", years, lang)


def _year(text: str, lang: Language) -> str:
    """A year. One of fewer than four digits would not be known for a year."""
    return text if text[0] != "0" else sentence("date-year-below-1000", {"year": int(text)}, lang)


def _exact(text: str, lang: Language, shared: int = 0) -> _Spoken:
    """A year, month or day, without the year or the month and year, if that many characters are said elsewhere."""
    parts = [] if shared >= _YEAR else [_year(text[:_YEAR], lang)]
    if len(text) >= _MONTH > shared:
        parts.insert(0, MONTHS[lang][int(text[5:7]) - 1])
    words = " ".join(parts)
    if len(text) < _DAY:
        return _Spoken(words)
    number = text[8:].lstrip("0")
    day = sentence("date-first-of-month", lang=lang) if number == "1" else number
    return _Spoken(sentence("date-day", {"day": day, "rest": words}, lang) if words else day, is_day=True)


def _pair(first: str, last: str, lang: Language) -> dict[str, _Spoken]:
    """Two exact dates, the first without what it shares with the second: `3` and `9 May 2017`."""
    shared = 0
    if len(first) == len(last) == _DAY and first[:_MONTH] == last[:_MONTH]:
        shared = _MONTH
    elif min(len(first), len(last)) >= _MONTH and first[:_YEAR] == last[:_YEAR]:
        shared = _YEAR
    return {"first": _exact(first, lang, shared), "last": _exact(last, lang)}


def _interval(text: str, lang: Language) -> str:
    start, _, end = text.partition("/")
    first, last = (None if one in ("", "..") else _end(one, lang) for one in (start, end))
    if first and last:
        return _from_to(start, end, {"first": first, "last": last}, lang)
    if first:
        return sentence("date-from-on" if end else "date-from-end-unknown", {"first": first}, lang)
    if last:
        return sentence("date-until" if start else "date-until-start-unknown", {"last": last}, lang)
    return sentence("date-from-unknown-on", lang=lang)


def _from_to(start: str, end: str, ends: dict[str, _Spoken], lang: Language) -> str:
    if start == end:
        return in_words(start, lang)
    if start[-1].isdigit() and end[-1].isdigit():
        if start.startswith(end):  # from June 2018 to 2018
            ends["last"] = _Spoken(sentence("end-within", {"date": ends["last"]}, lang))
        elif end.startswith(start):
            ends["first"] = _Spoken(sentence("end-within", {"date": ends["first"]}, lang))
        else:
            ends = _pair(start, end, lang)
    return sentence("date-from-to", ends, lang)


def _end(text: str, lang: Language) -> _Spoken:
    """One end of an interval. In French its qualifier comes after it, because a preposition comes before it."""
    bare = text.rstrip("?~%")
    date = _exact(bare, lang)
    return date if bare == text else replace(date, words=sentence(_END_QUALIFIERS[text[-1]], {"date": date}, lang))


def _one_of(dates: str, lang: Language) -> str:
    first, comma, last = dates.partition("," if "," in dates else "..")
    if not (first and last):
        return _limit(first or last, before=not first, lang=lang)
    code = "date-either" if comma == "," else "date-between"
    if comma != "," and first != last and (first.startswith(last) or last.startswith(first)):
        span = bounds(f"[{dates}]")  # between 2018 and June 2018: between 1 January and 30 June 2018
        first, last = span.earliest or first, span.latest or last
    return _exact(first, lang).words if first == last else sentence(code, _pair(first, last, lang), lang)


def _limit(text: str, *, before: bool, lang: Language) -> str:
    date = _exact(text, lang)
    if before:
        return sentence("date-on-or-before" if date.is_day else "date-in-or-before", {"date": date}, lang)
    return sentence("date-on-or-after" if date.is_day else "date-in-or-after", {"date": date}, lang)
