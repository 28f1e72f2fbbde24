"""CSV rows (RFC 4180): a header line, UTF-8, lines that end in CRLF, cells that no spreadsheet runs as a formula.

There is no byte order mark: programs other than Excel would read it as part of the first name. For Excel there is xlsx.

The bytes are those of the standard library's `csv.writer`, which takes 14 µs for a record of 18 members, as it looks at
each character; the quotes are set here, column by column, in 6.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.formats.columns import ColumnType
from app.formats.json_lines import Block, members

_TEXTS = ("text", "words", "date", "decimal")  # types of columns whose values are texts in JSON

# Beginnings that make spreadsheets read a cell as a formula, as OWASP lists them: full-width signs too, and all signs
# also after blanks, which some programs remove. `'` is one of them so that one rule, dropping the first `'` of every
# cell that has one, gives the values back. No letter and no digit is one of them.
_FORMULA_START = re.compile(r"[\t\r\n']|\s*[=+\-@＝＋－＠]")


def rows(columns: Mapping[str, ColumnType], blocks: Iterable[Block]) -> Iterator[bytes]:
    """CSV in parts: a header with the names of the columns, then the rows of each block of JSON Lines.

    Cells are empty for null, `true` or `false`, JSON for lists, objects and numbers. A text that begins like a formula,
    or with `'`, gets a `'` in front. The first column is a key, which is never empty. Raises msgspec.ValidationError
    for an object that lacks a column, or has another value than a text in a column of texts.
    """
    yield f"{','.join(columns)}\r\n".encode()
    texts = [name for name, kind in columns.items() if kind in _TEXTS]
    cells = [_text_cells if name in texts else _json_cells for name in columns]
    for block in members(blocks, [*columns], texts):
        lines = map(",".join, zip(*(cell(column) for cell, column in zip(cells, block, strict=True)), strict=True))
        yield "\r\n".join([*lines, ""]).encode()


def _text_cells(column: Sequence[str | None]) -> list[str]:
    safe = [
        f"'{text}" if text and not text[0].isalnum() and _FORMULA_START.match(text) else text or "" for text in column
    ]
    return [_quoted(text) for text in safe]


def _json_cells(column: Sequence[str | None]) -> list[str]:
    return [_quoted(value) if value and value != "null" else "" for value in column]


def _quoted(text: str) -> str:
    if "," in text or '"' in text or "\n" in text or "\r" in text:
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
