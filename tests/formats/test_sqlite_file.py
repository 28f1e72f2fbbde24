"""SQLite file: tables that follow from content models, rows of any records, the same bytes for the same input."""

import sqlite3
import types
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from app.formats.sqlite_file import CollectionTable, types_in, write
from app.model.fields import Bilingual


class Role(BaseModel):
    title: Bilingual


class Ship(BaseModel):
    id: str
    name: Bilingual
    motto: Bilingual | None
    nicknames: list[Bilingual]
    kind: Literal["tanker", "ferry"] | None
    built: int | None
    decks: Annotated[Literal[1, 2], Field(description="How many")]
    afloat: bool
    ports: list[int]
    roles: list[Role]
    citations: list[dict[str, Any]]


SHIPS = CollectionTable("old-ships", Ship)
FRAGMENT = {"start": "It sank", "end": None}
FIRST = {
    "id": "argo",
    "name": {"en": "The Argo", "fr": "L’Argo"},
    "motto": None,
    "nicknames": [{"en": "Swift", "fr": "Vif"}],
    "kind": "ferry",
    "built": 1900,
    "decks": 2,
    "afloat": False,
    "ports": [1, 2],
    "roles": [{"title": {"en": "Flagship", "fr": "Navire amiral"}}],
    "citations": [
        {"source": "gazette", "section": "News", "fragment": FRAGMENT, "url": "https://gazette.example/#:~:text=It"},
        {"source": "almanac", "section": None, "fragment": None, "url": None},
    ],
}
MENTION = ("old-ships", "argo", "ports", "ports", "iolcus")


def written(path: Path, batches: list[list[dict[str, Any]]], driver: types.ModuleType = sqlite3) -> bytes:
    write(driver, path, {"revision": "1"}, [SHIPS], ((SHIPS, batch) for batch in batches), [[MENTION]])
    return path.read_bytes()


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written(tmp_path / "ships.sqlite", [[FIRST], [], [FIRST | {"id": "batavia", "citations": []}]])
    return tmp_path / "ships.sqlite"


def test_a_table_has_a_column_for_each_field_and_two_for_a_text() -> None:
    assert SHIPS.create() == (
        'CREATE TABLE old_ships ("id" TEXT NOT NULL PRIMARY KEY, "name_en" TEXT, "name_fr" TEXT, "motto_en" TEXT, '
        '"motto_fr" TEXT, "nicknames" TEXT, "kind" TEXT, "built" INTEGER, "decks" INTEGER, "afloat" INTEGER, '
        '"ports" TEXT, "roles" TEXT, "citations" TEXT)'
    )


def test_a_row_has_lists_and_objects_as_json_and_texts_in_both_languages(path: Path) -> None:
    ((*cells, _),) = rows(path, "SELECT * FROM old_ships WHERE id = 'argo'")
    assert cells == [
        *("argo", "The Argo", "L’Argo", None, None, '[{"en":"Swift","fr":"Vif"}]', "ferry", 1900, 2, 0, "[1,2]"),
        '[{"title":{"en":"Flagship","fr":"Navire amiral"}}]',
    ]


def test_records_of_every_batch_are_there(path: Path) -> None:
    assert rows(path, "SELECT id FROM old_ships ORDER BY id") == [("argo",), ("batavia",)]


def test_citations_are_numbered_within_their_record(path: Path) -> None:
    assert rows(path, "SELECT * FROM citations ORDER BY position") == [
        (
            "old-ships",
            "argo",
            1,
            "gazette",
            "News",
            "News",
            "It sank",
            None,
            *2 * ("https://gazette.example/#:~:text=It",),
        ),
        ("old-ships", "argo", 2, "almanac", None, None, None, None, None, None),
    ]


def test_mentions_and_facts_about_the_dataset_have_tables(path: Path) -> None:
    assert rows(path, "SELECT * FROM mentions") == [MENTION]
    assert rows(path, "SELECT * FROM dataset") == [("revision", "1")]


def test_a_file_without_records_has_its_tables(tmp_path: Path) -> None:
    written(tmp_path / "empty.sqlite", [])
    assert rows(tmp_path / "empty.sqlite", "SELECT count(*) FROM old_ships") == [(0,)]


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name, [[FIRST]]) for name in ("a.sqlite", "b.sqlite"))
    assert first == second
    assert first[18:20] == b"\1\1"  # a rollback journal: a reader needs no second file


def test_what_sqlite_cannot_write_is_an_oserror(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unable to open database file"):
        written(tmp_path / "missing" / "ships.sqlite", [[FIRST]])


def test_an_annotation_is_reduced_to_its_types() -> None:
    assert types_in(list[Role] | None) == {types.UnionType, list, Role, type(None)}
    assert types_in(Annotated[Literal["a", 1], "note"]) == {str, int}
