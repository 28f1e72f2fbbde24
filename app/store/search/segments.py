"""Segments of the full-text index: for every 8,192 versions, a bitmap for each frequent term of those that have it.

FTS5 takes 110 to 140 ns for a version that it finds and, for the beginning of a word, goes through all terms with it in
the whole index: 270 to 530 ms for one letter and 300,000 versions. A bitmap of a segment takes 11 µs. The index is
asked only for rare terms, phrases, and the versions after the last complete segment. A complete segment never changes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, LargeBinary, bindparam, delete, func, insert, select
from sqlmodel import Field

from app.store.checksums import stored_bitmap
from app.store.search.base import AFTER_ALL, CONTENT
from app.store.search.tokens import JOINED, SIGNS
from app.store.statements import Statement
from app.store.tables import VERSION_INDEX, Key, Row

SIZE = 1 << 13  # version numbers of a segment. More make each publication search longer: it begins in no segment
SHORT = 4  # letters of a beginning, with its sign, that has bitmaps: more words begin with it than can be looked up
FREQUENT = 64  # versions of a segment that make a term frequent. Fewer would mean more rows and fewer ranges for FTS5
_EACH = 8  # of so many versions one is read to find out which terms are frequent
_STEMS = SIGNS.replace(JOINED, "")  # signs of the terms that no search text begins


class Segment(Row, table=True):
    """Complete segment of the full-text index: how many versions it has, with how many words. Ranking needs both."""

    __tablename__ = "search_segments"

    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    versions: int
    words: int


class TermPosting(Row, table=True):
    """Posting list: the versions of a segment that have a term, as a stored bitmap of their numbers, with its checksum.

    A term that ends in `*` is a beginning of up to four letters. `unranked` are those of the versions that have the
    term only in a text that does not rank; NULL if there is none.
    """

    __tablename__ = "term_postings"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term: str = Field(primary_key=True, sa_type=Key)
    segment: int = Field(primary_key=True, foreign_key="search_segments.number")
    bits: bytes = Field(sa_type=LargeBinary)
    unranked: bytes | None = Field(default=None, sa_type=LargeBinary)


SEGMENTS, TERM_POSTINGS = Segment.__table__, TermPosting.__table__

_RANKED = (CONTENT.c.c0 + " " + CONTENT.c.c1 + " " + CONTENT.c.c2 + " " + CONTENT.c.c3).label("ranked")
_UNRANKED = (CONTENT.c.c4 + " " + CONTENT.c.c5).label("unranked")
_TEXTS = Statement(
    select(CONTENT.c.id, _RANKED, _UNRANKED)
    .where(CONTENT.c.id.between(bindparam("first"), bindparam("last")))
    .order_by(CONTENT.c.id)
)
_POSTING = Statement(
    select(TERM_POSTINGS.c.bits, TERM_POSTINGS.c.unranked).where(
        TERM_POSTINGS.c.term == bindparam("term"), TERM_POSTINGS.c.segment == bindparam("segment")
    )
)
_COMPLETE = Statement(select(func.coalesce(func.max(SEGMENTS.c.number) + 1, 0)))


def segment_of(number: int) -> int:
    """Segment of a version number."""
    return number // SIZE


def start_of(segment: int) -> int:
    """First version number of a segment."""
    return segment * SIZE


def complete_segments(connection: Connection) -> int:
    """Number of complete segments: those of the numbers from 0 on."""
    return int(_COMPLETE.first(connection)[0])


def complete(connection: Connection, last: int) -> None:
    """Complete the segments of all versions up to number `last`, which the full-text index has to have already."""
    for segment in range(complete_segments(connection), segment_of(last + 1)):
        connection.execute(insert(SEGMENTS), segment_row(connection, segment))
        connection.execute(insert(TERM_POSTINGS), list(postings(connection, segment)))


def rebuild(connection: Connection) -> None:
    """Make all segments again from the full-text index."""
    for made in (TERM_POSTINGS, SEGMENTS):
        connection.execute(delete(made))
    complete(connection, connection.execute(select(func.coalesce(func.max(VERSION_INDEX.c.number), 0))).scalar_one())


def differ(connection: Connection) -> bool:
    """Whether the segments are not those of the full-text index and the version index. One segment is in memory."""
    last = connection.execute(select(func.max(VERSION_INDEX.c.number))).scalar() or 0
    segments = range(segment_of(last + 1))
    stored = connection.execute(select(SEGMENTS).order_by(SEGMENTS.c.number)).mappings().all()
    if [segment_row(connection, segment) for segment in segments] != [dict(row) for row in stored]:
        return True
    count = 0
    for row in (row for segment in segments for row in postings(connection, segment)):
        count += 1
        if _POSTING.first(connection, row) != (row["bits"], row["unranked"]):
            return True
    return count != connection.execute(select(func.count()).select_from(TERM_POSTINGS)).scalar_one()


def segment_row(connection: Connection, segment: int) -> dict[str, int]:
    """Row of `search_segments`, computed from the version index."""
    number, length = VERSION_INDEX.c.number, VERSION_INDEX.c.length
    counts = select(func.count(), func.coalesce(func.sum(length), 0)).where(number.between(*_bounds(segment)))
    versions, words = connection.execute(counts).one()
    return {"number": segment, "versions": versions, "words": words}


def postings(connection: Connection, segment: int) -> Iterator[dict[str, Any]]:
    """Rows of `term_postings` of a segment, computed from the texts in the full-text index."""
    first, last = _bounds(segment)
    texts = _TEXTS.rows(connection, {"first": first, "last": last})
    frequent = _frequent_terms(texts)
    ranked, unranked = _Terms(frequent), _Terms(frequent)
    for number, text, other in texts:
        ranked.add(number, set(text.split()))
        unranked.add(number, set(other.split()))
    for terms, others in ((ranked.frequent, unranked.frequent), (ranked.beginnings(), unranked.beginnings())):
        for term in terms.keys() | others.keys():
            mine, more = terms.get(term, ()), others.get(term, ())
            if len(mine) + len(more) >= FREQUENT:
                yield from _posting(term, segment, BitMap(mine), BitMap(more))


def _posting(term: str, segment: int, ranked: BitMap, others: BitMap) -> Iterator[dict[str, Any]]:
    """Row of a term, if it is frequent."""
    found, unranked = ranked | others, others - ranked
    if len(found) >= FREQUENT:
        own = stored_bitmap(unranked) if unranked else None
        yield {"term": term, "segment": segment, "bits": stored_bitmap(found), "unranked": own}


class _Terms:
    """Versions of a segment by frequent term, and by the first four letters of the other ones."""

    def __init__(self, frequent: frozenset[str]) -> None:
        self._frequent = frequent
        self.frequent: dict[str, list[int]] = {term: [] for term in frequent}
        self._rare: dict[str, list[int]] = defaultdict(list)

    def add(self, number: int, terms: set[str]) -> None:
        """Add a version with its terms."""
        for term in terms & self._frequent:
            self.frequent[term].append(number)
        for letters in {term[:SHORT] for term in terms - self._frequent if term[0] not in _STEMS}:
            self._rare[letters].append(number)

    def beginnings(self) -> dict[str, list[int]]:
        """Versions, with repetitions, by the first one to four letters of a word, with its sign, followed by `*`."""
        found: dict[str, list[int]] = defaultdict(list)
        for term, numbers in (*self._rare.items(), *self.frequent.items()):
            if term[0] not in _STEMS:
                for length in range(1, min(SHORT, len(term)) + 1):
                    found[f"{term[:length]}*"] += numbers
        return found


def _frequent_terms(texts: Sequence[tuple[int, str, str]]) -> frozenset[str]:
    """Terms that are probably frequent, as they are in every eighth version: to count all terms takes longer."""
    counts: Counter[str] = Counter()
    for _, text, other in texts[::_EACH]:
        counts.update({*text.split(), *other.split()})
    return frozenset(term for term, count in counts.items() if count * _EACH >= FREQUENT)


def _bounds(segment: int) -> tuple[int, int]:
    return start_of(segment), start_of(segment + 1) - 1


def gaps(covered: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ranges of version numbers outside of the segments given, in order; the last one has no end (2**62)."""
    start = 0
    for segment in sorted(covered):
        first, last = _bounds(segment)
        if start < first:
            yield start, first - 1
        start = last + 1
    yield start, AFTER_ALL
