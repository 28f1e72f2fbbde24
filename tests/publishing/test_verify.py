"""Verifying: whatever is stored otherwise than it was published, the first revision that it touches is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.messages import message
from app.model import canonical
from app.publishing.stored_changes import Mismatch
from app.publishing.verify import verify
from app.resources.base import tables_of
from app.resources.registry import COLLECTIONS
from app.store.checksums import read_bitmap, stored_bitmap
from app.store.engines.sqlite import SqliteDatabase
from app.store.revision_log import canonical_lines
from app.store.tables import POSTINGS, REVISIONS, VERSION_INDEX, Revision
from tests.support.checksums import renew_checksums
from tests.support.engines import damage, on_sqlite
from tests.support.servers import begun, copied
from tests.support.world import World, text

GONE = "has versions that its changes do not name, or lacks some that they do"
BESIDE = "what was computed from the record and stored with it differs from what the record gives"
GHOST = (
    "INSERT INTO version_index (number, collection, id, published_in, undated, date_key, earliest, latest, length, "
    "body_en, body_fr) VALUES"
)
OTHERS = (
    "published_in, superseded_in, title_key_en, title_key_fr, record, body_en, body_fr, kind, code, 900, record_check, "
    "body_en_check, body_fr_check"
)


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world with three revisions: it begins; the war gets a title and Newland comes; the tie goes."""
    world = begun(tmp_path_factory.mktemp("log") / "world.db")
    world.change("timeline-events", "war", title=text("The great war"))
    world.add("actors", "newland", "Newland", kind="state")
    world.publish("Two changes")
    world.withdraw("timeline-events", "tie", "Never was")
    world.publish("A withdrawal")
    return world


