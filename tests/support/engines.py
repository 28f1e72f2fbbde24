"""Engine that the tests run on: SQLite files, or with DOSSIER_TEST_ENGINE=postgresql databases of a server.

A test names its database by a path on both. On PostgreSQL a path stands for a database of the server, which is that of
DOSSIER_TEST_POSTGRES or one that is started for the process.
"""

import atexit
import contextlib
import functools
import gc
import hashlib
import os
import re
import secrets
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest
from sqlalchemy import Connection, make_url

from app.settings import Settings
from app.store import migrate
from app.store.engines.sqlite import SqliteDatabase
from app.store.engines.sqlite_file import driver
from tests.support.world import World
from tools.postgres.server import PostgresServer

if TYPE_CHECKING:
    from app.store.engines.postgresql import PostgresqlDatabase

IS_POSTGRESQL = os.environ.get("DOSSIER_TEST_ENGINE") == "postgresql"
AT_END = contextlib.ExitStack()  # what is closed after the last test
on_postgresql = pytest.mark.skipif(not IS_POSTGRESQL, reason="runs in `make test-postgres`")
on_sqlite = pytest.mark.skipif(IS_POSTGRESQL, reason="is about SQLite: its files, or its query plans")


SEARCH_INDEX = (
    "search_index_content" if IS_POSTGRESQL else "search_index"
)  # FTS5 changes its rows through its own table
_BYTES = re.compile("x'([0-9a-f]*)'")
_TEMPLATES = {False: "_empty", True: "_begun"}  # endings of their names, by whether the tiny world is in them


class EngineOfTests(Protocol):
    """What tests need of an engine."""

    def url(self, path: Path) -> str:
        """URL of the database that a path names."""

    def make(self, path: Path, *, published: bool) -> None:
        """Make the database of a path: with the newest schema, and with the tiny world if it is to be published."""

    def copy(self, source: Path, target: Path) -> None:
        """Copy a database that nobody uses."""

    def prepare(self, path: Path) -> None:
        """Create an empty database, if there is none."""

    def variables(self, path: Path) -> dict[str, str]:
        """Settings by which a command in the folder of `dossier.db` uses that database, which need not be there yet."""

    def shown(self, path: Path) -> str:
        """Address of that database as such a command prints it."""

    def content(self, path: Path) -> bytes:
        """What differs from an earlier one if anything was written to a database in between."""

    def lose(self, path: Path) -> None:
        """Take a database away, though it is in use."""

    def drop_in(self, folder: Path) -> None:
        """Drop the databases of a folder, to save room."""


class SqliteFiles:
    """SQLite files."""

    def url(self, path: Path) -> str:
        """URL of a file."""
        return f"sqlite:///{path}"

    def make(self, path: Path, *, published: bool) -> None:
        """Copy one: to migrate and publish takes 80 ms, to copy the result one."""
        path.write_bytes(self._file(published=published))

    def copy(self, source: Path, target: Path) -> None:
        """Copy a file. The last connection to close puts all that was written into the one file."""
        target.write_bytes(source.read_bytes())

    def prepare(self, path: Path) -> None:
        """Nothing: the first write makes the file."""

    def variables(self, path: Path) -> dict[str, str]:
        """None: without settings, the database is the file `dossier.db` of the folder."""
        assert path.name == "dossier.db"
        return {}

    def shown(self, path: Path) -> str:
        """URL of a file in the folder where the command runs."""
        return f"sqlite:///{path.name}"

    def content(self, path: Path) -> bytes:
        """The bytes of the file."""
        return path.read_bytes()

    def lose(self, path: Path) -> None:
        """Remove a file."""
        path.unlink()

    def drop_in(self, folder: Path) -> None:
        """Leave the files to pytest, which removes the folder."""

    @functools.cache  # noqa: B019 - there is one for the whole process
    def _file(self, *, published: bool) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "new.db")
            _fill(database_at(path), published=published)
            return path.read_bytes()


