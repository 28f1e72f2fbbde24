"""SQLite engine: one database file, with read-only connections for answers and a writer that locks at once."""

import os
import types
from collections.abc import Hashable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DisconnectionError
from typing_extensions import override

from app.errors import Fault, Unavailable
from app.settings import Settings, SettingsError
from app.store.engines.base import Database
from app.store.engines.sqlite_file import SqliteFile, StateProbe, driver

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
        self._file = SqliteFile(self.path)
        self._probe = StateProbe(self._file)
        opened = partial(self._file.connect, check_same_thread=False)
        self.readers = self._engine(url, "BEGIN", creator=opened, pool_size=4)
        event.listen(self.readers, "connect", self._remember_file)
        event.listen(self.readers, "checkout", self._check_file)
        self.streams = self._engine(url, "BEGIN", creator=opened, poolclass=NullPool)
        self.writers = self._engine(url, "BEGIN IMMEDIATE", poolclass=NullPool)
        self.migrations = self._engine(url, "BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)

    @override
    def state(self) -> Hashable:
        return self._probe.state()

    @override
    def close(self) -> None:
        super().close()
        self._probe.close()

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
        if self._file.log.exists() and not os.access(self.path.parent, os.W_OK):
            return Unavailable("unmerged-log", log=self._file.log.name)
        return None

    def _engine(self, url: URL, begin: str, *, foreign_keys: bool = True, **options: Any) -> Engine:
        module: types.ModuleType = driver
        engine = create_engine(url, module=module, **options)
        event.listen(engine, "connect", lambda connection, _: self._prepare(connection, foreign_keys))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
        return engine

    def _remember_file(self, _: Any, record: Any) -> None:
        record.info["file"] = self._file.identity()
        record.info["content"] = self._file.content() if self._file.is_frozen() else None

    def _check_file(self, _: Any, record: Any, __: Any) -> None:
        # Without this check a pooled connection would go on reading a file that was replaced or removed.
        if record.info["file"] != self._file.identity():
            raise DisconnectionError
        # No lock protects an immutable connection: it is given up once the file or its log shows a writer.
        content = record.info["content"]
        if content and (content != self._file.content() or self._file.log.exists()):
            raise DisconnectionError

    def _prepare(self, connection: Any, foreign_keys: bool) -> None:
        connection.isolation_level = None  # the driver's own transactions give no stable snapshot
        connection.execute(f"PRAGMA busy_timeout={self.timeout_ms:d}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous=FULL")  # survives a power cut; slow commits cost little, they are rare
