"""Seed files (TOML) as submissions, and the files of packaged revisions."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from app.publishing.faults import PublicationError, RecordFault
from app.publishing.submission import Submission


def read_folder(folder: Path, collections: Iterable[str]) -> list[Submission]:
    """Submissions of the seed files in a folder, one `<collection>.toml` each.

    Raises PublicationError for a folder without any, and for a file that is named after no collection.
    """
    known = list(collections)
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PublicationError(RecordFault("no-seed-files", origin=str(folder)))
    strangers = [RecordFault("not-a-collection-file", origin=str(file)) for file in files if file.stem not in known]
    if strangers:
        raise PublicationError(*strangers)
    return [read_file(file) for file in files]


def read_file(file: Path) -> Submission:
    """Submission of one seed file. Raises PublicationError if it is not TOML or has other tables than the two."""
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
    """Files of the packaged revisions (0001.jsonl, 0002.jsonl, …) in order. Raises PublicationError for a gap."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9].jsonl"))
    for number, file in enumerate(files, 1):
        if file.name != revision_name(number):
            raise PublicationError(RecordFault("missing-file", origin=str(folder / revision_name(number))))
    return files


def revision_name(number: int) -> str:
    """File name of a packaged revision: its number with at least four digits, which `revision_files` expects."""
    return f"{number:04d}.jsonl"
