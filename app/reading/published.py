"""Published records: which there are at a revision, in the order of their publication, and when each last changed."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from app.model.json_text import compact
from app.reading.bitmap_index import version_set
from app.store.checksums import damaged
from app.store.engines.constructs import in_list
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import REVISIONS, VERSION_INDEX

_INDEX = VERSION_INDEX.c
_RECORDS = Statement(
    select(_INDEX.collection, _INDEX.id, REVISIONS.c.published_at)
    .select_from(VERSION_INDEX.join(REVISIONS, REVISIONS.c.number == _INDEX.published_in))
    .where(in_list(_INDEX.number, "numbers"))
    .order_by(_INDEX.number)
)


class PublishedRecord(NamedTuple):
    """Published record: its collection, its id, and the day on which its version was published (UTC)."""

    collection: str
    id: str
    day: str


def published_records(snapshot: Snapshot, start: int, most: int) -> Sequence[PublishedRecord]:
    """Records of all collections from a place on, at most so many, wherever they begin in the same time.

    A record keeps its place until an earlier one is changed or withdrawn. Raises Unavailable (503) where the index and
    the set of versions differ.
    """
    numbers = version_set(snapshot, "current")[start : start + most]
    rows = _RECORDS.rows(snapshot.connection, {"numbers": compact(list(numbers))})
    if len(rows) != len(numbers):
        raise damaged("index of", "version_index")
    return [PublishedRecord(collection, id, published_at[:10]) for collection, id, published_at in rows]
