"""Publishing: every fact enters through `publish`, in one transaction, all or nothing."""

import contextlib
import enum
import gc
import math
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from sqlalchemy import Connection, Row, select

from app import clock
from app.model.fields import Bilingual, PlainText
from app.publishing.characters import character_faults, text_faults
from app.publishing.citation_rules import citation_faults
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.integrity import check_references
from app.publishing.revision_time import clock_faults, next_instant
from app.publishing.revision_writer import PendingChange, write
from app.publishing.submission import Submission, check_based_on, differences, faults_of, stop
from app.resources.base import Resource
from app.store.engines.base import Database
from app.store.revision_log import RevisionHeader
from app.store.tables import REVISIONS, Revision

_AUTHOR_LENGTH = 200  # part of every header, and so of its digest
_Author = Annotated[PlainText, Field(max_length=_AUTHOR_LENGTH)]
# Changes that are written in a second even on a busy machine: the revision's time is so far in the future. With a
# larger number large revisions are more often written twice (with 2,000, three of five under load), with a smaller one
# their time is later than it need be.
_WRITTEN_A_SECOND = 1000


class Lenient(enum.Flag):
    """Checks that a publication leaves out: the rules for new citations and texts, the distance of the clock.

    Packaged records may be older than the rules.
    """

    NONE = 0
    RULES = enum.auto()
    CLOCK = enum.auto()


def publish(
    db: Database,
    resources: Mapping[str, Resource],
    submissions: Iterable[Submission],
    author: str,
    note: Mapping[str, str],
    *,
    lenient: Lenient = Lenient.NONE,
) -> Revision | None:
    """Publish the differences from the current state as the next revision, in one transaction; None if there are none.

    Raises PublicationError with every fault found; then nothing has changed. `author` has at most 200 characters;
    `note` needs `en` and `fr`. The revision's time is a UTC second that is still to come when it is committed.
    A clock that is far from the newest revision is a fault too. `lenient` names checks that are left out. Raises
    Overtaken if a submission is based on another revision than the newest.
    """
    words = _note(author, note)
    parts = list(submissions)
    delay = 0
    while True:
        began = time.monotonic()
        with contextlib.suppress(_TooLateError), _without_collector(), db.writing() as connection:
            changes = _checked_changes(connection, resources, parts, lenient)
            return _written(connection, resources, changes, author, words, delay) if changes else None
        changes.clear()  # so that they are not in memory twice
        delay = 2 * math.ceil(time.monotonic() - began)


def dry_run(
    db: Database,
    resources: Mapping[str, Resource],
    submissions: Iterable[Submission],
    lenient: Lenient = Lenient.NONE,
) -> list[PendingChange]:
    """Dry run: the changes that `publish` would make now. Raises PublicationError with the same faults.

    They are written and rolled back, since only that finds every fault. The price is the write lock.
    """
    with db.writing() as connection:
        changes = _checked_changes(connection, resources, submissions, lenient)
        header = _next_header(connection, "dry run", {"en": "", "fr": ""}, 1)
        write(connection, resources, header, changes)
        check_references(connection, resources, header.number)
        connection.rollback()
    return changes


def newest_number(connection: Connection) -> int:
    """Number of the newest revision; 0 if there is none."""
    newest = _newest(connection)
    return newest.number if newest else 0


class _TooLateError(Exception):
    """Writing took so long that the revision's time has passed: answers `as_of` that time would change."""


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """No cyclic garbage collection: it takes an eighth of the time to look at records, which have no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _checked_changes(
    connection: Connection,
    resources: Mapping[str, Resource],
    submissions: Iterable[Submission],
    lenient: Lenient,
) -> list[PendingChange]:
    """Changes to publish. Raises PublicationError with all faults found before they are written, or Overtaken."""
    submissions = list(submissions)
    check_based_on(newest_number(connection), submissions)
    changes = differences(connection, resources, submissions)
    if changes and Lenient.CLOCK not in lenient:
        stop([*clock_faults(_published_at(_newest(connection)), clock.now())])
    if Lenient.RULES not in lenient:
        stop([*citation_faults(connection, changes), *character_faults(changes)])
    return changes


def _written(
    connection: Connection,
    resources: Mapping[str, Resource],
    changes: Sequence[PendingChange],
    author: str,
    note: Mapping[str, str],
    delay: int,
) -> Revision:
    """Revision with these changes. Raises _TooLateError if its time, `delay` seconds later than foreseen, is over."""
    allowance = 1 + round(len(changes) / _WRITTEN_A_SECOND) + delay
    header = _next_header(connection, author, note, allowance)
    revision = write(connection, resources, header, changes)
    check_references(connection, resources, revision.number)
    if clock.now() >= datetime.fromisoformat(header.published_at):
        raise _TooLateError
    return revision


def _note(author: str, note: Mapping[str, str]) -> dict[str, str]:
    try:
        TypeAdapter(_Author).validate_python(author)
    except (ValidationError, UnicodeEncodeError) as error:
        raise PublicationError(RecordFault("invalid-author", {"most": _AUTHOR_LENGTH}, "author")) from error
    try:
        words = Bilingual.model_validate(dict(note)).model_dump()
    except ValidationError as error:
        raise PublicationError(*faults_of(error, "note")) from error
    stop([*text_faults({"author": author, "note": words})])
    return words


def _next_header(connection: Connection, author: str, note: Mapping[str, str], allowance: int) -> RevisionHeader:
    """Header of the next revision; its time is `allowance` seconds in the future, and later than that of the last."""
    last = _newest(connection)
    time = next_instant(_published_at(last), clock.now(), allowance)
    return RevisionHeader(last.number + 1 if last else 1, time, author, dict(note), last.digest if last else None)


def _newest(connection: Connection) -> Row[int, str, str] | None:
    columns = select(REVISIONS.c.number, REVISIONS.c.published_at, REVISIONS.c.digest)
    return connection.execute(columns.order_by(REVISIONS.c.number.desc()).limit(1)).first()


def _published_at(revision: Row[int, str, str] | None) -> datetime | None:
    return revision and datetime.fromisoformat(revision.published_at)
