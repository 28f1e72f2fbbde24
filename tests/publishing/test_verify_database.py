"""Verifying a database: whatever an answer comes from, files and schema too, is compared, and each fault is named."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.messages import line
from app.publishing.verify import DamagedDatabase, verify_database
from app.resources.registry import COLLECTIONS
from app.store.tables import VERSION_INDEX
from tests.support.checksums import renew_checksums
from tests.support.engines import IS_POSTGRESQL, damage, database_at, on_postgresql, on_sqlite
from tests.support.servers import begun, copied
from tests.support.world import World, text

PAGE = 4096


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world with two revisions."""
    world = begun(tmp_path_factory.mktemp("verified") / "world.db")
    world.change("timeline-events", "war", title=text("The great war"))
    world.publish("A title")
    return world


@pytest.fixture
def damaged(untouched: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it, to be damaged."""
    world = copied(untouched, tmp_path / "world.db")
    yield world
    world.db.close()


def findings(world: World) -> list[str]:
    """Lines of what verifying finds."""
    try:
        verify_database(world.db, COLLECTIONS)
    except DamagedDatabase as error:
        return [line(fault) for fault in error.faults]
    return []


def of_sqlite(*values: str) -> Any:
    """A damage that only a SQLite file can have."""
    return pytest.param(*values, marks=on_sqlite)


def of_postgresql(*values: str) -> Any:
    """A damage that only a database of PostgreSQL can have."""
    return pytest.param(*values, marks=on_postgresql)


def test_an_undamaged_database_has_no_finding(damaged: World) -> None:
    assert findings(damaged) == []


@pytest.mark.parametrize(
    ("statement", "finding"),
    [
        ("DROP INDEX ix_actors_title_en", "the schema lacks ix_actors_title_en (index)"),
        ("DROP INDEX uq_actors_current", "the schema lacks uq_actors_current (index)"),
        ("CREATE TABLE mine (a integer)", "the schema has mine (table), which no migration made"),
        ("CREATE VIEW seen AS SELECT 1", "the schema has seen (view), which no migration made"),
        ("CREATE INDEX mine ON actors (kind)", "the schema has mine (index), which no migration made"),
        of_sqlite(
            "CREATE TRIGGER mine AFTER INSERT ON actors BEGIN DELETE FROM actors; END",
            "the schema has mine (trigger), which no migration made",
        ),
        of_postgresql(
            "CREATE TRIGGER mine BEFORE UPDATE ON actors EXECUTE FUNCTION suppress_redundant_updates_trigger()",
            "the schema has mine on actors (trigger), which no migration made",
        ),
        of_postgresql("CREATE SEQUENCE mine", "the schema has mine (sequence), which no migration made"),
        of_postgresql(
            "ALTER TABLE changes ALTER COLUMN action DROP NOT NULL",
            "the schema declares changes (table) otherwise than the migrations do",
        ),
        of_postgresql(
            "ALTER TABLE changes ADD CONSTRAINT mine CHECK (action <> 'moved')",
            "the schema has mine on changes (constraint), which no migration made",
        ),
        of_sqlite(
            "UPDATE sqlite_schema SET sql = replace(sql, '''changed''', '''moved''') WHERE name = 'changes'",
            "the schema declares changes (table) otherwise than the migrations do",
        ),
        of_sqlite(
            "UPDATE sqlite_schema SET sql = replace(sql, 'IS NULL', 'IS NOT NULL') WHERE name = 'uq_actors_current'",
            "the schema declares uq_actors_current (index) otherwise than the migrations do",
        ),
        of_sqlite(
            "INSERT INTO search_index_config VALUES ('automerge', 2)",
            "the table search_index_config has other rows than this release makes",
        ),
        (
            "INSERT INTO alembic_version VALUES ('20261128_search_segments ')",
            "the table alembic_version has other rows than this release makes",
        ),
        (
            "INSERT INTO derived_data VALUES ('9.9.9')",
            "revision 2 does not match: the release that computed the derived data is not named once",
        ),
        ("DELETE FROM derived_data", "revision 2 does not match: the release that computed the derived data is not"),
    ],
)
def test_what_no_revision_covers_is_compared(damaged: World, statement: str, finding: str) -> None:
    damage(damaged.db, statement)
    assert any(one.startswith(finding) for one in findings(damaged)), findings(damaged)


@pytest.mark.parametrize(
    "statement",
    [
        of_sqlite("DELETE FROM search_index_data WHERE id > 10"),
        of_sqlite("DELETE FROM search_index_idx"),
        of_sqlite("DELETE FROM search_index_docsize WHERE id = 1"),
        of_sqlite("UPDATE search_index_docsize SET sz = x'0102030405060708' WHERE id = 1"),
        of_postgresql("UPDATE search_index_content SET ranked = '' WHERE id = 1"),
        of_postgresql("UPDATE search_index_content SET unranked = unranked || 'more' WHERE id = 1"),
        "UPDATE search_index_content SET c0 = 'other' WHERE id = 1",
        "DELETE FROM search_index_content WHERE id = 1",
        "DELETE FROM search_texts WHERE number = 1",
        "UPDATE search_texts SET text_fr = text_fr || ' plus' WHERE number = 1",
        "INSERT INTO search_texts VALUES (900, '', '', '', '', '', '', '')",
    ],
)
def test_a_damaged_search_index_is_found(damaged: World, statement: str) -> None:
    damage(damaged.db, statement)
    assert findings(damaged)


def test_all_faults_of_files_and_schema_are_named_and_the_first_revision_that_does_not_match(damaged: World) -> None:
    damage(damaged.db, "DROP INDEX ix_actors_id", "CREATE TABLE mine (a integer)", "UPDATE actors SET body_fr = 'x'")
    assert findings(damaged) == [
        "the schema lacks ix_actors_id (index)",
        "the schema has mine (table), which no migration made",
        (
            "revision 1 does not match: actors/aland: what was computed from the record and stored with it differs "
            "from what the record gives"
        ),
    ]


def test_a_gap_in_the_numbers_of_versions_is_found(damaged: World) -> None:
    with damaged.db.reading() as connection:
        number = connection.execute(select(func.max(VERSION_INDEX.c.number))).scalar_one()
    tables = {"version_index": "number", "timeline_events": "number", "search_texts": "number"}
    tables |= {"search_index_content": "id"} if IS_POSTGRESQL else {"search_index": "rowid"}
    damage(damaged.db, *(f"UPDATE {name} SET {one} = 900 WHERE {one} = {number}" for name, one in tables.items()))
    with damaged.db.migrations.begin() as connection:
        renew_checksums(connection)
    assert findings(damaged) == ["revision 2 does not match: its versions have other numbers than their order gives"]


@on_sqlite
def test_a_changed_entry_of_an_index_is_found_though_no_row_differs(damaged: World) -> None:
    damaged.db.close()
    content = damaged.db.path.read_bytes()
    places = [place for place in range(len(content)) if content.startswith(b"borea", place)]
    places = [place for place in places if is_in_index(content, place)]
    assert len(places) > 10
    for place in places[::15]:
        damaged.db.path.write_bytes(content[:place] + b"bOrea" + content[place + 5 :])
        assert findings(damaged), place
        damaged.db.close()


def is_in_index(content: bytes, place: int) -> bool:
    """Whether a place in a SQLite file is among the entries of an index, and not in space that is left over."""
    page = content[place // PAGE * PAGE :][:PAGE]
    return page[0] in (2, 10) and place % PAGE >= int.from_bytes(page[5:7])


@on_sqlite
def test_a_damaged_log_is_named_though_what_is_left_matches(world: World, tmp_path: Path) -> None:
    with world.db.reading() as early:  # holds back the checkpoint, which empties the log
        early.execute(select(func.max(VERSION_INDEX.c.number))).scalar_one()
        world.change("timeline-events", "war", title=text("The great war"))
        world.publish("A title")
        files = {name: (tmp_path / name).read_bytes() for name in ("world.db", "world.db-wal")}
    copy = tmp_path / "copy"
    copy.mkdir()
    log = bytearray(files["world.db-wal"])
    log[len(log) // 2] ^= 1
    (copy / "world.db").write_bytes(files["world.db"])
    (copy / "world.db-wal").write_bytes(log)
    damaged = World(database_at(copy / "world.db"))
    assert findings(damaged) == [
        "world.db-wal is damaged: SQLite ignores the last transactions in it, and published revisions may be missing"
    ]
    warning = damaged.db.warning()
    assert warning
    assert warning.code == "log-damaged"
    damaged.db.close()
