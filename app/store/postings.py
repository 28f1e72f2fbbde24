"""Bitmap index: which versions have a value of a field, as Roaring bitmaps of their numbers in the version index.

A filter is one bitmap, several are their intersection, an exact total is its length. Fields of days have the digits of
days as values: see `app.store.bit_slices`.
"""

from collections.abc import Iterable, Iterator, Mapping

from pyroaring import BitMap
from sqlalchemy import Connection, bindparam, func, select

from app.store.bit_slices import BitSlices, ordinal_of
from app.store.checksums import read_bitmap
from app.store.statements import Statement
from app.store.tables import POSTINGS, VERSION_SETS

# Numbers with the same value beyond this many bits are in one chunk; changing it needs a migration with a backfill.
# A blob has at most 32 kB, and one changed record among a million rewrites 0.3 MB. With 16 bits it rewrites 0.2 MB, but
# counting the values of a facet takes three times as long, because there are four times as many rows.
CHUNK_BITS = 18

_OF_VALUE = Statement(
    select(POSTINGS.c.bits).where(POSTINGS.c.field == bindparam("field"), POSTINGS.c.value == bindparam("value"))
)
_OF_FIELD = Statement(
    select(POSTINGS.c.value, POSTINGS.c.chunk, POSTINGS.c.bits).where(POSTINGS.c.field == bindparam("field"))
)
_FIRST = select(POSTINGS.c.bits).where(POSTINGS.c.field == bindparam("field")).limit(bindparam("most")).subquery()
_SIZE = Statement(select(func.count(_FIRST.c.bits), func.coalesce(func.sum(func.length(_FIRST.c.bits)), 0)))
_LAST_CHUNK = Statement(select(func.max(VERSION_SETS.c.chunk)).where(VERSION_SETS.c.name == bindparam("name")))
_SET_AT = Statement(
    select(VERSION_SETS.c.bits)
    .where(
        VERSION_SETS.c.name == bindparam("name"),
        VERSION_SETS.c.chunk == bindparam("chunk"),
        VERSION_SETS.c.revision <= bindparam("revision"),
    )
    .order_by(VERSION_SETS.c.revision.desc())
    .limit(1)
)


class Postings:
    """Bitmap index, bound to one connection. Each method returns a new bitmap, which the caller may change.

    A field or value that no version has gives an empty bitmap. Each raises DBAPIError, and Unavailable (503) for a
    damaged bitmap.
    """

    __slots__ = ("connection",)

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def any_of(self, field: str, values: Iterable[str]) -> BitMap:
        """Versions that have one of the values in the field, of all revisions."""
        found = BitMap()
        for value in values:
            for (bits,) in _OF_VALUE.rows(self.connection, {"field": field, "value": value}):
                found |= read_bitmap(bits)
        return found

    def at_least(self, field: str, day: str) -> BitMap:
        """Versions whose day in the field is this one or later: an ISO day or a sentinel."""
        return self.days(field).at_least(ordinal_of(day))

    def at_most(self, field: str, day: str) -> BitMap:
        """Versions whose day in the field is this one or earlier: an ISO day or a sentinel."""
        return self.days(field).at_most(ordinal_of(day))

    def days(self, field: str) -> BitSlices:
        """Bit slices of a field of days, which the caller must not change."""
        return BitSlices.of(self._read(field))

    def counts(self, field: str, among: BitMap) -> dict[str, int]:
        """Counts of the versions in a bitmap by their value of the field, without zeros."""
        found: dict[str, int] = {}
        chunks = _chunks_of(among)
        for value, chunk, bits in _OF_FIELD.rows(self.connection, {"field": field}):
            if chunk in chunks and (count := read_bitmap(bits).intersection_cardinality(among)):
                found[value] = found.get(value, 0) + count
        return found

    def version_set(self, name: str, revision: int) -> BitMap:
        """Set of versions by name (`current` or `folded`) as it was at a revision."""
        (last,) = _LAST_CHUNK.first(self.connection, {"name": name})
        chunks = range(0 if last is None else last + 1)
        return BitMap.union(BitMap(), *(self.version_set_chunk(name, chunk, revision) for chunk in chunks))

    def version_set_chunk(self, name: str, chunk: int, revision: int) -> BitMap:
        """Part of a set of versions in one chunk of their numbers, as it was at a revision."""
        row = _SET_AT.first(self.connection, {"name": name, "chunk": chunk, "revision": revision})
        return read_bitmap(row[0]) if row else BitMap()

    def bitmaps(self, field: str) -> Mapping[str, BitMap]:
        """Bitmaps of all values of a field, which the caller must not change."""
        return self._read(field)

    def _read(self, field: str) -> Mapping[str, BitMap]:
        parts: dict[str, list[BitMap]] = {}
        for value, _, bits in _OF_FIELD.rows(self.connection, {"field": field}):
            parts.setdefault(value, []).append(read_bitmap(bits))
        return {value: BitMap.union(*of_value) for value, of_value in parts.items()}

    def size(self, field: str, most: int) -> tuple[int, int]:
        """Number and bytes of the bitmaps of a field, or of the first `most` of them."""
        number, size = _SIZE.first(self.connection, {"field": field, "most": most})
        return number, size


def _chunks_of(bitmap: BitMap) -> set[int]:
    if not bitmap:
        return set()
    chunks = range(bitmap.min() >> CHUNK_BITS, (bitmap.max() >> CHUNK_BITS) + 1)
    return {one for one in chunks if bitmap.range_cardinality(one << CHUNK_BITS, (one + 1) << CHUNK_BITS)}


def by_chunk(numbers: Iterable[int]) -> Iterator[tuple[int, BitMap]]:
    """Numbers by chunk, each chunk once, in order."""
    bitmap = BitMap(numbers)
    for chunk in sorted(_chunks_of(bitmap)):
        yield chunk, bitmap & chunk_range(chunk)


def chunk_range(chunk: int) -> BitMap:
    """All numbers of a chunk."""
    return BitMap(range(chunk << CHUNK_BITS, (chunk + 1) << CHUNK_BITS))
