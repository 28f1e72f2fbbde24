"""Damaged data: what is not as it was written is never served, and a damaged database is 503 everywhere."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.main import api as application
from app.main import create_app
from app.serving.middleware import EdgeMiddleware
from app.store.engines.sqlite_file import driver
from tests.support.engines import damage, on_postgresql, on_sqlite
from tests.support.servers import begun, client_of, copied, settings_for
from tests.support.world import World, text
from tools.soak.damage import ask

OF_BODY = (
    "/v1/timeline-events",
    "/v1/timeline-events?fields=id&format=csv",
    "/v1/timeline-events?format=jsonl",
    "/v1/timeline-events?format=xlsx",
    "/v1/timeline-events?format=ics",
    "/v1/timeline-events/tie",
    "/v1/timeline-events/tie/history",
    "/v1/changes",
    "/v1/changes?format=csv",
    "/v1/changes?format=atom",
    "/v1/dataset.jsonl",
    "/v1/dataset.sqlite",
)
OF_RECORD = (
    "/v1/timeline-events/tie/history",
    "/v1/changes",
    "/v1/revisions/1/canonical",
    "/v1/revisions/2/canonical",
    "/v1/dataset.jsonl",
    "/v1/dataset.sqlite",
)
EVENT = "UPDATE timeline_events SET {0} = replace({0}, '{1}', '{2}') WHERE id = 'tie'"
ALL = ("/v1", "/v1/actors", "/v1/actors/aland", "/v1/search?q=tie", "/v1/changes", "/v1/revisions", "/health/ready")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world with two revisions; the second one changes the tie."""
    world = begun(tmp_path_factory.mktemp("whole") / "world.db")
    world.change("timeline-events", "tie", title=text("A tie", "Match nul"))
    world.publish("A title")
    return world


@pytest.fixture
def damaged(untouched: World, tmp_path: Path) -> Iterator[World]:
    """A copy of it, to be damaged."""
    world = copied(untouched, tmp_path / "world.db")
    yield world
    world.db.close()


def served(world: World, *paths: str) -> list[str]:
    """Those of these paths whose answers are neither the problem 503 nor break off, from a server that is new to it."""
    settings = settings_for(world.db.path)
    app = application(settings)
    answers = ask(EdgeMiddleware(app, settings), paths)
    app.state.service.database.close()
    return [path for path, answer in answers.items() if answer.status != 503 and answer.is_complete]


def test_an_undamaged_database_is_served(damaged: World) -> None:
    paths = [*OF_BODY, *OF_RECORD, *ALL]
    assert served(damaged, *paths) == [*dict.fromkeys(paths)]


def test_a_damaged_body_is_not_served(damaged: World) -> None:
    damage(damaged.db, EVENT.format("body_en", "A tie", "A Tie"))
    assert served(damaged, *OF_BODY) == []


def test_the_other_language_of_a_damaged_body_is_served(damaged: World) -> None:
    damage(damaged.db, EVENT.format("body_en", "A tie", "A Tie"))
    assert served(damaged, "/v1/timeline-events/tie?lang=fr") == ["/v1/timeline-events/tie?lang=fr"]


def test_a_damaged_record_is_not_served(damaged: World) -> None:
    damage(damaged.db, EVENT.format("record", "A tie", "A Tie"))
    assert served(damaged, *OF_RECORD) == []


def test_a_damaged_summary_is_not_served(damaged: World) -> None:
    damage(damaged.db, "UPDATE version_index SET body_en = replace(body_en, 'A tie', 'A Tie') WHERE id = 'tie'")
    assert served(damaged, "/v1/timeline", "/v1/timeline?format=csv", "/v1/search?q=tie") == []


def test_damaged_texts_are_shown_in_no_snippet(damaged: World) -> None:
    damage(damaged.db, "UPDATE search_texts SET text_en = text_en || ' and a tie'")
    assert served(damaged, "/v1/search?q=tie") == []


def test_a_damaged_record_is_not_included(damaged: World) -> None:
    damage(damaged.db, "UPDATE sources SET body_en = replace(body_en, 'gazette', 'Gazette') WHERE id = 'gazette'")
    assert served(damaged, "/v1/timeline-events?include=sources") == []


