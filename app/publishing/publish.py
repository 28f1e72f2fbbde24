"""The one door in: every fact goes through `publish`, in one transaction, all or nothing."""

import contextlib
import math
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import Connection, exists, select

from app.model import canonical
from app.model.fields import Bilingual, PlainText, Record
from app.publishing.revision_writer import PendingChange, write
from app.resources.base import Resource
from app.store.engines.sqlite import Database
from app.store.revision_log import RevisionHeader
from app.store.tables import LINKS, REVISIONS, VERSION_INDEX, Revision

_AUTHOR_LENGTH = 200  # stands in every heading, for ever
_Author = Annotated[PlainText, Field(max_length=_AUTHOR_LENGTH)]


class PublicationError(Exception):
    """Nothing was published. `faults` has one line each: file, id, field, reason."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True)
class Submission:
    """What one file or importer says of one collection: seed forms, and withdrawals (`{id, reason: {en, fr}}`)."""

    origin: str
    collection: str
    records: Sequence[Mapping[str, Any]]
    withdrawn: Sequence[Mapping[str, Any]] = ()
    complete: bool = True  # a current record that it does not hold is a fault, never a silent withdrawal


@dataclass(frozen=True)
class Checked:
    """A submission whose every record has been validated: canonical text and shape by id."""

    submission: Submission
    resource: Resource
    records: dict[str, tuple[str, Record]]
    withdrawn: dict[str, Bilingual]


@dataclass
class _Faults:
    lines: list[str] = field(default_factory=list)

    def add(self, origin: str, id: object, where: str, reason: str) -> None:
        self.lines.append(f"{origin}: {id or 'record without id'}: {where + ': ' if where else ''}{reason}")

    def stop(self) -> None:
        if self.lines:
            raise PublicationError(self.lines)


def publish(
    db: Database,
    resources: Mapping[str, Resource],
    submissions: Iterable[Submission],
    author: str,
    note: Mapping[str, str],
) -> Revision | None:
    """Publish what differs from the current state as the next revision; None where nothing differs.

    Raises PublicationError naming every fault found; then nothing has changed.
    """
    words = _note(author, note)
    faults = _Faults()
    checked = [_check(resources, submission, faults) for submission in submissions]
    faults.stop()
    allowance = 1
    while True:
        began = time.monotonic()
        with contextlib.suppress(_TooLateError), db.writing() as connection:
            edits = [edit for part in checked if part for edit in _differences(connection, part, faults)]
            faults.stop()
            if not edits:
                return None
            heading = _next_heading(connection, author, words, allowance)
            revision = write(connection, resources, heading, edits)
            check_references(connection, resources)
            if datetime.now(UTC) >= datetime.fromisoformat(heading.published_at):
                raise _TooLateError
            return revision
        allowance = 2 * math.ceil(time.monotonic() - began) + 1


class _TooLateError(Exception):
    """Writing took longer than the time it was given: what was answered `as_of` that time would change."""


def _note(author: str, note: Mapping[str, str]) -> dict[str, str]:
    try:
        TypeAdapter(_Author).validate_python(author)
    except (ValidationError, UnicodeEncodeError) as error:
        line = f"author: name who publishes, in one line of at most {_AUTHOR_LENGTH} characters"
        raise PublicationError([line]) from error
    try:
        return Bilingual.model_validate(dict(note)).model_dump()
    except ValidationError as error:
        raise PublicationError([f"note: {_where(fault)}: {fault['msg']}" for fault in error.errors()]) from error


def _check(resources: Mapping[str, Resource], submission: Submission, faults: _Faults) -> Checked | None:
    resource = resources.get(submission.collection)
    if resource is None:
        faults.lines.append(f"{submission.origin}: there is no collection {submission.collection}")
        return None
    records: dict[str, tuple[str, Record]] = {}
    for raw in submission.records:
        record = _validated(resource, submission.origin, raw, faults)
        if record and record.id in records:
            faults.add(submission.origin, record.id, "id", "stands twice in this file")
        elif record:
            records[record.id] = (canonical.text(canonical.seed_form(record)), record)
    return Checked(submission, resource, records, _withdrawals(submission, records, faults))


def _validated(resource: Resource, origin: str, raw: Mapping[str, Any], faults: _Faults) -> Record | None:
    try:
        return resource.model.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors():
            faults.add(origin, raw.get("id"), _where(fault), fault["msg"].removeprefix("Value error, "))
        return None


def _where(fault: Any) -> str:
    return ".".join(str(part) for part in fault["loc"])


def _withdrawals(submission: Submission, records: Mapping[str, Any], faults: _Faults) -> dict[str, Bilingual]:
    found: dict[str, Bilingual] = {}
    for raw in submission.withdrawn:
        id = str(raw.get("id", ""))
        if id in records:
            faults.add(submission.origin, id, "", "is both held and withdrawn: take one of the two out")
        elif id in found:
            faults.add(submission.origin, id, "", "is withdrawn twice")
        elif set(raw) != {"id", "reason"}:
            faults.add(submission.origin, id, "withdrawn", "needs id and reason (en and fr), and nothing else")
        else:
            try:
                found[id] = Bilingual.model_validate(raw["reason"])
            except ValidationError as error:
                faults.add(submission.origin, id, "reason." + _where(error.errors()[0]), error.errors()[0]["msg"])
    return found


def _differences(connection: Connection, part: Checked, faults: _Faults) -> list[PendingChange]:
    table = part.resource.table
    rows = connection.execute(select(table.c.id, table.c.record).where(table.c.superseded_in.is_(None)))
    current = dict(rows.all())
    name = part.resource.name
    edits = [
        PendingChange("changed" if id in current else "added", name, id, text, record)
        for id, (text, record) in part.records.items()
        if current.get(id) != text
    ]
    edits += [
        PendingChange("withdrawn", name, id, reason=reason) for id, reason in part.withdrawn.items() if id in current
    ]
    for id in part.withdrawn.keys() - current.keys() if part.submission.complete else ():
        if not connection.execute(
            select(exists().where(VERSION_INDEX.c.collection == name, VERSION_INDEX.c.id == id))
        ).scalar():
            faults.add(part.submission.origin, id, "withdrawn", "was never published: check the id")
    if part.submission.complete:
        for id in sorted(current.keys() - part.records.keys() - part.withdrawn.keys()):
            faults.add(
                part.submission.origin,
                id,
                "",
                "is published but not in this file: add it, or withdraw it with a reason",
            )
    return edits


def _next_heading(connection: Connection, author: str, note: Mapping[str, str], allowance: int) -> RevisionHeader:
    last = connection.execute(
        select(REVISIONS.c.number, REVISIONS.c.published_at, REVISIONS.c.digest)
        .order_by(REVISIONS.c.number.desc())
        .limit(1)
    ).first()
    # A second to come, never the one that is running: an as_of up to now, answered already, must stay as it was.
    instant = math.floor(datetime.now(UTC).timestamp()) + allowance
    if last:
        instant = max(instant, int(datetime.fromisoformat(last.published_at).timestamp()) + 1)
    published_at = f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return RevisionHeader(
        last.number + 1 if last else 1, published_at, author, dict(note), last.digest if last else None
    )


def check_references(connection: Connection, resources: Mapping[str, Resource]) -> None:
    """Raise PublicationError if a current record names one that is not current."""
    faults: list[str] = []
    targets = connection.execute(select(LINKS.c.target_collection).distinct()).scalars().all()
    for collection in targets:
        current = LINKS.c.superseded_in.is_(None)
        dangling = select(LINKS).where(current, LINKS.c.target_collection == collection)
        if collection in resources:
            table = resources[collection].table
            dangling = dangling.where(~exists().where(table.c.id == LINKS.c.target_id, table.c.superseded_in.is_(None)))
        faults += [
            f"{row.collection}: {row.id}: {row.field}: names {row.target_id}, which is not among the {collection}"
            for row in connection.execute(dangling.limit(20))
        ]
    if faults:
        raise PublicationError(faults)
