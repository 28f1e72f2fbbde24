"""Input of imports: files from disk, and from https addresses by conditional requests."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select

from app import clock
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.fetch import Fetched, Limits, NotModified, Validators, fetch_bytes
from app.publishing.importers.base import Importer, InputFile
from app.publishing.input_files import read_bytes
from app.resources.sources import SOURCES
from app.store.engines.base import Database
from app.store.tables import FETCHED_FILES


@dataclass(frozen=True)
class Input:
    """Input of an import: its files, none where every address says that its file is the one imported before.

    `fetched` are the validators of files that came from an address, to be kept once they are imported.
    """

    files: Sequence[InputFile]
    fetched: dict[str, Validators]


def read_input(
    db: Database, importer: Importer, names: Sequence[str], limits: Limits, *, conditional: bool = True
) -> Iterator[Input]:
    """Input from paths and addresses, one step for each, and the whole at the end: the last one is complete.

    Not `conditional`, files are fetched though they are those imported before. Raises PublicationError for a file, and
    SourceUnavailable for an address, that cannot be read.
    """
    files: list[InputFile] = []
    fetched: dict[str, Validators] = {}
    unchanged: list[str] = []
    known = _known(db, importer) if conditional else {}

    def add(address: str, validators: Validators | None = None) -> None:
        found = _fetched(importer, address, limits, validators)
        files.append(InputFile(address, found.body, _today(), found.address))
        fetched[address] = found.validators

    for name in names:
        try:
            if _is_address(name):
                add(name, known.get(name))
            else:
                files.append(_from_disk(importer, name))
        except NotModified:
            unchanged.append(name)
        yield Input(files, fetched)
    if files and unchanged:  # an importer wants all of its files
        for address in unchanged:
            add(address)
        yield Input(sorted(files, key=lambda file: names.index(file.name)), fetched)


def keep_validators(db: Database, importer: Importer, what: Input) -> None:
    """Keep the validators of fetched files that are imported now."""
    rows = [
        {
            "importer": importer.name,
            "address": file.name,
            "etag": what.fetched[file.name].etag,
            "last_modified": what.fetched[file.name].last_modified,
            "sha256": file.sha256,
        }
        for file in what.files
        if file.name in what.fetched
    ]
    if rows:
        with db.writing() as connection:
            table = FETCHED_FILES
            mine = table.c.importer == importer.name, table.c.address.in_([row["address"] for row in rows])
            connection.execute(delete(table).where(*mine))
            connection.execute(insert(table), rows)


def _is_address(name: str) -> bool:
    return "://" in name


def _from_disk(importer: Importer, name: str) -> InputFile:
    return InputFile(name, read_bytes(Path(name), importer.most_bytes), _today())


def _fetched(importer: Importer, address: str, limits: Limits, known: Validators | None) -> Fetched:
    """File at an address. Raises NotModified if it is the one whose validators are known."""
    if not address.lower().startswith("https://") and not limits.allow_private:
        raise PublicationError(RecordFault("not-https", origin=address))
    try:
        return fetch_bytes(address, limits, importer.media_types, known or Validators())
    except NotModified:
        if known:
            raise
        raise PublicationError(RecordFault("not-modified-unasked", origin=address)) from None


def _known(db: Database, importer: Importer) -> dict[str, Validators]:
    """Validators by address of files whose source is still published with the same SHA-256."""
    with db.reading() as connection:
        imported = _imported_hashes(connection)
        rows = connection.execute(select(FETCHED_FILES).where(FETCHED_FILES.c.importer == importer.name)).all()
    return {row.address: Validators(row.etag, row.last_modified) for row in rows if row.sha256 in imported}


def _imported_hashes(connection: Connection) -> set[str]:
    table = SOURCES.table
    texts = connection.execute(select(table.c.record).where(table.c.superseded_in.is_(None))).scalars()
    return {record["file_sha256"] for record in map(json.loads, texts) if "file_sha256" in record}


def _today() -> str:
    return clock.now().date().isoformat()
