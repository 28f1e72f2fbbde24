"""Highlighting: which words of a text a query matches, as they are written there, and the snippet around them."""

import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pydantic import BaseModel, Field

from app.model.fields import Language
from app.store.search.query import SearchQuery
from app.store.search.tokens import SIGNS, STEM, Phrase, Run, runs

_WORDS = 24  # most words of a snippet
_LEAD = 5  # words before the first match, unless its sentence begins up to twice as far before it
_BETWEEN = " · "  # in a snippet, between two fields of a record
_SIGNS_BETWEEN = 4  # most parts without a word, such as a dash, that are passed over within a phrase of the query
_NUMERO = re.compile(r"n[o°]\.?$", re.IGNORECASE)
_KEPT = 1_000  # written words of a query in memory, some 300 kB
_CANDIDATES = 50  # most matches of a text around which a snippet is tried


class Piece(BaseModel):
    """A piece of a snippet."""

    text: str = Field(description="Part of the record's text, with `…` where the snippet begins or ends within it.")
    match: bool = Field(description="Whether this piece matches the search.")


class Mark(NamedTuple):
    """Match in a text: its first and last place, and the number of the query's term."""

    start: int
    end: int
    term: int


class Texts(NamedTuple):
    """Searchable texts of one version in one language; each line of `text` and of `sections` is one field.

    `sections` are those that its citations name. They are found, but do not rank, and a snippet shows them last.
    """

    title: str
    text: str
    sections: str = ""


class Highlighter:
    """Highlighter of a query in texts of one language.

    It matches the same terms as the index has, so that no engine marks other words than it finds. What it finds in a
    word as it is written it keeps for the next text: to split every text into terms took ten times as long.
    """

    def __init__(self, query: SearchQuery, lang: Language) -> None:
        self._lang = lang
        self._exact: dict[str, int] = {}  # number of the query's term, by an index term that matches by itself
        self._prefixes: dict[str, int] = {}
        self._longer: dict[str, list[tuple[Phrase, int]]] = {}  # by the first of several index terms
        others = tuple(sign for one, sign in STEM.items() if one != lang)
        for number, term in enumerate(query.wanted):
            for phrase in term.phrases():
                first = phrase.terms[0]
                if len(phrase.terms) > 1 and not first.startswith(others):
                    self._longer.setdefault(first, []).append((phrase, number))
                elif not first.startswith(others):
                    (self._prefixes if phrase.prefix else self._exact).setdefault(first, number)
        phrases = [phrase for term in query.wanted for phrase in term.phrases()]
        self._initials = frozenset(one.lstrip(SIGNS)[:1] for phrase in phrases for one in phrase.terms)
        self._candidates = _candidates(self._initials)
        reach = max(len(phrase.terms) for phrase in phrases) + _SIGNS_BETWEEN
        self._following = re.compile(rf"(?:\S++[^\S\n]*+){{1,{reach}}}")
        self._known: dict[str, tuple[list[Mark], bool]] = {}

    def marks(self, text: str) -> list[Mark]:
        """Matches in a text of one or more lines, in order; of those that overlap the longest."""
        found: list[Mark] = []
        for match in self._candidates.finditer(text):
            word, start = match.group(), match.start()
            known = self._known.get(word)
            if known is None:
                if len(self._known) == _KEPT:
                    self._known.clear()
                known = self._known[word] = self._in_word(word)
            marks, needs_next = known
            if needs_next:
                following = self._following.match(text, start)
                assert following
                marks = [mark for mark in self._in_part(following.group()) if mark.start < len(word)]
            for mark in marks:
                found.append(Mark(mark.start + start, mark.end + start, mark.term))  # noqa: PERF401 - a loop reads better
        return list(_without_overlaps(found)) if found else found

    def _in_part(self, text: str) -> list[Mark]:
        return [mark for run in self._runs(text) for mark in self._in_run(run)]

    def _runs(self, text: str) -> Iterator[Run]:
        return runs(text, self._lang, self._initials)

    def _in_word(self, word: str) -> tuple[list[Mark], bool]:
        """Matches within what white space parts, and whether that depends on what comes next: a phrase or a number."""
        within = list(self._runs(word))
        begins = bool(self._longer) and any(term in self._longer for run in within for term in run.terms)
        marks = [mark for run in within for mark in self._in_run(run)]
        return marks, begins or (bool(marks) and _NUMERO.search(word) is not None)

    def _in_run(self, run: Run) -> Iterator[Mark]:
        for place, term in enumerate(run.terms):
            if (number := self._exact.get(term)) is not None:
                yield Mark(run.tokens[place].start, run.tokens[place].end, number)
            for beginning, number in self._prefixes.items():
                if term.startswith(beginning):
                    yield Mark(run.tokens[place].start, run.tokens[place].end, number)
            for phrase, number in self._longer.get(term, ()):
                if _follows(run.terms, place, phrase):
                    yield Mark(run.tokens[place].start, run.tokens[place + len(phrase.terms) - 1].end, number)


