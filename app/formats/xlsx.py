"""Excel workbook (Office Open XML) of a list: a sheet with its rows, and one on the file and its columns.

XlsxWriter writes it in constant memory, row by row, into a file. Cells are typed; no cell is a formula or a link.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.formats.columns import ColumnType
from app.model.json_text import compact

MOST_DIGITS = 15  # of a number in a spreadsheet: of longer ones it would change the last digits
MOST_CHARACTERS = 32_767  # of a text in a cell: Excel refuses a file with a longer one
FIRST_DAY = "1900-01-01"  # the first day that Excel has

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")  # characters that a sheet's name cannot have
_MOST_IN_NAME = 31
_OPTIONS = {
    "constant_memory": True,
    "strings_to_urls": False,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
}
_WIDTHS: dict[ColumnType, int] = {"date": 12, "decimal": 16, "integer": 9, "boolean": 11, "list": 32, "object": 32}
_TEXT_WIDTH, _LONG_WIDTH = 24, 60  # in characters


@dataclass(frozen=True, slots=True)
class Column:
    """Column of a workbook: the name of its field, its type, and words on what it means and on how it is written."""

    name: str
    type: ColumnType
    meaning: str
    written: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookInfo:
    """Workbook metadata. All words are in one language.

    `title` names the first sheet and `about_title` the second one, which has the `facts` (name and value), then the
    `headings` over the columns. `published_at` (UTC, ending in `Z`) is the only time in the file, so that the same
    rows give the same bytes. `fixed` columns stay in view.
    """

    title: str
    about_title: str
    facts: Sequence[tuple[str, str]]
    headings: Sequence[str]
    columns: Sequence[Column]
    published_at: str
    author: str
    fixed: int = 1


def write(file: BinaryIO, info: WorkbookInfo, rows: Iterable[Mapping[str, Any]]) -> None:
    """XLSX file with one row for each mapping, which must have all columns; memory does not grow with their number.

    Raises KeyError for a row without one of the columns, OSError if the file cannot be written.
    """
    try:
        _fill(file, info, rows)
    except FileCreateError as error:
        raise OSError(str(error)) from error


def _fill(file: BinaryIO, info: WorkbookInfo, rows: Iterable[Mapping[str, Any]]) -> None:
    with Workbook(file, _OPTIONS) as workbook:
        created = datetime.fromisoformat(info.published_at).replace(tzinfo=None)
        workbook.set_properties({"title": info.title, "author": info.author, "created": created})
        bold = workbook.add_format({"bold": True})
        cells = _Cells(workbook)
        sheet = workbook.add_worksheet(_sheet_name(info.title))
        sheet.freeze_panes(1, info.fixed)
        for index, column in enumerate(info.columns):
            sheet.set_column(index, index, _width(column))
            sheet.write_string(0, index, column.name, bold)
        last = 0
        for last, row in enumerate(rows, 1):
            for index, column in enumerate(info.columns):
                cells.write(sheet, (last, index), row[column.name], column.type)
        sheet.autofilter(0, 0, last, len(info.columns) - 1)
        _write_about(workbook.add_worksheet(_sheet_name(info.about_title)), info, bold)


def _write_about(sheet: Worksheet, info: WorkbookInfo, bold: Format) -> None:
    for index, width in enumerate((_TEXT_WIDTH, 2 * _LONG_WIDTH, _LONG_WIDTH)):
        sheet.set_column(index, index, width)
    for row, fact in enumerate(info.facts):
        sheet.write_string(row, 0, fact[0], bold)
        sheet.write_string(row, 1, _text(fact[1]))
    first = len(info.facts) + 1
    for index, heading in enumerate(info.headings):
        sheet.write_string(first, index, heading, bold)
    for row, column in enumerate(info.columns, first + 1):
        for index, words in enumerate((column.name, column.meaning, column.written)):
            sheet.write_string(row, index, words)


class _Cells:
    """Writer of typed cells, with the number formats of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self._date = workbook.add_format({"num_format": "yyyy-mm-dd"})
        self._whole = workbook.add_format({"num_format": "#,##0"})
        self._fraction = workbook.add_format({"num_format": "#,##0.00##"})

    def write(self, sheet: Worksheet, place: tuple[int, int], value: Any, kind: ColumnType) -> None:
        """Cell with a value: nothing for null and for an empty list."""
        if value is None or value == []:
            return
        if isinstance(value, bool):
            sheet.write_boolean(*place, value)
        elif isinstance(value, int | float) and _fits(str(value)):
            sheet.write_number(*place, value)
        elif kind == "date" and _DAY.fullmatch(value) and value >= FIRST_DAY:
            sheet.write_datetime(*place, date.fromisoformat(value), self._date)
        elif kind == "decimal" and _DECIMAL.fullmatch(value) and _fits(value):
            sheet.write_number(*place, float(value), self._fraction if "." in value else self._whole)
        else:
            sheet.write_string(*place, _text(value))


def _fits(number: str) -> bool:
    """Whether a spreadsheet keeps every digit of a decimal number."""
    return len(re.sub("[^0-9]", "", number).lstrip("0")) <= MOST_DIGITS


def _text(value: Any) -> str:
    """Text of a cell: a list of texts joined by semicolons, other lists and objects as JSON; cut where too long."""
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        text = "; ".join(value)
    else:
        text = value if isinstance(value, str) else compact(value)
    # Excel counts UTF-16 units, of which a character has one or two; XlsxWriter counts characters
    if 2 * len(text) > MOST_CHARACTERS and len(text.encode("utf-16-le")) > 2 * MOST_CHARACTERS:
        text = text.encode("utf-16-le")[: 2 * MOST_CHARACTERS - 2].decode("utf-16-le", "ignore") + "…"
    # XlsxWriter takes such a text for XML of its own, and would write it into the file without escaping
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text


def _width(column: Column) -> int:
    return _WIDTHS.get(column.type, _LONG_WIDTH if column.name in ("title", "summary") else _TEXT_WIDTH)


def _sheet_name(words: str) -> str:
    return _NOT_IN_NAMES.sub(" ", words)[:_MOST_IN_NAME].strip("' ")
