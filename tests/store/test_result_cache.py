"""Result cache: what was computed is not computed again as long as there is room for it."""

from collections import Counter
from functools import partial

import pytest

from app.store.result_cache import ResultCache


def test_what_was_computed_is_not_computed_again_as_long_as_there_is_room() -> None:
    cache, computed = ResultCache(room=100), Counter[str]()

    def ask(name: str, result: str) -> str:
        def compute() -> str:
            computed[name] += 1
            return result

        return cache.get_or_compute((name,), compute)

    assert [ask("a", "x" * 30), ask("a", "never")] == ["x" * 30, "x" * 30]
    assert ask("long", "y" * 200) == ask("long", "y" * 200) == "y" * 200  # never kept: larger than the cache
    assert [ask("a", "never"), ask("b", "z" * 60), ask("b", "never")] == ["x" * 30, "z" * 60, "z" * 60]
    assert ask("a", "again") == "again"  # b has taken its room
    assert computed == {"a": 2, "long": 2, "b": 1}


def test_a_key_is_all_of_its_parts_in_their_order() -> None:
    cache = ResultCache()
    keys = [("a",), ("a", "b"), ("b", "a"), ("ab",)]
    assert [cache.get_or_compute(key, partial(tuple, key)) for key in keys] == keys
    assert [cache.get_or_compute(key, tuple) for key in keys] == keys


def test_results_that_are_false_are_kept_and_errors_are_not() -> None:
    cache = ResultCache()
    for false in (int, str, list):
        assert [cache.get_or_compute((false.__name__,), make) for make in (false, object)] == [false()] * 2
    with pytest.raises(ZeroDivisionError):
        cache.get_or_compute(("error",), lambda: 1 // 0)
    assert cache.get_or_compute(("error",), lambda: 1) == 1
