"""Verification of the bitmap index: every posting and every version set is computed again from the stored rows."""

from collections.abc import Mapping

from pyroaring import BitMap
from sqlalchemy import Connection, func, select

from app.errors import Unavailable
from app.publishing.bitmap_history import posting_chunks, set_changes
from app.publishing.stored_changes import Mismatch
from app.resources.base import Resource
from app.store.checksums import read_bitmap
from app.store.postings import by_chunk, chunk_range
from app.store.tables import POSTINGS, VERSION_INDEX, VERSION_SETS


def check_bitmaps(connection: Connection, resources: Mapping[str, Resource], last: int) -> None:
    """Raise Mismatch for the first bitmap that is not that of the stored rows; `last` is the newest revision.

    The bitmaps of one chunk of version numbers are in memory at a time.
    """
    count = 0
    for chunk, expected in posting_chunks(connection, resources):
        count += len(expected)
        stored = select(POSTINGS.c.field, POSTINGS.c.value, POSTINGS.c.bits).where(POSTINGS.c.chunk == chunk)
        for field, value, bits in connection.execute(stored.execution_options(yield_per=500)):
            _compare_posting(connection, field, value, bits, expected.pop((field, value), BitMap()), last)
        for (field, value), bitmap in expected.items():
            _compare_posting(connection, field, value, None, bitmap, last)
    if count != connection.execute(select(func.count()).select_from(POSTINGS)).scalar():
        raise Mismatch("log-postings", last, field="*", value="*")
    _check_sets(connection, last)


def _compare_posting(
    connection: Connection, field: str, value: str, bits: bytes | None, expected: BitMap, last: int
) -> None:
    found = _bitmap(bits)
    if found == expected and bits is not None:
        return
    first = (found or BitMap()).symmetric_difference(expected)
    published = select(VERSION_INDEX.c.published_in).where(VERSION_INDEX.c.number == (first.min() if first else -1))
    number = connection.execute(published).scalar() or last
    raise Mismatch("log-postings", number, field=field, value=value)


def _bitmap(bits: bytes | None) -> BitMap | None:
    """Bitmap of its stored form; None if there is none, or a damaged one."""
    try:
        return None if bits is None else read_bitmap(bits)
    except Unavailable:
        return None


def _check_sets(connection: Connection, last: int) -> None:
    now: dict[str, BitMap] = {}
    count = 0
    for change in set_changes(connection):
        versions = now.setdefault(change.name, BitMap())
        versions -= change.gone
        versions |= change.added
        for chunk, _ in by_chunk(change.gone | change.added):
            count += 1
            key = VERSION_SETS.c.name == change.name, VERSION_SETS.c.chunk == chunk
            stored = select(VERSION_SETS.c.bits).where(*key, VERSION_SETS.c.revision == change.revision)
            if _bitmap(connection.execute(stored).scalar()) != versions & chunk_range(chunk):
                raise Mismatch("log-version-set", change.revision, name=change.name)
    if count != connection.execute(select(func.count()).select_from(VERSION_SETS)).scalar():
        raise Mismatch("log-version-set", last, name="*")
