"""JSON Lines by member: the columns of a block, lines with fewer members, and the objects themselves."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.json_lines import members, objects, selected
from app.model.json_text import compact

ONE = '{"id":"a","n":1,"words":"\\"é\\"","list":[1,{"x":null}],"gone":null}\n'.encode()
LINES = ONE + b'{"id":"b","n":20,"words":"","list":[],"gone":true}\n'


def test_columns_have_texts_as_they_read_and_all_else_as_it_is_written() -> None:
    assert [*members([LINES, ONE], ["words", "list", "gone", "n"], ["words"])] == [
        [('"é"', ""), ['[1,{"x":null}]', "[]"], ["null", "true"], ["1", "20"]],
        [('"é"',), ['[1,{"x":null}]'], ["null"], ["1"]],
    ]


def test_a_text_may_be_null_but_nothing_else() -> None:
    assert [*members([LINES.replace(b"true", b'"x"')], ["gone"], ["gone"])] == [[(None, "x")]]
    with pytest.raises(msgspec.ValidationError):
        list(members([LINES], ["gone"], ["gone"]))


def test_lines_keep_only_the_members_asked_for_in_the_order_asked_for() -> None:
    assert [*selected([LINES], ["list", "id"])] == [b'{"list":[1,{"x":null}],"id":"a"}\n{"list":[],"id":"b"}\n']
    with pytest.raises(msgspec.ValidationError):
        list(selected([LINES], ["id", "missing"]))


def test_objects_of_all_blocks_come_in_order() -> None:
    first: dict[str, Any] = {"id": "a", "n": 1, "words": '"é"', "list": [1, {"x": None}], "gone": None}
    second: dict[str, Any] = {"id": "b", "n": 20, "words": "", "list": [], "gone": True}
    assert [*objects([LINES, b"", LINES])] == [first, second, first, second]


@given(st.text())
def test_any_text_is_written_as_the_lists_write_it(text: str) -> None:
    line = compact({"a": text, "b": [text]}).encode() + b"\n"
    assert b"".join(selected([line], ["a", "b"])) == line
    assert msgspec.json.encode(json.loads(line)) + b"\n" == line
