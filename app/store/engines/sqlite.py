"""SQLite engine: connection pools for reading, streaming, writing and migrating, and the pragmas that they need."""

import contextlib
import sqlite3
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError

from app.errors import Fault
from app.settings import Settings, SettingsError

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this machine: the standard module, which may have the fault below
    driver = sqlite3

WAL_RESET_FAULT = (
    (3, 7, 0),
    (3, 51, 2),
)  # first and last SQLite that can corrupt a database when a WAL is reset


def driver_warning() -> Fault | None:
    """Startup warning if the SQLite in use has the WAL-reset fault, which can corrupt a database; None otherwise."""
    first, last = WAL_RESET_FAULT
    if first <= driver.sqlite_version_info <= last:
        return Fault("", "sqlite-wal-fault", {"version": driver.sqlite_version})
    return None


class Database:
    """Database: engines for reading, streaming, writing and migrating. Nothing is opened before the first use.

    A reader sees one snapshot from its first statement to its last. A writer has SQLite's write lock from its first
    statement. Raises SettingsError for a URL that is not that of a SQLite file.
    """

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.database_url)
        if url.get_backend_name() != "sqlite" or url.query or url.database in (None, "", ":memory:"):
            raise SettingsError(Fault("DOSSIER_DATABASE_URL", "not-a-sqlite-file"))
        self.url = url
        self.path = Path(url.database or "")
        self.timeout_ms = settings.busy_timeout_ms
        # mode=ro: a missing file is an error instead of a new empty database, and every write is refused.
        read_url = url.set(database=f"file:{_quoted(self.path)}", query={"mode": "ro", "uri": "true"})
        self.readers = self._engine(read_url, "BEGIN", pool_size=4)
        event.listen(self.readers, "connect", self._remember_file)
        event.listen(self.readers, "checkout", self._check_file)
        # A slow client keeps the connection of its download for long: it must not be one that short answers wait for.
        self.streams = self._engine(read_url, "BEGIN", poolclass=NullPool)
        self.writers = self._engine(url, "BEGIN IMMEDIATE", poolclass=NullPool)
        # With foreign keys on, rebuilding a table deletes the rows that refer to it, since its inner DROP cascades.
        self.migrations = self._engine(url, "BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read-only connection from the pool, in a transaction that sees one snapshot.

        Raises DBAPIError if the file is missing or no database, sqlalchemy.exc.TimeoutError if no connection is free
        within 30 seconds.
        """
        with self.readers.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def streaming(self) -> Iterator[Connection]:
        """Read-only connection outside the pool, for streamed and slow answers. Raises DBAPIError like `reading`."""
        with self.streams.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Connection in a write transaction: committed at the end, rolled back on any exception.

        Raises OperationalError if another process keeps the write lock for longer than the busy time-out.
        """
        with self.writers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Dispose of the engines: closes every pooled connection."""
        for engine in (self.readers, self.streams, self.writers, self.migrations):
            engine.dispose()

    def _engine(self, url: URL, begin: str, *, foreign_keys: bool = True, **options: Any) -> Engine:
        module: types.ModuleType = driver
        engine = create_engine(url, module=module, **options)
        event.listen(engine, "connect", lambda connection, _: self._prepare(connection, foreign_keys))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _remember_file(self, _: Any, record: Any) -> None:
        record.info["file"] = _identity(self.path)

    def _check_file(self, _: Any, record: Any, __: Any) -> None:
        # Without this check a pooled connection would go on reading a file that was replaced or removed.
        if record.info["file"] != _identity(self.path):
            raise DisconnectionError

    def _prepare(self, connection: Any, foreign_keys: bool) -> None:
        connection.isolation_level = None  # the driver's own transactions give no stable snapshot
        connection.execute(f"PRAGMA busy_timeout={self.timeout_ms:d}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous=FULL")  # survives a power cut; slow commits cost little, they are rare


def _identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file; None if there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
