"""CSV reader: rows of a file with their lines, by the names of their columns, in one of the encodings that occur."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from app.publishing.importers.base import InputFile, UnreadableFile

# In this order: a file in UTF-8 is hardly ever valid by chance, and one in Windows-1252 nearly always.
_ENCODINGS = ("utf-8-sig", "cp1252")
_SHOWN = 100  # characters of a header that a message repeats


def read_lines(file: InputFile) -> Iterator[tuple[int, list[str]]]:
    """Lines of a CSV file, each with its number from 1, empty ones left out; cells without white space around them.

    Raises UnreadableFile if the file has NUL, neither of the encodings, a cell beyond 128 KiB, a quotation mark that
    is not closed, or an end in the middle of a line: without a line break and with fewer cells than the line before.
    """
    text = _text(file)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    held: tuple[int, list[str]] | None = None  # one line back, so that the last one is known before it is given
    before = 0  # cells of the line before that one
    number = 1
    try:
        for cells in reader:
            if any(cells):
                if held:
                    yield held
                    before = len(held[1])
                held = number, [cell.strip() for cell in cells]
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(file, "not-csv", number, reason=str(error)) from None
    if held and len(held[1]) < before and not text.endswith(("\n", "\r")):
        raise UnreadableFile(file, "csv-cut-off", held[0], cells=len(held[1]), before=before)
    if held:
        yield held


def read_rows(file: InputFile, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Rows below the header, each with its line, as cells by column. Columns beyond those named are given too.

    A row with fewer cells than the header has empty ones at its end. Raises UnreadableFile if a row has more, or if
    the header lacks one of the columns or repeats a name.
    """
    lines = read_lines(file)
    line, header = next(lines, (1, []))
    if missing := [name for name in columns if name not in header]:
        raise UnreadableFile(file, "csv-other-header", line, missing=missing, found=",".join(header)[:_SHOWN])
    if len({*header}) < len(header):
        raise UnreadableFile(file, "csv-repeated-column", line)
    for number, cells in lines:
        if len(cells) > len(header):
            raise UnreadableFile(file, "csv-too-many-cells", number, most=len(header))
        yield number, dict(zip(header, [*cells, *[""] * (len(header) - len(cells))], strict=True))


def _text(file: InputFile) -> str:
    if b"\0" in file.body:
        line = file.body.count(b"\n", 0, file.body.index(b"\0")) + 1
        raise UnreadableFile(file, "nul-in-text", line)
    for encoding in _ENCODINGS:
        try:
            return file.body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(file, "unknown-encoding", encodings=_ENCODINGS)
