"""CSV: what a cell is, and that a standard reader gets back the values of every row."""

import csv
import io
import json
from collections.abc import Iterator
from itertools import count, islice
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.formats.csv_text import cell, rows


def test_a_header_and_a_line_for_each_record_with_the_columns_asked_for() -> None:
    records: list[dict[str, Any]] = [{"id": "a", "title": 'One, "two"', "n": 1}, {"n": None, "title": "=1", "id": "b"}]
    assert b"".join(rows(["id", "n", "title"], records)) == b'id,n,title\r\na,1,"One, ""two"""\r\nb,,\'=1\r\n'


def test_without_records_there_is_a_header_alone() -> None:
    assert b"".join(rows(["id", "title"], [])) == b"id,title\r\n"


def test_records_are_written_as_they_come() -> None:
    endless: Iterator[dict[str, Any]] = ({"id": number} for number in count(1))
    assert list(islice(rows(["id"], endless), 3)) == [b"id\r\n1\r\n", b"2\r\n", b"3\r\n"]


def test_text_is_utf_8_without_a_byte_order_mark() -> None:
    assert b"".join(rows(["é"], [{"é": "œ"}])) == "é\r\nœ\r\n".encode()


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-3, "-3"),
        ([], "[]"),
        (["=1", "é"], '["=1","é"]'),
        ({"a": None}, '{"a":null}'),
        ("true", "true"),
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra", "'\ra"),
        ("\na", "'\na"),
        ("'a", "''a"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        (" =1", "' =1"),
        ("\u00a0\u3000＝1", "'\u00a0\u3000＝1"),
        ("a=1", "a=1"),
        ("1＝1", "1＝1"),
        ("«=1»", "«=1»"),
        (" a", " a"),
    ],
)
def test_a_cell_is_json_or_text_that_no_spreadsheet_runs(value: Any, expected: str) -> None:
    assert cell(value) == expected


@given(st.text(min_size=1) | st.text("=+-@＝＋－＠'\t\r\n ,\"a", min_size=1))
@example("''")
def test_no_text_begins_as_a_formula_and_one_apostrophe_less_is_the_text(words: str) -> None:
    written = cell(words)
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r", "\n"))
    assert written.removeprefix("'") == words


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1) | st.none() | st.lists(st.text()), min_size=2))
def test_any_row_comes_back_through_csv(values: list[Any]) -> None:
    names = [str(number) for number in range(len(values))]
    body = b"".join(rows(names, [dict(zip(names, values, strict=True))])).decode()
    header, row = csv.reader(io.StringIO(body, newline=""), strict=True)
    assert header == names
    assert [value(text, was) for text, was in zip(row, values, strict=True)] == values


def value(text: str, was: Any) -> Any:
    """The value of a cell, by the rules that users are given."""
    if text == "":
        return None
    return json.loads(text) if isinstance(was, list) else text.removeprefix("'")
