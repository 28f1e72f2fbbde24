"""What an import added to a record that a seed file has: a publication of the file keeps it."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from tests.support.world import World, record, text

FILE = {"source": "list-file", "section": "row 7"}
ELSE = {"field": "kind", "value": "group", "citations": [FILE]}


@pytest.fixture
def imported(world: World) -> World:
    """The world after an import that cites its file for Borea and says that it is a group."""
    source = record("list-file", "A list", kind="dataset", publisher=text("Office"), address="https://list.example/")
    source |= {"language": "en", "licence": text("Open"), "file_sha256": "0" * 64, "citations": []}
    borea = {**world.of("actors", "borea"), "other_values": [ELSE]}
    borea["citations"] = [*borea["citations"], FILE]
    submissions = [
        Submission("import", "sources", [source], complete=False),
        Submission("import", "actors", [borea], complete=False),
    ]
    assert publish(world.db, COLLECTIONS, submissions, "The test", text("Import")) is not None
    return world


def borea(world: World) -> dict[str, Any]:
    """The current record, in seed form."""
    table = COLLECTIONS["actors"].table
    current = select(table.c.record).where(table.c.id == "borea", table.c.superseded_in.is_(None))
    with world.db.reading() as connection:
        found: dict[str, Any] = json.loads(connection.execute(current).scalar_one())
    return found


def test_the_same_seed_file_makes_no_revision_after_an_import(imported: World) -> None:
    assert imported.publish() is None


def test_a_changed_record_keeps_the_citation_and_the_other_value_of_the_import(imported: World) -> None:
    imported.publish_with_change("actors", "borea", title=text("Great Borea"))
    found = borea(imported)
    assert found["title"]["en"] == "Great Borea"
    assert found["citations"][1:] == [FILE]
    assert found["other_values"] == [ELSE]


def test_a_citation_of_no_import_goes_when_the_seed_file_drops_it(imported: World) -> None:
    imported.publish_with_change("actors", "borea", citations=[{"source": "almanac"}])
    assert [one["source"] for one in borea(imported)["citations"]] == ["almanac", "list-file"]


def test_a_seed_file_that_cites_the_imported_file_itself_has_the_last_word(imported: World) -> None:
    mine = {**FILE, "section": "row 8"}
    imported.publish_with_change("actors", "borea", citations=[{"source": "gazette"}, mine])
    assert borea(imported)["citations"][1:] == [mine]