def test_a_body_of_another_version_is_not_served(damaged: World) -> None:
    """It has its checksum, as when a page of an index is damaged, so that it leads to another row."""
    names = ("body_en", "body_en_check")
    other = ", ".join(f"{name} = (SELECT {name} FROM timeline_events WHERE id = 'war')" for name in names)
    damage(damaged.db, f"UPDATE timeline_events SET {other} WHERE id = 'tie'")
    assert served(damaged, "/v1/timeline-events/tie", "/v1/timeline-events") == []


@pytest.mark.parametrize(
    ("statement", "paths"),
    [
        (
            "UPDATE revisions SET note_en = 'Another'",
            ("/v1/revisions", "/v1/actors", "/v1/timeline-events/tie/history"),
        ),
        ("UPDATE revisions SET digest = replace(digest, '0', '1')", ("/v1", "/v1/revisions/2", "/v1/actors/aland")),
        ("UPDATE changes SET action = 'added'", ("/v1/changes", "/v1/timeline-events/tie/history")),
        ("UPDATE changes SET collection = 'actors' WHERE id = 'tie'", ("/v1/changes", "/v1/changes?format=csv")),
    ],
)
def test_a_damaged_revision_or_change_is_not_served(damaged: World, statement: str, paths: tuple[str, ...]) -> None:
    damage(damaged.db, statement)
    assert served(damaged, *paths) == []


@pytest.mark.parametrize(
    ("statement", "path"),
    [
        ("UPDATE postings SET bits = bits || x'00' WHERE field = 'kind'", "/v1/timeline-events?kind=meeting"),
        pytest.param(
            "UPDATE postings SET bits = 7 WHERE field = 'kind'", "/v1/timeline-events?kind=meeting", marks=on_sqlite
        ),
        ("UPDATE version_sets SET bits = substr(bits, 2)", "/v1/timeline-events"),
        ("DELETE FROM version_sets WHERE revision = 1 AND name = 'current'", "/v1/timeline-events?revision=1"),
    ],
)
def test_a_damaged_bitmap_gives_no_answer(damaged: World, statement: str, path: str) -> None:
    damage(damaged.db, statement)
    assert served(damaged, path) == []


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(
            "UPDATE sqlite_schema SET sql = replace(sql, 'CREATE TABLE', 'CREATE TALBE') WHERE name = 'actors'",
            marks=on_sqlite,
        ),
        pytest.param("UPDATE sqlite_schema SET rootpage = 100000 WHERE name = 'revisions'", marks=on_sqlite),
        pytest.param("ALTER TABLE revisions RENAME TO gone", marks=on_postgresql),
    ],
)
def test_a_damaged_schema_is_503_everywhere(damaged: World, statement: str) -> None:
    damage(damaged.db, statement)
    assert served(damaged, *ALL) == []


@on_sqlite
@pytest.mark.parametrize("content", [b"", b"no database at all, whatever its name says" * 200])
def test_what_is_no_database_is_503_everywhere(damaged: World, content: bytes) -> None:
    damaged.db.path.write_bytes(content)
    assert served(damaged, *ALL) == []


@on_sqlite
def test_a_truncated_database_is_503_everywhere(damaged: World) -> None:
    content = damaged.db.path.read_bytes()
    damaged.db.path.write_bytes(content[: len(content) // 2])
    assert served(damaged, *ALL) == []


def test_the_problem_says_what_to_do(damaged: World) -> None:
    damage(damaged.db, EVENT.format("body_en", "A tie", "A Tie"))
    with client_of(create_app(settings_for(damaged.db.path))) as client:
        answer = client.get("/v1/timeline-events/tie")
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:dossier:problem:unavailable"
    assert "dossier verify" in answer.json()["detail"]


@on_sqlite
def test_a_damaged_schema_that_is_not_utf_8_is_503_everywhere(damaged: World) -> None:
    damaged.db.close()
    content = damaged.db.path.read_bytes()
    place = content.index(b"CREATE TABLE actors")
    damaged.db.path.write_bytes(content[:place] + b"CREATE TABLE \xec\x41ors" + content[place + 19 :])
    assert served(damaged, *ALL) == []


@on_sqlite
def test_a_record_that_an_index_no_longer_finds_is_not_left_out_of_those_included(damaged: World) -> None:
    damaged.db.close()
    content = damaged.db.path.read_bytes()
    with closing(driver.connect(str(damaged.db.path))) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ix_sources_id'").fetchone()[0]
    place = content.index(b"gazette", (page - 1) * 4096)
    damaged.db.path.write_bytes(content[:place] + b"gazettf" + content[place + 7 :])
    assert served(damaged, "/v1/timeline-events?include=sources") == []
