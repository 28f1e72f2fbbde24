"""Approximate name matching: how alike a name that somebody types and a listed name are, from 0 to 1, and why.

Names are compared as letters without spaces, hyphens and apostrophes, in every order of up to four words, so that
`Ho-jin Yun` is `YUN HO-JIN`. A second comparison is of sounds: romanisations of Korean that write one sound in
different ways have one form. What differs is counted in letters (optimal string alignment: a swap counts once).
"""

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.model.folding import fold

Reason = Literal["same-name", "other-order", "other-romanisation", "similar-spelling"]
# With more words than this a name is an organization's, whose words keep their order; all orders of five are 120.
_MOST_REORDERED = 4
# A match by sound: another spelling is less certain than the same letters. Its forms are short and much alike, so a
# letter that differs counts twice: once, and four times as many names that are not listed would match.
_SOUND_FACTOR, _SOUND_WEIGHT = 0.97, 2
_WORD = re.compile(r"[^\W_]+")
# Legal forms and fillers, which tell no company from another.
_FORMS = frozenset(
    "co company corp corporation ltd limited inc llc plc gmbh sa jv joint venture the of and for de la le du et".split()
)
# Family names that are written in ways which no rule of sounds joins.
_FAMILY_NAMES = {
    **dict.fromkeys("ri lee li yi rhee rhie lie rie".split(), "li"),
    **dict.fromkeys("ro no roh noh rho".split(), "no"),
    **dict.fromkeys("rim lim im yim rhim".split(), "im"),
}
# One form for each sound: first groups of letters, then single ones. The order matters.
_SOUNDS = (
    ("park", "pak"),
    ("ts|tch|ch|j|zh", "c"),
    ("sh", "s"),
    ("ph", "p"),
    ("th", "t"),
    ("kh", "k"),
    ("eu|oo|ou|eo|wo|u", "o"),
    ("ee|yi|ui|wi|i", "i"),
    ("ae|ai|oe|oi|ey|ay|e", "e"),
    ("yo|io", "o"),
    ("ya", "a"),
    ("g", "k"),
    ("b", "p"),
    ("d", "t"),
    ("l", "r"),
    ("(?<=.)h", ""),  # after a letter: a sign of length or breath
    (r"(.)\1+", r"\1"),
)
_SOUND_RULES = tuple((re.compile(pattern), form) for pattern, form in _SOUNDS)


@dataclass(frozen=True, slots=True)
class Match:
    """Match of a listed name: its place among the names, the score from 0 to 1, and why it matches."""

    position: int
    score: float
    reason: Reason
    differing: int  # letters


class NameIndex:
    """Index of names for approximate matching: their forms, made once."""

    def __init__(self, names: Sequence[str]) -> None:
        words = [words_of(name) for name in names]
        self._letters = ["".join(one) for one in words]
        self._sounds = ["".join(map(sound_of, one)) for one in words]

    def matches(self, name: str, threshold: float) -> list[Match]:
        """Matches of a name with at least this score, in no order; each listed name once, by its best comparison."""
        found: dict[int, Match] = {}
        words = words_of(name)
        if not words:
            return []
        for number, order in enumerate(_orders(words)):
            reason: Reason = "other-order" if number else "same-name"
            for match in self._by_letters("".join(order), threshold, reason):
                _keep(found, match)
            for match in self._by_sounds("".join(map(sound_of, order)), threshold):
                _keep(found, match)
        return [*found.values()]

    def _by_letters(self, letters: str, threshold: float, reason: Reason) -> Iterator[Match]:
        for _, score, position in _compared(letters, self._letters, threshold):
            differing = _differing(score, letters, self._letters[position])
            yield Match(position, score, "similar-spelling" if differing else reason, differing)

    def _by_sounds(self, sounds: str, threshold: float) -> Iterator[Match]:
        if threshold > _SOUND_FACTOR:
            return
        least = 1 - (1 - threshold / _SOUND_FACTOR) / _SOUND_WEIGHT
        for _, likeness, position in _compared(sounds, self._sounds, least):
            differing = _differing(likeness, sounds, self._sounds[position])
            reason: Reason = "similar-spelling" if differing else "other-romanisation"
            yield Match(position, _SOUND_FACTOR * (1 - _SOUND_WEIGHT * (1 - likeness)), reason, differing)


def words_of(name: str) -> list[str]:
    """Words of a name, folded, without apostrophes and legal forms; all words if it has no others."""
    words = _WORD.findall(fold(name).replace("'", ""))
    return [word for word in words if word not in _FORMS] or words


@functools.lru_cache(4096)
def sound_of(word: str) -> str:
    """Form of a word that romanisations of one Korean sound have in common. It is for comparing, not for reading."""
    word = _FAMILY_NAMES.get(word, word)
    for pattern, form in _SOUND_RULES:
        word = pattern.sub(form, word)
    return word


def _orders(words: Sequence[str]) -> Iterable[Sequence[str]]:
    """Orders in which words may be meant, the given one first."""
    return itertools.permutations(words) if len(words) <= _MOST_REORDERED else (words, sorted(words))


def _compared(text: str, choices: Sequence[str], threshold: float) -> list[tuple[str, float, int]]:
    return process.extract(text, choices, scorer=OSA.normalized_similarity, score_cutoff=threshold, limit=None)


def _differing(score: float, one: str, other: str) -> int:
    return round((1 - score) * max(len(one), len(other)))


def _keep(found: dict[int, Match], match: Match) -> None:
    before = found.get(match.position)
    if before is None or match.score > before.score:
        found[match.position] = match
