"""CSV: what a cell is, and that a standard reader gets back the values of every row."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from itertools import count, islice
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.formats.columns import ColumnType
from app.formats.csv_text import rows
from app.model.json_text import compact


def block(*records: Mapping[str, Any]) -> bytes:
    """A block of JSON Lines."""
    return b"".join(compact(record).encode() + b"\n" for record in records)


def type_of(value: Any) -> ColumnType:
    """The type of a column that has a value."""
    return "text" if value is None or isinstance(value, str) else "list"


def cell(value: Any) -> str:
    """The cell of a value in the second column of a row, as it is written."""
    body = b"".join(rows({"id": "text", "x": type_of(value)}, [block({"id": "a", "x": value})])).decode()
    return body.removeprefix("id,x\r\na,").removesuffix("\r\n")


def test_a_header_and_a_line_for_each_record_with_the_columns_asked_for() -> None:
    records: list[dict[str, Any]] = [
        {"id": "a", "title": 'One, "two"', "n": 1, "more": []},
        {"n": None, "title": "=1", "id": "b"},
    ]
    written = [b"id,n,title\r\n", b'a,1,"One, ""two"""\r\nb,,\'=1\r\n']
    assert [*rows({"id": "text", "n": "integer", "title": "text"}, [block(*records)])] == written


@pytest.mark.parametrize("blocks", [[], [b""]])
def test_without_records_there_is_a_header_alone(blocks: list[bytes]) -> None:
    assert b"".join(rows({"id": "text", "title": "words"}, blocks)) == b"id,title\r\n"


def test_records_are_written_as_they_come() -> None:
    endless: Iterator[bytes] = (block({"id": number}) for number in count(1))
    assert list(islice(rows({"id": "integer"}, endless), 3)) == [b"id\r\n", b"1\r\n", b"2\r\n"]


def test_text_is_utf_8_without_a_byte_order_mark() -> None:
    assert b"".join(rows({"é": "text"}, [block({"é": "œ"})])) == "é\r\nœ\r\n".encode()


@pytest.mark.parametrize("record", [{"title": "a"}, {"id": 1, "title": "a"}, {"id": "a", "title": ["a"]}])
def test_a_record_without_a_column_or_with_another_type_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        list(rows({"id": "text", "title": "text"}, [block(record)]))


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
    assert cell(value) == as_csv(expected)


def as_csv(text: str) -> str:
    """A cell with the quotes that the standard library's writer sets."""
    line = io.StringIO()
    csv.writer(line).writerow(["a", text])
    return line.getvalue().removeprefix("a,").removesuffix("\r\n")


@given(st.text(min_size=1) | st.text("=+-@＝＋－＠'\t\r\n ,\"a", min_size=1))
@example("''")
def test_no_text_begins_as_a_formula_and_one_apostrophe_less_is_the_text(words: str) -> None:
    quoted = cell(words)
    written = next(csv.reader(io.StringIO(quoted, newline=""), strict=True))[0]
    assert quoted == as_csv(written)
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r", "\n"))
    assert written.removeprefix("'") == words


@settings(max_examples=50)
@given(st.lists(st.text(min_size=1) | st.none() | st.lists(st.text()) | st.integers() | st.booleans(), min_size=2))
def test_any_row_comes_back_through_csv(values: list[Any]) -> None:
    names = [f"x{number}" for number in range(len(values))]
    types = {name: type_of(value) for name, value in zip(names, values, strict=True)}
    body = b"".join(rows(types, [block(dict(zip(names, values, strict=True)))])).decode()
    header, row = csv.reader(io.StringIO(body, newline=""), strict=True)
    assert header == names
    assert [value(text, was) for text, was in zip(row, values, strict=True)] == values


def value(text: str, was: Any) -> Any:
    """The value of a cell, by the rules that users are given."""
    if text == "":
        return None
    return text.removeprefix("'") if isinstance(was, str) else json.loads(text)
