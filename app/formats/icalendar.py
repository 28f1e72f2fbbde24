r"""iCalendar object (RFC 5545, RFC 7986) of a timeline: all-day entries, with a sentence on how exact each date is.

A calendar has days only. An inexact EDTF date becomes an entry over every day that it can mean. The date itself is put
in brackets after the title, and the sentence under the summary.

No library: icalendar 7.3.0, with which the tests read the result, turns the characters `\N` of a text into a line
break, passes control characters, and folds lines at 74 octets, which would change nearly every entry; an entry takes
380 µs instead of 50. ical 14.3.1 cannot write LANGUAGE and writes the year 7 as `7`; ics 0.7.3 does not fold lines.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from app.about import NAME, stable_uuid
from app.messages import sentence
from app.model.fields import Language

LINE = 75  # octets of a line without its end (RFC 5545 §3.1): readers may cut longer ones

# Control characters that TEXT excludes: all but the tab. The line feed is escaped before this is applied.
_FORBIDDEN = re.compile("[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")
_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})

_CONTINUATION = range(0x80, 0xC0)  # octets of a character in UTF-8 after its first

# No METHOD: PUBLISH requires an ORGANIZER in every VEVENT (RFC 5546 §3.2.1), which historical events do not have.
_HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "CALSCALE:GREGORIAN")
# How often subscribers should read the calendar again: the standard property (RFC 7986 §5.7), and the older one that
# Outlook knows. Publications are days apart.
_REFRESH = ("REFRESH-INTERVAL;VALUE=DURATION:PT12H", "X-PUBLISHED-TTL:PT12H")

# The content of a calendar without entries: a calendar needs one component (§3.6), and this one is not shown.
_EMPTY = (
    *("BEGIN:VTIMEZONE", "TZID:UTC", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
    *("TZOFFSETFROM:+0000", "TZOFFSETTO:+0000", "END:STANDARD", "END:VTIMEZONE"),
)

# Codes of messages by the number of unspecified digits, by the length of what is known, and by qualifier.
_UNSPECIFIED = {1: "given-to-the-decade", 2: "given-to-the-century"}
_KNOWN = {4: "given-to-the-year", 7: "given-to-the-month", 10: "given-to-the-day"}
_QUALIFIERS = {"?": "uncertain", "~": "approximate", "%": "uncertain-and-approximate"}
_EXACT = ("given-to-the-day", "")


def calendar(
    entries: Iterable[Mapping[str, Any]], lang: Language, name: str, link: Callable[[str], str | None]
) -> Iterator[bytes]:
    """VCALENDAR in parts: its head, a VEVENT for each entry, its end. The same entries give the same bytes.

    An entry has `collection`, `id`, `title`, `summary`, `date` (EDTF), `earliest` and `latest` (ISO days or None),
    `url` (path), `published_at` (UTC, `Z`), `revision` and `topics`. `link` makes the absolute address of a path; where
    it returns None, there is no URL. An entry with neither day, such as `/..`, is left out: a VEVENT needs a DTSTART.
    """
    product = f"PRODID:-//dossier//{_text(NAME[lang])}//{lang.upper()}"
    yield _lines(*_HEAD, product, f"NAME;LANGUAGE={lang}:{_text(name)}", f"X-WR-CALNAME:{_text(name)}", *_REFRESH)
    empty = True
    for entry in entries:
        if entry["earliest"] or entry["latest"]:
            yield _event(entry, lang, link(entry["url"]))
            empty = False
    yield _lines(*_EMPTY, "END:VCALENDAR") if empty else _lines("END:VCALENDAR")


def exactness(when: str, lang: Language) -> str:
    """A sentence on how exact an EDTF date is; empty for a day, and for an interval from one day to another."""
    if _one_of(when):
        return sentence("one-of-several-dates", lang=lang)
    start, slash, end = when.partition("/")
    if not slash:
        parts = {"the-date": start}
    elif _precision(start) == _precision(end):
        parts = {"start-and-end": start}
    else:
        parts = {"the-start": start, "the-end": end}
    if all(_precision(part) == _EXACT for part in parts.values()):
        return ""
    clauses = "; ".join(_clause(subject, part, lang) for subject, part in parts.items())
    return f"{clauses[0].upper()}{clauses[1:]}."


def _one_of(when: str) -> bool:
    """Whether an EDTF date is a set of which one is meant, such as `[2006-11-09..2020-06-01]`."""
    return when.startswith("[")


def _clause(subject: str, part: str, lang: Language) -> str:
    precision, qualifier = _precision(part)
    if (subject, precision) == ("the-end", "open"):
        return sentence("still-going-on", lang=lang)
    plural = {"s": "s" if subject == "start-and-end" else ""}
    clause = sentence(precision, {"subject": sentence(subject, lang=lang), **plural}, lang)
    return clause + (sentence(qualifier, plural, lang) if qualifier else "")


def _precision(part: str) -> tuple[str, str]:
    """The precision of one date, or of one end of an interval, and its qualifier or nothing: codes of messages."""
    if part in ("", ".."):
        return "open" if part else "not-known", ""
    bare = part.rstrip("?~%")
    known = bare.replace("-XX", "")
    precision = _UNSPECIFIED.get(known.count("X")) or _KNOWN[len(known)]
    return precision, _QUALIFIERS.get(part[len(bare) :], "")


def _event(entry: Mapping[str, Any], lang: Language, address: str | None) -> bytes:
    key = f"{entry['collection']}/{entry['id']}"
    stamp = re.sub("[-:]", "", entry["published_at"])
    title, summary = entry["title"], entry["summary"]
    if inexact := exactness(entry["date"], lang):
        title = f"{title} [{entry['date']}]"
        summary = f"{summary}\n\n{inexact}{_days_covered(entry, lang)}"
    return _lines(
        "BEGIN:VEVENT",
        f"UID:{stable_uuid(key)}",
        f"DTSTAMP:{stamp}",  # without METHOD the time of the last revision (§3.8.7.2), not of the request
        f"LAST-MODIFIED:{stamp}",
        f"SEQUENCE:{entry['revision']}",
        *_days(entry["earliest"] or entry["latest"], entry["latest"] or entry["earliest"]),
        "TRANSP:TRANSPARENT",
        f"CATEGORIES:{','.join(_text(category) for category in (entry['collection'], *entry['topics']))}",
        f"SUMMARY;LANGUAGE={lang}:{_text(title)}",
        f"DESCRIPTION;LANGUAGE={lang}:{_text(summary)}",
        *([f"URL:{address}"] if address else []),
        "END:VEVENT",
    )


def _days_covered(entry: Mapping[str, Any], lang: Language) -> str:
    """A further sentence on which of the possible days an entry covers; empty where the days are given exactly."""
    if entry["earliest"] and entry["latest"]:
        given_to_the_day = not _one_of(entry["date"]) and all(
            _precision(part)[0] == _EXACT[0] for part in entry["date"].split("/")
        )
        return "" if given_to_the_day else f" {sentence('on-all-days', lang=lang)}"
    return f" {sentence('on-the-first-day' if entry['earliest'] else 'on-the-last-day', lang=lang)}"


def _days(first: str, last: str) -> Iterator[str]:
    """DTSTART, and DTEND on the day after the last. An entry without DTEND is one day long (§3.6.1).

    A year has four digits, so no day comes after 9999-12-31: a span that ends there is shown one day short. ISO texts
    are not parsed and written again, because strftime writes the year 994 without its zero.
    """
    yield f"DTSTART;VALUE=DATE:{first.replace('-', '')}"
    end = last
    if last != date.max.isoformat():
        end = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    if end > first:
        yield f"DTEND;VALUE=DATE:{end.replace('-', '')}"


def _text(text: str) -> str:
    r"""A value of type TEXT (§3.3.11): forbidden characters become U+FFFD, and every line end becomes `\n`."""
    one_kind = text.replace("\r\n", "\n").replace("\r", "\n")
    return _FORBIDDEN.sub("\ufffd", one_kind.translate(_ESCAPED))


def _lines(*lines: str) -> bytes:
    return b"".join(_folded(line.encode()) for line in lines)


def _folded(line: bytes) -> bytes:
    """Line folding (§3.1): a content line with its end, cut after 75 octets at most and never inside a character."""
    pieces, start, room = [], 0, LINE
    while len(line) - start > room:
        cut = start + room
        while line[cut] in _CONTINUATION:
            cut -= 1
        pieces.append(line[start:cut])
        start, room = cut, LINE - 1  # a continuation begins with a blank, which counts
    return b"\r\n ".join((*pieces, line[start:])) + b"\r\n"
