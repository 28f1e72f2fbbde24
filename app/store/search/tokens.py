"""Tokenizer: the words of a text in their folded form, and the terms of an index, for texts and queries alike.

It is the same for every search engine, which only has to keep terms in their order. An index has three kinds of term:
a word as it is, `sanctions`; its stem, `=sanction` in English and `~sanction` in French; and, where a hyphen or an
apostrophe joins words of a text, all of its words with these as one, `+nonproliferation +treaty`.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Container, Iterator, Sequence
from typing import NamedTuple

from app.model.fields import LANGUAGES, Language
from app.model.folding import expand, fold
from app.store.search.stems import stem

STEM: dict[Language, str] = {"en": "=", "fr": "~"}
JOINED = "+"
GAP = "|"  # between runs of terms: no phrase crosses it
_KEPT = 20_000  # written words in memory, some 6 MB: the words of a text recur
_KEPT_PARTS = 100_000  # parts of texts in memory, some 25 MB, of a publication alone
SIGNS = "".join(STEM.values()) + JOINED + GAP  # what an engine has to take for letters


class Token(NamedTuple):
    """Token: a folded word with its place in the text. `joined`: a hyphen or apostrophe joins it to the one before."""

    word: str
    start: int
    end: int
    joined: bool


def tokens(text: str) -> list[Token]:
    """Tokens of a text, in order. Letters parted by points are one word, a word with a hyphen is several.

    It passes over a numero sign, `no` or `No.` right before a number, an elided French word such as `l’`, and `’s`.
    """
    plain, places = expand(text)
    found = [
        Token(word, start + match.start(), end + match.start(), joined)
        for match in _pattern().finditer(plain)
        for word, start, end, joined in _parts(match[1] or "")
    ]
    if places is None:
        return found
    return [Token(one.word, places[one.start], places[one.end - 1] + 1, one.joined) for one in found]


@functools.lru_cache(maxsize=_KEPT)
def _parts(written: str) -> tuple[Token, ...]:
    """Tokens of a word as it is written, with their places in it."""
    if "-" not in written and "'" not in written:
        return (Token(fold(written.replace(".", "")), 0, len(written), joined=False),) if written else ()
    parts = re.split("[-']", _POSSESSIVE.sub("", written))
    starts = itertools.accumulate((len(part) + 1 for part in parts), initial=0)
    return tuple(
        Token(fold(part.replace(".", "")), start, start + len(part), joined=start > 0)
        for part, start in zip(parts, starts, strict=False)
    )


_POSSESSIVE = re.compile("'[sS]$")


@functools.cache
def _pattern() -> re.Pattern[str]:
    """Regular expression of what is passed over and of words, which are its group.

    The quantifiers are possessive: with backtracking, a text of many marks would take quadratic time. Without
    IGNORECASE it takes two thirds of the time. A group that repeats possessively begins with a lookahead for all that
    its end needs: before 3.11.5, Python keeps what such a group had taken when it failed (gh-106052), so that an index
    made by one Python was not the index of another.
    """
    marks = _marks()
    letter = rf"[^\W\d_][{marks}]*+"
    part = rf"(?:{letter}(?:(?=\.[^\W\d_])\.{letter})++(?!\w)\.?|(?:[^\W_]++[{marks}]*+)++)"
    numero = r"(?<!\w)[nN][oO°]\.?\s*+(?=\d)"
    elided = r"(?<!\w)(?:[ldnsjmcLDNSJMC]|(?:[jJ]us|[lL]ors|[pP]uis|[qQ]uoi)?[qQ]u|QU)'(?=[^\W_])"
    return re.compile(rf"(?:{numero}|{elided})|({part}(?:(?=[-'][^\W_])[-']{part})*+)")


def _marks() -> str:
    """Character class of the marks that belong to letters, as ranges: Python's regular expressions have none."""
    marks = [one for one in range(0x300, 0x1FFFF) if unicodedata.category(chr(one)).startswith("M")]
    runs = itertools.groupby(enumerate(marks), lambda pair: pair[1] - pair[0])
    ranges = ([one for _, one in run] for _, run in runs)
    return "".join(f"{chr(run[0])}-{chr(run[-1])}" for run in ranges)


def units(found: Sequence[Token]) -> list[Token]:
    """Tokens with hyphenated words joined: `non-proliferation treaty` is `nonproliferation`, `treaty`."""
    joined: list[Token] = []
    for token in found:
        if token.joined:
            before = joined[-1]
            joined[-1] = Token(before.word + token.word, before.start, token.end, joined=True)
        else:
            joined.append(token)
    return joined


