"""Publishing: every fact enters through `publish`, in one transaction, all or nothing."""

import contextlib
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import Connection, exists, select

from app.model import canonical
from app.model.fields import Bilingual, PlainText, field_fault
from app.model.records import Record
from app.publishing.characters import character_faults, text_faults
from app.publishing.citation_rules import citation_faults
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.revision_writer import PendingChange, write
from app.resources.base import Resource
from app.store.engines.base import Database
from app.store.revision_log import RevisionHeader
from app.store.tables import LINKS, REVISIONS, VERSION_INDEX, Revision

_AUTHOR_LENGTH = 200  # part of every header, and so of its digest
_Author = Annotated[PlainText, Field(max_length=_AUTHOR_LENGTH)]


@dataclass(frozen=True)
class Submission:
    """Submission of one file or importer to one collection: seed forms, and withdrawals (`{id, reason: {en, fr}}`)."""

    origin: str
    collection: str
    records: Sequence[Mapping[str, Any]]
    withdrawn: Sequence[Mapping[str, Any]] = ()
    complete: bool = True  # a current record that is missing is a fault, never a silent withdrawal


@dataclass(frozen=True)
class Checked:
    """Validated submission: its records by id, each as canonical text and as a model."""

    submission: Submission
    resource: Resource
    records: dict[str, tuple[str, Record]]
    withdrawn: dict[str, Bilingual]


def publish(
    db: Database,
    resources: Mapping[str, Resource],
    submissions: Iterable[Submission],
    author: str,
    note: Mapping[str, str],
    *,
    packaged: bool = False,
) -> Revision | None:
    """Publish the differences from the current state as the next revision, in one transaction; None if there are none.

    Raises PublicationError with every fault found; then nothing has changed. `author` has at most 200 characters;
    `note` needs `en` and `fr`. The revision's time is a UTC second that is still to come when it is written.
    Records of `packaged` revisions may be older than the rules for new citations and texts, which they are spared.
    """
    words = _note(author, note)
    parts = _checked(resources, submissions)
    allowance = 1
    while True:
        began = time.monotonic()
        with contextlib.suppress(_TooLateError), db.writing() as connection:
            changes = _differences(connection, parts)
            _stop([] if packaged else [*citation_faults(connection, changes), *character_faults(changes)])
            if not changes:
                return None
            header = _next_header(connection, author, words, allowance)
            revision = write(connection, resources, header, changes)
            check_references(connection, resources)
            if datetime.now(UTC) >= datetime.fromisoformat(header.published_at):
                raise _TooLateError
            return revision
        allowance = 2 * math.ceil(time.monotonic() - began) + 1


def dry_run(db: Database, resources: Mapping[str, Resource], submissions: Iterable[Submission]) -> list[PendingChange]:
    """Dry run: the changes that `publish` would make now. Raises PublicationError with the same faults.

    They are written and rolled back: only so does it find every fault, at the price of the write lock.
    """
    parts = _checked(resources, submissions)
    with db.writing() as connection:
        changes = _differences(connection, parts)
        _stop([*citation_faults(connection, changes), *character_faults(changes)])
        write(connection, resources, _next_header(connection, "dry run", {"en": "", "fr": ""}, 1), changes)
        check_references(connection, resources)
        connection.rollback()
    return changes


def _checked(resources: Mapping[str, Resource], submissions: Iterable[Submission]) -> list[Checked]:
    """Validated submissions. Raises PublicationError with the faults of all of them."""
    faults: list[RecordFault] = []
    parts = [_check(resources, submission, faults) for submission in submissions]
    found = [part for part in parts if part]
    _check_distinct(found, faults)
    _stop(faults)
    return found


def _differences(connection: Connection, parts: Iterable[Checked]) -> list[PendingChange]:
    """Changes from the current state to the submissions. Raises PublicationError for what a complete one lacks."""
    faults: list[RecordFault] = []
    changes = [change for part in parts for change in _differences_of(connection, part, faults)]
    _stop(faults)
    return changes


def _stop(faults: Sequence[RecordFault]) -> None:
    if faults:
        raise PublicationError(*faults)


class _TooLateError(Exception):
    """Writing took so long that the revision's time has passed: answers `as_of` that time would change."""


def _note(author: str, note: Mapping[str, str]) -> dict[str, str]:
    try:
        TypeAdapter(_Author).validate_python(author)
    except (ValidationError, UnicodeEncodeError) as error:
        raise PublicationError(RecordFault("invalid-author", {"most": _AUTHOR_LENGTH}, "author")) from error
    try:
        words = Bilingual.model_validate(dict(note)).model_dump()
    except ValidationError as error:
        raise PublicationError(*_faults_of(error, "note")) from error
    _stop([*text_faults({"author": author, "note": words})])
    return words


def _check(resources: Mapping[str, Resource], submission: Submission, faults: list[RecordFault]) -> Checked | None:
    resource = resources.get(submission.collection)
    if resource is None:
        faults.append(RecordFault("unknown-collection", {"name": submission.collection}, submission.origin))
        return None
    records: dict[str, tuple[str, Record]] = {}
    for position, raw in enumerate(submission.records, 1):
        name = str(raw.get("id") or f"record {position}")
        record = _validated(resource, submission.origin, name, raw, faults)
        if record and record.id in records:
            faults.append(RecordFault("repeated-id", origin=submission.origin, id=record.id, field="id"))
        elif record:
            records[record.id] = (canonical.text(canonical.seed_form(record)), record)
    return Checked(submission, resource, records, _withdrawals(submission, records, faults))