class PostgresqlServer:
    """Databases of a PostgreSQL server, each made from one of two templates."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._server = make_url(address)
        self._prefix = f"t{os.getpid()}_{secrets.token_hex(4)}"  # others may use the same server
        self._made: dict[Path, str] = {}  # names by paths

    @classmethod
    @functools.cache
    def started(cls) -> "PostgresqlServer":
        """The server that is named, or one that ends with this process. One for the whole process."""
        atexit.register(AT_END.close)
        if named := os.environ.get("DOSSIER_TEST_POSTGRES"):
            server = cls(named)
            AT_END.callback(server.drop_all)
            return server
        # Another order of text than by code point finds what depends on it.
        own = PostgresServer(icu_locale="fr-CA", settings={"max_connections": "300"})
        return cls(AT_END.enter_context(own).url)

    def create(self, name: str, template: str = "template0") -> None:
        """Create a database, in place of another of its name."""
        self._run(_drop(name), f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def remove(self, *names: str) -> None:
        """Drop databases, if they are there."""
        self._run(*map(_drop, names))

    def url(self, path: Path) -> str:
        """URL of the database of a path."""
        return self._url(self._name(path))

    def make(self, path: Path, *, published: bool) -> None:
        """Copy a template, in 50 ms."""
        self._make(path, self._template(published=published))

    def copy(self, source: Path, target: Path) -> None:
        """Copy a database."""
        self._make(target, self._name(source))

    def prepare(self, path: Path) -> None:
        """Create a database, if there is none."""
        if path not in self._made:
            self._make(path, "template0")

    def variables(self, path: Path) -> dict[str, str]:
        """URL of the database and a folder for downloads."""
        self.prepare(path)
        return {"DOSSIER_DATABASE_URL": self.url(path), "DOSSIER_CACHE_DIR": str(_downloads(path))}

    def shown(self, path: Path) -> str:
        """URL without the password."""
        return self._server.set(database=self._name(path)).render_as_string()

    def content(self, path: Path) -> bytes:
        """Digests of all tables."""
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        digest = "SELECT md5(coalesce(string_agg(t::text, ' '), '')) FROM \"{}\" t"
        with self._connected(self._name(path)) as connection:
            names = [name for (name,) in connection.execute(tables)]
            return repr([(name, *connection.execute(digest.format(name))) for name in names]).encode()

    def lose(self, path: Path) -> None:
        """Drop a database, which ends its connections."""
        self.remove(self._made.pop(path))

    def drop_in(self, folder: Path) -> None:
        """Drop databases: each takes 8 MB."""
        paths = [path for path in self._made if path.is_relative_to(folder)]
        if paths:
            self.remove(*map(self._made.pop, paths))

    def drop_all(self) -> None:
        """Drop all that was made, with the templates."""
        self.remove(*self._made.values(), *(self._prefix + ending for ending in _TEMPLATES.values()))

    def _make(self, path: Path, template: str) -> None:
        self._made[path] = self._name(path)
        self.create(self._name(path), template)

    def _name(self, path: Path) -> str:
        return f"{self._prefix}_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    @functools.cache  # noqa: B019 - there is one for the whole process
    def _template(self, *, published: bool) -> str:
        name = self._prefix + _TEMPLATES[published]
        self.create(name)
        database = _postgresql(self._url(name))
        _fill(database, published=published)
        return name

    def _run(self, *statements: str) -> None:
        with self._connected() as connection:
            for statement in statements:
                connection.execute(statement)

    def _connected(self, name: str | None = None) -> AbstractContextManager[Any]:
        import psycopg

        address = self._server.set(drivername="postgresql", database=name or self._server.database)
        return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


def _drop(name: str) -> str:
    return f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'


def _postgresql(url: str) -> "PostgresqlDatabase":
    from app.store.engines.postgresql import PostgresqlDatabase

    return PostgresqlDatabase(Settings(database_url=url, log="off"))


def _fill(database: Any, *, published: bool) -> None:
    migrate.upgrade(database)
    if published:
        World(database).publish("The world begins")
    database.close()


def own_sql(statement: str) -> str:
    """Statement as the engine writes it, from one as SQLite does: bytes are written otherwise."""
    return _BYTES.sub(r"'\\x\1'::bytea", statement) if IS_POSTGRESQL else statement


def check_no_references(connection: Connection) -> None:
    """Let a transaction, which is rolled back in the end, write rows that refer to nothing."""
    unchecked = "SET LOCAL session_replication_role = replica" if IS_POSTGRESQL else "PRAGMA defer_foreign_keys = ON"
    connection.exec_driver_sql(unchecked)


def damage(database: Any, *statements: str) -> None:
    """Change rows or the schema of a database by hand. No foreign key is checked.

    The statements are as SQLite writes them. One that changes rows must change some.
    """
    if IS_POSTGRESQL:
        with database.migrations.begin() as connection:
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for statement in statements:
                assert connection.exec_driver_sql(own_sql(statement)).rowcount != 0, statement
        return
    database.close()
    with contextlib.closing(driver.connect(str(database.path), isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0, statement


def end_other_connections(database: Any) -> None:
    """End all connections to a database of PostgreSQL but one of its own, as a restart of the server does."""
    with database.writers.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def open_connections() -> list[str]:
    """Open connections of this process to PostgreSQL. Those to SQLite end without a warning, and are left out."""
    if not IS_POSTGRESQL:
        return []
    import psycopg

    found = [each for each in gc.get_objects() if isinstance(each, psycopg.Connection)]
    return [repr(each) for each in found if not each.closed]


@functools.cache
def engine() -> EngineOfTests:
    """Engine of this run."""
    return PostgresqlServer.started() if IS_POSTGRESQL else SqliteFiles()


def own_settings(path: Path) -> dict[str, Any]:
    """Settings by which a database has all its files at a path, or next to it."""
    settings: dict[str, Any] = {"database_url": engine().url(path)}
    return settings | ({"cache_dir": _downloads(path)} if IS_POSTGRESQL else {})


def _downloads(path: Path) -> Path:
    return path.with_name(f"{path.name}-downloads")


def database_at(path: Path, **changes: Any) -> SqliteDatabase:
    """Database of a path, whether it is there or not.

    On PostgreSQL it is no SqliteDatabase, but has a `path` all the same, by which tests name it.
    """
    settings = Settings(**{**own_settings(path), "log": "off", **changes})
    if not IS_POSTGRESQL:
        return SqliteDatabase(settings)
    database = _postgresql(settings.database_url)
    database.path = path  # type: ignore[attr-defined]
    return cast("SqliteDatabase", database)
