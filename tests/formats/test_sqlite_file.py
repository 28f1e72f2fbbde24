"""SQLite file: tables that follow from content models, rows of any records, the same bytes for the same input."""

import sqlite3
import types
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from app.formats.columns import types_in
from app.formats.sqlite_file import CollectionTable, Content, write
from app.model.fields import Bilingual, DecimalText, References
from app.model.json_text import compact


class Role(BaseModel):
    title: Bilingual


class Ship(BaseModel):
    id: str
    title: Bilingual
    name: Bilingual
    motto: Bilingual | None
    nicknames: list[Bilingual]
    kind: Literal["tanker", "ferry"] | None
    built: int | None
    decks: Annotated[Literal[1, 2], Field(description="How many")]
    afloat: bool
    cost: Annotated[str, DecimalText] | None
    sister: Annotated[str | None, References("old-ships")]
    earliest: str | None
    ports: list[int]
    roles: list[Role]
    citations: list[dict[str, Any]]
    other_values: list[dict[str, Any]]


SHIPS = CollectionTable("old-ships", Ship)
FRAGMENT = {"start": "It sank", "end": None}
FIRST = {
    "id": "argo",
    "title": {"en": "Argo", "fr": "Argo"},
    "name": {"en": "The Argo", "fr": "L’Argo"},
    "motto": None,
    "nicknames": [{"en": "Swift", "fr": "Vif"}],
    "kind": "ferry",
    "built": 1900,
    "decks": 2,
    "afloat": False,
    "cost": "1000.50",
    "sister": None,
    "earliest": "1900-01-01",
    "ports": [1, 2],
    "roles": [{"title": {"en": "Flagship", "fr": "Navire amiral"}}],
    "citations": [
        {"source": "gazette", "section": "News", "fragment": FRAGMENT, "url": "https://gazette.example/#:~:text=It"},
        {
            "source": "almanac",
            "section": {"en": "s. 1", "fr": "art. 1"},
            "fragment": None,
            "url": {"en": "https://a.example/en", "fr": "https://a.example/fr"},
        },
    ],
    "other_values": [
        {
            "field": "built",
            "value": "1901",
            "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        },
    ],
}
UNCITED: dict[str, Any] = {"citations": [], "other_values": []}
MENTION = ("old-ships", "argo", "ports", "ports", "iolcus")


WORDS = ("old-ships", "kind", "ferry", "Ferry", "Traversier", "Carries passengers.", "Transporte des passagers.")


def content(batches: list[list[dict[str, Any]]]) -> Content:
    return Content(
        about={"revision": "1"},
        vocabularies=[WORDS],
        tables=[SHIPS],
        records=((SHIPS, b"".join(compact(ship).encode() + b"\n" for ship in batch)) for batch in batches),
        mentions=[[MENTION]],
    )


def written(path: Path, batches: list[list[dict[str, Any]]], driver: types.ModuleType = sqlite3) -> bytes:
    write(driver, path, content(batches))
    return path.read_bytes()


def rows(path: Path, query: str) -> list[Any]:
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written(tmp_path / "ships.sqlite", [[FIRST], [FIRST | {"id": "batavia", **UNCITED}]])
    return tmp_path / "ships.sqlite"


def test_a_table_has_a_column_for_each_field_and_two_for_a_text_or_an_amount() -> None:
    assert SHIPS.create() == (
        'CREATE TABLE old_ships ("id" TEXT NOT NULL PRIMARY KEY, "title_en" TEXT, "title_fr" TEXT, "name_en" TEXT, '
        '"name_fr" TEXT, "motto_en" TEXT, "motto_fr" TEXT, "nicknames" TEXT, "kind" TEXT, "built" INTEGER, '
        '"decks" INTEGER, "afloat" BOOLEAN, "cost" NUMERIC, "cost_exact" TEXT, '
        '"sister" TEXT REFERENCES old_ships (id), "earliest" TEXT, "ports" TEXT, "roles" TEXT, "citations" TEXT, '
        '"other_values" TEXT)'
    )


def test_readers_find_an_index_for_kinds_days_and_references(path: Path) -> None:
    assert rows(
        path, "SELECT name FROM sqlite_master WHERE type = 'index' AND tbl_name = 'old_ships' AND sql > ''"
    ) == [
        ("old_ships_kind",),
        ("old_ships_sister",),
        ("old_ships_earliest",),
    ]


def test_a_row_has_lists_and_objects_as_json_and_texts_in_both_languages(path: Path) -> None:
    ((*cells, _, others),) = rows(path, "SELECT * FROM old_ships WHERE id = 'argo'")
    assert cells == [
        *("argo", "Argo", "Argo", "The Argo", "L’Argo", None, None, '[{"en":"Swift","fr":"Vif"}]', "ferry", 1900, 2, 0),
        *(1000.5, "1000.50", None, "1900-01-01", "[1,2]"),
        '[{"title":{"en":"Flagship","fr":"Navire amiral"}}]',
    ]
    assert others == compact(FIRST["other_values"])


def test_amounts_compare_as_numbers_and_lose_no_digit(tmp_path: Path) -> None:
    amounts = ["9", "38900000", "0.0001", "5000000", "999999999999999999", "999999999999999998", "1000.50", "5000000.5"]
    ships = [FIRST | {"id": f"ship-{amount}", "cost": amount, **UNCITED} for amount in amounts]
    written(tmp_path / "x.sqlite", [[*ships, FIRST | {"id": "gift", "cost": None, **UNCITED}]])
    assert rows(tmp_path / "x.sqlite", "SELECT cost_exact FROM old_ships WHERE cost > 5000000 ORDER BY cost") == [
        ("5000000.5",),
        ("38900000",),
        ("999999999999999998",),
        ("999999999999999999",),
    ]
    assert rows(tmp_path / "x.sqlite", "SELECT cost_exact FROM old_ships ORDER BY cost LIMIT 3") == [
        (None,),
        ("0.0001",),
        ("9",),
    ]
    assert {type(row[0]) for row in rows(tmp_path / "x.sqlite", "SELECT cost FROM old_ships")} == {
        int,
        float,
        type(None),
    }


def test_records_of_every_batch_are_there(path: Path) -> None:
    assert rows(path, "SELECT id FROM old_ships ORDER BY id") == [("argo",), ("batavia",)]


def test_citations_are_numbered_within_their_record_those_of_other_values_last_with_their_field(path: Path) -> None:
    assert rows(path, "SELECT * FROM citations ORDER BY position") == [
        (
            *("old-ships", "argo", 1, "gazette", "News", "News", "It sank", None),
            *("https://gazette.example/#:~:text=It", "https://gazette.example/#:~:text=It", None),
        ),
        (
            *("old-ships", "argo", 2, "almanac", "s. 1", "art. 1", None, None),
            *("https://a.example/en", "https://a.example/fr", None),
        ),
        ("old-ships", "argo", 3, "gazette", None, None, None, None, None, None, "built"),
    ]


def test_records_mentions_vocabularies_and_facts_about_the_dataset_have_tables(path: Path) -> None:
    assert rows(path, "SELECT * FROM records ORDER BY id") == [
        ("old-ships", "argo", "Argo", "Argo"),
        ("old-ships", "batavia", "Argo", "Argo"),
    ]
    assert rows(path, "SELECT * FROM vocabularies") == [WORDS]
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
