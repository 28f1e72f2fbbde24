"""Connections: one read-only engine for answers, one writing engine for publications and migrations."""

import contextlib
import sqlite3
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError

from app.settings import Settings

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this machine: the standard module, which may carry the fault below
    driver = sqlite3

WAL_RESET_FAULT = (
    (3, 7, 0),
    (3, 51, 2),
)  # first and last SQLite that can corrupt a database when a WAL is reset


def driver_warning() -> str | None:
    """One line if the SQLite in use has the WAL-reset fault; None otherwise."""
    first, last = WAL_RESET_FAULT
    if first <= driver.sqlite_version_info <= last:
        return f"SQLite {driver.sqlite_version} can corrupt a database when its WAL is reset: install pysqlite3"
    return None


class Database:
    """The two ways to the data. Nothing is opened before the first use.

    Readers see one snapshot from their first statement to their last; the writer holds the write lock from its first.
    """

    def __init__(self, settings: Settings) -> None:
        self.url = make_url(settings.database_url)
        self.timeout_ms = settings.busy_timeout_ms
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.readers = self._engine(self._read_url(), "BEGIN")
        if self.path:
            event.listen(self.readers, "connect", self._remember_file)
            event.listen(self.readers, "checkout", self._check_file)
        self.writers = self._engine(self.url, "BEGIN IMMEDIATE", poolclass=NullPool)
        # A table rebuilt while foreign keys are on loses its children: the inner DROP cascades.
        self.migrations = self._engine(self.url, "BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read-only connection in a transaction that sees one snapshot."""
        with self.readers.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a write transaction: committed at the end, rolled back on any exception."""
        with self.writers.begin() as connection:
            yield connection

    @property
    def path(self) -> Path | None:
        """The SQLite file; None on another engine or in memory."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    def close(self) -> None:
        """Give back every connection."""
        for engine in (self.readers, self.writers, self.migrations):
            engine.dispose()

    def _read_url(self) -> URL:
        if self.path is None:
            return self.url
        # mode=ro: a missing file is an error instead of a new empty database, and every write is refused.
        return self.url.set(database=f"file:{_quoted(self.path)}", query={"mode": "ro", "uri": "true"})

    def _engine(self, url: URL, begin: str, *, foreign_keys: bool = True, **options: Any) -> Engine:
        if not self.is_sqlite:
            return create_engine(url, isolation_level="REPEATABLE READ", **_given(options))
        module: types.ModuleType = driver
        engine = create_engine(url, module=module, **_given(options))
        event.listen(engine, "connect", lambda connection, _: self._prepare(connection, foreign_keys))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _remember_file(self, _: Any, record: Any) -> None:
        record.info["file"] = _identity(self.path)

    def _check_file(self, _: Any, record: Any, __: Any) -> None:
        # A kept connection would go on reading a file that was replaced or removed.
        if record.info["file"] != _identity(self.path):
            raise DisconnectionError

    def _prepare(self, connection: Any, foreign_keys: bool) -> None:
        connection.isolation_level = None  # the driver's own transactions give no stable snapshot (traps of pysqlite)
        connection.execute(f"PRAGMA busy_timeout={self.timeout_ms:d}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous=FULL")  # publications are rare: durability costs nothing here


def _identity(path: Path | None) -> tuple[int, int] | None:
    """Device and number of a file; None where there is none."""
    with contextlib.suppress(OSError):
        status = path.stat() if path else None
        return (status.st_dev, status.st_ino) if status else None
    return None


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}
