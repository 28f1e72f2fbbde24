"""Copy of a database into another one, on any engine: its log is replayed there, revision by revision."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DBAPIError

from app.errors import Unavailable
from app.publishing import bootstrap
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.revision_writer import write
from app.publishing.stored_changes import change_batches
from app.resources.base import Resource
from app.store.engines.base import Database, Progress, no_progress
from app.store.revision_log import header_of
from app.store.tables import FETCHED_FILES, REVISIONS, Revision

_T = TypeVar("_T")


class SourceFailed(Exception):  # noqa: N818 - a state of the source, as in Unavailable
    """The source of a copy cannot be read any more: `error` says why. Any other DBAPIError is the target's."""

    def __init__(self, error: DBAPIError | Unavailable) -> None:
        super().__init__(str(error))
        self.error = error


def copy_database(
    source: Database, target: Database, resources: Mapping[str, Resource], progress: Progress = no_progress
) -> list[Revision]:
    """Copy a database by replaying its log; returns the revisions written.

    The target is made or migrated first. Each revision is one transaction, so that a copy that was killed goes on where
    it stopped. Everything derived from the records is computed again; each digest has to be that of the source. Raises
    PublicationError if the target has other revisions or a digest differs, Mismatch for a record that this release
    cannot read, SourceFailed, DBAPIError for the target, Unavailable if another process writes to it, MigrationError.
    """
    bootstrap.upgrade(target, resources)
    written = []
    with contextlib.ExitStack() as stack:
        with _as_source_failure():
            connection = stack.enter_context(source.reading())
            revisions = _revisions(connection)
        with target.reading() as there:
            shared = _revisions(there)
        if [one.digest for one in shared] != [one.digest for one in revisions[: len(shared)]]:
            raise PublicationError(RecordFault("target-has-other-revisions"))
        for revision in revisions[len(shared) :]:
            progress(revision.number, len(revisions))
            with target.writing() as there:
                if (there.execute(select(func.max(REVISIONS.c.number))).scalar() or 0) != revision.number - 1:
                    raise Unavailable("another-writer")
                _copy_revision(connection, there, resources, revision)
            written.append(revision)
        with target.writing() as there:
            _copy_fetched_files(connection, there)
    return written


def _revisions(connection: Connection) -> list[Revision]:
    rows = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings()
    return [Revision(**row) for row in rows]


def _copy_revision(
    source: Connection, target: Connection, resources: Mapping[str, Resource], revision: Revision
) -> None:
    batches = _read(change_batches(source, resources, revision.number))
    made = write(target, resources, header_of(revision), (change for _, batch in batches for change in batch))
    if made.digest != revision.digest:
        raise PublicationError(RecordFault("copy-differs", {"number": revision.number}))


def _copy_fetched_files(source: Connection, target: Connection) -> None:
    """What imports fetched, so that the next one asks only for what is newer."""
    key = FETCHED_FILES.c.importer, FETCHED_FILES.c.address
    known = {tuple(row) for row in target.execute(select(*key))}
    with _as_source_failure():
        rows = [dict(row) for row in source.execute(select(FETCHED_FILES)).mappings()]
    missing = [row for row in rows if (row["importer"], row["address"]) not in known]
    if missing:
        target.execute(insert(FETCHED_FILES), missing)


def _read(rows: Iterable[_T]) -> Iterator[_T]:
    """What is read of the source, as it is needed."""
    with _as_source_failure():
        yield from rows


@contextlib.contextmanager
def _as_source_failure() -> Iterator[None]:
    """Errors in reading the source, raised as SourceFailed."""
    try:
        yield
    except (DBAPIError, Unavailable) as error:
        raise SourceFailed(error) from error