class Run(NamedTuple):
    """Run of index terms, in which phrases are looked for, with the token from which each was made."""

    terms: list[str]
    tokens: Sequence[Token]


def runs(line: str, lang: Language, initials: Container[str] | None = None) -> Iterator[Run]:
    """Runs of terms of a text of one field: words, stems and, if words are joined, these and their stems.

    With `initials`, words that begin with another letter have no stem: a stem begins as its word does.
    """

    def stemmed(word: str) -> str:
        return sign + stem(word, lang) if initials is None or word[0] in initials else sign

    found = tokens(line)
    sign = STEM[lang]
    yield Run([token.word for token in found], found)
    yield Run([stemmed(token.word) for token in found], found)
    if any(token.joined for token in found):
        joined = units(found)
        yield Run([JOINED + unit.word for unit in joined], joined)
        for unit in joined:
            if unit.joined:
                yield Run([stemmed(unit.word)], [unit])


class _Terms(dict[str, str]):
    """Index terms by part of a text between blanks: words, `stems`, and `joined` for a part with joined words.

    It learns a part when it first meets it. An lru_cache of tuples took twice as long: most of it is access to memory.
    """

    def __init__(self, lang: Language) -> None:
        super().__init__()
        self.lang = lang
        self.stems: dict[str, str] = {}
        self.joined: dict[str, Sequence[str]] = {}  # all words, with those joined as one; then stems of these

    def __missing__(self, part: str) -> str:
        plain = part.rstrip(".,;:")
        if plain.isascii() and plain.isalpha():  # most parts: a sixth of the time that `runs` takes
            words = fold(plain)
            self.stems[part] = STEM[self.lang] + stem(words, self.lang)
        else:
            words, self.stems[part], *joined = (" ".join(run.terms) for run in runs(part, self.lang))
            if joined:
                self.joined[part] = joined
        self[part] = words  # last: another thread that finds it finds the others
        return words


_terms = {lang: _Terms(lang) for lang in LANGUAGES}


def index_text(text: str, lang: Language) -> str:
    """Terms of a text as an engine indexes them: those of `runs`, with blanks between. Each line of it is a field.

    Parts of a text recur, so the terms of each are kept: it takes a tenth of the time that `runs` of the text would.
    """
    if len(_terms[lang]) > _KEPT_PARTS:
        _terms[lang] = _Terms(lang)
    terms = _terms[lang]
    return f" {GAP} ".join(run for line in text.split("\n") for run in _index_runs(line, terms) if run)


def _index_runs(line: str, terms: _Terms) -> Iterator[str]:
    if _NUMERO_APART.search(line):
        yield from (" ".join(run.terms) for run in runs(line, terms.lang))
        return
    parts = line.split()
    yield " ".join(filter(None, map(terms.__getitem__, parts)))
    yield " ".join(filter(None, map(terms.stems.__getitem__, parts)))
    if not terms.joined.keys().isdisjoint(parts):
        yield " ".join(
            terms.joined[part][0] if part in terms.joined else _as_joined(terms[part]) for part in parts if terms[part]
        )
        for part in parts:
            yield from terms.joined.get(part, ())[1:]


def _as_joined(words: str) -> str:
    return JOINED + words.replace(" ", f" {JOINED}")


# What may be a numero sign that a blank parts from its number, also in compatibility forms: the one thing that is
# passed over because of what follows a blank.
_NUMERO_APART = re.compile(r"[oO\x80-\U0010ffff]\.?\s+[0-9\x80-\U0010ffff]")


class Phrase(NamedTuple):
    """Index terms that have to follow one another; with `prefix` the last one is the beginning of a term."""

    terms: tuple[str, ...]
    prefix: bool = False


def exact_phrases(words: tuple[str, ...], joined: tuple[str, ...], *, prefix: bool = False) -> Iterator[Phrase]:
    """Phrases of which a text has one if it has these words as they are; `joined` are they with the hyphens closed."""
    yield Phrase(words, prefix)
    yield Phrase(tuple(JOINED + word for word in joined), prefix)
    if joined != words:
        yield Phrase(joined, prefix)


def stemmed_phrases(words: tuple[str, ...], joined: tuple[str, ...]) -> Iterator[Phrase]:
    """Phrases of which a text has one if it has these words in any inflection, in the language of the text."""
    for lang in LANGUAGES:
        yield Phrase(tuple(STEM[lang] + stem(word, lang) for word in words))
        if len(joined) == 1 and joined != words:
            yield Phrase((STEM[lang] + stem(joined[0], lang),))
    if joined != words and len(joined) > 1:
        yield from exact_phrases(words, joined)
