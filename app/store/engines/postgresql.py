"""PostgreSQL engine: pooled read-only connections with snapshot isolation, and a writer that holds an advisory lock."""

import contextlib
from collections.abc import Hashable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn, Self

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event
from sqlalchemy import exc as sql
from sqlalchemy.engine import URL, make_url
from typing_extensions import override

from app.errors import Fault, Unavailable
from app.settings import Settings, SettingsError
from app.store.engines.base import BackupError, Database, Progress, no_progress
from app.store.engines.postgresql_cursors import TimedCursor
from app.store.engines.postgresql_errors import connection_fault
from app.store.engines.postgresql_schema import schema_of
from app.store.engines.postgresql_sessions import IDLE, TIMEOUT, limited, prepare_reader, roll_back
from app.store.engines.postgresql_state import StateListener

DRIVER = "postgresql+psycopg"
CHANNEL = "dossier_published"  # of NOTIFY: each commit of a writer, so that nodes need not wait for their next look
_WRITE_LOCK = 0x646F7373696572  # key of the advisory lock; it is of one database, not of the whole server
_PATIENCE = 12  # busy time-outs that a writer waits for another one, as on SQLite
# Threads of a worker that read, and as many for exports: each statement waits for the network.
READING_THREADS = 8
_CONNECT_SECONDS = 3
_LISTENER_MS = 3_000  # that the newest revision may take to read: a server that hangs is one that is lost
_RECYCLE = 60  # seconds until a connection is made again: of several hosts, the first that is there again is taken
# A network that is cut gives no error by itself: a dead connection is noticed after 3 + 3 × 2 seconds.
_ALIVE = {"keepalives_idle": 3, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 9_000}
# After so long the server lets go of the snapshot of a node that is gone. An export that waits for its client has none;
# a command may compute for longer between two statements, and has no limit.
_IDLE_MS = 60_000
_SCRATCH = "dossier_scratch"


