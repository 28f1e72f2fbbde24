"""Seed files and packaged revisions: reading them."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from app.publishing.publish import PublicationError, RecordFault, Submission


def read_folder(folder: Path, collections: Iterable[str]) -> list[Submission]:
    """The content of the seed files of a folder, one `<collection>.toml` each. Raises PublicationError."""
    known = list(collections)
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PublicationError(RecordFault("no-seed-files", origin=str(folder)))
    strangers = [RecordFault("not-a-collection-file", origin=str(file)) for file in files if file.stem not in known]
    if strangers:
        raise PublicationError(*strangers)
    return [read_file(file) for file in files]


def read_file(file: Path) -> Submission:
    """The content of one seed file. PublicationError names the file if it is no TOML or has other tables."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PublicationError(RecordFault("unreadable-file", {"reason": str(error)}, str(file))) from error
    tables = {"record": content.pop("record", []), "withdrawn": content.pop("withdrawn", [])}
    if content:
        raise PublicationError(RecordFault("unknown-tables", {"names": list(content)}, str(file)))
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PublicationError(RecordFault("not-a-list-of-tables", {"name": name}, str(file), field=name))
    return Submission(str(file), file.stem, tables["record"], tables["withdrawn"])


def revision_files(folder: Path) -> list[Path]:
    """The packaged revisions 0001.jsonl, 0002.jsonl, … in order. Raises PublicationError where one is missing."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9].jsonl"))
    for number, file in enumerate(files, 1):
        if file.name != revision_name(number):
            raise PublicationError(RecordFault("missing-file", origin=str(folder / revision_name(number))))
    return files


def revision_name(number: int) -> str:
    """Name of a packaged revision's file, four digits at least."""
    return f"{number:04d}.jsonl"
