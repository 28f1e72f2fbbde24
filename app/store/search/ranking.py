"""Ranking of search results, within the versions up to a revision: BM25, then a rescore of the best hits.

BM25 (Robertson and Zaragoza 2009) weighs words alone: the short title "Test of a nuclear device" came before a longer
one with "nuclear test". Rescoring adds term proximity (Rasolofo and Savoy 2003): neighbours of the query that a text
has side by side score as a further term does. So does a field that has the words of the query and no others, such as
the name of a country. Then hits with the same sources are spread.
"""

import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import methodcaller
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, bindparam, func, select

from app.store.engines.constructs import integers
from app.store.search.base import CONTENT, RANKED
from app.store.search.crowding import spread
from app.store.search.engines import index_of
from app.store.search.matching import TermIndex
from app.store.search.query import RankPhrase, RankTerm, parse
from app.store.search.segments import SEGMENTS, segment_of, start_of
from app.store.search.tokens import GAP, SIGNS, Phrase
from app.store.statements import Statement
from app.store.tables import VERSION_INDEX, batches

# The values that Lucene and FTS5 use; a title counts as four times its words.
_K1, _B, _TITLE = 1.2, 0.75, 4
# A word in more versions than this hardly distinguishes one from another: it does not rank.
_COMMON = 100_000
# Rescore window: so many of the best hits by BM25 are scored again, about 20 µs each. The others stay behind them.
_WINDOW = 500
_FEW = 4  # versions with a term for each hit, up to which its occurrences are read from the index
_AFTER_LETTERS = "\U0010ffff"

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
_among = integers("numbers")
_edge = f" {GAP} "  # around each text: at its ends too, a field is between two gaps
_title = _edge + CONTENT.c.c0 + _edge + CONTENT.c.c1 + _edge
_LENGTHS = Statement(select(_number, _length).where(_number == _among.c.value))
_TEXTS = Statement(
    select(
        CONTENT.c.id, _title.label("title"), (_title + CONTENT.c.c2 + _edge + CONTENT.c.c3 + _edge).label("texts")
    ).where(CONTENT.c.id == _among.c.value)
)
_WEIGHTS = {name: _TITLE if name.startswith("title") else 1 for name in RANKED}


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


class _Term(NamedTuple):
    """Term of a ranking: its weight, the hits in which it counts, and how many versions there are to read for it."""

    phrase: Phrase
    weight: float
    hits: BitMap
    versions: int


def ranked(connection: Connection, query: str, hits: BitMap, within: Extent) -> list[int]:
    """Ranking: the numbers of the hits, best first; of equal ones the newest first.

    All hits are scored by BM25, and the best of them again. An engine's own ranking counts over all versions: it would
    change the answers of earlier revisions.
    """
    index = TermIndex(connection)
    asked = parse(query)
    terms = [term for word in asked.rank_terms() for term in _terms(index, word, hits, within.last)]
    sizes = _sizes(connection, BitMap.union(*(term.hits for term in terms)) if terms else BitMap(), within)
    scores = dict.fromkeys(reversed(hits), 0.0)  # newest first: sorting leaves equal ones in this order
    for term, frequencies in zip(terms, _frequencies(connection, terms), strict=True):
        _add(scores, term.weight, frequencies, sizes)
    order = sorted(scores, key=scores.__getitem__, reverse=True)
    best = BitMap(order[:_WINDOW])
    phrases = list(_phrases(asked.rank_phrases(), terms, best))
    counted = _count_in_texts(
        connection, [(phrase.hits, _counter_of_first(phrase.asked.phrases)) for phrase in phrases]
    )
    for phrase, frequencies in zip(phrases, counted, strict=True):
        _add(scores, phrase.weight(frequencies, within.last), frequencies, sizes)
    rescored = sorted(best, key=lambda number: (scores[number], number), reverse=True)
    return [*spread(connection, rescored, scores), *order[_WINDOW:]]


def _add(scores: dict[int, float], weight: float, frequencies: dict[int, int], sizes: dict[int, float]) -> None:
    """Add what a term or a pair of terms scores: it rises with the frequency, up to a limit."""
    for number, frequency in frequencies.items():
        scores[number] += weight * frequency * (_K1 + 1) / (frequency + sizes[number])


def _terms(index: TermIndex, word: RankTerm, hits: BitMap, last: int) -> Iterator[_Term]:
    """Terms of a word that rank: where a hit has none of these, longer words that begin with the word count."""
    others = hits
    for term in word.terms:
        if found := _term(index, Phrase((term,)), hits, last):
            others = others - found.hits
            yield found
    if word.prefix and others and (found := _term(index, Phrase((word.prefix,), prefix=True), others, last)):
        yield found


