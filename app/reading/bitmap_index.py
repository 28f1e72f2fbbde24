"""Bitmap index at one revision: what is read of it is kept in memory, and the versions that a list has."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from pyroaring import BitMap
from typing_extensions import override

from app.resources.base import ListSpec
from app.resources.registry import COLLECTIONS
from app.store.bit_slices import BitSlices
from app.store.checksums import damaged
from app.store.postings import Postings
from app.store.snapshot import Snapshot

# Bytes of a field up to which one value is looked for among all of its bitmaps: to read more takes longer than the 7 µs
# for the one.
_SMALL = 100_000
# Bytes and rows of a field that are read at once for a facet, and kept: a quarter of the result cache. Ids can have
# 100,000 rows, and each bitmap in memory takes some 200 bytes.
_LARGE, _FEW = 4 * 1024 * 1024, 1_000

T = TypeVar("T")


class CachedPostings(Postings):
    """Bitmap index on the connection of a snapshot, with what is read of a field at once kept for the revision.

    The bit slices of days are always kept: those of a million days are 3 MB, which take 6 ms to read from SQLite and 20
    from PostgreSQL. Bitmaps of a field are kept for one of its values if they are small, and for a facet up to a limit.
    What the result cache has no room for is kept for as long as this object, because comparisons come together.
    """

    __slots__ = ("_kept", "snapshot")

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot.connection)
        self.snapshot = snapshot
        self._kept: dict[tuple[str, str], Any] = {}

    @override
    def any_of(self, field: str, values: Iterable[str]) -> BitMap:
        number, size = self._size(field)
        if number > _FEW or size > _SMALL:
            return super().any_of(field, values)
        kept = self.bitmaps(field)
        return BitMap.union(BitMap(), *(kept[value] for value in values if value in kept))

    @override
    def counts(self, field: str, among: BitMap) -> dict[str, int]:
        number, size = self._size(field)
        if number > _FEW or size > _LARGE:
            return super().counts(field, among)
        found = ((value, bitmap.intersection_cardinality(among)) for value, bitmap in self.bitmaps(field).items())
        return {value: count for value, count in found if count}

    @override
    def bitmaps(self, field: str) -> Mapping[str, BitMap]:
        return self._keep(("bitmaps", field), lambda: self._read(field))

    @override
    def days(self, field: str) -> BitSlices:
        return self._keep(("days", field), lambda: Postings.days(self, field))

    def _size(self, field: str) -> tuple[int, int]:
        return self._keep(("size", field), lambda: self.size(field, _FEW + 1))

    def _keep(self, question: tuple[str, str], read: Callable[[], T]) -> T:
        if question not in self._kept:
            self._kept[question] = self.snapshot.cached(question, read)
        kept: T = self._kept[question]
        return kept


def index_of(snapshot: Snapshot) -> CachedPostings:
    """Bitmap index of a snapshot."""
    return CachedPostings(snapshot)


def version_set(snapshot: Snapshot, name: str) -> BitMap:
    """Set of versions at the revision, such as `current`. It is shared: nothing may be added to it.

    Raises Unavailable (503) if it is damaged: where SQLite misses a row, it takes that of an earlier revision.
    """

    def read() -> BitMap:
        revision = snapshot.revision
        found = index_of(snapshot).version_set(name, revision.number)
        if name == "current" and len(found) != revision.records:
            raise damaged("set of versions", name)
        return found

    return snapshot.cached((name,), read)


def current_versions(snapshot: Snapshot, spec: ListSpec) -> BitMap:
    """Versions of a list that are current at the revision: of its collection, or of all if it is over several.

    It is shared: nothing may be added to it.
    """
    everything = version_set(snapshot, "current")
    if spec.collection_column:
        return everything
    return snapshot.cached(
        ("current", spec.name), lambda: everything & index_of(snapshot).any_of("collection", [spec.name])
    )


def version_count(snapshot: Snapshot, spec: ListSpec) -> int:
    """Number of versions in the table of a list: those of all revisions."""
    names = COLLECTIONS if spec.collection_column else [spec.name]
    return snapshot.cached(("versions", spec.name), lambda: len(index_of(snapshot).any_of("collection", names)))
