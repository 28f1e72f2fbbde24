"""Engine that the tests run on: SQLite files, or with DOSSIER_TEST_ENGINE=postgresql databases of a server.

A test names its database by a path on both. On PostgreSQL a path stands for a database of the server, which is that of
DOSSIER_TEST_POSTGRES or one that is started for the process.
"""

import atexit
import contextlib
import functools
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest
from sqlalchemy import make_url

from app.settings import Settings
from app.store import migrate
from app.store.engines.sqlite import SqliteDatabase
from tests.support.world import World
from tools.postgres.server import PostgresServer

if TYPE_CHECKING:
    from app.store.engines.postgresql import PostgresqlDatabase

IS_POSTGRESQL = os.environ.get("DOSSIER_TEST_ENGINE") == "postgresql"
on_postgresql = pytest.mark.skipif(not IS_POSTGRESQL, reason="runs in `make test-postgres`")
on_sqlite = pytest.mark.skipif(IS_POSTGRESQL, reason="is about a SQLite file")


class EngineOfTests(Protocol):
    """What tests need of an engine."""

    def url(self, path: Path) -> str:
        """URL of the database that a path names."""

    def make(self, path: Path, *, published: bool) -> None:
        """Make the database of a path: with the newest schema, and with the tiny world if it is to be published."""

    def copy(self, source: Path, target: Path) -> None:
        """Copy a database that nobody uses."""

    def drop(self, path: Path) -> None:
        """Drop a database, to save room."""


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

    def drop(self, path: Path) -> None:
        """Leave the file to pytest, which removes its folder."""

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
        self._prefix = f"t{os.getpid()}"

    @classmethod
    @functools.cache
    def started(cls) -> "PostgresqlServer":
        """The server that is named, or one that ends with this process. One for the whole process."""
        if named := os.environ.get("DOSSIER_TEST_POSTGRES"):
            return cls(named)
        stack = contextlib.ExitStack()
        atexit.register(stack.close)
        # Another order of text than by code point finds what depends on it.
        server = PostgresServer(icu_locale="fr-CA", settings={"max_connections": "300"})
        return cls(stack.enter_context(server).url)

    def create(self, name: str, template: str = "template0") -> None:
        """Create a database, in place of another of its name."""
        self.remove(name)
        self._run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')

    def remove(self, name: str) -> None:
        """Drop a database, if it is there."""
        self._run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def url(self, path: Path) -> str:
        """URL of the database of a path."""
        return self._url(self._name(path))

    def make(self, path: Path, *, published: bool) -> None:
        """Copy a template, in 50 ms."""
        self.create(self._name(path), self._template(published=published))

    def copy(self, source: Path, target: Path) -> None:
        """Copy a database."""
        self.create(self._name(target), self._name(source))

    def drop(self, path: Path) -> None:
        """Drop a database."""
        self.remove(self._name(path))

    def _name(self, path: Path) -> str:
        return f"{self._prefix}_{hashlib.sha256(str(path).encode()).hexdigest()[:16]}"

    def _url(self, name: str) -> str:
        return self._server.set(database=name).render_as_string(hide_password=False)

    @functools.cache  # noqa: B019 - there is one for the whole process
    def _template(self, *, published: bool) -> str:
        name = f"{self._prefix}_{'begun' if published else 'empty'}"
        self.create(name)
        database = _postgresql(self._url(name))
        _fill(database, published=published)
        return name

    def _run(self, *statements: str) -> None:
        import psycopg

        address = self._server.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())


def _postgresql(url: str) -> "PostgresqlDatabase":
    from app.store.engines.postgresql import PostgresqlDatabase

    return PostgresqlDatabase(Settings(database_url=url, log="off"))


def _fill(database: Any, *, published: bool) -> None:
    migrate.upgrade(database)
    if published:
        World(database).publish("The world begins")
    database.close()


@functools.cache
def engine() -> EngineOfTests:
    """Engine of this run."""
    return PostgresqlServer.started() if IS_POSTGRESQL else SqliteFiles()


def own_settings(path: Path) -> dict[str, Any]:
    """Settings by which a database has all its files at a path, or next to it."""
    settings: dict[str, Any] = {"database_url": engine().url(path)}
    return settings | ({"cache_dir": path.with_name(f"{path.name}-downloads")} if IS_POSTGRESQL else {})


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