class PostgresqlDatabase(Database):
    """PostgreSQL database, or a primary with a replica that answers are read from (DOSSIER_READ_DATABASE_URL).

    Raises SettingsError for a URL of another driver.
    """

    def __init__(self, settings: Settings, *, search_path: str | None = None) -> None:
        self._settings = settings
        self._search_path = search_path
        self.url = _driven(settings.database_url, "DOSSIER_DATABASE_URL")
        read_url = settings.read_database_url
        self.read_url = _driven(read_url, "DOSSIER_READ_DATABASE_URL") if read_url else self.url
        self._timeout = settings.statement_timeout_ms
        self.readers = self._read_engine(self.read_url)
        self.writers = self._engine(self.url, poolclass=NullPool, isolation_level="READ COMMITTED")
        self.migrations = self.writers  # DDL is transactional, and a table is never rebuilt
        event.listen(self.writers, "begin", self._lock)
        self._listener = StateListener(self.read_url, CHANNEL, self._arguments(self.read_url, _LISTENER_MS))
        self._primary_listener = StateListener(
            self.url, CHANNEL, self._arguments(self.url, _LISTENER_MS), replica=self._listener
        )

    @cached_property
    def _primary(self) -> Engine:
        """Read-only connections to the primary, for what the replica lacks."""
        return self._read_engine(self.url)

    @property
    @override
    def reading_threads(self) -> int:
        return READING_THREADS

    @override
    @contextlib.contextmanager
    def reading(self, *, timeouts: int | None = None) -> Iterator[Connection]:
        with self._reading(self._reader(), timeouts) as connection:
            yield connection

    def _reader(self) -> Engine:
        """Engine of the replica; that of the primary where there is no replica, or it does not answer."""
        return self._primary if self.read_url != self.url and self._listener.is_lost() else self.readers

    @override
    def reading_newest(self, *, timeouts: int | None = None) -> contextlib.AbstractContextManager[Connection] | None:
        return self._reading(self._primary, timeouts) if self.read_url != self.url else None

    @contextlib.contextmanager
    def _reading(self, engine: Engine, timeouts: int | None) -> Iterator[Connection]:
        try:
            connection = engine.connect()
        except sql.TimeoutError as error:
            raise Unavailable("too-busy") from error
        # One statement timeout is what all connections of the pool have.
        timeout = 0 if timeouts is None else timeouts * self._timeout
        with connection, contextlib.nullcontext() if timeouts == 1 else limited(connection, timeout):
            yield connection

    @override
    def pause(self, connection: Connection) -> None:
        roll_back(connection)

    @override
    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        with super().writing() as connection:
            yield connection
            if connection.in_transaction():  # a dry run has rolled it back
                connection.exec_driver_sql(f"NOTIFY {CHANNEL}")  # sent when the transaction is committed

    @override
    def state(self) -> Hashable:
        return self._listener.state()

    @override
    def has_lost_primary(self) -> bool:
        return self.read_url != self.url and self._primary_listener.is_lost()

    @override
    def contradicts_primary(self) -> bool:
        return self.read_url != self.url and self._primary_listener.contradicts_replica()

    @override
    def close(self) -> None:
        self._listener.close()
        self._primary_listener.close()
        if "_primary" in self.__dict__:
            self._primary.dispose()
        super().close()

    @property
    @override
    def files(self) -> Path:
        return Path(f"{self.url.database}-downloads")

    @override
    def exists(self) -> bool:
        """True: whether the server has the database is found out by connecting to it."""
        return True

    @override
    def is_empty(self) -> bool:
        """False: a database has to be looked into."""
        return False

    @override
    def prepare(self, connection: Connection) -> None:
        """Refuse a database that cannot have all texts. Raises Unavailable for another encoding than UTF-8."""
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise Unavailable("database-not-utf-8", encoding=encoding)

    @override
    def dangling_rows(self, connection: Connection) -> int:
        """None: PostgreSQL checks foreign keys at each statement."""
        return 0

    @override
    def damage(self, connection: Connection) -> list[Fault]:
        """Indexes that PostgreSQL has marked as not valid. `pg_amcheck` and data checksums find what disks damage."""
        rows = connection.exec_driver_sql("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid")
        return [Fault("", "index-not-valid", {"index": name}) for name in rows.scalars()]

    @override
    def schema(self, connection: Connection) -> dict[tuple[str, str], str]:
        return schema_of(connection)

    @override
    @contextlib.contextmanager
    def scratch(self) -> Iterator[Database]:
        """Schema of its own in the same database, dropped at the end. Raises DBAPIError without the right to it."""
        with self.writers.begin() as connection:
            name = f"{_SCRATCH}_{connection.exec_driver_sql('SELECT pg_backend_pid()').scalar_one()}"
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")  # of a process that was killed
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
        made = type(self)(self._settings.model_copy(update={"read_database_url": None}), search_path=name)
        try:
            yield made
        finally:
            made.close()
            with self.writers.begin() as connection:
                connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")

    @override
    def warning(self) -> Fault | None:
        return None

    @override
    def obstacle(self, error: sql.DBAPIError) -> Unavailable | None:
        """What a refused or failed connection says, without the names and addresses in it."""
        return connection_fault(error)

    @property
    @override
    def file(self) -> Path:
        _use_server_tools()

    @override
    def side_files(self) -> list[Path]:
        _use_server_tools()

    @override
    def at(self, file: Path) -> Self:
        _use_server_tools()

    @override
    def copy_to(self, file: Path, progress: Progress = no_progress) -> None:
        _use_server_tools()

    @override
    def replace_with(self, file: Path) -> Path | None:
        _use_server_tools()

    def _arguments(self, url: URL, timeout: int = 0) -> dict[str, Any]:
        """Arguments of the driver's connections, whose statements have so many milliseconds; 0 is no limit.

        What the URL says itself goes before, but for the time-outs.
        """
        options = [str(url.query.get("options", "")), f"-c{TIMEOUT}={timeout} -c{IDLE}={_IDLE_MS if timeout else 0}"]
        if self._search_path:
            options.append(f"-csearch_path={self._search_path}")
        fixed = {"application_name": "dossier", "connect_timeout": _CONNECT_SECONDS, **_ALIVE}
        own = {name: value for name, value in fixed.items() if name not in url.query}
        return {**own, "client_encoding": "UTF8", "options": " ".join(filter(None, options))}

    def _read_engine(self, url: URL) -> Engine:
        engine = self._engine(
            url,
            self._timeout,
            poolclass=QueuePool,
            pool_size=READING_THREADS,
            # As many for exports, and for each stream, which keeps its connection while its client reads.
            max_overflow=READING_THREADS + self._settings.max_streams,
            pool_recycle=_RECYCLE,
            pool_use_lifo=True,
            pool_timeout=self._settings.busy_timeout_ms / 1000,
            pool_pre_ping=True,
            isolation_level="REPEATABLE READ",
        )
        event.listen(engine, "connect", prepare_reader)
        return engine

    def _engine(self, url: URL, timeout: int = 0, **options: Any) -> Engine:
        arguments = {**self._arguments(url, timeout), "cursor_factory": TimedCursor}
        # `format`: statements compiled by `app.store.statements` have their values in order.
        return create_engine(url, paramstyle="format", connect_args=arguments, **options)

    def _lock(self, connection: Connection) -> None:
        """Write lock of a transaction. Raises OperationalError where another one has it for too long."""
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {max(1, _PATIENCE * self._settings.busy_timeout_ms)}")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")


def _driven(url: str, variable: str) -> URL:
    """URL with the driver of this engine."""
    made = make_url(url)
    if made.drivername not in (DRIVER, "postgresql") or not made.database:
        raise SettingsError(Fault(variable, "not-a-postgresql-database"))
    driven = made.set(drivername=DRIVER)
    try:
        driven.get_dialect()().create_connect_args(driven)
    except sql.ArgumentError as error:  # a port that is no number, more ports than hosts
        raise SettingsError(Fault(variable, "not-hosts-and-ports")) from error
    return driven


def _use_server_tools() -> NoReturn:
    raise BackupError("use-server-tools")
