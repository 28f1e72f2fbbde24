"""HTTP caches (RFC 9111) in tiers: edges and shields that keep copies by least recent use, and the origin before them.

A key is one representation: an address in one language and one content coding. A stale copy is revalidated with its
entity tag: 304 if the version is the same, else 200. Misses of one key at one moment are one request upstream.
"""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Representation:
    """What a cache has to know of a key: bytes of its 200 and of its 304, with their heads, and how it ages."""

    size: int
    size_unmodified: int
    lifetime: float  # seconds that a cache may keep it, by its max-age
    changes: bool  # whether a publication gives it another entity tag


class Copy(NamedTuple):
    """Copy of a representation. `fresh_until` counts from the origin's answer, as Age makes each tier do."""

    version: int
    fresh_until: float


class Upstream(Protocol):
    """Where a tier gets what it lacks."""

    def get(self, key: int, now: float) -> Copy:
        """Copy of a key that is fresh now, where it can be."""
        ...


class Origin(Upstream):
    """Origin: what is published every `interval` seconds has another version, at a moment of its own for each key.

    Publication changes all at once; moments of their own give the same counts as the mean over a whole interval.
    With `purged`, a copy is good until the next version, because each publication purges it.
    """

    def __init__(
        self, keys: Sequence[Representation], interval: float, phases: Sequence[float], *, purged: bool = False
    ) -> None:
        self._keys = keys
        self._interval = interval
        self._phases = phases
        self._purged = purged

    @override
    def get(self, key: int, now: float) -> Copy:
        one = self._keys[key]
        if not one.changes:
            return Copy(0, now + one.lifetime)
        version = self.version(key, now)
        if self._purged:
            return Copy(version, (version + 1) * self._interval - self._phases[key])
        return Copy(version, now + one.lifetime)

    def version(self, key: int, now: float) -> int:
        """Version of a key at a moment."""
        return math.floor((now + self._phases[key]) / self._interval) if self._keys[key].changes else 0


class Tier(Upstream):
    """Cache of one place: at most `room` bytes of answers, the least recently used first out; counts what it does."""

    def __init__(self, keys: Sequence[Representation], room: int, upstream: Upstream) -> None:
        self._keys = keys
        self._free = room
        self._upstream = upstream
        self._copies: OrderedDict[int, Copy] = OrderedDict()
        self.most = 0  # bytes held at most
        self.room = room
        self.reset()

    def reset(self) -> None:
        """Begin to count."""
        self.hits = self.unmodified = self.filled = self.bytes_in = 0

    @override
    def get(self, key: int, now: float) -> Copy:
        copy = self._copies.get(key)
        if copy is not None and copy.fresh_until > now:
            self.hits += 1
            self._copies.move_to_end(key)
            return copy
        known = self._keys[key]
        found = self._upstream.get(key, now)
        if copy is not None and copy.version == found.version:
            self.unmodified += 1
            self.bytes_in += known.size_unmodified
        else:
            self.filled += 1
            self.bytes_in += known.size
        self.put(key, found)
        return found

    def put(self, key: int, copy: Copy) -> None:
        """Keep a copy as the most recently used one. One larger than the room is not kept."""
        size = self._keys[key].size
        if self._copies.pop(key, None) is not None:
            self._free += size
        if size > self.room:
            return
        self._copies[key] = copy
        self._free -= size
        while self._free < 0:
            oldest, _ = self._copies.popitem(last=False)
            self._free += self._keys[oldest].size
        self.most = max(self.most, self.room - self._free)

    def __contains__(self, key: int) -> bool:
        """Whether a copy is there, fresh or stale."""
        return key in self._copies

    @property
    def asked(self) -> int:
        """Requests since the last reset."""
        return self.hits + self.misses

    @property
    def misses(self) -> int:
        """Requests upstream since the last reset."""
        return self.unmodified + self.filled
