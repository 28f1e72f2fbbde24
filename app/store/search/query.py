"""Search query: a search text as terms to find and terms to leave out, for any engine."""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.errors import InvalidValue
from app.model.fields import LANGUAGES, Language
from app.model.folding import expand
from app.store.search.stems import stem
from app.store.search.tokens import GAP, JOINED, STEM, Phrase, Token, exact_phrases, stemmed_phrases, tokens, units

# Single marks count only around whole words: within one they are apostrophes.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»‹›＂「」『』﹁﹂﹃﹄｢｣〝〞〟❝❞⹂《》〈〉", '"'))
_PART = re.compile(
    r"""(?P<out>(?<!\S)-+)?"(?P<phrase>[^"]*)"          # -"a phrase", -«a phrase»
      | (?<!\S)(?P<leave>-*)['‚](?P<single>(?:[^'"]|(?<=\w)'(?=\w))+)'(?!\w)  # ‘a phrase’
      | (?P<plain>[^"]+?(?=["]|(?<!\S)-+"|(?<!\S)-*['‚]|\Z)) | " """,
    re.VERBOSE,
)
_LEFT_OUT = re.compile(r"(?:^|\s)-+(?=[^\s-])")
_OPERATORS = {"AND", "OR", "NOT"}


class SearchTerm(NamedTuple):
    """Term of a query: a word, or words that have to follow one another.

    `joined` are the words with hyphens closed. A `quoted` term is matched as it is, others in any inflection; with
    `prefix` the last word may also be the beginning of a longer one.
    """

    words: tuple[str, ...]
    joined: tuple[str, ...]
    quoted: bool = False
    prefix: bool = False

    def phrases(self) -> list[Phrase]:
        """Phrases of index terms; a text matches if it has one of them."""
        exact = exact_phrases(self.words, self.joined)
        found = list(exact if self.quoted else stemmed_phrases(self.words, self.joined))
        if self.prefix:
            found += exact_phrases(self.words, self.joined, prefix=True)
        return list(dict.fromkeys(found))

    def written(self) -> Iterator["_Written"]:
        """Words of the term in order."""
        for place, word in enumerate(self.words, 1):
            yield _Written(word, self.quoted, self.prefix and place == len(self.words))

    def closed(self) -> Iterator["_Written"]:
        """Words of the term in order, with hyphens closed. A joined word is matched in any inflection."""
        apart = {one.word: one for one in self.written()}
        return (apart.get(word, _Written(word)) for word in self.joined)

    def rank_terms(self) -> Iterator["RankTerm"]:
        """What ranking counts: each word of the term and, if it is hyphenated, the joined one."""
        for place, word in enumerate(self.words, 1):
            beginning = word if self.prefix and place == len(self.words) else None
            yield RankTerm((word,) if self.quoted else _stems(word), beginning)
        for word in self.joined:
            if word not in self.words:
                yield RankTerm(_stems(word), None)


class RankTerm(NamedTuple):
    """Word as ranking counts it: index terms, each for itself, and for a prefix the beginning of others.

    English and French count apart: `un`, in almost every French text, would take all weight from the English `UN`.
    """

    terms: tuple[str, ...]
    prefix: str | None


class RankPhrase(NamedTuple):
    """Words of a query as ranking counts them together: the terms by which each ranks, and how a text has them.

    Of the `phrases` a text has, the first one counts. `whole`: they are all words of a field and of the query.
    """

    terms: tuple[Phrase, ...]
    phrases: tuple[Phrase, ...]
    whole: bool = False


class _Written(NamedTuple):
    """Word as it is written in a query."""

    word: str
    quoted: bool = False
    prefix: bool = False

    def stem(self, lang: Language) -> str:
        """Index term of the word in any inflection."""
        return STEM[lang] + stem(self.word, lang)

    def ranked(self, lang: Language) -> Phrase:
        """Term by which the word ranks."""
        return Phrase((self.word if self.quoted else self.stem(lang),))


