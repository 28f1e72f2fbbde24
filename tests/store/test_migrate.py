"""The schema: up, down and up again; what the models declare is what the migrations make."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select
from sqlmodel import SQLModel

from app.resources import registry as collections
from app.store import migrate, schema_version
from app.store.engines.sqlite import SqliteDatabase
from app.store.search.base import INDEX
from app.store.tables import REVISIONS
from tests.support.engines import database_at, engine, on_sqlite
from tests.support.world import World


def schema(db: SqliteDatabase) -> dict[str, str]:
    """Every table and index of a database, and whatever else is declared in it, by its name."""
    with db.reading() as connection:
        return {name: text for (_, name), text in db.schema(connection).items()}


def test_up_down_and_up_again_gives_the_same_schema(db: SqliteDatabase) -> None:
    before = schema(db)
    migrate.downgrade(db, "base")
    with db.reading() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]
    migrate.upgrade(db)
    assert schema(db) == before


def test_autogenerate_finds_no_difference(db: SqliteDatabase) -> None:
    assert len(collections.COLLECTIONS) == 12  # importing the collections declares every table

    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return not (kind == "table" and name is not None and name.startswith(INDEX))

    options = {"include_object": ours, "compare_type": True, "compare_server_default": True}
    with db.reading() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_every_index_that_a_model_declares_is_in_the_database(db: SqliteDatabase) -> None:
    declared = {index.name for table in SQLModel.metadata.tables.values() for index in table.indexes}
    assert declared <= schema(db).keys()


def test_a_database_that_is_at_head_is_left_as_it_is(world: World) -> None:
    migrate.upgrade(world.db)
    with world.db.reading() as connection:
        assert schema_version.current_migration(connection) == schema_version.head()
        assert connection.execute(select(REVISIONS.c.number)).scalars().all() == [1]


@on_sqlite
def test_migrating_puts_the_file_into_wal_mode(db: SqliteDatabase) -> None:
    with db.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"


def test_a_new_file_set_to_nothing(tmp_path: Path) -> None:
    engine().prepare(tmp_path / "new.db")
    database = database_at(tmp_path / "new.db")
    with database.writing() as connection:
        assert schema_version.current_migration(connection) is None
    database.close()


def test_migrations_are_one_line_named_by_date_and_slug() -> None:
    script = ScriptDirectory.from_config(migrate.config())
    names = [revision.revision for revision in script.walk_revisions()]
    assert names[-1] == "20261123_first_schema"
    assert script.get_heads() == [schema_version.head()]
    assert all(name[:8].isdigit() and name[8] == "_" for name in names)


@on_sqlite
def test_a_migration_that_leaves_rows_that_refer_to_nothing_is_rolled_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(config: Config, _to: str) -> None:
        config.attributes["connection"].exec_driver_sql("DELETE FROM revisions")

    monkeypatch.setattr("app.store.migrate.command.upgrade", careless)
    with pytest.raises(schema_version.MigrationError, match="dangling-rows"):
        migrate.upgrade(world.db)
    with world.db.reading() as connection:
        assert connection.execute(select(REVISIONS.c.number)).scalars().all() == [1]


def test_a_database_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    engine().prepare(tmp_path / "letters.db")
    database = database_at(tmp_path / "letters.db")
    with database.writing() as connection:
        connection.exec_driver_sql("CREATE TABLE letters (id integer)")
    before = engine().content(tmp_path / "letters.db")
    with pytest.raises(schema_version.MigrationError, match="foreign-database"):
        migrate.upgrade(database)
    database.close()
    assert engine().content(tmp_path / "letters.db") == before
    assert {file.name for file in tmp_path.iterdir()} <= {"letters.db"}
