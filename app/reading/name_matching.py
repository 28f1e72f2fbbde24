"""Approximate name matching: how alike a name that somebody types and a listed name are, from 0 to 1, and why.

Names are compared as letters without spaces, hyphens and apostrophes, in every order of up to four words, so that
`Ho-jin Yun` is `YUN HO-JIN`. A second comparison is of sounds: romanisations of Korean that write one sound in
different ways have one form; names in Hangul are romanised for it. What differs is counted in letters (optimal string
alignment: a swap counts once). A name that ends with its abbreviation in brackets is compared without it, and so is the
abbreviation.
Nothing remembers what it was asked: a cache would keep names.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from app.model.folding import fold
from app.model.hangul import romanised

Reason = Literal["same-name", "other-order", "other-romanisation", "similar-spelling"]
# With more words than this (all orders of five are 120) a name is compared in its order, and sorted with sorted names.
_MOST_REORDERED = 4
# A match by sound: another spelling is less certain than the same letters. Its forms are short and much alike, so a
# letter that differs counts twice: once, and four times as many names that are not listed would match.
_SOUND_FACTOR, _SOUND_WEIGHT = 0.97, 2
# Whole names, with their legal forms: so much alike they must be at least, since the forms are the same in many.
_LEAST_WHOLE = 0.95
_WORD = re.compile(r"[^\W_]+")
_ABBREVIATED = re.compile(r"(?P<name>.*\S)\s*\((?P<abbreviation>[A-Z]{2,})\)")
# Legal forms and fillers, which tell no company from another.
_FORMS = frozenset(
    "co company corp corporation ltd limited inc llc plc gmbh sa jv joint venture the of and for de la le du et".split()
)
_LONG_FORMS = [form for form in _FORMS if len(form) > 6]  # noqa: PLR2004 - these are told although misspelled
# Family names that are written in ways which no rule of sounds joins.
_FAMILY_NAMES = {
    **dict.fromkeys("ri lee li yi rhee rhie lie rie".split(), "li"),
    **dict.fromkeys("ro no roh noh rho".split(), "no"),
    **dict.fromkeys("rim lim im yim rhim".split(), "im"),
    **dict.fromkeys("ra na la".split(), "la"),
    **dict.fromkeys("park pahk bark".split(), "pak"),
    **dict.fromkeys("hur huh heo".split(), "ho"),
}
# One form for each sound: first groups of letters, then single ones. The order matters.
_SOUNDS = (
    ("ts|tch|ch|j|zh", "c"),
    ("sh", "s"),
    ("ph", "p"),
    ("th", "t"),
    ("kh|gh", "k"),
    ("[rl]h?y(?=[aeou])", "y"),  # the South leaves out the first letter of Ryong
    ("eui|ui|wi|ee|yi", "i"),
    ("eu|oo|ou|eo|wu|wo|u", "o"),
    ("wae|we|ae|ai|oe|oi|ey|ay|e", "e"),
    ("yo|io", "o"),
    ("ya", "a"),
    ("g", "k"),
    ("b", "p"),
    ("d", "t"),
    ("l", "r"),
    ("(?<=[aeo])h(?![aeio])|(?<=r)h", ""),  # a sign of length or breath
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
        forms = [(position, form) for position, name in enumerate(names) for form in _forms_of(name)]
        self._positions = [position for position, _ in forms]
        words = [words_of(form) for _, form in forms]
        self._letters = ["".join(one) for one in words]
        self._whole = ["".join(_all_words(form)) for _, form in forms]
        self._sorted_letters = ["".join(sorted(one)) for one in words]
        self._sounds = ["".join(map(sound_of, one)) for one in words]

    def matches(self, name: str, threshold: float) -> list[Match]:
        """Matches of a name with at least this score, in no order; each listed name once, by its best comparison."""
        found: dict[int, Match] = {}
        words = words_of(name)
        if not words:
            return []
        whole = self._by_letters("".join(_all_words(name)), self._whole, max(threshold, _LEAST_WHOLE), "same-name")
        for match in itertools.chain(self._by_words(words, threshold), whole):
            position = self._positions[match.position]
            if position not in found or match.score > found[position].score:
                found[position] = replace(match, position=position)
        return [*found.values()]

    def _by_words(self, words: Sequence[str], threshold: float) -> Iterator[Match]:
        sounded = [(word, sound_of(word)) for word in words]
        orders = itertools.permutations(sounded) if len(words) <= _MOST_REORDERED else [sounded]
        for number, order in enumerate(orders):
            letters, sounds = ("".join(parts) for parts in zip(*order, strict=True))
            yield from self._by_letters(letters, self._letters, threshold, "other-order" if number else "same-name")
            yield from self._by_sounds(sounds, threshold)
        if len(words) > _MOST_REORDERED:
            yield from self._by_letters("".join(sorted(words)), self._sorted_letters, threshold, "other-order")

    @staticmethod
    def _by_letters(letters: str, listed: Sequence[str], threshold: float, reason: Reason) -> Iterator[Match]:
        for _, score, position in _compared(letters, listed, threshold):
            differing = _differing(score, letters, listed[position])
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
    words = _all_words(name)
    return [word for word in words if not _is_form(word)] or words


def _all_words(name: str) -> list[str]:
    return _WORD.findall(romanised(fold(name)).replace("'", ""))


def _forms_of(name: str) -> Iterator[str]:
    """A listed name; where it ends with its abbreviation in brackets, the name without it, and the abbreviation."""
    yield name
    if found := _ABBREVIATED.fullmatch(name):
        yield from found.groups()


def _is_form(word: str) -> bool:
    """Whether a word is a legal form or filler, or a long one with one or two wrong letters."""
    if word in _FORMS:
        return True
    return any(OSA.distance(word, form, score_cutoff=len(form) // 4) <= len(form) // 4 for form in _LONG_FORMS)


def sound_of(word: str) -> str:
    """Form of a word that romanisations of one Korean sound have in common. It is for comparing, not for reading."""
    word = _FAMILY_NAMES.get(word, word)
    for pattern, form in _SOUND_RULES:
        word = pattern.sub(form, word)
    return word


def _compared(text: str, choices: Sequence[str], threshold: float) -> list[tuple[str, float, int]]:
    return process.extract(text, choices, scorer=OSA.normalized_similarity, score_cutoff=threshold, limit=None)


def _differing(score: float, one: str, other: str) -> int:
    return round((1 - score) * max(len(one), len(other)))