def _check_distinct(parts: Sequence[Checked], faults: list[RecordFault]) -> None:
    """Add a fault for each record that two submissions change: neither may win in silence."""
    origins: dict[tuple[str, str], str] = {}
    for part in parts:
        for id in (*part.records, *part.withdrawn):
            first = origins.setdefault((part.resource.name, id), part.submission.origin)
            if first is not part.submission.origin:
                faults.append(RecordFault("repeated-in", {"other": first}, part.submission.origin, id=id, field="id"))


def _validated(
    resource: Resource, origin: str, name: str, raw: Mapping[str, Any], faults: list[RecordFault]
) -> Record | None:
    try:
        return resource.model.model_validate(raw)
    except ValidationError as error:
        faults += _faults_of(error, origin, name)
        return None


def _faults_of(error: ValidationError, origin: str, id: str = "", within: str = "") -> list[RecordFault]:
    """Faults of a record; `within` is the path of the part that was validated, with a full stop at its end."""
    found = map(field_fault, error.errors(include_url=False))
    return [RecordFault(one.code, one.values, origin, id=id, field=f"{within}{one.parameter}") for one in found]


def _withdrawals(submission: Submission, records: Mapping[str, Any], faults: list[RecordFault]) -> dict[str, Bilingual]:
    found: dict[str, Bilingual] = {}
    for position, raw in enumerate(submission.withdrawn, 1):
        id = str(raw.get("id", ""))
        name = id or f"withdrawn {position}"
        if id in records:
            faults.append(RecordFault("present-and-withdrawn", origin=submission.origin, id=name))
        elif id in found:
            faults.append(RecordFault("withdrawn-twice", origin=submission.origin, id=name))
        elif set(raw) != {"id", "reason"}:
            faults.append(RecordFault("invalid-withdrawal", origin=submission.origin, id=name, field="withdrawn"))
        else:
            try:
                found[id] = Bilingual.model_validate(raw["reason"])
            except ValidationError as error:
                faults += _faults_of(error, submission.origin, name, "reason.")
    return found


def _differences_of(connection: Connection, part: Checked, faults: list[RecordFault]) -> list[PendingChange]:
    table = part.resource.table
    rows = connection.execute(select(table.c.id, table.c.record).where(table.c.superseded_in.is_(None)))
    current = dict(rows.all())
    name = part.resource.name
    changes = [
        PendingChange("changed" if id in current else "added", name, id, text, record, before=current.get(id))
        for id, (text, record) in part.records.items()
        if current.get(id) != text
    ]
    changes += [
        PendingChange("withdrawn", name, id, reason=reason) for id, reason in part.withdrawn.items() if id in current
    ]
    if part.submission.complete:
        faults += _gaps(connection, part, current)
    return changes


def _gaps(connection: Connection, part: Checked, current: Mapping[str, str]) -> Iterator[RecordFault]:
    """Faults of a complete submission: current records that it does not have, and withdrawals of unknown ids."""
    origin, index = part.submission.origin, VERSION_INDEX.c
    for id in sorted(part.withdrawn.keys() - current.keys()):
        published = exists().where(index.collection == part.resource.name, index.id == id)
        if not connection.execute(select(published)).scalar():
            yield RecordFault("never-published", origin=origin, id=id, field="withdrawn")
    for id in sorted(current.keys() - part.records.keys() - part.withdrawn.keys()):
        yield RecordFault("missing-from-file", origin=origin, id=id)


def _next_header(connection: Connection, author: str, note: Mapping[str, str], allowance: int) -> RevisionHeader:
    last = connection.execute(
        select(REVISIONS.c.number, REVISIONS.c.published_at, REVISIONS.c.digest)
        .order_by(REVISIONS.c.number.desc())
        .limit(1)
    ).first()
    # A second in the future: answers for an `as_of` up to now may have been given already and must not change.
    instant = math.floor(datetime.now(UTC).timestamp()) + allowance
    if last:
        instant = max(instant, int(datetime.fromisoformat(last.published_at).timestamp()) + 1)
    published_at = f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return RevisionHeader(
        last.number + 1 if last else 1, published_at, author, dict(note), last.digest if last else None
    )


def check_references(connection: Connection, resources: Mapping[str, Resource]) -> None:
    """Referential integrity check: raises PublicationError if a current record names one that is not current."""
    faults: list[RecordFault] = []
    targets = connection.execute(select(LINKS.c.target_collection).distinct()).scalars().all()
    for collection in targets:
        current = LINKS.c.superseded_in.is_(None)
        dangling = select(LINKS).where(current, LINKS.c.target_collection == collection)
        if collection in resources:
            table = resources[collection].table
            dangling = dangling.where(~exists().where(table.c.id == LINKS.c.target_id, table.c.superseded_in.is_(None)))
        faults += [
            RecordFault(
                "dangling-reference",
                {"id": row.target_id, "collection": collection},
                collection=row.collection,
                id=row.id,
                field=row.field,
            )
            for row in connection.execute(dangling)
        ]
    _stop(faults)
