"""Seed files and packaged revisions: reading them."""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from app.publishing.publish import PublicationError, Submission


def read_folder(folder: Path, collections: Iterable[str]) -> list[Submission]:
    """What the seed files of a folder say, one `<collection>.toml` each. Raises PublicationError."""
    known = list(collections)
    files = sorted(folder.glob("*.toml"))
    if not files:
        raise PublicationError([f"{folder}: holds no seed file (<collection>.toml)"])
    strangers = [f"{file}: is named after no collection" for file in files if file.stem not in known]
    if strangers:
        raise PublicationError(strangers)
    return [read_file(file) for file in files]


def read_file(file: Path) -> Submission:
    """What one seed file says. Raises PublicationError naming the file where it is not TOML or holds something else."""
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PublicationError([f"{file}: cannot be read: {error}"]) from error
    tables = {"record": content.pop("record", []), "withdrawn": content.pop("withdrawn", [])}
    if content:
        raise PublicationError([f"{file}: has {', '.join(content)}: only [[record]] and [[withdrawn]] belong here"])
    for name, rows in tables.items():
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise PublicationError([f"{file}: {name}: is not a list of tables: write [[{name}]]"])
    return Submission(str(file), file.stem, tables["record"], tables["withdrawn"])


def revision_files(folder: Path) -> list[Path]:
    """The packaged revisions 0001.jsonl, 0002.jsonl, … in order. Raises PublicationError where one is missing."""
    files = sorted(folder.glob("[0-9][0-9][0-9][0-9].jsonl"))
    for number, file in enumerate(files, 1):
        if file.name != revision_name(number):
            raise PublicationError([f"{folder / revision_name(number)}: is missing"])
    return files


def revision_name(number: int) -> str:
    """Name of a packaged revision's file, four digits at least."""
    return f"{number:04d}.jsonl"
