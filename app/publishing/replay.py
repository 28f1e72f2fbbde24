"""Replay of packaged revisions, so that every machine has the same revisions, digests and pinned data."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Connection, select

from app.errors import InvalidValue
from app.model import canonical
from app.model.fields import Bilingual, fault_of, imported_fields
from app.publishing.current import current_ids
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.integrity import check_references
from app.publishing.merge import merge
from app.publishing.publish import Lenient, publish
from app.publishing.revision_files import (
    LIST,
    RevisionFile,
    read_digests,
    read_revision_file,
    read_revision_files,
    revision_name,
    write_digests,
    write_whole,
)
from app.publishing.revision_writer import PendingChange, write
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


def read_revision(packaged: RevisionFile) -> Packaged:
    """Packaged revision of a file. Raises PublicationError with file and line if it is not in canonical form."""
    header: RevisionHeader | None = None
    changes: list[dict[str, Any]] = []
    try:
        for line in packaged.content.decode().split("\n")[:-1]:
            value = canonical.parse(line)
            if header is None:
                header = _header(value)
            else:
                changes.append(_change_line(value))
        header = header or _header({})
    except ValueError as error:
        fault, place = fault_of(error), f"line {len(changes) + (2 if header else 1)}"
        raise PublicationError(RecordFault(fault.code, fault.values, str(packaged.file), field=place)) from error
    return Packaged(header, changes, packaged.digest)


class _Header(BaseModel):
    """Header line as it must be: each member of its own type, so that `true` is no revision number."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: int
    published_at: str
    author: str
    note: dict[str, str]
    previous_digest: str | None


def _header(value: Any) -> RevisionHeader:
    try:
        header = _Header.model_validate(value)
        Bilingual.model_validate(header.note)
    except ValidationError as error:
        raise InvalidValue("invalid-header", fields=[*_Header.model_fields]) from error
    return RevisionHeader(**header.model_dump())


def _change_line(value: Any) -> dict[str, Any]:
    """A change that has the members that it needs, of their types. Raises InvalidValue for another."""
    line = value if isinstance(value, dict) else {}
    content = "reason" if line.get("action") == "withdrawn" else "record"
    texts = (line.get(name) for name in ("action", "collection", "id"))
    if not all(isinstance(text, str) for text in texts) or not isinstance(line.get(content), dict):
        raise InvalidValue("invalid-change", content=content)
    return line


def replay(db: Database, resources: Mapping[str, Resource], folder: Path, *, accept_clock: bool = False) -> list[int]:
    """Replay the packaged revisions in one transaction; returns the numbers of the revisions written.

    If the packaged log continues that of the database, the missing revisions are written. If the database has
    published revisions of its own, it gets what the package changed since the last common one as one more revision:
    records that it changed itself stay as they are. Raises PublicationError for a damaged package, and for a clock far
    from the newest revision if this one revision is dated by it, unless `accept_clock`; then nothing has changed.
    """
    revisions = [*map(read_revision, read_revision_files(folder))]
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
    lenient = Lenient.RULES | Lenient.CLOCK if accept_clock else Lenient.RULES
    written = publish(db, resources, submissions, last.author, last.note, lenient=lenient)
    return [written.number] if written else []


def release(db: Database, resources: Mapping[str, Resource], folder: Path) -> list[Path]:
    """Write a packaged file for every revision that has none, then the list of digests; returns the files written.

    Raises PublicationError if an existing file or the list has another revision: a packaged log may only be continued.
    Raises it too for a revision with fields that only an import writes, such as the words of a law. If it is killed, it
    can be run again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, digests = [], read_digests(folder)
    with db.reading() as connection:
        rows = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings().all()
        for revision in (Revision(**row) for row in rows):
            file = folder / revision_name(revision.number)
            content = b"".join(canonical.encode(canonical_lines(connection, tables_of(resources), revision)))
            number = {"number": revision.number}
            if hashlib.sha256(content).hexdigest() != revision.digest:
                raise PublicationError(RecordFault("stored-revision-differs", number))
            if digests.setdefault(file.name, revision.digest) != revision.digest:
                raise PublicationError(RecordFault("other-revision", number, str(folder / LIST)))
            if not file.exists():
                _refuse_imported(resources, content, revision.number)
                write_whole(file, content)
                written.append(file)
            elif read_revision_file(file).digest != revision.digest:
                raise PublicationError(RecordFault("other-revision", number, str(file)))
    return [*written, folder / LIST] if write_digests(folder, digests) else written


def _refuse_imported(resources: Mapping[str, Resource], content: bytes, number: int) -> None:
    """Raise PublicationError for a record with a field that only an import writes."""
    for line in map(json.loads, content.splitlines()[1:]):
        resource, record = resources.get(line["collection"]), line.get("record", {})
        if resource and (found := imported_fields(resource.model) & record.keys()):
            values = {"number": number, "field": min(found)}
            raise PublicationError(
                RecordFault("imported-not-packaged", values, collection=line["collection"], id=line["id"])
            )


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
        model = resources[collection].model
        if action == "withdrawn":
            return PendingChange(action, collection, id, reason=Bilingual.model_validate(line["reason"]))
        record = model.model_validate(line["record"])
        if record.id != id:
            raise PublicationError(RecordFault("other-id", {"id": record.id}, name, *_key(line)))
        return PendingChange(action, collection, id, canonical.text(line["record"]), record)
    except KeyError as error:
        raise PublicationError(RecordFault("unknown-member", {"name": str(error)}, name, *_key(line))) from error
    except ValidationError as error:
        fault = fault_of(error)
        raise PublicationError(RecordFault(fault.code, fault.values, name, *_key(line), fault.parameter)) from error


def _key(line: Mapping[str, Any]) -> tuple[str, str]:
    return str(line.get("collection")), str(line.get("id"))
