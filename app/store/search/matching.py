"""Full-text matching: the versions that have the words of a search text, as a bitmap of their numbers.

Every phrase is looked for by itself and the bitmaps are combined. Where a segment has a bitmap of the term, it is
read; otherwise FTS5 finds the versions, in the ranges of numbers without one.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    func,
    literal_column,
    or_,
    select,
    table,
)

from app.store.checksums import read_bitmap
from app.store.search.query import parse
from app.store.search.segments import CONTENT, SHORT, TERM_POSTINGS, complete_segments, gaps, start_of
from app.store.search.sqlite import INDEX, RANKED
from app.store.search.tokens import Phrase
from app.store.statements import Statement, in_list

# Words with a beginning that are looked up one by one, about 65 µs each. With more, FTS5 looks for the beginning.
_MOST_WORDS = 200
# For FTS5, one more range of numbers to search (45 µs) takes as long as so many versions more that it finds.
_RANGE = 400

_INDEX = table(INDEX, column("rowid", Integer))
# Each occurrence of each term in the index: the number of the version and the name of the text.
TERMS = table(f"{INDEX}_terms", column("term", Text), column("doc", Integer), column("col", Text))
_ALL_COLUMNS: ColumnElement[str] = literal_column(INDEX, Text)  # FTS5: the name of the table means all of its columns
_AFTER_ALL = 2**62


def _numbers(number: ColumnElement[int], *conditions: ColumnElement[bool]) -> Statement:
    """Statement for all numbers as one JSON array: to fetch them row by row takes twice as long."""
    between = number.between(bindparam("first"), bindparam("last"))
    found: Select[tuple[int]] = select(func.json_group_array(number)).where(*conditions, between)
    return Statement(found)


_MATCHES = _numbers(_INDEX.c.rowid, _ALL_COLUMNS.bool_op("MATCH")(bindparam("expression")))
_POSTINGS = Statement(
    select(TERM_POSTINGS.c.term, TERM_POSTINGS.c.segment, TERM_POSTINGS.c.bits, TERM_POSTINGS.c.unranked).where(
        in_list(TERM_POSTINGS.c.term, "terms")
    )
)
_NEXT_TERM = Statement(select(TERMS.c.term).where(TERMS.c.term >= bindparam("start")).limit(1))


def _beginning_in(texts: Iterable[ColumnElement[str]]) -> Statement:
    word = bindparam("word", type_=Text)
    return _numbers(CONTENT.c.id, or_(*(func.instr(" " + text, word) > 0 for text in texts)))


_COLUMNS = (CONTENT.c.c0, CONTENT.c.c1, CONTENT.c.c2, CONTENT.c.c3, CONTENT.c.c4, CONTENT.c.c5)
_BEGINNINGS = {ranked: _beginning_in(_COLUMNS[:4] if ranked else _COLUMNS) for ranked in (False, True)}


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
        self._segments = complete_segments(connection)

    def any_of(self, phrases: Iterable[Phrase], *, ranked: bool = False) -> BitMap:
        """Versions that have one of the phrases: in any text or, with `ranked`, in one that ranks."""
        found = BitMap()
        terms: list[str] = []
        expressions: dict[tuple[int, int], list[str]] = defaultdict(list)  # of FTS5, by range of version numbers
        for phrase in phrases:
            if (short := self._short_beginning(phrase, ranked=ranked)) is not None:
                found |= short
            elif (own := self._terms(phrase)) is not None:
                terms += own
            else:
                expressions[0, _AFTER_ALL].append(_quoted(phrase))
        for term, (versions, covered) in self._read_postings(found, terms, ranked=ranked).items():
            ranges = list(gaps(covered))
            for bounds in ranges if len(ranges) * _RANGE < versions else [(0, _AFTER_ALL)]:
                expressions[bounds].append(f'"{term}"')
        for bounds, alternatives in expressions.items():
            found |= self._search(alternatives, bounds, ranked=ranked)
        return found

    def _terms(self, phrase: Phrase) -> Sequence[str] | None:
        """Terms each of which has bitmaps; None for a phrase that FTS5 has to find by itself."""
        start = phrase.terms[0]
        if not self._segments or len(phrase.terms) > 1 or (phrase.prefix and len(start) <= SHORT):
            return None
        if not phrase.prefix:
            return phrase.terms
        words: list[str] = []
        after = start
        while (row := _NEXT_TERM.first(self._connection, {"start": after})) and row[0].startswith(start):
            if len(words) == _MOST_WORDS:
                return None
            words.append(row[0])
            after = f"{row[0]}\0"
        return words

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
        """Versions with a word that begins with up to four letters; None if FTS5 has to look for it.

        That is so unless all segments have a bitmap of it, and for fewer versions than a segment has. Those after the
        last complete segment are gone through, 2 to 4 µs each: FTS5 would go through the whole index.
        """
        letters = phrase.terms[0]
        if not (self._segments and phrase.prefix and len(phrase.terms) == 1 and len(letters) <= SHORT):
            return None
        found = BitMap()
        (read,) = self._read_postings(found, [f"{letters}*"], ranked=ranked).values()
        if len(read.segments) < self._segments or read.versions < start_of(1):
            return None
        bounds = {"first": start_of(self._segments), "last": _AFTER_ALL}
        (later,) = _BEGINNINGS[ranked].first(self._connection, {"word": f" {letters}", **bounds})
        return found | BitMap(json.loads(later))

    def _search(self, alternatives: Sequence[str], bounds: tuple[int, int], *, ranked: bool) -> BitMap:
        """Versions that FTS5 finds within a range of numbers."""
        expression = " OR ".join(alternatives)
        if ranked:
            expression = f"{{{' '.join(RANKED)}}} : ({expression})"
        values = {"expression": expression, "first": bounds[0], "last": bounds[1]}
        return BitMap(json.loads(_MATCHES.first(self._connection, values)[0]))


def _quoted(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.terms)}"{"*" if phrase.prefix else ""}'
