"""Result cache in memory, for counts and other results of a revision. A revision never changes, so nothing expires."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from threading import Lock
from typing import Any, TypeVar

from pydantic import BaseModel
from pyroaring import BitMap

_ROOM = 16 * 1024 * 1024  # bytes: the most memory that a client with many questions can fill
# Bytes of a result's place in the dictionary, and of a bitmap without its numbers: Python reports neither.
_PLACE, _BITMAP = 256, 200

T = TypeVar("T")


class ResultCache:
    """Result cache: bounded in bytes, least recently used first out.

    The event loop and the worker threads share it. A lock, for 0.2 µs, keeps the count of bytes right. Threads that ask
    for the same key at once each compute it: while one computed under the lock, all other answers would wait.
    """

    def __init__(self, room: int = _ROOM) -> None:
        self._results: OrderedDict[tuple[str, ...], tuple[Any, int]] = OrderedDict()  # each with its size
        self._free = self._room = room
        self._lock = Lock()

    def get_or_compute(self, key: tuple[str, ...], compute: Callable[[], T]) -> T:
        """Cached result of a key, computed if it is missing. If `compute` raises an exception, nothing is cached.

        A result larger than the whole cache is returned but not cached.
        """
        with self._lock:
            if known := self._results.get(key):
                self._results.move_to_end(key)
                result: T = known[0]
                return result
        result = compute()
        size = _PLACE + _size(key) + _size(result)
        if size <= self._room:
            self._add(key, result, size)
        return result

    def _add(self, key: tuple[str, ...], result: Any, size: int) -> None:
        with self._lock:
            if key in self._results:  # another thread has computed the same meanwhile
                return
            self._results[key] = result, size
            self._free -= size
            while self._free < 0:
                self._free += self._results.popitem(last=False)[1][1]


def _size(value: Any) -> int:
    """Bytes that a value takes, counted generously: nothing in it is taken for shared with another one."""
    if isinstance(value, BitMap):
        return _BITMAP + len(value.serialize())
    parts: Iterable[Any] = ()
    if isinstance(value, Mapping):
        parts = chain.from_iterable(value.items())
    elif isinstance(value, (tuple, list)):
        parts = value
    elif isinstance(value, BaseModel):
        parts = (value.__dict__, value.model_fields_set)
    return sys.getsizeof(value) + sum(map(_size, parts))
