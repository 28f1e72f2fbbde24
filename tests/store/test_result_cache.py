"""Result cache: what was computed is not computed again as long as there is room for it."""

import sys
import tracemalloc
from array import array
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from pydantic import BaseModel
from pyroaring import BitMap

from app.store.result_cache import ResultCache


def test_what_was_computed_is_not_computed_again_as_long_as_there_is_room() -> None:
    cache, computed = ResultCache(room=100_000), Counter[str]()

    def ask(name: str, size: int) -> int:
        def compute() -> str:
            computed[name] += 1
            return name * size

        return len(cache.get_or_compute((name,), compute))

    assert [ask("a", 40_000), ask("a", 1)] == [40_000, 40_000]
    assert [ask("l", 100_000), ask("l", 100_001)] == [100_000, 100_001]  # never kept: larger than the cache
    assert [ask("b", 40_000), ask("a", 1), ask("c", 40_000)] == [40_000, 40_000, 40_000]
    assert [ask("a", 1), ask("c", 1)] == [40_000, 40_000]
    assert ask("b", 7) == 7  # c took the room of what had not been asked for the longest time
    assert computed == {"a": 1, "l": 2, "b": 2, "c": 1}


class Named(BaseModel):
    """A model, as sums of money are."""

    name: str


@pytest.mark.parametrize(
    "make",
    [
        lambda number: number,
        lambda number: f"ranking {number}",
        lambda number: {f"collection {place} {number}": 1000 + number for place in range(12)},
        lambda number: [Named(name=f"sum {place} of {number}") for place in range(20)],
        lambda number: array("I", [number] * 50),
    ],
)
def test_results_take_no_more_memory_than_the_room(make: Callable[[int], object]) -> None:
    cache = ResultCache(room=1_000_000)
    tracemalloc.start()
    for number in range(20_000):
        cache.get_or_compute(("a digest", f"question {number}"), partial(make, number))
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 100_000 < taken < 1_100_000


def test_many_bitmaps_take_no_more_room_than_the_cache_has() -> None:
    cache, computed = ResultCache(room=100_000), Counter[int]()

    def compute(number: int) -> BitMap:
        computed[number] += 1
        return BitMap([number])

    for number in [*range(200), *range(200)]:
        cache.get_or_compute((f"{number}",), partial(compute, number))
    assert computed[0] == 2  # 200 of them took more than 500 bytes each


def test_threads_that_fill_the_cache_at_once_keep_the_count_of_its_bytes_right() -> None:
    cache, interval = ResultCache(room=20_000), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(lambda n: cache.get_or_compute((f"{n % 97}",), lambda: "x" * (n % 89)), range(20_000)))
    finally:
        sys.setswitchinterval(interval)
    assert cache.get_or_compute(("all",), lambda: "y" * 19_000) == "y" * 19_000
    assert len(cache.get_or_compute(("all",), lambda: "")) == 19_000  # there is room for it


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
