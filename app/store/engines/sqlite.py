"""SQLite engine: one database file, with read-only connections for answers and a writer that locks at once."""

import contextlib
import math
import os
import re
import tempfile
import types
from collections.abc import Hashable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from app.errors import Fault, Unavailable
from app.settings import Settings, SettingsError
from app.store.engines import sqlite_backup
from app.store.engines.base import Database, Progress, no_progress
from app.store.engines.pool import ReaderPool
from app.store.engines.sqlite_file import SqliteFile, StateProbe, driver
from app.store.engines.sqlite_log import has_lost_commit
from app.store.engines.statement_timeout import TimedConnection

WAL_RESET_FAULT = (3, 7, 0), (3, 51, 2)  # first and last SQLite that can corrupt a database when a WAL is reset
_LOG_BYTES = 4 * 1024 * 1024  # of the write-ahead log that may stay if readers keep a checkpoint from emptying it
# Busy time-outs that a writer waits for another one: the packaged revisions are replayed in one transaction of seconds.
_PATIENCE = 12
_CHECKPOINT_MS = 1000  # that a publication waits for readers of older snapshots; no other one can begin meanwhile
_MOST_FAULTS = 100  # that are named of one kind: SQLite's integrity check has the same limit
_NO_MATTER = re.compile(r'[\s"]+')


