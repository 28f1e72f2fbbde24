"""Whole lists in one answer: CSV, JSON Lines, iCalendar. Streamed, so that memory stays flat however long the list."""

import csv
import io
import json
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from app.about import NAME
from app.formats import icalendar as ics
from app.model.json_text import compact
from app.model.labels import label
from app.reading.list_request import Inquiry, database
from app.serving.responses import Moment, here

_CHUNK = 64 * 1024  # bytes sent at a time: each piece costs a turn of a worker thread
# What spreadsheets take for the start of a formula, as OWASP lists it; `'` itself, so that the way back is one rule.
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")

Texts = Iterable[str]


def whole(inquiry: Inquiry, at: Moment) -> Response:
    """All rows of a list at a revision, saved by browsers under a name that says list, revision and language."""
    asked, listing = inquiry.asked, inquiry.listing
    extension = asked.format
    name = f"dossier-{listing.name.replace('/', '-')}-r{at.revision}-{asked.lang}.{extension}"

    def parts() -> Generator[bytes, None, None]:
        # Out here, where whoever closes the stream reaches it: the generators within are left to the garbage collector.
        with database(inquiry.request).streaming() as connection:
            yield from chunks(STREAMED[extension](inquiry, _texts(connection, inquiry, here(connection, at))))

    return asked.stream(at, parts, name)


def _texts(connection: Connection, inquiry: Inquiry, at: Moment) -> Iterator[str]:
    for rows in inquiry.listing.batches(connection, inquiry, inquiry.wanted(connection, at), at):
        yield from inquiry.listing.texts(connection, rows, inquiry)


def columns(inquiry: Inquiry) -> list[str]:
    """The fields to write: those asked for, the key always among them and first; else all."""
    key, chosen = list(inquiry.listing.key), inquiry.chosen("fields")
    return [*key, *(name for name in chosen if name not in key)] if chosen else inquiry.listing.fields


def as_csv(inquiry: Inquiry, texts: Texts) -> Iterator[bytes]:
    """RFC 4180 with a header line, UTF-8, lines ended by CRLF."""
    names = columns(inquiry)
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for text in texts:
        row = json.loads(text)
        writer.writerow([cell(row[name]) for name in names])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value: Any) -> str:
    """A value as it stands in a cell: null empty, booleans `true` and `false`, lists and objects as JSON.

    A text that a spreadsheet would run as a formula gets a `'` before it, and so does one that begins with `'`: who
    takes one `'` off the start of every cell that has one has the values back.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_RISKY) else value
    return compact(value)


def as_jsonl(inquiry: Inquiry, texts: Texts) -> Iterator[bytes]:
    """A line for each row: its public JSON, cut down to the fields asked for."""
    names = columns(inquiry) if inquiry.chosen("fields") else ()
    for text in texts:
        row = json.loads(text) if names else {}
        yield (compact({name: row[name] for name in names}) if names else text).encode() + b"\n"


def as_ics(inquiry: Inquiry, texts: Texts) -> Iterator[bytes]:
    """A calendar of all-day events; records of which no day is known are not in it."""
    lang = inquiry.asked.lang
    entries = ({"collection": inquiry.listing.name} | json.loads(text) for text in texts)
    return ics.calendar(entries, lang, title(inquiry), inquiry.asked.absolute)


def title(inquiry: Inquiry) -> str:
    """What a calendar or feed of this list is called, in the language of the response."""
    lang = inquiry.asked.lang
    return f"{NAME[lang]} · {label(inquiry.listing.name, lang)}"


STREAMED: dict[str, Callable[[Inquiry, Texts], Iterator[bytes]]] = {"csv": as_csv, "jsonl": as_jsonl, "ics": as_ics}


def chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in larger pieces."""
    buffer = bytearray()
    for part in parts:
        buffer += part
        if len(buffer) >= _CHUNK:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)