def _pairs(first: _Written, second: _Written) -> Iterator[RankPhrase]:
    """Term proximity: two neighbouring words, as they are if both are quoted, otherwise in any inflection.

    A text may join words by hyphens that the query has closed: it has them in its run of joined words alone.
    The beginning of a word is looked for as the beginning of a stem: of what a stem leaves off it is none.
    """
    joined = (JOINED + first.word, JOINED + second.word)
    if first.quoted and second.quoted:
        own = (first.word, second.word)
        yield RankPhrase((Phrase(own[:1]), Phrase(own[1:])), (Phrase(own), Phrase(joined)))
        return
    for lang in LANGUAGES:
        terms = first.ranked(lang), second.ranked(lang)
        yield RankPhrase(terms, (Phrase((first.stem(lang), second.stem(lang))), Phrase(joined)))
        if second.prefix:
            begun = Phrase((first.stem(lang), STEM[lang] + second.word), prefix=True)
            terms = first.ranked(lang), Phrase((second.word,), prefix=True)
            yield RankPhrase(terms, (begun, Phrase(joined, prefix=True)))


def _whole(words: Sequence[_Written], lang: Language) -> RankPhrase:
    """All words as a field that has no other: a title, a name. Its stems, which follow, tell the language."""
    stems = (word.stem(lang) for word in words)
    whole = Phrase((GAP, *(word.word for word in words), GAP, *stems, GAP))
    return RankPhrase(tuple(word.ranked(lang) for word in words), (whole,), whole=True)


class SearchQuery(NamedTuple):
    """Search query: a text matches if it has all terms `wanted` and none `unwanted`, in whatever language."""

    wanted: tuple[SearchTerm, ...]
    unwanted: tuple[SearchTerm, ...]

    def rank_terms(self) -> list[RankTerm]:
        """What ranking counts, each once."""
        return list(dict.fromkeys(one for term in self.wanted for one in term.rank_terms()))

    def rank_phrases(self) -> list[RankPhrase]:
        """What ranking adds for, each once: neighbours, as written and with hyphens closed, and whole fields."""
        words, closed = (
            [one for term in self.wanted for one in line(term)] for line in (SearchTerm.written, SearchTerm.closed)
        )
        neighbours = itertools.chain(itertools.pairwise(words), itertools.pairwise(closed))
        found = [phrase for first, second in neighbours for phrase in _pairs(first, second)]
        return list(dict.fromkeys([*found, *(_whole(words, lang) for lang in LANGUAGES)]))


@functools.lru_cache(maxsize=256)
def parse(text: str) -> SearchQuery:
    """Query of a search text. Raises InvalidValue, a ValueError, if it has nothing to find, or AND, OR or NOT."""
    wanted: list[SearchTerm] = []
    unwanted: list[SearchTerm] = []
    ends_open = False  # whether the last term may be a beginning
    for term, left_out in _terms(expand(text.translate(_QUOTES))[0]):
        (unwanted if left_out else wanted).append(term)
        ends_open = not (left_out or term.quoted)
    if not wanted:
        raise InvalidValue("only-excluded-words" if unwanted else "no-words")
    if ends_open:
        wanted[-1] = wanted[-1]._replace(prefix=True)
    return SearchQuery(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(unwanted)))


def _terms(text: str) -> Iterator[tuple[SearchTerm, bool]]:
    """Terms of a search text in order, each with whether it is left out."""
    lower = any(character.islower() for character in text)
    for part in _PART.finditer(text):
        plain, phrase = part["plain"], part["phrase"] if part["phrase"] is not None else part["single"]
        if plain:
            yield from _plain_terms(plain, operators=lower)
        elif phrase and (found := tokens(phrase)):
            yield _term(found, quoted=True), bool(part["out"] or part["leave"])


def _plain_terms(text: str, *, operators: bool) -> Iterator[tuple[SearchTerm, bool]]:
    """Terms outside of quotation marks: words without white space between are one, so that `S/RES/1718` stays whole."""
    groups: list[tuple[list[Token], bool]] = []
    end = 0
    for token in tokens(text):
        gap = text[end : token.start]
        if groups and not any(character.isspace() for character in gap):
            groups[-1][0].append(token)
        else:
            groups.append(([token], bool(_LEFT_OUT.search(text[end : token.start + 1]))))
        end = token.end
    for group, left_out in groups:
        word = text[group[0].start : group[-1].end]
        if operators and not left_out and word in _OPERATORS:
            raise InvalidValue("search-operator", operator=word)
        yield _term(group, quoted=False), left_out


def _term(found: Sequence[Token], *, quoted: bool) -> SearchTerm:
    return SearchTerm(tuple(token.word for token in found), tuple(unit.word for unit in units(found)), quoted)


def _stems(word: str) -> tuple[str, ...]:
    return tuple(STEM[lang] + stem(word, lang) for lang in LANGUAGES)
