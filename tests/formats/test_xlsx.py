"""XLSX: typed cells as another program reads them, no formulas or links, the same bytes for the same rows."""

import datetime as dt
import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from app.formats.columns import ColumnType, column_types
from app.formats.xlsx import Column, WorkbookInfo, write
from app.resources.registry import COLLECTIONS

INFO = WorkbookInfo(
    title="Événements: 1/2",
    about_title="À propos",
    facts=[("Révision", "3"), ("Avis", "=1+1")],
    headings=("Colonne", "Signification", "Format"),
    columns=[],
    published_at="2026-11-23T10:28:30Z",
    author="Équipe du dossier",
)


def written(rows: Sequence[dict[str, Any]], **types: ColumnType) -> bytes:
    columns = [Column(name, kind, f"meaning of {name}", kind) for name, kind in types.items()]
    file = io.BytesIO()
    write(file, replace(INFO, columns=columns), rows)
    return file.getvalue()


def read(data: bytes) -> Any:
    return load_workbook(io.BytesIO(data))


def cell(value: Any, kind: ColumnType = "text") -> Any:
    """The cell of a value, as openpyxl reads it."""
    return read(written([{"x": value}], x=kind)).worksheets[0]["A2"]


def test_rows_are_under_a_header_that_stays_in_view_and_can_be_filtered() -> None:
    book = read(written([{"id": "a", "n": 1}, {"id": "b", "n": None}], id="text", n="integer"))
    sheet = book.worksheets[0]
    assert [[one.value for one in row] for row in sheet.rows] == [["id", "n"], ["a", 1], ["b", None]]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == "A1:B3"


def test_a_file_without_rows_has_its_header() -> None:
    assert [[one.value for one in row] for row in read(written([], id="text")).worksheets[0].rows] == [["id"]]


def test_the_second_sheet_says_what_the_file_and_its_columns_are() -> None:
    first, about = read(written([], id="text", n="integer")).worksheets
    assert (first.title, about.title) == ("Événements  1 2", "À propos")
    assert [tuple(one.value for one in row) for row in about.rows] == [
        ("Révision", "3", None),
        ("Avis", "=1+1", None),
        (None, None, None),
        ("Colonne", "Signification", "Format"),
        ("id", "meaning of id", "text"),
        ("n", "meaning of n", "integer"),
    ]
    assert about["B2"].data_type == "s"


@pytest.mark.parametrize(
    ("value", "kind", "expected", "data_type"),
    [
        ("2006-10-09", "date", dt.datetime(2006, 10, 9), "d"),  # noqa: DTZ001 - a day, as openpyxl gives it
        ("1900-03-01", "date", dt.datetime(1900, 3, 1), "d"),  # noqa: DTZ001
        ("1900-01-01", "date", dt.datetime(1900, 1, 1), "d"),  # noqa: DTZ001
        ("9999-12-31", "date", dt.datetime(9999, 12, 31), "d"),  # noqa: DTZ001
        ("1899-12-31", "date", "1899-12-31", "s"),
        ("2006-10", "date", "2006-10", "s"),
        ("2006", "date", "2006", "s"),
        ("2006-10-09?", "date", "2006-10-09?", "s"),
        ("2006-10-09/2006-10-10", "date", "2006-10-09/2006-10-10", "s"),
        ("[..2020-06-01]", "date", "[..2020-06-01]", "s"),
        ("2006-10-09", "text", "2006-10-09", "s"),
        ("38900000", "decimal", 38900000, "n"),
        ("1000.50", "decimal", 1000.5, "n"),
        ("0.0001", "decimal", 0.0001, "n"),
        ("123456789012345", "decimal", 123456789012345, "n"),
        ("1234567890123456", "decimal", "1234567890123456", "s"),
        ("12345678901234.56", "decimal", "12345678901234.56", "s"),
        ("38900000", "text", "38900000", "s"),
        (3, "integer", 3, "n"),
        (10**15, "integer", "1000000000000000", "s"),
        (True, "boolean", True, "b"),
        (False, "boolean", False, "b"),
        ("true", "text", "true", "s"),
        (["aland", "borea"], "list", "aland; borea", "s"),
        ([{"a": "é"}], "list", '[{"a":"é"}]', "s"),
        ({"a": None}, "object", '{"a":null}', "s"),
        ("Élection à Séoul, œuvre", "words", "Élection à Séoul, œuvre", "s"),
        ("https://gazette.example/#a", "text", "https://gazette.example/#a", "s"),
        ("=1+1", "text", "=1+1", "s"),
        ("{=1+1}", "text", "{=1+1}", "s"),
        ("+1", "text", "+1", "s"),
        ("<r>a</r>", "text", "<r>a</r> ", "s"),
        ("<b>&\"'", "text", "<b>&\"'", "s"),
        (" a ", "text", " a ", "s"),
    ],
)
def test_a_cell_has_the_type_of_its_value(value: Any, kind: ColumnType, expected: Any, data_type: str) -> None:
    found = cell(value, kind)
    assert (found.value, found.data_type) == (expected, data_type)
    assert found.hyperlink is None