class _Phrase(NamedTuple):
    """Words that count together: the terms of which they are, the hits that may have them, and how to count them."""

    asked: RankPhrase
    terms: list[_Term]
    hits: BitMap

    def weight(self, frequencies: Mapping[int, int], versions: int) -> float:
        """Weight, given the frequency in each hit.

        Neighbours weigh what the lighter of them does, so that no version has to be counted for them. A whole field is
        rare though its words are not, as `North Korea` is here: it is counted among the best hits.
        """
        if self.asked.whole:
            return _rarity(sum(map(bool, frequencies.values())), versions)
        return min(term.weight for term in self.terms)


def _phrases(phrases: Iterable[RankPhrase], terms: Iterable[_Term], hits: BitMap) -> Iterator[_Phrase]:
    """Phrases that rank: those of which each term does, in hits that have them all."""
    ranked = {term.phrase: term for term in terms}
    for phrase in phrases:
        own = [ranked[term] for term in phrase.terms if term in ranked]
        if len(own) == len(phrase.terms) and (found := BitMap.intersection(hits, *(term.hits for term in own))):
            yield _Phrase(phrase, own, found)


def _term(index: TermIndex, phrase: Phrase, hits: BitMap, last: int) -> _Term | None:
    """Term with its weight by document frequency up to number `last`; None if it does not rank."""
    versions = index.any_of([phrase], ranked=True)
    count = versions.rank(last)
    if not 0 < count <= _COMMON:
        return None
    return _Term(phrase, _rarity(count, last), hits & versions, len(versions))


def _rarity(count: int, versions: int) -> float:
    """Inverse document frequency: weight of what so many of the versions have."""
    return math.log(1 + (versions - count + 0.5) / (count + 0.5))


def _sizes(connection: Connection, hits: BitMap, within: Extent) -> dict[int, float]:
    """Length of each hit as BM25 weighs it."""
    found = {}
    for numbers in batches(list(hits)):
        for number, length in _LENGTHS.rows(connection, {"numbers": json.dumps(numbers)}):
            found[number] = _K1 * (1 - _B + _B * length / within.length)
    return found


def _frequencies(connection: Connection, terms: Sequence[_Term]) -> list[dict[int, int]]:
    """Term frequency of each of its hits, by term. An occurrence in a title counts four times.

    FTS5 gives the occurrences of a term in 1 µs each, whether in a hit or not. The other way, and the only one on
    PostgreSQL, is to count in the texts of the hits, 4 µs each and 1 µs more a term: for terms that have far more
    versions than hits.
    """
    read = [_occurrences(connection, term) for term in terms]
    others = [(term.hits, _counter(term.phrase)) for term, own in zip(terms, read, strict=True) if own is None]
    counted = _count_in_texts(connection, others)
    return [next(counted) if own is None else own for own in read]


def _occurrences(connection: Connection, term: _Term) -> dict[int, int] | None:
    """Term frequency of each hit, from the index; None where it is to be counted in the texts."""
    if term.versions > _FEW * len(term.hits):
        return None
    (first,) = term.phrase.terms
    last = f"{first}{_AFTER_LETTERS}" if term.phrase.prefix else first
    rows = index_of(connection).occurrences(connection, first, last)
    if rows is None:
        return None
    found: dict[int, int] = defaultdict(int)
    for number, name in rows:
        found[number] += _WEIGHTS.get(name, 0)
    return {number: found[number] for number in term.hits}


def _count_in_texts(
    connection: Connection, wanted: Sequence[tuple[BitMap, Callable[[str], int]]]
) -> Iterator[dict[int, int]]:
    """Frequency in each of some hits, by what counts it in a text of terms. One in a title counts four times."""
    found: list[dict[int, int]] = [{} for _ in wanted]
    every = BitMap.union(*(hits for hits, _ in wanted)) if wanted else ()
    for numbers in batches(list(every)):
        for number, title, texts in _TEXTS.rows(connection, {"numbers": json.dumps(numbers)}):
            for counts, (hits, count) in zip(found, wanted, strict=True):
                if number in hits:
                    counts[number] = count(texts) + (_TITLE - 1) * count(title)
    return iter(found)


def _counter(phrase: Phrase) -> Callable[[str], int]:
    """Counter of a phrase in a text of terms, which has a blank before and after each."""
    terms, after = " ".join(phrase.terms), "" if phrase.prefix else " "
    if terms[0] in SIGNS:
        return methodcaller("count", f"{terms}{after}")  # signs are at the start of a term only
    if phrase.prefix:
        return methodcaller("count", f" {terms}")
    return lambda text: text.split().count(terms) if f" {terms} {terms} " in text else text.count(f" {terms} ")


def _counter_of_first(phrases: Sequence[Phrase]) -> Callable[[str], int]:
    """Counter of the first of some phrases that a text has."""
    counters = [_counter(phrase) for phrase in phrases]
    return lambda text: next(filter(None, (count(text) for count in counters)), 0)