@functools.lru_cache(maxsize=16)
def highlighter(query: SearchQuery, lang: Language) -> Highlighter:
    """Highlighter of a query, which is kept for its next page."""
    return Highlighter(query, lang)


def _candidates(initials: Iterable[str]) -> re.Pattern[str]:
    """Regular expression of what white space parts, as far as a word with one of these initials can be in it.

    That is so if it begins with one, and may be so if a sign or a letter beyond ASCII is within it. All others, most
    words, never come to Python.
    """
    letters = "".join(re.escape(one + one.upper()) for one in initials if one.isascii())
    within = r"(?=\S*[^\x00-\x7f]|\S*[^\w\s]\w|\S*_)"
    signs = r"[!-/:-@\[-`{-~]"  # of ASCII: others may be letters in another form, such as the numero sign
    return re.compile(rf"(?<!\S){signs}*+(?:[{letters or '0'}]|{within})\S*+")


def _follows(terms: Sequence[str], place: int, phrase: Phrase) -> bool:
    there = terms[place : place + len(phrase.terms)]
    *whole, last = phrase.terms
    if len(there) < len(phrase.terms) or there[:-1] != whole:
        return False
    return there[-1].startswith(last) if phrase.prefix else there[-1] == last


def _without_overlaps(found: Iterable[Mark]) -> Iterator[Mark]:
    end = 0
    for mark in sorted(found, key=lambda one: (one.start, -one.end)):
        if mark.start >= end:
            yield mark
            end = mark.end


def snippet(texts: Mapping[Language, Texts], highlighters: Mapping[Language, Highlighter]) -> list[Piece] | None:
    """Snippet: the text around the match, in the first of `texts` that has one; None without a match.

    It has at most 24 words, in pieces that alternate between matching and other text. Of title and other text the one
    with more terms of the query is taken, and sections only where neither has one.
    """
    tried: list[tuple[Language, tuple[str, ...]]] = [(lang, (one.text, one.title)) for lang, one in texts.items()]
    tried += [(lang, (one.sections,)) for lang, one in texts.items()]
    for lang, choice in tried:
        found = [(highlighters[lang].marks(text), text) for text in choice]
        best, text = max(found, key=lambda pair: (len({mark.term for mark in pair[0]}), len(pair[0])))
        if best:
            return list(_cut(text, best))
    return None


def _cut(text: str, found: Sequence[Mark]) -> Iterator[Piece]:
    """Pieces of the part of a text that has the most terms of the query."""
    words = list(re.finditer(r"\S+", text))
    beginnings = list(dict.fromkeys(_beginnings(text, words, found))) if len(words) > _WORDS else [0]
    first = (
        max(beginnings, key=lambda one: _worth(words, one, found)) if len(beginnings) > 1 else next(iter(beginnings))
    )
    last = min(first + _WORDS, len(words)) - 1
    begin, end = words[first].start(), words[last].end()
    place = begin
    before = "…" if first > 0 else ""
    for mark in found:
        start, stop = max(mark.start, begin), min(mark.end, end)
        if start < stop:
            if other := before + text[place:start].replace("\n", _BETWEEN):
                yield Piece(text=other, match=False)
            yield Piece(text=text[start:stop], match=True)
            place, before = stop, ""
    if rest := text[place:end].replace("\n", _BETWEEN) + ("…" if last + 1 < len(words) else ""):
        yield Piece(text=rest, match=False)


def _beginnings(text: str, words: Sequence[re.Match[str]], found: Sequence[Mark]) -> Iterator[int]:
    """Words with which a snippet can begin: the start of the sentence of a match, or some words before it."""
    furthest = max(0, len(words) - _WORDS)
    number = 0
    for mark in found[:_CANDIDATES]:
        while words[number].end() <= mark.start:
            number += 1
        near = range(number, max(-1, number - 2 * _LEAD - 1), -1)
        start = next((place for place in near if _begins_sentence(text, words, place)), max(0, number - _LEAD))
        yield min(furthest, start)


def _begins_sentence(text: str, words: Sequence[re.Match[str]], place: int) -> bool:
    if place == 0:
        return True
    before = text[words[place - 1].end() - 1 : words[place].start()]
    return before[0] in ".!?" or "\n" in before


def _worth(words: Sequence[re.Match[str]], first: int, found: Sequence[Mark]) -> tuple[int, int]:
    begin, end = words[first].start(), words[min(first + _WORDS, len(words)) - 1].end()
    within = [mark.term for mark in found if begin <= mark.start and mark.end <= end]
    return len(set(within)), len(within)
