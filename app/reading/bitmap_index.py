"""Bitmap index at one revision: what is small of it is kept in memory, and the versions that a list has."""

from collections.abc import Iterable, Mapping

from pyroaring import BitMap
from typing_extensions import override

from app.resources.base import ListSpec
from app.resources.registry import COLLECTIONS
from app.store.checksums import damaged
from app.store.postings import Postings
from app.store.snapshot import Snapshot

# Bytes of a field's bitmaps that are kept: to read and parse those of one value takes 7 µs, of a day 50.
_SMALL = 100_000
# And their number: to look at the sizes of all bitmaps of a field takes 0.3 µs each, and ids can have 100,000.
_FEW = 1_000
_NOT_KEPT: Mapping[str, BitMap] = {}


class CachedPostings(Postings):
    """Bitmap index on the connection of a snapshot, with the bitmaps of small fields kept for the revision.

    The bit slices of a large field are kept too, if the result cache has room for them: those of a million dates are
    3.4 MB, which take 6 ms to read from SQLite and 20 from PostgreSQL. Without room they are kept for as long as this
    object, because comparisons come together.
    """

    __slots__ = ("_slices", "snapshot")

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot.connection)
        self.snapshot = snapshot
        self._slices: dict[str, Mapping[str, BitMap]] = {}

    @override
    def any_of(self, field: str, values: Iterable[str]) -> BitMap:
        kept = self._kept(field)
        if kept is _NOT_KEPT:
            return super().any_of(field, values)
        return BitMap.union(BitMap(), *(kept[value] for value in values if value in kept))

    @override
    def counts(self, field: str, among: BitMap) -> dict[str, int]:
        kept = self._kept(field)
        if kept is _NOT_KEPT:
            return super().counts(field, among)
        found = ((value, bitmap.intersection_cardinality(among)) for value, bitmap in kept.items())
        return {value: count for value, count in found if count}

    @override
    def slices(self, field: str) -> Mapping[str, BitMap]:
        kept = self._kept(field)
        if kept is not _NOT_KEPT:
            return kept
        if field not in self._slices:
            self._slices[field] = self.snapshot.cached(("slices", field), lambda: Postings.slices(self, field))
        return self._slices[field]

    def _kept(self, field: str) -> Mapping[str, BitMap]:
        """Bitmaps of a field by value, `_NOT_KEPT` if they are too large."""
        return self.snapshot.cached(("postings", field), lambda: self._read(field))

    def _read(self, field: str) -> Mapping[str, BitMap]:
        number, size = self.size(field, _FEW + 1)
        return super().slices(field) if number <= _FEW and size <= _SMALL else _NOT_KEPT


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
