"""CSV rows (RFC 4180): a header line, UTF-8, lines that end in CRLF, cells that no spreadsheet runs as a formula.

There is no byte order mark: programs other than Excel would read it as part of the first name. For Excel there is xlsx.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from app.model.json_text import compact

# Beginnings that make spreadsheets read a cell as a formula, as OWASP lists them: full-width signs too, and all signs
# also after blanks, which some programs remove. `'` is one of them so that one rule, dropping the first `'` of every
# cell that has one, gives the values back.
_FORMULA_START = re.compile(r"[\t\r\n']|\s*[=+\-@＝＋－＠]")


def rows(names: Sequence[str], records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """CSV lines as bytes in UTF-8: a header with the columns `names`, then a line per record, one at a time.

    Raises KeyError for a record without one of the columns, TypeError for a value that JSON does not have.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(names)
    for record in records:
        writer.writerow([cell(record[name]) for name in names])
        yield buffer.getvalue().encode()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue().encode()


def cell(value: Any) -> str:
    """CSV cell: empty for null, `true` or `false`, JSON for lists, objects and numbers.

    A text that begins like a formula, or with `'`, gets a `'` in front.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _FORMULA_START.match(value) else value
    return compact(value)
