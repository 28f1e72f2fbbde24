"""Cursors: what goes in comes out, and whatever this service did not make is refused."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import InvalidParameter
from app.model.fields import SLUG_LENGTH
from app.reading.cursor import Cursor, _checksum, decode, expect, fingerprint
from app.resources.params import MAX_REVISION
from app.resources.registry import COLLECTIONS
from tests.support.reading import Reader

EVENTS = "timeline-events"
MADE = Cursor("timeline-events", 7, "-date", "0123456789abcdef", ["tie"])


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.lists(st.one_of(st.integers(-1, 1), WORDS)), st.integers(1, 2**31 - 1))
def test_what_was_encoded_is_decoded(position: list[str | int], revision: int) -> None:
    cursor = Cursor("actors", revision, "title", "0123456789abcdef", position)
    assert decode(cursor.encode()) == cursor


@given(st.text(st.characters(codec="utf-8")))
def test_any_other_text_is_refused(noise: str) -> None:
    with pytest.raises(InvalidParameter, match="invalid-cursor"):
        decode(noise)


def test_a_cursor_is_made_of_letters_that_an_address_needs_not_encode() -> None:
    assert MADE.encode().replace("-", "").replace("_", "").isalnum()
    assert MADE.encode().isascii()


def test_no_letter_of_a_cursor_can_be_left_out_or_exchanged() -> None:
    text = MADE.encode()
    for place in range(len(text)):
        other = "A" if text[place] != "A" else "B"
        for broken in (text[:place], text[:place] + text[place + 1 :], text[:place] + other + text[place + 1 :]):
            with pytest.raises(InvalidParameter):
                decode(broken)


def test_equal_questions_have_equal_fingerprints_and_others_others() -> None:
    assert fingerprint({"a": 1, "b": ["x"]}) == fingerprint({"b": ["x"], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert fingerprint({"a": ["x", "y"]}) != fingerprint({"a": ["xy"]})


@pytest.mark.parametrize(
    ("name", "sort", "filters", "code"),
    [
        ("actors", "-date", MADE.filters, "cursor-of-other-list"),
        ("timeline-events", "date", MADE.filters, "cursor-of-other-query"),
        ("timeline-events", "-date", "0" * 16, "cursor-of-other-query"),
    ],
)
def test_a_cursor_is_held_against_list_order_and_filters(name: str, sort: str, filters: str, code: str) -> None:
    with pytest.raises(InvalidParameter, match=code):
        expect(MADE, name, sort, filters, [str])


def test_a_cursor_of_the_same_list_order_and_filters_is_taken() -> None:
    expect(MADE, "timeline-events", "-date", MADE.filters, [str])


def forged(payload: object) -> str:
    """A cursor that nobody made, with a right checksum: it is no secret."""
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return base64.urlsafe_b64encode(_checksum(raw) + raw).rstrip(b"=").decode()


KEY = fingerprint({})


def test_the_key_that_the_forgeries_use_is_that_of_a_list_without_filters(tiny: Reader) -> None:
    assert decode(str(tiny.page(f"{EVENTS}?limit=1").next)).filters == KEY


@pytest.mark.parametrize(
    "payload",
    [
        [],
        {},
        None,
        7,
        "text",
        b"\xff\xfe",
        b"[" * 370,
        ["timeline-events"],
        ["timeline-events", 1, "date", KEY],
        ["timeline-events", 1, "date", KEY, ["tie"], "more"],
        ["timeline-events", 10**30, "date", KEY, ["tie"]],
        ["timeline-events", -(10**30), "date", KEY, ["tie"]],
        ["timeline-events", 0, "date", KEY, ["tie"]],
        ["timeline-events", True, "date", KEY, ["tie"]],
        ["timeline-events", None, "date", KEY, ["tie"]],
        ["timeline-events", "1", "date", KEY, ["tie"]],
        ["timeline-events", [1], "date", KEY, ["tie"]],
        ["timeline-events", 1.5, "date", KEY, ["tie"]],
        ["timeline-events", 1, ["date"], KEY, ["tie"]],
        [["timeline-events"], 1, "date", KEY, ["tie"]],
        ["timeline-events", 1, "date", KEY, None],
        ["timeline-events", 1, "date", KEY, 5],
        ["timeline-events", 1, "date", KEY, {}],
        ["timeline-events", 1, "date", KEY, []],
        ["timeline-events", 1, "date", KEY, ["tie", "tie"]],
        ["timeline-events", 1, "date", KEY, [1]],
        ["timeline-events", 1, "date", KEY, [10**30]],
        ["timeline-events", 1, "date", KEY, ["\ud800"]],
        ["timeline-events", 1, "date", KEY, ["\0"]],
        ["timeline-events", 1, "date", KEY, [None]],
        ["timeline-events", 1, "date", KEY, [{}]],
        ["timeline-events", 1, "date", KEY, ["never-published"]],
    ],
    ids=lambda payload: repr(payload)[:70],
)
def test_a_forged_cursor_is_refused(tiny: Reader, payload: object) -> None:
    assert tiny.refused(f"{EVENTS}?cursor={forged(payload)}") == ("cursor", "invalid-cursor")


@pytest.mark.parametrize("sort", ["date", "-date", "title", "-title", "id"])
def test_a_cursor_has_the_key_of_a_row_whatever_the_order_is(tiny: Reader, sort: str) -> None:
    page = tiny.page(f"{EVENTS}?limit=2&sort={sort}")
    assert decode(str(page.next)).position == [page.ids[-1]]


def test_the_longest_cursor_that_a_list_can_give_has_at_most_512_characters() -> None:
    longest = "x" * SLUG_LENGTH  # of an id; the names of collections are shorter than those here
    history = Cursor(f"sanctions-measures-and-more/{longest}/history", MAX_REVISION, "-revision", KEY, [MAX_REVISION])
    changes = Cursor("changes", MAX_REVISION, "-revision", KEY, [MAX_REVISION, "sanctions-measures-and-more", longest])
    timeline = Cursor("timeline", MAX_REVISION, "-date", KEY, ["sanctions-measures-and-more", longest])
    assert all(len(one.encode()) <= 512 for one in (history, changes, timeline))
    assert max(map(len, COLLECTIONS)) < len("sanctions-measures-and-more")
