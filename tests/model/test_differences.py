"""Differences of two versions: which fields changed, and which texts changed in one language only."""

from typing import Any

import pytest

from app.model.differences import changed_fields, changed_in_one_language

TITLE = {"en": "War", "fr": "Guerre"}


def test_changed_fields_come_in_the_order_asked_for_and_count_those_added_or_left_out() -> None:
    before = '{"id": "a", "kind": "x", "place": "p"}'
    after = '{"id": "a", "kind": "y", "code": "c"}'
    assert changed_fields(["code", "id", "kind", "place"], before, after) == ["code", "kind", "place"]


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"title": TITLE}, {"title": TITLE | {"en": "Peace"}}, [("title", "en")]),
        ({"title": TITLE}, {"title": {"en": "Peace", "fr": "Paix"}}, []),
        ({"title": TITLE}, {"title": TITLE}, []),
        ({}, {"title": TITLE}, []),
        ({"a": [{"title": TITLE}]}, {"a": [{"title": TITLE | {"fr": "X"}}]}, [("a.0.title", "fr")]),
        ({"a": [{"title": TITLE}]}, {"a": [{"title": TITLE | {"fr": "X"}}, {"title": TITLE}]}, []),
        ({"address": "a"}, {"address": {"en": "a", "fr": "b"}}, []),
    ],
)  # fmt: skip
def test_a_text_changed_in_one_language_only_is_found_by_its_path(before: Any, after: Any, found: list[Any]) -> None:
    assert list(changed_in_one_language(before, after)) == found
