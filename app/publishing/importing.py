"""Import: publishers' files, read by an importer and merged with what is published, as one revision."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.messages import sentence
from app.model.fields import LANGUAGES
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.import_decisions import Decisions
from app.publishing.import_merge import Merge, merge
from app.publishing.importers.base import Floor, Importer, InputFile, Reading, SeedForm, UnreadableFile
from app.publishing.publish import Lenient, dry_run, newest_number, publish
from app.publishing.revision_writer import PendingChange
from app.publishing.submission import Overtaken, Submission
from app.resources.base import Resource
from app.store.engines.base import Database
from app.store.tables import Revision

T = TypeVar("T")


@dataclass(frozen=True)
class Import:
    """Import to make: what an importer has read from files, and a person's decisions on what is the same record.

    `force` lets files pass that are older than those imported before. `lenient` is as for `publish`.
    """

    importer: Importer
    reading: Reading
    decisions: Decisions
    force: bool = False
    lenient: Lenient = Lenient.NONE


@dataclass(frozen=True)
class Outcome:
    """Outcome of an import: the revision, or None; the changes of a dry run; and what a person should know."""

    revision: Revision | None
    changes: Sequence[PendingChange]
    warnings: Sequence[RecordFault]


def read(importer: Importer, files: Sequence[InputFile], *, force: bool = False) -> Reading:
    """Reading of files. Raises PublicationError where one is not what the importer reads, or has too little of it."""
    if importer.one_file and len(files) > 1:
        raise PublicationError(RecordFault("second-file-of-kind", origin=files[1].name))
    try:
        reading = importer.read(files)
    except UnreadableFile as error:
        fault = RecordFault(error.code, error.values, error.file.name, field=_place(error.line))
        raise PublicationError(fault) from error
    if not force and (faults := [*_below_floors(importer, reading)]):
        raise PublicationError(*faults, *_reasons(reading))
    return reading


def run(db: Database, resources: Mapping[str, Resource], what: Import, author: str, note: Mapping[str, str]) -> Outcome:
    """Publish an import as one revision; none if it changes nothing. Raises PublicationError with all faults."""

    def attempt(merged: Merge, number: int) -> Outcome:
        revision = publish(db, resources, _submissions(what, merged, number), author, note, lenient=what.lenient)
        return Outcome(revision, (), merged.warnings)

    return _merged(db, resources, what, attempt)


def preview(db: Database, resources: Mapping[str, Resource], what: Import) -> Outcome:
    """Dry run of an import: what it would change. Raises PublicationError with the same faults."""

    def attempt(merged: Merge, number: int) -> Outcome:
        changes = dry_run(db, resources, _submissions(what, merged, number), what.lenient)
        return Outcome(None, changes, merged.warnings)

    return _merged(db, resources, what, attempt)


def _merged(db: Database, resources: Mapping[str, Resource], what: Import, attempt: Callable[[Merge, int], T]) -> T:
    """Result of an attempt with the merge of the import; once more as often as somebody publishes in between."""
    while True:
        with db.reading() as connection:
            number = newest_number(connection)
            merged = merge(connection, resources, what.importer, what.reading, what.decisions)
        if merged.misdated and not what.force:
            raise PublicationError(*merged.misdated)
        try:
            return attempt(merged, number)
        except Overtaken:
            continue


def _submissions(what: Import, merged: Merge, number: int) -> list[Submission]:
    return [
        Submission(
            what.importer.name,
            collection,
            records,
            merged.withdrawn.get(collection, ()),
            complete=False,
            based_on=number,
        )
        for collection, records in merged.records.items()
    ]


def _below_floors(importer: Importer, reading: Reading) -> Iterator[RecordFault]:
    """A fault for each floor of the importer that what was read does not reach."""
    for floor in importer.floors:
        records = reading.records.get(floor.collection, [])
        reached = _share(records, floor.field) if floor.field else len(records)
        if reached < floor.least:
            yield _floor_fault(importer, floor, reached)


def _reasons(reading: Reading) -> Iterator[RecordFault]:
    """A fault for each row that was left out and that one would have expected: they may be why there is too little."""
    for one in reading.left_out:
        if not one.expected:
            yield RecordFault(one.code, one.values, one.file, id=one.row, field=_place(one.line))


def _place(line: int | None) -> str:
    return f"line {line}" if line else ""


def _share(records: Sequence[SeedForm], field: str) -> float:
    return sum(record.get(field) not in (None, "", []) for record in records) / len(records) if records else 0


def _floor_fault(importer: Importer, floor: Floor, reached: float) -> RecordFault:
    if floor.field is None:
        values = {"count": round(reached), "least": round(floor.least), "collection": floor.collection}
        return RecordFault("below-floor", values, importer.name)
    values = {"percent": round(reached * 100), "least": round(floor.least * 100), "field": floor.field}
    return RecordFault("below-fill-rate", values, importer.name, floor.collection)


def default_note(importer: Importer, files: Sequence[InputFile]) -> dict[str, str]:
    """Note of an import that has none: its files, without their folders, and the importer."""
    values = {"files": [file.name.rstrip("/").rpartition("/")[2] for file in files], "name": importer.name}
    return {lang: sentence("import-note", values, lang) for lang in LANGUAGES}