class SqliteDatabase(Database):
    """One SQLite file in WAL mode: readers cannot write, and a writer takes the write lock at its first statement.

    Raises SettingsError for a URL that names no SQLite file.
    """

    def __init__(self, settings: Settings, file: Path | None = None) -> None:
        url = URL.create("sqlite", database=str(file)) if file else make_url(settings.database_url)
        if url.get_backend_name() != "sqlite" or url.query or url.database in (None, "", ":memory:"):
            raise SettingsError(Fault("DOSSIER_DATABASE_URL", "not-a-sqlite-file"))
        self._settings = settings
        self.url = url
        self.path = Path(url.database or "")
        self.timeout_ms = settings.busy_timeout_ms
        self._file = SqliteFile(self.path)
        self._probe = StateProbe(self._file)
        opened = partial(self._file.connect, check_same_thread=False, factory=TimedConnection)
        self.readers = self._engine(url, None, creator=opened, poolclass=NullPool)
        self._pool = ReaderPool(self.readers, self._file)
        self._timeout = settings.statement_timeout_ms / 1000 or math.inf
        self.writers = self._engine(url, "BEGIN IMMEDIATE", poolclass=NullPool)
        self.migrations = self._engine(url, "BEGIN IMMEDIATE", foreign_keys=False, poolclass=NullPool)

    @override
    def reading(self, *, timeouts: int | None = None) -> AbstractContextManager[Connection]:
        return self._pool.connection(math.inf if timeouts is None else timeouts * self._timeout)

    @override
    def pause(self, connection: Connection) -> None:
        self._pool.pause(connection)

    @override
    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
        self._empty_log()

    @override
    def state(self) -> Hashable:
        return self._probe.state()

    @override
    def close(self) -> None:
        self._pool.close()
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
        """WAL mode for the file, so that readers do not wait for the writer. Raises DBAPIError."""
        assert connection.connection.dbapi_connection is not None
        statement = "PRAGMA journal_mode=WAL"  # not by SQLAlchemy: it fails in a transaction
        try:
            connection.connection.dbapi_connection.execute(statement)
        except driver.Error as error:  # a file that cannot be written, or a locked one
            raise DBAPIError.instance(statement, None, error, driver.Error) from error

    @override
    def dangling_rows(self, connection: Connection) -> int:
        return len(connection.exec_driver_sql("PRAGMA foreign_key_check").all())

    @override
    def damage(self, connection: Connection) -> list[Fault]:
        """What `PRAGMA integrity_check` and `foreign_key_check` find, up to 100 each, and a log that is not read.

        From SQLite 3.44 on, the first one compares the full-text index with its texts too.
        """
        checks = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        faults = [Fault("", "file-damaged", {"reason": one}) for text in checks for one in text.splitlines()]
        if checks == ["ok"]:
            faults = []
        if has_lost_commit(self._file.log):
            faults.append(Fault("", "log-damaged", {"log": self._file.log.name}))
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(_MOST_FAULTS)
        return faults + [
            Fault("", "dangling-row", {"table": table, "row": row, "parent": parent})
            for table, row, parent, _ in dangling
        ]

    @override
    def schema(self, connection: Connection) -> dict[tuple[str, str], str]:
        """Without the statistics of ANALYZE: they change no answer. Blanks and quotation marks are left out."""
        rows = connection.exec_driver_sql("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema").all()
        return {
            (kind, name): f"{table}: {_NO_MATTER.sub('', sql)}"
            for kind, name, table, sql in rows
            if not name.startswith("sqlite_stat")
        }

    @override
    @contextlib.contextmanager
    def scratch(self) -> Iterator[Database]:
        with tempfile.TemporaryDirectory() as folder:
            made = self.at(Path(folder, "scratch.db"))
            try:
                yield made
            finally:
                made.close()

    @override
    def warning(self) -> Fault | None:
        """Warning if the log is damaged, or the SQLite in use can corrupt a database (WAL-reset fault); None otherwise.

        With a damaged log the database is whole, but older: the service goes on with it.
        """
        if has_lost_commit(self._file.log):
            return Fault("", "log-damaged", {"log": self._file.log.name})
        return Fault("", "sqlite-wal-fault", {"version": driver.sqlite_version}) if _has_reset_fault() else None

    @override
    def obstacle(self, error: DBAPIError) -> Unavailable | None:
        """A log that was left when its writer was killed, in a folder that cannot be written: SQLite cannot read it."""
        if self._file.log.exists() and not os.access(self.path.parent, os.W_OK):
            return Unavailable("unmerged-log", log=self._file.log.name)
        return None

    @property
    @override
    def file(self) -> Path:
        return self.path.resolve()

    @override
    def side_files(self) -> list[Path]:
        return sqlite_backup.side_files(self.file)

    @override
    def at(self, file: Path) -> Self:
        return type(self)(self._settings, file)

    @override
    def copy_to(self, file: Path, progress: Progress = no_progress) -> None:
        sqlite_backup.copy(self._file, file, progress)

    @override
    def replace_with(self, file: Path) -> Path | None:
        return sqlite_backup.replace(self.file, file, self.timeout_ms / 1000)

    def _empty_log(self) -> None:
        """Checkpoint after a commit: what it wrote goes into the file, and the log is cut to nothing. It never fails.

        Damage to a log makes its last transactions disappear, and the log of a large publication would stay as it is.
        Readers of an older snapshot keep a part of the log. If it is large, they have a second to end; then the next
        publication gets another try. A SQLite with the fault of the log's reset does it in its own time.
        """
        if _has_reset_fault():
            return
        with contextlib.suppress(OSError, driver.Error, DBAPIError):
            if size := self._file.log.stat().st_size:  # without other connections SQLite has removed the log
                with contextlib.closing(self.writers.raw_connection()) as connection:
                    cursor = connection.cursor()
                    cursor.execute(f"PRAGMA busy_timeout={_CHECKPOINT_MS if size > _LOG_BYTES else 0}")
                    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def _engine(self, url: URL, begin: str | None, *, foreign_keys: bool = True, **options: Any) -> Engine:
        module: types.ModuleType = driver
        engine = create_engine(url, module=module, **options)
        patience = _PATIENCE if begin else 1
        event.listen(engine, "connect", lambda connection, _: self._prepare(connection, foreign_keys, patience))
        if begin:
            limit = f"PRAGMA journal_size_limit={_LOG_BYTES}"  # when the log begins again, it is cut to this length
            event.listen(engine, "connect", lambda connection, _: connection.execute(limit))
            event.listen(engine, "do_connect", self._note_file)
            event.listen(engine, "begin", lambda connection: self._begin(connection, begin))
        return engine

    def _note_file(self, _dialect: Any, record: Any, _arguments: Any, _options: Any) -> None:
        record.info["file"] = self._file.identity()

    def _begin(self, connection: Connection, begin: str) -> None:
        connection.exec_driver_sql(begin)
        # A restore that held the lock has put another file in this place: what is written here would be lost with it.
        if connection.info["file"] not in {None, self._file.identity()}:
            raise Unavailable("database-replaced")

    def _prepare(self, connection: Any, foreign_keys: bool, patience: int) -> None:
        connection.isolation_level = None  # the driver's own transactions give no stable snapshot
        connection.execute(f"PRAGMA busy_timeout={patience * self.timeout_ms:d}")
        connection.execute(f"PRAGMA foreign_keys={'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA synchronous=FULL")  # survives a power cut; slow commits cost little, they are rare


def _has_reset_fault() -> bool:
    """Whether the SQLite in use can corrupt a database when the log begins again."""
    first, last = WAL_RESET_FAULT
    return bool(first <= driver.sqlite_version_info <= last)
