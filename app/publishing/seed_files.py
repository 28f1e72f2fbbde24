"""Seed files (TOML) as submissions."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# Not the standard tomllib: in Python 3.11 it takes 6 GB of memory for a key of 40,000 parts, and it is half as fast.
import tomli

from app.model.canonical import LARGEST, MOST_LEVELS
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.input_files import read_text
from app.publishing.submission import Submission

# Reading takes up to 300 bytes of memory and 2 µs for each byte of a file that is made to take most.
MOST_BYTES = 10_000_000
# Values in one record, at all levels. Each may have a fault of 1 kB; the largest record has 150 values.
_MOST_VALUES = 10_000


def read_folder(folder: Path, collections: Iterable[str], most_bytes: int = MOST_BYTES) -> list[Submission]:
    """Submissions of the seed files in a folder, one `<collection>.toml` of at most `most_bytes` each.

    Raises PublicationError for a folder without any, and for a file that is named after no collection.
    """
    known = list(collections)
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PublicationError(RecordFault("no-seed-files", origin=str(folder)))
    strangers = [RecordFault("not-a-collection-file", origin=str(file)) for file in files if file.stem not in known]
    if strangers:
        raise PublicationError(*strangers)
    return [read_file(file, most_bytes) for file in files]


def read_file(file: Path, most_bytes: int = MOST_BYTES) -> Submission:
    """Submission of one seed file.

    Raises PublicationError if it cannot be read, is not TOML, has other tables than the two, or has what no record
    can have: tables in tables without end, numbers of more than 53 bits, thousands of values.
    """
    content = _toml(file, read_text(file, most_bytes))
    tables = {"record": content.pop("record", []), "withdrawn": content.pop("withdrawn", [])}
    if content:
        raise PublicationError(RecordFault("unknown-tables", {"names": list(content)}, str(file)))
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PublicationError(RecordFault("not-a-list-of-tables", {"name": name}, str(file), field=name))
        for position, row in enumerate(rows, 1):
            if code := _excess(row):
                values = {"levels": MOST_LEVELS, "most": _MOST_VALUES}
                raise PublicationError(RecordFault(code, values, str(file), id=f"{name} {position}"))
    return Submission(str(file), file.stem, tables["record"], tables["withdrawn"])


def _toml(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        fault = RecordFault("unreadable-file", {"reason": str(error)}, str(file))
    except RecursionError:
        fault = RecordFault("nested-too-deeply", {"levels": MOST_LEVELS}, str(file))
    except ValueError:  # the interpreter does not read whole numbers of more than 4,300 digits
        fault = RecordFault("number-too-large", origin=str(file))
    raise PublicationError(fault)


def _excess(row: Mapping[str, Any]) -> str | None:
    """Code of what no record can have; None if there is no such thing. It does not recurse, and costs 5 µs."""
    level, count = list(row.values()), len(row)
    for _ in range(MOST_LEVELS):
        if count > _MOST_VALUES:
            return "record-too-large"
        inner: list[Any] = []
        for part in level:
            if isinstance(part, dict | list):
                inner.extend(part.values() if isinstance(part, dict) else part)
            elif isinstance(part, int) and abs(part) > LARGEST:
                return "number-too-large"
        if not inner:
            return None
        level, count = inner, count + len(inner)
    return "nested-too-deeply"
