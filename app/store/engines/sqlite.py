"""SQLite engine: one database file, with read-only connections for answers and a writer that locks at once."""

import os
import sqlite3
import types
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from typing_extensions import override

from app.errors import Fault, Unavailable
from app.settings import Settings, SettingsError
from app.store.engines.base import Database

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this machine: the standard module, which may have the fault below
    driver = sqlite3

WAL_RESET_FAULT = (
    (3, 7, 0),
    (3, 51, 2),
)  # first and last SQLite that can corrupt a database when a WAL is reset


class SqliteDatabase(Database):
    """One SQLite file in WAL mode: readers cannot write, and a writer takes the write lock at its first statement.

    Raises SettingsError for a URL that names no SQLite file.
    """

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.database_url)
        if url.get_backend_name() != "sqlite" or url.query or url.database in (None, "", ":memory:"):
            raise SettingsError(Fault("DOSSIER_DATABASE_URL", "not-a-sqlite-file"))
        self.url = url
        self.path = Path(url.database or "")
        self.timeout_ms = settings.busy_timeout_ms
        self.readers = self._engine(url, "BEGIN", creator=self._open_reader, pool_size=4)
        event.listen(self.readers, "connect", self._remember_file)
        event.listen(self.readers, "checkout", self._check_file)
        self.streams = self._engine(url, "BEGIN", creator=self._open_reader, poolclass=NullPool)
        self.writers = self._engine(url, "BEGIN IMMEDIATE", poolclass=NullPool)
        self.migrations = self._engine(url, "BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)

    @property
    @override
    def files(self) -> Path:
        return self.path.with_name(f"{self.path.name}-downloads")

    @override
    def exists(self) -> bool:
        return self.path.exists()

    @override
    def is_empty(self) -> bool:
        return not self.path.exists() or self.path.stat().st_size == 0

    @override
    def prepare(self, connection: Connection) -> None:
        """WAL mode for the file, so that readers do not wait for the writer."""
        assert connection.connection.dbapi_connection is not None
        connection.connection.dbapi_connection.execute("PRAGMA journal_mode=WAL")

    @override
    def dangling_rows(self, connection: Connection) -> int:
        return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())

    @override
    def warning(self) -> Fault | None:
        """Warning if the SQLite in use has the WAL-reset fault, which can corrupt a database; None otherwise."""
        first, last = WAL_RESET_FAULT
        if first <= driver.sqlite_version_info <= last:
            return Fault("", "sqlite-wal-fault", {"version": driver.sqlite_version})
        return None

    @override
    def obstacle(self) -> Unavailable | None:
        """A log that was left when its writer was killed, in a folder that cannot be written: SQLite cannot read it."""
        if self._log.exists() and not os.access(self.path.parent, os.W_OK):
            return Unavailable("unmerged-log", log=self._log.name)
        return None

    def _engine(self, url: URL, begin: str, *, foreign_keys: bool = True, **options: Any) -> Engine:
        module: types.ModuleType = driver
        engine = create_engine(url, module=module, **options)
        event.listen(engine, "connect", lambda connection, _: self._prepare(connection, foreign_keys))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _open_reader(self) -> Any:
        # mode=ro: a missing file is an error instead of a new empty database, and every write is refused.
        # immutable: in a folder that cannot be written SQLite cannot make the files that readers share. It then takes
        # no lock, so it must not be used while a writer has its log there.
        immutable = "&immutable=1" if self._is_frozen() else ""
        return driver.connect(f"file:{_quoted(self.path)}?mode=ro{immutable}", uri=True, check_same_thread=False)

    def _is_frozen(self) -> bool:
        """Read-only database: whether its folder cannot be written, as on a read-only file system, and has no log."""
        return not os.access(self.path.parent, os.W_OK) and not self._log.exists()

    @property
    def _log(self) -> Path:
        return self.path.with_name(f"{self.path.name}-wal")

    def _remember_file(self, _: Any, record: Any) -> None:
        record.info["file"] = _identity(self.path)
        record.info["content"] = _content(self.path) if self._is_frozen() else None

    def _check_file(self, _: Any, record: Any, __: Any) -> None:
        # Without this check a pooled connection would go on reading a file that was replaced or removed.
        if record.info["file"] != _identity(self.path):
            raise DisconnectionError
        # No lock protects an immutable connection: it is given up once the file or its log shows a writer.
        content = record.info["content"]
        if content and (content != _content(self.path) or self._log.exists()):
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


def _content(path: Path) -> tuple[int, int]:
    """Size in bytes and time of the last change in nanoseconds: what shows that a file was written."""
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
