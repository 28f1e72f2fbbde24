"""Bitmap index, written: the postings of versions, and the sets of versions that change with the revision."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from app.resources.base import Resource
from app.resources.events import EVENTS
from app.store.bit_slices import day_values
from app.store.checksums import read_bitmap, stored_bitmap
from app.store.postings import CHUNK_BITS, Postings, by_chunk
from app.store.statements import Statement
from app.store.tables import LINKS, POSTINGS, VERSION_SETS, batches

Pair = tuple[str, str]  # a field and a value of it
Columns = Mapping[str, Any] | RowMapping
_TIMELINE = {"timeline.earliest": "earliest", "timeline.latest": "latest"}  # columns of the version index, by field
_DAYS = ("earliest", "latest", "possible_from", "possible_to", "certain_from", "certain_to")  # of a collection's table
_DAY_FIELDS = {*_DAYS, *_TIMELINE}
RELATED = "related"  # the field of an event that names what it brought about

_OF_POSTING = (
    POSTINGS.c.field == bindparam("the_field"),
    POSTINGS.c.value == bindparam("the_value"),
    POSTINGS.c.chunk == bindparam("the_chunk"),
)
_STORED = Statement(select(POSTINGS.c.bits).where(*_OF_POSTING))
_REPLACE = update(POSTINGS).where(*_OF_POSTING)


def postings_of(
    resource: Resource, version: Columns, entry: Columns, links: Iterable[Mapping[str, str]]
) -> Iterator[Pair]:
    """Postings of a version: field and value of each filter that finds it, from its rows in all tables.

    Values of days are ISO days or sentinels.
    """
    yield "collection", resource.name
    if entry["kind"] is not None:
        yield "kind", entry["kind"]
    for column in resource.filter_columns:
        if (value := version[column]) is not None:
            yield column, str(value).lower() if isinstance(value, bool) else str(value)
    yield from {(f"links/{link['target_collection']}", link["target_id"]) for link in links}
    undated = {"dated": version.get("undated"), "timeline.dated": entry["undated"]}
    yield from ((field, "1") for field, value in undated.items() if value == 0)
    yield from ((column, version[column]) for column in _DAYS if column in version)
    yield from ((field, entry[column]) for field, column in _TIMELINE.items())


class PendingPostings:
    """Postings in memory, of one chunk of numbers. A day is one list of numbers until it is asked for its digits."""

    def __init__(self) -> None:
        self._numbers: defaultdict[Pair, list[int]] = defaultdict(list)

    def add(self, number: int, postings: Iterable[Pair]) -> None:
        """Add the postings of a version with its number in the version index."""
        for posting in postings:
            self._numbers[posting].append(number)

    def bitmaps(self) -> dict[Pair, BitMap]:
        """Bitmaps by field and value; the values of days are the digits of their ordinals."""
        found: defaultdict[Pair, BitMap] = defaultdict(BitMap)
        for (field, value), numbers in self._numbers.items():
            for one in day_values(value) if field in _DAY_FIELDS else (value,):
                found[field, one].update(numbers)
        return found


class PostingsWriter:
    """Writer of postings: keeps those of one chunk of numbers in memory and writes them when the next chunk begins.

    `last` is the largest number that has postings already: what lies in a chunk beyond it is new.
    """

    def __init__(self, connection: Connection, last: int) -> None:
        self._connection = connection
        self._written = last >> CHUNK_BITS if last else -1
        self._chunk, self._pending = 0, PendingPostings()

    def add(self, number: int, postings: Iterable[Pair]) -> None:
        """Add the postings of a version with its number in the version index. Raises DBAPIError."""
        if number >> CHUNK_BITS != self._chunk:
            self.flush()
            self._chunk = number >> CHUNK_BITS
        self._pending.add(number, postings)

    def flush(self) -> None:
        """Write what is in memory. Raises DBAPIError."""
        chunk, added = self._chunk, self._pending.bitmaps()
        self._pending = PendingPostings()
        stored = _stored(self._connection, chunk, added) if chunk <= self._written else {}
        insert_postings(self._connection, chunk, {pair: bits for pair, bits in added.items() if pair not in stored})
        replaced = [
            {
                "the_field": field,
                "the_value": value,
                "the_chunk": chunk,
                "bits": stored_bitmap(bits | added[field, value]),
            }
            for (field, value), bits in stored.items()
        ]
        for batch in batches(replaced):
            self._connection.execute(_REPLACE, batch)
        self._written = max(self._written, chunk)


def insert_postings(connection: Connection, chunk: int, postings: Mapping[Pair, BitMap]) -> None:
    """Write postings of a chunk that has none of them yet. Raises DBAPIError."""
    for batch in batches([*postings.items()]):
        rows = (
            {"field": field, "value": value, "chunk": chunk, "bits": stored_bitmap(bitmap)}
            for (field, value), bitmap in batch
        )
        connection.execute(insert(POSTINGS), [*rows])


def _stored(connection: Connection, chunk: int, postings: Iterable[Pair]) -> dict[Pair, BitMap]:
    """Those of the postings that the chunk has already."""
    found = {}
    for field, value in postings:
        row = _STORED.first(connection, {"the_field": field, "the_value": value, "the_chunk": chunk})
        if row:
            found[field, value] = read_bitmap(row[0])
    return found


class VersionSetWriter:
    """Writer of the version sets of one revision, copied on write: only chunks that differ from before are written."""

    def __init__(self, connection: Connection, revision: int) -> None:
        self._connection, self.revision = connection, revision
        self._before: dict[tuple[str, int], BitMap] = {}
        self._now: dict[tuple[str, int], BitMap] = {}

    def add(self, name: str, numbers: Iterable[int]) -> None:
        """Add versions to a set. Raises DBAPIError."""
        for chunk, part in by_chunk(numbers):
            self._load(name, chunk).update(part)

    def discard(self, name: str, numbers: Iterable[int]) -> None:
        """Take versions out of a set. Raises DBAPIError."""
        for chunk, part in by_chunk(numbers):
            self._load(name, chunk).difference_update(part)

    def replace(self, name: str, pairs: Mapping[int, int]) -> None:
        """Where an old version, which is the key, is in a set: put the new one in its place. Raises DBAPIError."""
        found = {old for old in pairs if old in self._load(name, old >> CHUNK_BITS)}
        self.discard(name, found)
        self.add(name, [pairs[old] for old in found])

    def flush(self) -> None:
        """Write the chunks that differ. Raises DBAPIError."""
        rows = [
            {"name": name, "chunk": chunk, "revision": self.revision, "bits": stored_bitmap(bitmap)}
            for (name, chunk), bitmap in self._now.items()
            if bitmap != self._before[name, chunk]
        ]
        for batch in batches(rows):
            self._connection.execute(insert(VERSION_SETS), batch)

    def _load(self, name: str, chunk: int) -> BitMap:
        key = name, chunk
        if key not in self._now:
            self._before[key] = Postings(self._connection).version_set_chunk(name, chunk, self.revision - 1)
            self._now[key] = self._before[key].copy()
        return self._now[key]


def write_folded(
    connection: Connection, sets: VersionSetWriter, resources: Mapping[str, Resource], events: Sequence[str]
) -> None:
    """Write which records the changed events, given by id, name or no longer name in `related`. Raises DBAPIError."""
    mine = LINKS.c.collection == EVENTS.name, LINKS.c.field == RELATED
    for batch in batches(events):
        now_or_before = LINKS.c.superseded_in.is_(None) | (LINKS.c.superseded_in == sets.revision)
        touched = select(LINKS.c.target_collection, LINKS.c.target_id).distinct()
        targets: defaultdict[str, list[str]] = defaultdict(list)
        for collection, id in connection.execute(touched.where(*mine, LINKS.c.id.in_(batch), now_or_before)):
            if collection in resources and collection != EVENTS.name:
                targets[collection].append(id)
        for collection, ids in targets.items():
            for part in batches(ids):
                _write_folded_of(connection, sets, resources[collection], part)


def _write_folded_of(connection: Connection, sets: VersionSetWriter, resource: Resource, ids: Sequence[str]) -> None:
    naming = select(LINKS.c.target_id).where(
        LINKS.c.target_collection == resource.name,
        LINKS.c.target_id.in_(ids),
        LINKS.c.collection == EVENTS.name,
        LINKS.c.field == RELATED,
        LINKS.c.superseded_in.is_(None),
    )
    named = set(connection.execute(naming).scalars())
    current = current_numbers(connection, resource, ids)
    sets.add("folded", [number for id, number in current.items() if id in named])
    sets.discard("folded", [number for id, number in current.items() if id not in named])


def current_numbers(connection: Connection, resource: Resource, ids: Sequence[str]) -> dict[str, int]:
    """Numbers of the current versions of records, by id; those without one are missing. Raises DBAPIError."""
    table = resource.table
    rows = select(table.c.id, table.c.number).where(table.c.id.in_(ids), table.c.superseded_in.is_(None))
    return dict(connection.execute(rows).all())
