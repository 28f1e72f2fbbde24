"""Result cache in memory, for counts and other results of a revision. A revision never changes, so nothing expires."""

from collections.abc import Callable
from typing import Any, TypeVar

from pyroaring import BitMap

_ROOM = 16_000_000  # characters of keys and results: the most memory that a client with many questions can fill

T = TypeVar("T")


class ResultCache:
    """Result cache: results by key, up to a total size in characters. No result may be None.

    Threads that ask for the same key at once each compute it: with a lock all other answers would wait.
    """

    def __init__(self, room: int = _ROOM) -> None:
        self._results: dict[tuple[str, ...], Any] = {}
        self._room = self._free = room

    def get_or_compute(self, key: tuple[str, ...], compute: Callable[[], T]) -> T:
        """Cached result of a key, computed if it is missing. A result for which there is no room evicts all others.

        `compute` must not return None: that counts as missing. If it raises an exception, nothing is cached. A result
        larger than the whole cache is returned but not cached.
        """
        known: T | None = self._results.get(key)
        if known is not None:
            return known
        result = compute()
        size = _size(key) + _size(result)
        if size <= self._room and key not in self._results:  # another thread may have computed the same meanwhile
            if size > self._free:
                self._results, self._free = {}, self._room
            self._results[key] = result
            self._free -= size
        return result


def _size(value: Any) -> int:
    """Room that a value takes, in characters; a bitmap takes as many bytes as its serialised form."""
    if isinstance(value, BitMap):
        return len(value.serialize())
    if isinstance(value, dict):
        return sum(_size(key) + _size(one) for key, one in value.items())
    return len(repr(value))
