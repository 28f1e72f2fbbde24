"""Replay of packaged revisions, so that every machine has the same revisions, digests and pinned data."""

import dataclasses
import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, get_args

from pydantic import ValidationError
from sqlalchemy import Connection, select

from app.errors import InvalidValue
from app.model import canonical
from app.model.fields import Bilingual, fault_of
from app.publishing.current import current_ids
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.integrity import check_references
from app.publishing.merge import merge
from app.publishing.publish import publish
from app.publishing.revision_writer import PendingChange, write
from app.publishing.seed_files import revision_files, revision_name
from app.resources.base import Resource, tables_of
from app.store.engines.base import Database
from app.store.revision_log import RevisionHeader, canonical_lines
from app.store.tables import REVISIONS, Action, Revision

_INSTANT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"
_ACTIONS: dict[str, Action] = {action: action for action in get_args(Action)}


@dataclass(frozen=True)
class Packaged:
    """Packaged revision: the canonical form, read from its file, and the SHA-256 of its bytes."""

    header: RevisionHeader
    lines: list[dict[str, Any]]
    digest: str


def read_revision(file: Path) -> Packaged:
    """Packaged revision of a file. Raises PublicationError with file and line if it is not in canonical form."""
    content = file.read_bytes()
    lines: list[dict[str, Any]] = []
    try:
        for line in content.decode().split("\n")[:-1]:
            value = canonical.parse(line)
            if not isinstance(value, dict):
                raise InvalidValue("not-canonical")
            lines.append(value)
    except ValueError as error:
        fault = fault_of(error)
        raise PublicationError(
            RecordFault(fault.code, fault.values, str(file), field=f"line {len(lines) + 1}")
        ) from error
    return Packaged(_header(lines, file), lines[1:], hashlib.sha256(content).hexdigest())


def _header(lines: Sequence[Mapping[str, Any]], file: Path) -> RevisionHeader:
    try:
        header = RevisionHeader(**lines[0])
        Bilingual.model_validate(header.note)
    except (ValidationError, TypeError, IndexError) as error:
        fields = [field.name for field in dataclasses.fields(RevisionHeader)]
        raise PublicationError(RecordFault("invalid-header", {"fields": fields}, str(file), field="line 1")) from error
    return header


def replay(db: Database, resources: Mapping[str, Resource], folder: Path) -> list[int]:
    """Replay the packaged revisions in one transaction; returns the numbers of the revisions written.

    If the packaged log continues that of the database, the missing revisions are written. If the database has
    published revisions of its own, it gets what the package changed since the last common one as one more revision:
    records that it changed itself stay as they are. Raises PublicationError for a damaged package; then nothing has
    changed.
    """
    revisions = [read_revision(file) for file in revision_files(folder)]
    with db.writing() as connection:
        digests = list(connection.execute(select(REVISIONS.c.digest).order_by(REVISIONS.c.number)).scalars())
        pairs = zip(digests, revisions, strict=False)
        shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1].digest, pairs))
        missing = revisions[shared:]
        if shared == len(digests):
            for revision in missing:
                apply(connection, resources, revision)
            return [revision.header.number for revision in missing]
        submissions = merge(connection, resources, (line for one in missing for line in one.lines), shared)
    if not missing:
        return []
    last = missing[-1].header
    written = publish(db, resources, submissions, last.author, last.note, packaged=True)
    return [written.number] if written else []


def release(db: Database, resources: Mapping[str, Resource], folder: Path) -> list[Path]:
    """Write a packaged file for every revision that has none; returns the files written.

    Raises PublicationError if an existing file is not the same revision: a packaged log may only be continued.
    """
    written = []
    folder.mkdir(parents=True, exist_ok=True)
    with db.reading() as connection:
        rows = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings().all()
        for revision in (Revision(**row) for row in rows):
            file = folder / revision_name(revision.number)
            content = b"".join(canonical.encode(canonical_lines(connection, tables_of(resources), revision)))
            if not file.exists():
                _write_whole(file, content)
                written.append(file)
            elif file.read_bytes() != content:
                raise PublicationError(RecordFault("other-revision", {"number": revision.number}, str(file)))
    return written


def _write_whole(file: Path, content: bytes) -> None:
    """Atomic write: a killed process leaves no half of the file."""
    draft = file.with_suffix(".draft")
    draft.write_bytes(content)
    draft.replace(file)


def apply(connection: Connection, resources: Mapping[str, Resource], packaged: Packaged) -> None:
    """Write one packaged revision. Raises PublicationError unless it continues the log and gives the same digest."""
    name = f"packaged revision {packaged.header.number}"
    _check_continues(connection, packaged.header, name)
    changes = [pending_change(resources, line, name) for line in packaged.lines]
    _check_actions(connection, resources, changes, name)
    revision = write(connection, resources, packaged.header, changes)
    check_references(connection, resources, revision.number)
    if revision.digest != packaged.digest:
        raise PublicationError(RecordFault("digest-differs", origin=name))


def _check_continues(connection: Connection, header: RevisionHeader, name: str) -> None:
    columns = select(REVISIONS.c.number, REVISIONS.c.digest, REVISIONS.c.published_at)
    last = connection.execute(columns.order_by(REVISIONS.c.number.desc()).limit(1)).first()
    number, digest, time = last or (0, None, "")
    if (header.number, header.previous_digest) != (number + 1, digest):
        raise PublicationError(RecordFault("not-the-next-revision", origin=name))
    if not re.fullmatch(_INSTANT, str(header.published_at)) or header.published_at <= time:
        raise PublicationError(RecordFault("time-not-later", origin=name))


def _check_actions(
    connection: Connection, resources: Mapping[str, Resource], changes: Sequence[PendingChange], name: str
) -> None:
    ids: defaultdict[str, set[str]] = defaultdict(set)
    for change in changes:
        ids[change.collection].add(change.id)
    tables = tables_of(resources)
    met = {
        (name, id) for name, mine in ids.items() if name in tables for id in current_ids(connection, tables[name], mine)
    }
    for change in changes:
        key = change.collection, change.id
        if (change.action == "added") == (key in met):
            code = "exists-already" if key in met else "does-not-exist"
            raise PublicationError(RecordFault(code, {"action": change.action}, name, change.collection, change.id))
        met ^= {key} if change.action != "changed" else set()


def pending_change(resources: Mapping[str, Resource], line: Mapping[str, Any], name: str) -> PendingChange:
    """Change of a line in a packaged revision. Raises PublicationError, with `name` as its origin, for a wrong line."""
    try:
        action, collection, id = _ACTIONS[line["action"]], line["collection"], line["id"]
        if action == "withdrawn":
            return PendingChange(action, collection, id, reason=Bilingual.model_validate(line["reason"]))
        record = resources[collection].model.model_validate(line["record"])
        return PendingChange(action, collection, id, canonical.text(line["record"]), record)
    except KeyError as error:
        raise PublicationError(RecordFault("unknown-member", {"name": str(error)}, name, *_key(line))) from error
    except ValidationError as error:
        fault = fault_of(error)
        raise PublicationError(RecordFault(fault.code, fault.values, name, *_key(line), fault.parameter)) from error


def _key(line: Mapping[str, Any]) -> tuple[str, str]:
    return str(line.get("collection")), str(line.get("id"))