@pytest.fixture
def log(untouched: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it, to be changed by hand."""
    world = copied(untouched, tmp_path / "world.db")
    yield world
    world.db.close()


def tampered(world: World, *statements: str) -> str:
    """What verifying finds after somebody changed the database by hand."""
    damage(world.db, *statements)
    with world.db.reading() as connection, pytest.raises(Mismatch) as caught:
        verify(connection, COLLECTIONS)
    return message(caught.value)


def test_an_untouched_log_matches(log: World) -> None:
    with log.db.reading() as connection:
        assert [revision.number for revision in verify(connection, COLLECTIONS)] == [1, 2, 3]


def test_an_empty_log_matches(db: SqliteDatabase) -> None:
    with db.reading() as connection:
        assert verify(connection, COLLECTIONS) == []


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE revisions SET author = 'X' WHERE number = 2", 2, "its records give another digest"),
        ("UPDATE revisions SET note_en = 'X' WHERE number = 1", 1, "its records give another digest"),
        ("UPDATE revisions SET note_fr = 'X' WHERE number = 3", 3, "its records give another digest"),
        ("UPDATE revisions SET digest = 'X' WHERE number = 2", 2, "its records give another digest"),
        (
            "UPDATE revisions SET published_at = '2020-01-01T12:00:00Z' WHERE number = 2",
            2,
            "its records give another digest",
        ),
        (
            "UPDATE revisions SET published_at = '2019-01-01T00:00:00Z' WHERE number = 3",
            3,
            "it is not later than the revision before",
        ),
        (
            "UPDATE revisions SET previous_digest = NULL WHERE number = 2",
            2,
            "it does not name the digest of the revision before",
        ),
        ("UPDATE revisions SET added = 7 WHERE number = 1", 1, "its counts are not those of its changes"),
        ("UPDATE revisions SET changed = 7 WHERE number = 2", 2, "its counts are not those of its changes"),
        ("UPDATE revisions SET withdrawn = 7 WHERE number = 3", 3, "its counts are not those of its changes"),
        ("UPDATE revisions SET records = 7 WHERE number = 2", 2, "its counts are not those of its changes"),
        ("DELETE FROM revisions WHERE number = 1", 1, "it is missing"),
        ("DELETE FROM revisions WHERE number = 2", 2, "it is missing"),
    ],
)
def test_a_changed_heading_is_found(log: World, statement: str, number: int, what: str) -> None:
    assert tampered(log, statement) == f"revision {number} does not match: {what}"


@pytest.mark.parametrize(
    ("statement", "number"),
    [
        ("UPDATE changes SET action = 'changed' WHERE revision = 2 AND id = 'newland'", 2),
        ("UPDATE changes SET reason_en = 'X' WHERE revision = 3", 3),
        ("UPDATE changes SET reason_fr = 'X' WHERE revision = 3", 3),
        ("DELETE FROM changes WHERE revision = 1 AND id = 'borea'", 1),
        ("INSERT INTO changes VALUES (2, 'actors', 'who', 'withdrawn', 'X', 'Y', '')", 2),
    ],
)
def test_a_changed_list_of_changes_is_found(log: World, statement: str, number: int) -> None:
    assert tampered(log, statement) == f"revision {number} does not match: its records give another digest"


def test_a_changed_record_is_found(log: World) -> None:
    changed = "UPDATE actors SET record = replace(record, 'Summary', 'Sum') WHERE id = 'newland'"
    assert tampered(log, changed) == "revision 2 does not match: its records give another digest"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE actors SET record = '{' WHERE id = 'newland'", "actors/newland cannot be read: "),
        ("UPDATE actors SET record = '{}' WHERE id = 'newland'", "actors/newland cannot be read: "),
        ("UPDATE actors SET record = x'ff' WHERE id = 'newland'", "actors/newland cannot be read: "),
        ("DELETE FROM actors WHERE id = 'newland'", "the record actors/newland is missing"),
    ],
)
def test_a_record_that_cannot_be_read_is_found(log: World, statement: str, what: str) -> None:
    found = tampered(log, statement)
    assert found.startswith(f"revision 2 does not match: {what}")


@pytest.mark.parametrize("column", ["title_key_en", "title_key_fr", "body_en", "body_fr", "kind", "code"])
def test_a_changed_column_of_a_version_is_found(log: World, column: str) -> None:
    assert tampered(log, f"UPDATE actors SET {column} = 'X' WHERE id = 'newland'") == (
        f"revision 2 does not match: actors/newland: {BESIDE}"
    )


@pytest.mark.parametrize("column", ["earliest", "latest"])
def test_a_changed_bound_is_found_in_the_revision_that_published_it(log: World, column: str) -> None:
    assert tampered(log, f"UPDATE timeline_events SET {column} = '1949-01-01' WHERE id = 'war'") == (
        f"revision 1 does not match: timeline-events/war: {BESIDE}"
    )


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        ("UPDATE timeline_events SET superseded_in = NULL WHERE id = 'tie'", 1, f"timeline-events/tie: {BESIDE}"),
        ("UPDATE timeline_events SET superseded_in = 3 WHERE id = 'truce'", 1, f"timeline-events/truce: {BESIDE}"),
        ("UPDATE version_index SET superseded_in = 3 WHERE id = 'newland'", 2, f"actors/newland: {BESIDE}"),
        ("UPDATE version_index SET collection = 'sources' WHERE id = 'newland'", 2, f"actors {GONE}"),
        ("DELETE FROM version_index WHERE id = 'newland'", 2, f"actors {GONE}"),
        ("UPDATE links SET superseded_in = NULL WHERE id = 'tie'", 1, f"timeline-events/tie: {BESIDE}"),
        ("DELETE FROM links WHERE id = 'newland'", 2, f"actors/newland: {BESIDE}"),
        ("UPDATE links SET field = 'roles' WHERE id = 'newland'", 2, f"actors/newland: {BESIDE}"),
        ("UPDATE links SET target_id = 'almanac' WHERE id = 'newland'", 2, f"actors/newland: {BESIDE}"),
        ("UPDATE links SET target_collection = 'actors' WHERE id = 'newland'", 2, f"actors/newland: {BESIDE}"),
        (
            "INSERT INTO links VALUES ('actors', 'newland', 2, 'roles', 'actors', 'zara', NULL)",
            2,
            f"actors/newland: {BESIDE}",
        ),
        (
            "INSERT INTO links VALUES ('actors', 'ghost', 2, 'roles', 'actors', 'zara', NULL)",
            2,
            f"actors {GONE}",
        ),
        (
            f"{GHOST} (900, 'actors', 'ghost', 2, 1, '', '', '', 0, '', '')",
            2,
            f"actors {GONE}",
        ),
        (f"INSERT INTO actors SELECT 'ghost', {OTHERS} FROM actors WHERE id = 'newland'", 2, f"actors {GONE}"),
        ("UPDATE search_texts SET text_fr = 'X' WHERE title_en = 'Newland'", 2, f"actors/newland: {BESIDE}"),
        ("DELETE FROM search_texts WHERE title_en = 'Newland'", 2, f"actors/newland: {BESIDE}"),
        # On SQLite this changes the index and the texts that it was made of alike.
        pytest.param(
            "UPDATE search_index SET text_fr = 'X' WHERE title_en = 'newland | =newland'",
            2,
            f"actors/newland: {BESIDE}",
            marks=on_sqlite,
        ),
        pytest.param(
            "DELETE FROM search_index WHERE title_en = 'the great war | =the =great =war'",
            2,
            f"timeline-events/war: {BESIDE}",
            marks=on_sqlite,
        ),
        ("UPDATE search_index_content SET c5 = 'X' WHERE c0 = 'newland | =newland'", 2, f"actors/newland: {BESIDE}"),
        (
            "UPDATE search_index_content SET c0 = 'X' WHERE c0 = 'the war | =the =war'",
            1,
            f"timeline-events/war: {BESIDE}",
        ),
        (
            "DELETE FROM search_index_content WHERE c0 = 'the great war | =the =great =war'",
            2,
            f"timeline-events/war: {BESIDE}",
        ),
    ],
)
def test_a_changed_row_of_derived_data_is_found(log: World, statement: str, number: int, what: str) -> None:
    assert tampered(log, statement) == f"revision {number} does not match: {what}"


STATES = "field = 'kind' AND value = 'state'"


@pytest.mark.parametrize(
    ("statement", "number", "what"),
    [
        (f"UPDATE postings SET bits = x'00' WHERE {STATES}", 1, "kind = state"),
        (f"DELETE FROM postings WHERE {STATES}", 1, "kind = state"),
        (f"UPDATE postings SET value = 'party' WHERE {STATES}", 1, "kind = party"),
        (f"INSERT INTO postings SELECT 'kind', 'ghost', chunk, bits FROM postings WHERE {STATES}", 1, "kind = ghost"),
        (f"INSERT INTO postings SELECT field, value, 7, bits FROM postings WHERE {STATES}", 3, "* = *"),
    ],
)
def test_a_changed_posting_is_found(log: World, statement: str, number: int, what: str) -> None:
    found = tampered(log, statement)
    assert found == (f"revision {number} does not match: the bitmap index of {what} differs from what its records give")


def test_a_bit_too_many_is_found_in_the_revision_of_its_version(log: World) -> None:
    with log.db.migrations.begin() as connection:
        number = select(VERSION_INDEX.c.number).where(VERSION_INDEX.c.id == "newland")
        key = POSTINGS.c.field == "kind", POSTINGS.c.value == "situation"
        bits = read_bitmap(connection.execute(select(POSTINGS.c.bits).where(*key)).scalar_one())
        bits.add(connection.execute(number).scalar_one())
        connection.execute(update(POSTINGS).where(*key).values(bits=stored_bitmap(bits)))
    with log.db.reading() as connection, pytest.raises(Mismatch) as caught:
        verify(connection, COLLECTIONS)
    assert message(caught.value) == (
        "revision 2 does not match: the bitmap index of kind = situation differs from what its records give"
    )


@pytest.mark.parametrize(
    ("statement", "number", "name"),
    [
        ("UPDATE version_sets SET bits = x'00' WHERE revision = 2 AND name = 'current'", 2, "current"),
        ("DELETE FROM version_sets WHERE revision = 3 AND name = 'current'", 3, "current"),
        ("DELETE FROM version_sets WHERE name = 'folded'", 1, "folded"),
        ("INSERT INTO version_sets SELECT name, 5, revision, bits FROM version_sets WHERE revision = 1", 3, "*"),
        ("INSERT INTO version_sets SELECT name, chunk, 3, bits FROM version_sets WHERE name = 'folded'", 3, "*"),
    ],
)
def test_a_changed_set_of_versions_is_found(log: World, statement: str, number: int, name: str) -> None:
    assert tampered(log, statement) == (
        f"revision {number} does not match: the set of versions {name} differs from what its records give"
    )


def test_the_first_of_several_bad_revisions_is_named(log: World) -> None:
    both = (
        "UPDATE revisions SET author = 'X' WHERE number = 3",
        "UPDATE actors SET body_en = 'X' WHERE id = 'newland'",
    )
    assert tampered(log, *both) == f"revision 2 does not match: actors/newland: {BESIDE}"


def test_a_revision_that_was_rewritten_with_its_digest_breaks_the_chain_behind_it(log: World) -> None:
    with log.db.reading() as connection:
        first = Revision(**connection.execute(select(REVISIONS).where(REVISIONS.c.number == 1)).mappings().one())
        first.author = "X"
        digest = canonical.digest(canonical_lines(connection, tables_of(COLLECTIONS), first))
    with log.db.migrations.begin() as connection:
        connection.execute(update(REVISIONS).where(REVISIONS.c.number == 1).values(author="X", digest=digest))
        renew_checksums(connection)
    found = tampered(log)
    assert found == "revision 2 does not match: it does not name the digest of the revision before"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM changes WHERE revision = 3",
        "INSERT INTO changes VALUES (2, 'timeline-events', 'tie', 'withdrawn', 'X', 'Y', '')",
    ],
)
def test_a_withdrawal_made_or_unmade_by_hand_is_found_where_its_record_was_published(
    log: World, statement: str
) -> None:
    assert tampered(log, statement) == f"revision 1 does not match: timeline-events/tie: {BESIDE}"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM revisions WHERE number = 3",
        "INSERT INTO changes VALUES (4, 'actors', 'who', 'withdrawn', 'X', 'Y', '')",
        f"{GHOST} (900, 'actors', 'ghost', 4, 1, '', '', '', 0, '', '')",
        "INSERT INTO links VALUES ('actors', 'ghost', 4, 'roles', 'actors', 'zara', NULL)",
        f"INSERT INTO actors SELECT 'ghost', 4, {OTHERS[14:]} FROM actors WHERE id = 'newland'",
    ],
)
def test_rows_of_a_revision_that_is_not_in_the_log_are_found(log: World, statement: str) -> None:
    number = 3 if "DELETE" in statement else 4
    assert tampered(log, statement) == f"revision {number} does not match: it is missing"


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO changes VALUES (2, 'planets', 'mars', 'added', NULL, NULL, '')",
        f"{GHOST} (900, 'planets', 'mars', 2, 1, '', '', '', 0, '', '')",
        "INSERT INTO links VALUES ('planets', 'mars', 2, 'roles', 'actors', 'zara', NULL)",
    ],
)
def test_rows_of_a_collection_that_does_not_exist_are_found(log: World, statement: str) -> None:
    assert tampered(log, statement) == "revision 2 does not match: it has rows of a collection that does not exist"
