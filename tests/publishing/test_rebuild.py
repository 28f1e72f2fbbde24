"""A new release derives its data again: the records stay, and the database is as if this release had filled it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from app.messages import message
from app.publishing.bootstrap import bootstrap
from app.publishing.replay import release, replay
from app.publishing.stored_changes import Mismatch
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store import migrate
from app.store.checksums import read_bitmap
from app.store.engines.sqlite import SqliteDatabase
from tests.support.command import dossier
from tests.support.engines import IS_POSTGRESQL, damage, database_at, engine
from tests.support.later_release import become_later, world_of_four_revisions
from tests.support.servers import copied
from tests.support.waiting import TIMEOUT
from tests.support.world import World, text
from tools.soak.servers import replay_first

FIRST_SCHEMA = "20261123_first_schema"  # that of release 0.1.0


@pytest.fixture(scope="module")
def four(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world with four revisions, published by this release."""
    return world_of_four_revisions(tmp_path_factory.mktemp("four") / "world.db")


@pytest.fixture
def world(four: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it, to be changed."""
    copy = copied(four, tmp_path / "dossier.db")
    yield copy
    copy.db.close()


def content(db: SqliteDatabase) -> dict[str, list[Any]]:
    """Every row of every table in an order of its own; of the search index what can be read from it."""
    found = {}
    with db.reading() as connection:
        for name in inspect(connection).get_table_names():
            if IS_POSTGRESQL or not name.startswith("search_index_") or name == "search_index_terms":
                number = "rowid, " if name == "search_index" else ""
                rows = connection.exec_driver_sql(f"SELECT {number}* FROM {name}")
                found[name] = sorted((_readable(row) for row in rows), key=repr)
    return found


def _readable(row: Any) -> tuple[Any, ...]:
    """Equal bitmaps can have different bytes."""
    return tuple([*read_bitmap(value)] if isinstance(value, bytes) else value for value in row)


def test_records_canonical_form_and_digests_stay_and_can_be_verified(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = content(world.db)
    release(world.db, COLLECTIONS, tmp_path / "package")
    become_later(monkeypatch)
    bootstrap(world.db, COLLECTIONS)
    after = content(world.db)
    assert after["revisions"] == before["revisions"]
    assert after["changes"] == before["changes"]
    assert after["derived_data"] == [("9.0.0",)]
    assert release(world.db, COLLECTIONS, tmp_path / "package") == []  # it refuses a file that is not the same
    with world.db.reading() as connection:
        assert len(verify(connection, COLLECTIONS)) == 4


def test_what_was_derived_again_is_row_for_row_what_a_release_fills_afresh(
    world: World, db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    release(world.db, COLLECTIONS, tmp_path / "package")
    before = content(world.db)
    become_later(monkeypatch)
    bootstrap(world.db, COLLECTIONS)
    replay(db, COLLECTIONS, tmp_path / "package")
    assert content(world.db) == content(db)
    changed = {name for name, rows in content(db).items() if rows != before[name]}
    assert changed == {"timeline_events", "derived_data"}


def test_the_same_seed_makes_no_revision_in_the_later_release(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    become_later(monkeypatch)
    bootstrap(world.db, COLLECTIONS)
    assert world.publish() is None


def test_until_it_is_migrated_commands_refuse_to_work(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    become_later(monkeypatch)
    before, address = content(world.db), engine().shown(world.db.path)
    publish = ("publish", str(tmp_path), "--author", "A", "--note", "N")
    for command in (publish, ("release", "--folder", str(tmp_path / "package")), ("verify",)):
        done = dossier(tmp_path, *command)
        assert (done.code, done.out) == (1, [])
        assert done.err == [f"dossier: Another release prepared the database: run dossier migrate. It is {address}."]
    assert content(world.db) == before
    done = dossier(tmp_path, "migrate")
    assert (done.code, done.out) == (0, ["The schema is up to date; no revision was missing."])
    assert dossier(tmp_path, "verify").code == 0


def test_migrating_again_renders_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    become_later(monkeypatch)
    bootstrap(world.db, COLLECTIONS)
    monkeypatch.setattr("app.publishing.rebuild.render", None)
    assert bootstrap(world.db, COLLECTIONS) == []


def test_a_release_that_cannot_read_a_record_leaves_everything_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patch:
        become_later(patch)
        bootstrap(world.db, COLLECTIONS)
        world.publish_with_change("timeline-events", "war", weather=text("Thunder"))
    before = content(world.db)
    with pytest.raises(Mismatch) as caught:
        bootstrap(world.db, COLLECTIONS)
    fault = "revision 5 does not match: timeline-events/war cannot be read: weather: "
    assert message(caught.value).startswith(fault)
    assert content(world.db) == before
    done = dossier(tmp_path, "migrate")
    assert (done.code, done.out, len(done.err)) == (1, [], 1)
    assert done.err[0].startswith(f"dossier: {fault}")
    assert content(world.db) == before


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE actors SET record = '{}' WHERE id = 'newland'", "actors/newland cannot be read: "),
        ("DELETE FROM actors WHERE id = 'newland'", "the record actors/newland is missing"),
        ("DELETE FROM entries WHERE id = 'newland'", "actors/newland has no entry"),
    ],
)
def test_a_damaged_database_is_named_and_its_schema_stays_too(world: World, statement: str, fault: str) -> None:
    migrate.downgrade(world.db, FIRST_SCHEMA)
    damage(world.db, statement)
    before = content(world.db)
    with pytest.raises(Mismatch) as caught:
        bootstrap(world.db, COLLECTIONS)
    assert message(caught.value).startswith(f"revision 2 does not match: {fault}")
    assert content(world.db) == before
    assert before["alembic_version"] == [(FIRST_SCHEMA,)]


@pytest.mark.parametrize("schema", ["20261127_time_in_force", "20261126_table_names", "20261125_timeline_and_releases"])
def test_a_database_of_an_earlier_release_becomes_row_for_row_what_this_one_fills(
    world: World, monkeypatch: pytest.MonkeyPatch, schema: str
) -> None:
    """The schemas of releases 0.4.0, 0.3.0 and 0.2.0."""
    monkeypatch.setattr("app.publishing.bootstrap.packaged", lambda _: Path("nowhere"))
    before = content(world.db)
    migrate.downgrade(world.db, schema)
    with world.db.writing() as connection:
        table = "renderings" if schema.endswith("releases") else "derived_data"
        connection.exec_driver_sql(f"UPDATE {table} SET release = '0.3.0'")
    assert bootstrap(world.db, COLLECTIONS) == []
    assert content(world.db) == before


def test_a_database_of_the_first_release_becomes_row_for_row_what_this_one_fills(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.publishing.bootstrap.packaged", lambda _: Path("nowhere"))
    before = content(world.db)
    migrate.downgrade(world.db, FIRST_SCHEMA)
    assert "derived_data" not in content(world.db)
    assert bootstrap(world.db, COLLECTIONS) == []
    assert content(world.db) == before


@pytest.fixture
def packaged_copy(dossier_db: SqliteDatabase, tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A copy of the database of the packaged revisions, to be changed."""
    dossier_db.close()
    engine().copy(dossier_db.path, tmp_path / "copy.db")
    database = database_at(tmp_path / "copy.db")
    yield database
    database.close()


@pytest.fixture
def first_package(db: SqliteDatabase, tmp_path: Path) -> SqliteDatabase:
    """A database with the packaged revisions 1 and 2: what the first releases could have."""
    replay_first(db, tmp_path / "first")
    return db


def test_the_packaged_revisions_in_a_database_of_the_first_release_become_what_this_one_fills(
    first_package: SqliteDatabase, dossier_db: SqliteDatabase
) -> None:
    migrate.downgrade(first_package, FIRST_SCHEMA)
    assert bootstrap(first_package, COLLECTIONS) == [3, 4, 5, 6, 7]
    assert content(first_package) == content(dossier_db)


RENDER = """
import sys, time
from app.publishing import rebuild as rendering
from app.resources.registry import COLLECTIONS
from app.publishing.bootstrap import bootstrap
from app.store.database import open_database
from app.settings import Settings
render, calls = rendering.render, []
def counted(*arguments):
    calls.append(arguments)
    time.sleep(0.5)  # so that the other one comes to the same point meanwhile
    render(*arguments)
rendering.render = counted
print(bootstrap(open_database(Settings(database_url=sys.argv[1])), COLLECTIONS), len(calls))
"""


@pytest.mark.slow
def test_of_two_processes_that_migrate_at_once_one_renders_all_there_is(
    packaged_copy: SqliteDatabase, dossier_db: SqliteDatabase
) -> None:
    with packaged_copy.writing() as connection:
        for statement in (
            "UPDATE derived_data SET release = '0.1.0'",
            "UPDATE actors SET body_en = '{}', title_key_fr = ''",
            "UPDATE version_index SET length = 0, date = NULL, undated = 1",
            "DELETE FROM links WHERE target_collection = 'actors'",
            "UPDATE search_index SET title_en = 'other words' WHERE rowid < 10",
            "UPDATE search_texts SET title_fr = 'Autres mots' WHERE number < 10",
            "DELETE FROM search_texts WHERE number = 20",
        ):
            connection.exec_driver_sql(statement)
    command = [sys.executable, "-c", RENDER, packaged_copy.url.render_as_string()]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) for _ in range(2)]
    ends = [process.communicate(timeout=2 * TIMEOUT) for process in processes]
    assert sorted(out.strip() for out, _ in ends) == ["[] 0", "[] 1"], ends
    assert content(packaged_copy) == content(dossier_db)
