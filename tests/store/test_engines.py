"""Both engines pass the conformance suite. That of PostgreSQL runs in `make test-postgres`."""

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from app.settings import Settings
from app.store.database import open_database
from app.store.engines.base import Database
from tests.store.engine_suite import EngineSuite, SearchSuite
from tests.support.engines import PostgresqlServer, on_postgresql


class _SqliteSuite(EngineSuite):
    slow_statement = "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"

    @pytest.fixture
    def make(self, tmp_path: Path) -> Callable[..., Database]:
        """Maker of files."""

        def made(name: str, **settings: Any) -> Database:
            return open_database(Settings(database_url=f"sqlite:///{tmp_path / name}.db", **settings))

        return made


class TestSqlite(_SqliteSuite):
    """SQLite as a database."""


class TestFts5(SearchSuite, _SqliteSuite):
    """FTS5 as an inverted index."""


class _PostgresqlSuite(EngineSuite):
    slow_statement = "SELECT pg_sleep(5)"

    @pytest.fixture
    def make(self, tmp_path: Path) -> Iterator[Callable[..., Database]]:
        """Maker of databases of the server of the tests."""
        server, names = PostgresqlServer.started(), set[str]()

        def made(name: str, **settings: Any) -> Database:
            unique = f"suite_{hashlib.sha256(str(tmp_path / name).encode()).hexdigest()[:16]}"
            if unique not in names:
                names.add(unique)
                server.create(unique)
            url = make_url(server.address).set(database=unique).render_as_string(hide_password=False)
            return open_database(Settings(database_url=url, **settings))

        yield made
        for name in names:
            server.remove(name)


@on_postgresql
class TestPostgresql(_PostgresqlSuite):
    """PostgreSQL as a database."""


@on_postgresql
class TestTsvector(SearchSuite, _PostgresqlSuite):
    """`tsvector`s as an inverted index."""
