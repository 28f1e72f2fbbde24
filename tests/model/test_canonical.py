"""The canonical form: RFC 8785 JSON, one line a change, a digest that `sha256sum` gives too."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.errors import InvalidValue
from app.model import canonical
from app.model.records import Record
from app.resources.base import tables_of
from app.resources.registry import COLLECTIONS
from app.store.revision_log import canonical_lines
from app.store.tables import REVISIONS, Revision
from tests.support.world import World, record, text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
    max_leaves=20,
)


def lines_of(world: World, number: int) -> tuple[list[str], Revision]:
    """The canonical lines of a stored revision, and its row."""
    with world.db.reading() as connection:
        row = connection.execute(select(REVISIONS).where(REVISIONS.c.number == number)).mappings().one()
        return list(canonical_lines(connection, tables_of(COLLECTIONS), Revision(**row))), Revision(**row)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"b": 1, "a": [True, None]}, '{"a":[true,null],"b":1}'),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'),  # by UTF-16 unit, not by code point
        ("é ’ \u2028", '"é ’ \u2028"'),
        ('"\\\b\f\n\r\t\x0f\x7f', '"\\"\\\\\\b\\f\\n\\r\\t\\u000f\x7f"'),
        (2**53 - 1, "9007199254740991"),
    ],
)
def test_text_is_rfc_8785(value: object, expected: str) -> None:
    assert canonical.text(value) == expected


@given(JSON)
def test_text_read_and_written_again_is_the_same(value: object) -> None:
    written = canonical.text(value)
    assert json.loads(written) == value
    assert canonical.text(json.loads(written)) == written
    assert "\n" not in written


@given(JSON)
def test_text_is_that_of_the_library_for_rfc_8785(value: Any) -> None:
    assert canonical.text(value) == rfc8785.dumps(value).decode()
    assert canonical.parse(canonical.text(value)) == value


@pytest.mark.parametrize(
    "line", ["1.0", "1e3", "9007199254740992", "NaN", '{"a":1.5}', '{"b":1,"a":1}', '"\\u00e9"', " 1"]
)
def test_what_is_not_canonical_is_refused(line: str) -> None:
    with pytest.raises(InvalidValue, match="not-canonical"):
        canonical.parse(line)


def numbers_in(schema: object) -> Iterator[Mapping[str, Any]]:
    """Parts of a JSON Schema that allow a number."""
    if isinstance(schema, dict):
        if schema.get("type") in ("integer", "number"):
            yield schema
        yield from (found for part in schema.values() for found in numbers_in(part))
    elif isinstance(schema, list):
        yield from (found for part in schema for found in numbers_in(part))


@pytest.mark.parametrize("model", [resource.model for resource in COLLECTIONS.values()])
def test_every_number_of_a_record_has_a_canonical_form(model: type[Record]) -> None:
    found = [*numbers_in(model.model_json_schema(mode="validation"))]
    assert [part for part in found if part["type"] == "number"] == []
    computed = {"type": "integer"}  # the field `revision`, which is no part of the seed form
    assert [part for part in found if part != computed and part["maximum"] > 2**53 - 1] == []


def test_the_seed_form_has_no_null_no_empty_and_no_computed_fields() -> None:
    shape = COLLECTIONS["actors"].model
    sent = record("who", "Who", kind="group", code=None, roles=[])
    assert canonical.seed_form(shape.model_validate(sent)) == record("who", "Who", kind="group")


def test_a_change_is_written_as_rfc_8785_would_write_it_whole() -> None:
    line = {"action": "added", "collection": "actors", "id": "who", "record": {"id": "who", "title": text("É")}}
    body = canonical.text(line["record"])
    assert canonical.change("added", "actors", "who", body, None) == canonical.text(line)
    gone = {"action": "withdrawn", "collection": "actors", "id": "who", "reason": text("Gone")}
    assert canonical.change("withdrawn", "actors", "who", None, text("Gone")) == canonical.text(gone)


def test_every_line_is_ended_by_a_line_feed() -> None:
    assert b"".join(canonical.encode(["é", "b"])) == b"\xc3\xa9\nb\n"


def test_the_digest_is_the_sha_256_of_the_bytes() -> None:
    assert canonical.digest(["abc"]) == hashlib.sha256(b"abc\n").hexdigest()
    assert canonical.digest(["abc"]) == "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb"


def test_the_first_revision_begins_with_its_heading(world: World) -> None:
    lines, _ = lines_of(world, 1)
    assert lines[0] == (
        '{"author":"The test","note":{"en":"The world begins","fr":"The world begins (fr)"},"number":1,'
        '"previous_digest":null,"published_at":"2020-01-01T00:00:00Z"}'
    )
    assert len(lines) == 30


def test_changes_are_sorted_by_collection_and_id(world: World) -> None:
    world.change("timeline-events", "war", title=text("The great war"))
    world.withdraw("timeline-events", "tie", "Never was")
    world.change("sources", "almanac", content_as_of="2012")
    world.add("actors", "newland", "Newland", kind="state")
    world.publish()
    lines, revision = lines_of(world, 2)
    changes = [json.loads(line) for line in lines[1:]]
    assert [(change["action"], change["collection"], change["id"]) for change in changes] == [
        ("added", "actors", "newland"),
        ("changed", "sources", "almanac"),
        ("withdrawn", "timeline-events", "tie"),
        ("changed", "timeline-events", "war"),
    ]
    assert changes[0]["record"] == record("newland", "Newland", kind="state")
    assert changes[2] == {
        "action": "withdrawn",
        "collection": "timeline-events",
        "id": "tie",
        "reason": {"en": "Never was", "fr": "Never was (fr)"},
    }
    assert canonical.digest(lines) == revision.digest


def test_a_later_change_leaves_the_lines_of_an_earlier_revision_as_they_were(world: World) -> None:
    before = lines_of(world, 1)
    world.change("timeline-events", "war", title=text("The great war"))
    world.publish()
    assert lines_of(world, 1) == before


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum on this machine")
def test_sha256sum_gives_the_digest(world: World, tmp_path: Path) -> None:
    lines, revision = lines_of(world, 1)
    file = tmp_path / "revision"
    file.write_bytes(b"".join(canonical.encode(lines)))
    printed = subprocess.run(["sha256sum", file], capture_output=True, text=True, check=True).stdout
    assert printed.split()[0] == revision.digest
