"""Exports: all rows of a list in one answer, streamed as CSV, JSON Lines, Excel or iCalendar to keep memory use low."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

from starlette.responses import Response

from app.about import NAME
from app.errors import InvalidParameter
from app.formats import csv_text, icalendar, json_lines
from app.formats.columns import column_types
from app.model.fields import Language
from app.model.labels import label
from app.reading.list_view import ListView
from app.reading.pages import PageOf
from app.serving.responses import Responder
from app.serving.streaming import in_chunks

MOST_ROWS = {"xlsx": 100_000}  # of events they take 17 seconds to write; users are promised this number


def refuse_too_many_rows(page: PageOf, format_name: str) -> None:
    """Raise InvalidParameter (422) if a list has more rows than its format takes; other formats are not counted."""
    most = MOST_ROWS.get(format_name)
    if most is not None and page.total > most:
        others = [name for name in page.view.spec.formats if name in ("csv", "jsonl")]
        values = {"format": format_name, "most": most, "total": page.total, "formats": others}
        raise InvalidParameter("format", "too-many-rows", **values)


def stream_page(responder: Responder, page: PageOf, resources: ExitStack) -> Response:
    """Export of all rows of a list, in chunks of 256 KiB, under a file name with list, revision and language.

    A stream takes over `resources`, which have the snapshot. If reading a row raises an error after the first 1 MiB,
    the server closes the connection: the status 200 has been sent, so it is too late for a 500.
    """
    name, number = page.view.spec.name.replace("/", "-"), page.snapshot.revision.number
    parts = in_chunks(EXPORTS[responder.format](responder, page))
    filename = f"dossier-{name}-r{number}-{responder.lang}.{responder.format}"
    return responder.stream(page.snapshot, parts, filename, resources)


def _csv(_: Responder, page: PageOf) -> Iterator[bytes]:
    """CSV: a header line and a line for each row."""
    types = column_types(page.view.spec.model)
    return csv_text.rows({name: types[name] for name in page.columns}, page.all_lines())


def _json_lines(_: Responder, page: PageOf) -> Iterator[bytes]:
    """JSON Lines: a line for each row with its body, or with the fields asked for."""
    lines = page.all_lines()
    return json_lines.selected(lines, page.columns) if page.request.fields else lines


def _workbook(responder: Responder, page: PageOf) -> Iterator[bytes]:
    """Excel workbook."""
    from app.api.spreadsheets import workbook  # its library would make each start 40 ms longer

    return workbook(responder, page)


def _calendar(responder: Responder, page: PageOf) -> Iterator[bytes]:
    """iCalendar: all-day events; records without a known day are left out."""
    return icalendar.calendar(
        page.all_details(), responder.lang, list_title(page.view, responder.lang), responder.absolute
    )


def list_title(view: ListView, lang: Language) -> str:
    """Title of a list's calendar or feed, in one language."""
    return f"{NAME[lang]} · {label(view.spec.name, lang)}"


EXPORTS: dict[str, Callable[[Responder, PageOf], Iterator[bytes]]] = {
    "csv": _csv,
    "jsonl": _json_lines,
    "xlsx": _workbook,
    "ics": _calendar,
}
