"""Health: alive whatever the database does; ready only where it can be served, and otherwise why not."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.store import readiness, schema_version
from app.store.engines.sqlite import SqliteDatabase
from tests.support.engines import on_sqlite
from tests.support.servers import client_of, settings_for
from tests.support.world import World


@contextmanager
def client(path: Path) -> Iterator[httpx.Client]:
    """A client of a server of this file, which waits for no lock."""
    with (
        client_of(create_app(settings_for(path, busy_timeout_ms=0))) as made,
    ):
        yield made


def not_ready(path: Path) -> str:
    """Why a server of this file is not ready; it is alive all the same."""
    with client(path) as made:
        assert made.get("/health/live").json() == {"status": "ok"}
        answer = made.get("/health/ready")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.status_code == 503
    return str(answer.json()["detail"])


def test_a_served_database_is_ready(still: httpx.Client) -> None:
    for path in ("/health/live", "/health/ready"):
        assert still.get(path).json() == {"status": "ok"}


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_no_parameter_is_taken(still: httpx.Client, path: str) -> None:
    assert still.get(f"{path}?deep=1").status_code == 422


@on_sqlite
def test_a_missing_database_is_named_and_not_made(tmp_path: Path) -> None:
    assert not_ready(tmp_path / "none.db") == "The database file does not exist: run dossier migrate."
    assert not (tmp_path / "none.db").exists()


@on_sqlite
def test_a_corrupt_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.db").write_bytes(b"no database" * 100)
    assert not_ready(tmp_path / "bad.db") == "The database cannot be read: file is not a database."


@on_sqlite
def test_a_database_without_a_schema_is_named(tmp_path: Path) -> None:
    (tmp_path / "bare.db").touch()
    head = schema_version.head()
    assert not_ready(tmp_path / "bare.db") == (
        f"The database has no schema, this release needs {head}: run dossier migrate."
    )


def test_a_database_of_another_release_is_named(world: World) -> None:
    assert world.db.path is not None
    with world.db.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '20300101_later'")
    assert not_ready(world.db.path) == (
        "The database schema is at 20300101_later, which this release does not know: a newer release made it."
    )


def test_a_database_to_which_nothing_was_published_is_named(db: SqliteDatabase) -> None:
    assert db.path is not None
    assert not_ready(db.path) == "Nothing has been published in the database: run dossier migrate."


@on_sqlite
def test_a_locked_database_is_named(world: World) -> None:
    assert world.db.path is not None
    world.db.close()
    with closing(world.db.writers.raw_connection()) as connection:
        for statement in ("PRAGMA locking_mode=EXCLUSIVE", "BEGIN EXCLUSIVE"):
            connection.cursor().execute(statement)
        assert not_ready(world.db.path) == "The database cannot be read: database is locked."


@on_sqlite
def test_a_server_is_ready_as_soon_as_its_database_is(world: World, tmp_path: Path) -> None:
    assert world.db.path is not None
    world.db.close()
    with client(tmp_path / "late.db") as made:
        assert made.get("/health/ready").status_code == 503
        world.db.path.rename(tmp_path / "late.db")
        assert made.get("/health/ready").status_code == 200
        assert made.get("/v1/actors").json()["data"][0]["id"] == "aland"


@on_sqlite
def test_a_server_whose_database_goes_away_says_so(world: World) -> None:
    assert world.db.path is not None
    world.db.close()
    with client(world.db.path) as made:
        assert made.get("/health/ready").status_code == 200
        world.db.path.unlink()
        assert made.get("/health/ready").status_code == 503


@on_sqlite
def test_a_database_is_new_while_it_has_no_data(db: SqliteDatabase, world: World, tmp_path: Path) -> None:
    assert readiness.is_new(SqliteDatabase(settings_for(tmp_path / "none.db")))
    assert readiness.is_new(db)
    assert not readiness.is_new(world.db)
    (tmp_path / "bad.db").write_bytes(b"no database" * 100)
    assert not readiness.is_new(SqliteDatabase(settings_for(tmp_path / "bad.db")))


@on_sqlite
def test_what_another_program_made_is_not_new(tmp_path: Path) -> None:
    database = SqliteDatabase(settings_for(tmp_path / "other.db"))
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE letters (id)")
    assert not readiness.is_new(database)
    database.close()


@on_sqlite
def test_a_database_whose_log_is_damaged_is_named(world: World) -> None:
    with world.db.reading() as connection:
        page = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'revisions'").scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    with closing(world.db.writers.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    world.db.close()
    with world.db.path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert not_ready(world.db.path) == "The database cannot be read: database disk image is malformed."
    with client(world.db.path) as made:
        assert made.get("/v1/actors").status_code == 503
