"""Result cache: what was computed for a revision, kept in memory. A revision never changes, so nothing expires."""

from collections.abc import Callable
from typing import Any, TypeVar

_ROOM = 16_000_000  # characters of keys and results: a client that varies its question fills no more memory

T = TypeVar("T")


class ResultCache:
    """Results by key, up to a total size in characters. No result may be None.

    Threads that ask for the same key at once each compute it: a lock would make all other answers wait.
    """

    def __init__(self, room: int = _ROOM) -> None:
        self._results: dict[tuple[str, ...], Any] = {}
        self._room = self._free = room

    def get_or_compute(self, key: tuple[str, ...], compute: Callable[[], T]) -> T:
        """The result of a key, computed and kept if it is not there. Where there is no room, all others are dropped."""
        known: T | None = self._results.get(key)
        if known is not None:
            return known
        result = compute()
        size = len(repr((key, result)))
        if size <= self._room:
            if size > self._free:
                self._results, self._free = {}, self._room
            self._results[key] = result
            self._free -= size
        return result
