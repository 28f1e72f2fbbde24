"""Ranking of search results by BM25 (Robertson and Zaragoza 2009), within the versions up to a revision."""

import json
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, bindparam, func, select

from app.store.search.matching import TermIndex
from app.store.search.query import RankTerm, parse
from app.store.search.segments import CONTENT, SEGMENTS, segment_of, start_of
from app.store.search.tokens import SIGNS, Phrase
from app.store.statements import Statement
from app.store.tables import VERSION_INDEX, batches

# The values that FTS5 and Lucene use; a title counts as four times its words.
_K1, _B, _TITLE = 1.2, 0.75, 4
# A word in more versions than this hardly distinguishes one from another: it does not rank.
_COMMON = 100_000

_number, _length = VERSION_INDEX.c.number, VERSION_INDEX.c.length
_NEWEST = Statement(select(_number, VERSION_INDEX.c.published_in).order_by(_number.desc()).limit(1))
_PUBLISHED_IN = Statement(
    select(_number, VERSION_INDEX.c.published_in)
    .where(_number <= bindparam("number"))
    .order_by(_number.desc())
    .limit(1)
)
_SEGMENT_WORDS = Statement(
    select(
        func.count(), func.coalesce(func.sum(SEGMENTS.c.versions), 0), func.coalesce(func.sum(SEGMENTS.c.words), 0)
    ).where(SEGMENTS.c.number < bindparam("segment"))
)
_LATER_WORDS = Statement(
    select(func.count(), func.coalesce(func.sum(_length), 0)).where(
        _number.between(bindparam("first"), bindparam("last"))
    )
)
_among = func.json_each(bindparam("numbers")).table_valued("value")
_title = " " + CONTENT.c.c0 + " " + CONTENT.c.c1 + " "
_HITS = Statement(
    select(
        _number,
        _length,
        _title.label("title"),
        (_title + CONTENT.c.c2 + " " + CONTENT.c.c3 + " ").label("texts"),
    ).where(_number == _among.c.value, CONTENT.c.id == _among.c.value)
)


class Extent(NamedTuple):
    """Corpus of a ranking: the versions up to number `last`, with their average length in words."""

    last: int
    length: float


def extent(connection: Connection, revision: int) -> Extent:
    """Corpus for rankings at a revision: later versions do not count, so a publication changes no earlier ranking."""
    last = _last_number(connection, revision)
    segments, versions, words = _SEGMENT_WORDS.first(connection, {"segment": segment_of(last + 1)})
    later, later_words = _LATER_WORDS.first(connection, {"first": start_of(segments), "last": last})
    return Extent(last, (words + later_words) / (versions + later) if words + later_words else 1.0)


def _last_number(connection: Connection, revision: int) -> int:
    """Number of the last version published up to a revision, 0 if there is none, by binary search."""
    newest = _NEWEST.first(connection)
    if newest is None or newest[1] <= revision:
        return newest[0] if newest else 0
    low, high = 0, newest[0]  # what is sought is not below `low` and below `high`
    while high - low > 1:
        middle = (low + high) // 2
        found = _PUBLISHED_IN.first(connection, {"number": middle})
        low, high = (middle, high) if found is None or found[1] <= revision else (low, middle)
    found = _PUBLISHED_IN.first(connection, {"number": low})
    return found[0] if found else 0


class _Counted(NamedTuple):
    """Term of a ranking: its weight, and how to count it in the terms of a text."""

    weight: float
    count: Callable[[str], int]

    def frequency(self, title: str, texts: str) -> int:
        """Term frequency in all texts, among them the title, which counts four times."""
        found = self.count(texts)
        return found and found + (_TITLE - 1) * self.count(title)


class _Word(NamedTuple):
    """Word of a query: its terms and, where a version has none of these, longer words that begin with it."""

    terms: list[_Counted]
    beginning: _Counted | None


def ranked(connection: Connection, query: str, hits: BitMap, within: Extent) -> list[int]:
    """BM25 ranking: the numbers of the hits, best first; of equal ones the newest first.

    FTS5's own bm25() counts over all versions: it would change the answers of earlier revisions. The terms of each hit
    are read and counted, 8 to 13 µs each: FTS5's table of occurrences is read for all versions that have the term.
    """
    index = TermIndex(connection)
    words = [_word(index, word, within.last) for word in parse(query).rank_terms()]
    scores = {}
    for numbers in batches(list(hits)):
        for number, length, title, texts in _HITS.rows(connection, {"numbers": json.dumps(numbers)}):
            size = _K1 * (1 - _B + _B * length / within.length)
            scores[number] = _score(words, title, texts, size)
    return sorted(hits, key=lambda number: (-scores[number], -number))


def _score(words: Sequence[_Word], title: str, texts: str, size: float) -> float:
    score = 0.0
    for word in words:
        counted = False
        for term in word.terms:
            if found := term.frequency(title, texts):
                score += term.weight * found * (_K1 + 1) / (found + size)
                counted = True
        if word.beginning and not counted and (found := word.beginning.frequency(title, texts)):
            score += word.beginning.weight * found * (_K1 + 1) / (found + size)
    return score


def _word(index: TermIndex, word: RankTerm, last: int) -> _Word:
    terms = [_counted(index, Phrase((term,)), last) for term in word.terms]
    beginning = _counted(index, Phrase((word.prefix,), prefix=True), last) if word.prefix else None
    return _Word([one for one in terms if one], beginning)


def _counted(index: TermIndex, phrase: Phrase, last: int) -> _Counted | None:
    """Weight of a term by its document frequency up to number `last`; None if it does not rank."""
    versions = index.any_of([phrase], ranked=True).rank(last)
    if not 0 < versions <= _COMMON:
        return None
    return _Counted(math.log(1 + (last - versions + 0.5) / (versions + 0.5)), _counter(phrase))


def _counter(phrase: Phrase) -> Callable[[str], int]:
    """Counter of a term in a text of terms, which has a blank before and after each."""
    (term,) = phrase.terms
    if phrase.prefix or term[0] in SIGNS:
        part = f" {term}" if phrase.prefix else f"{term} "  # signs are at the start of a term only
        return lambda text: text.count(part)
    return lambda text: text.split().count(term) if f" {term} {term} " in text else text.count(f" {term} ")