@pytest.mark.parametrize("value", [None, []])
def test_null_and_an_empty_list_are_no_cell(value: Any) -> None:
    assert cell(value, "list").value is None


def test_dates_and_amounts_are_shown_as_such() -> None:
    assert cell("2006-10-09", "date").number_format == "yyyy-mm-dd"
    assert cell("38900000", "decimal").number_format == "#,##0"
    assert cell("1000.50", "decimal").number_format == "#,##0.00##"


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    assert cell("é" * 32_767).value == "é" * 32_767
    assert cell("é" * 32_768).value == "é" * 32_766 + "…"
    assert cell("😀" * 20_000).value == "😀" * 16_383 + "…"  # two of what Excel counts


def test_the_same_rows_give_the_same_bytes_at_any_time() -> None:
    rows = [{"id": "a", "day": "2006-10-09"}]
    first = written(rows, id="text", day="date")
    time.sleep(2.1)  # the times in a ZIP file are exact to two seconds
    assert written(rows, id="text", day="date") == first


def test_the_only_time_in_the_file_is_that_of_the_revision() -> None:
    data = written([], id="text")
    properties = read(data).properties
    assert properties.created == properties.modified == dt.datetime(2026, 11, 23, 10, 28, 30)  # noqa: DTZ001
    assert (properties.creator, properties.title) == ("Équipe du dossier", "Événements: 1/2")
    assert {entry.date_time[:3] for entry in zipfile.ZipFile(io.BytesIO(data)).infolist()} == {(1980, 1, 31)}


def test_no_part_of_the_file_is_a_formula_a_link_or_a_macro() -> None:
    data = written([{"a": "=1+1", "b": "https://a.example"}], a="text", b="text")
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = b"".join(parts.read(name) for name in parts.namelist() if name.startswith("xl/worksheets/"))
        assert not [name for name in parts.namelist() if "vba" in name.lower() or "external" in name.lower()]
    assert b"<f>" not in sheets
    assert b"hyperlink" not in sheets


@settings(max_examples=60)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1))
@example("_x0041_")
@example("<r>")
def test_any_published_text_comes_back(words: str) -> None:
    assert unescape(cell(words).value) == words  # openpyxl leaves the escapes of Office in inline texts


def test_columns_have_the_types_that_the_models_declare() -> None:
    types = column_types(COLLECTIONS["funding-records"].model)
    expected = {
        "id": "text",
        "title": "words",
        "amount": "decimal",
        "cumulative": "boolean",
        "period": "date",
        "earliest": "date",
        "delivery_channels": "list",
        "recipient": "text",
        "citations": "list",
        "revision": "integer",
    }
    assert {name: types[name] for name in expected} == expected
    assert column_types(COLLECTIONS["sanctions-measures"].model)["in_force_to"] == "date"
    assert column_types(COLLECTIONS["sources"].model)["retrieved_on"] == "date"
