"""Full-text matching: the versions that have the words of a search text, as a bitmap of their numbers.

Every phrase is looked for by itself and the bitmaps are combined. Where a segment has a bitmap of the term, it is
read; otherwise the engine finds the versions, in the ranges of numbers without one.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, select

from app.store.checksums import read_bitmap
from app.store.engines.constructs import in_list
from app.store.search.base import AFTER_ALL
from app.store.search.engines import index_of
from app.store.search.query import parse
from app.store.search.segments import SHORT, TERM_POSTINGS, complete_segments, gaps, start_of
from app.store.search.tokens import Phrase
from app.store.statements import Statement

# Words with a beginning that are looked up one by one, about 65 µs each. With more, the index looks for the beginning.
_MOST_WORDS = 200
# On SQLite, one more range of numbers to search (45 µs) takes as long as so many versions more that are found.
_RANGE = 400

_POSTINGS = Statement(
    select(TERM_POSTINGS.c.term, TERM_POSTINGS.c.segment, TERM_POSTINGS.c.bits, TERM_POSTINGS.c.unranked).where(
        in_list(TERM_POSTINGS.c.term, "terms")
    )
)


def matching(connection: Connection, query: str) -> BitMap:
    """Full-text search: numbers of all versions ever published whose texts, in either language, match.

    Raises InvalidValue, a ValueError, for a text that cannot be searched.
    """
    wanted, unwanted = parse(query)
    index = TermIndex(connection)
    found = index.any_of(wanted[0].phrases())
    for term in wanted[1:]:
        if found:
            found &= index.any_of(term.phrases())
    for term in unwanted:
        if found:
            found -= index.any_of(term.phrases())
    return found


class _Read(NamedTuple):
    """Bitmaps of a term that were read: how many versions they have, and their segments."""

    versions: int
    segments: list[int]


class TermIndex:
    """Inverted index of terms on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = index_of(connection)
        self._segments = complete_segments(connection)

    def any_of(self, phrases: Iterable[Phrase], *, ranked: bool = False) -> BitMap:
        """Versions that have one of the phrases: in any text or, with `ranked`, in one that ranks."""
        found = BitMap()
        terms: list[str] = []
        sought: dict[tuple[int, int], list[Phrase]] = defaultdict(list)  # by the engine, by range of version numbers
        for phrase in phrases:
            if (short := self._short_beginning(phrase, ranked=ranked)) is not None:
                found |= short
            elif (own := self._terms(phrase)) is not None:
                terms += own
            else:
                sought[0, AFTER_ALL].append(phrase)
        for term, (versions, covered) in self._read_postings(found, terms, ranked=ranked).items():
            ranges = list(gaps(covered))
            for bounds in ranges if len(ranges) * _RANGE < versions else [(0, AFTER_ALL)]:
                sought[bounds].append(Phrase((term,)))
        for bounds, alternatives in sought.items():
            found |= self._index.search(self._connection, alternatives, *bounds, ranked=ranked)
        return found

    def _terms(self, phrase: Phrase) -> Sequence[str] | None:
        """Terms each of which has bitmaps; None for a phrase that the engine has to find by itself."""
        start = phrase.terms[0]
        if not self._segments or len(phrase.terms) > 1 or (phrase.prefix and len(start) <= SHORT):
            return None
        if not phrase.prefix:
            return phrase.terms
        return self._index.words(self._connection, start, _MOST_WORDS)

    def _read_postings(self, found: BitMap, terms: Collection[str], *, ranked: bool) -> dict[str, _Read]:
        """Add the versions in the segments that have a bitmap of the terms. How many these are, by term."""
        read = {term: _Read(0, []) for term in terms}
        if read:
            for term, segment, bits, unranked in _POSTINGS.rows(self._connection, {"terms": json.dumps([*read])}):
                versions = read_bitmap(bits)
                found |= versions - read_bitmap(unranked) if ranked and unranked else versions
                read[term].segments.append(segment)
                read[term] = read[term]._replace(versions=read[term].versions + len(versions))
        return read

    def _short_beginning(self, phrase: Phrase, *, ranked: bool) -> BitMap | None:
        """Versions with a word that begins with up to four letters; None if the engine has to look for it.

        That is so unless all segments have a bitmap of it, and for fewer versions than a segment has. Those after the
        last complete segment are gone through, 2 to 4 µs each: the index would be gone through as a whole.
        """
        letters = phrase.terms[0]
        if not (self._segments and phrase.prefix and len(phrase.terms) == 1 and len(letters) <= SHORT):
            return None
        found = BitMap()
        (read,) = self._read_postings(found, [f"{letters}*"], ranked=ranked).values()
        if len(read.segments) < self._segments or read.versions < start_of(1):
            return None
        return found | self._index.beginning(self._connection, letters, start_of(self._segments), ranked=ranked)
