"""Online backup of a SQLite file while others use it, and the replacement of one by a file that was verified."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app import clock
from app.errors import Unavailable
from app.store.engines.base import BackupError, Progress
from app.store.engines.sqlite_file import SqliteFile, driver
from app.store.unfinished_file import rename, sync

_PAGES = 1024  # of 4 KiB between two calls of `progress`: 10 ms
_SIDE_FILES = ("-wal", "-shm", "-journal")  # by these endings SQLite finds what belongs to a database file
_PRIMARY = 0xFF  # an extended result code of SQLite has the primary one in its low byte
_LOCKED = {5, 6}  # SQLITE_BUSY, SQLITE_LOCKED
# SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_IOERR_READ, SQLITE_IOERR_SHORT_READ: the fault of the source, not of the copy
_READ_FAILED = {11, 26, 266, 522}


def side_files(path: Path) -> list[Path]:
    """Side files of a database: log, shared memory and rollback journal, whether they exist or not."""
    return [path.with_name(path.name + ending) for ending in _SIDE_FILES]


def copy(source: SqliteFile, target: Path, progress: Progress) -> None:
    """Online backup: copies the pages of one read transaction into a new file, which needs no side file.

    Nobody waits for it, and a publication meanwhile does not make it begin again; but the log of the source grows until
    it is done. `VACUUM INTO` would give a smaller file, but it reports no progress, and it builds all indexes again,
    which would hide a broken index of the source.
    Raises BackupError if the target cannot be written, Unavailable if the source cannot be read.
    """
    with contextlib.closing(_snapshot(source)) as read:
        try:
            with contextlib.closing(driver.connect(target, isolation_level=None)) as written:
                written.execute("PRAGMA journal_mode=OFF")  # nothing to roll back: a copy that breaks off is removed
                written.execute("PRAGMA synchronous=OFF")  # synchronised once, at the end
                read.backup(written, pages=_PAGES, progress=lambda _, left, pages: progress(pages - left, pages))
                # The copy has the mode of the source in its header. One with a log would need side files to be read.
                written.execute("PRAGMA journal_mode=DELETE")
        except driver.Error as error:
            raise (_unreadable(error) if _code(error) in _READ_FAILED else _unwritable(error)) from error
    sync(target)


def _snapshot(source: SqliteFile) -> Any:
    """Connection with a read transaction, which begins with its first statement. Raises Unavailable."""
    try:
        connection = source.connect(isolation_level=None)
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except driver.Error as error:
        raise _unreadable(error) from error
    return connection


def replace(path: Path, file: Path, timeout: float) -> Path | None:
    """Replace the database at `path` by a verified file in the same folder; return where the old one is kept.

    The order of the steps makes it safe to be killed at any of them: the old database is at its place until one rename
    puts the new one there. A log that stays next to the new file would be read as its own and corrupt it, so the old
    log is merged and removed first, while nobody can write. (A reader that is connected then keeps the old log. It
    gives the connection up as soon as the new file is there; if this process is killed in the 50 µs before, it goes on
    until it is started again, or until the next restore.)

    Waits up to `timeout` seconds for others to end their transactions. Raises BackupError if they do not, OSError.
    """
    _use_log(file)
    with _write_lock(path, timeout) as is_healthy:
        kept = _kept(path)
        for side in side_files(path):
            if not kept or is_healthy:
                side.unlink(missing_ok=True)
            elif side.exists():  # it may have what the damaged file lacks
                side.rename(kept.with_name(kept.name + side.name.removeprefix(path.name)))
        rename(file, path)
    return kept


def _use_log(file: Path) -> None:
    """WAL mode, in the header of a file. Its last connection removes the side files again."""
    try:
        with contextlib.closing(driver.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")
    except driver.Error as error:
        raise _unwritable(error) from error
    sync(file)


@contextlib.contextmanager
def _write_lock(path: Path, timeout: float) -> Iterator[bool]:
    """Write lock of a database with an empty log, so that its file alone is the whole of it and nobody can change it.

    False, and no lock, where there is no database or it is too damaged for one.
    """
    with contextlib.ExitStack() as stack:
        is_healthy = False
        if path.exists():
            try:
                connection = stack.enter_context(
                    contextlib.closing(driver.connect(path, timeout=timeout, isolation_level=None))
                )
                _lock(connection, path, timeout)
                is_healthy = True
            except driver.Error as error:
                if _code(error) & _PRIMARY in _LOCKED:
                    raise BackupError("database-in-use", file=path, seconds=timeout) from error
        yield is_healthy


def _lock(connection: Any, path: Path, timeout: float) -> None:
    log = side_files(path)[0]
    for _ in range(10):  # another process may write between the two statements
        ((is_busy, *_),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        if is_busy:
            break
        connection.execute("BEGIN IMMEDIATE")
        if not log.exists() or not log.stat().st_size:
            return
        connection.rollback()
    raise BackupError("database-in-use", file=path, seconds=timeout)


def _kept(path: Path) -> Path | None:
    """A second name for the database that is replaced, with the time of now. None if there is no database."""
    if not path.exists():
        return None
    kept = path.with_name(f"{path.name}.replaced-{clock.now():%Y%m%dT%H%M%S.%fZ}")
    try:
        kept.hardlink_to(path)
    except OSError:  # a file system without links: for a moment there is no database, or, if killed then, only this one
        path.rename(kept)
    return kept


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0))


def _unreadable(error: Exception) -> Unavailable:
    return Unavailable("database-unreadable", reason=str(error))


def _unwritable(error: Exception) -> BackupError:
    return BackupError("copy-failed", reason=str(error))
