"""Vocabulary of the generated records: invented words in two languages, used as often as words of a real language are.

The frequency of a word falls with its rank (Zipf–Mandelbrot law), so that the first word is in about half of all texts
and most words are in very few. A word of each rank exists in both languages.
"""

import random
from collections.abc import Sequence
from itertools import accumulate, count
from math import gcd

WORDS = 20_000
_OFFSET = 5  # of the law: with it the most frequent word is 2 % of all words
_COMMON_EN = "sanctions nuclear korea missile canada summit council embargo treaty inspection export relief".split()
_COMMON_FR = (
    "sanctions nucléaire corée missile canada sommet conseil embargo traité inspection exportation aide".split()
)
_SYLLABLES = [consonant + vowel for consonant in "bcdfghjklmnprstvwxyz" for vowel in "aeiou"]
_FRENCH = [consonant + vowel for consonant in "bcdfglmnprstv" for vowel in ("a", "é", "i", "o", "ou", "è", "eau")]
_SPREAD, _SHIFT = 73_687_877, 1_234_567  # order the own words of records otherwise than their numbers
_OWN_WORDS = len(_SYLLABLES) ** 4
assert gcd(_SPREAD, _OWN_WORDS) == 1  # so no two numbers have the same word


def _vocabulary(common: Sequence[str], syllables: Sequence[str]) -> list[str]:
    words = dict.fromkeys(common)
    for number in count():
        if len(words) >= WORDS:
            return list(words)
        chance = random.Random(f"word {number}")
        words["".join(chance.choices(syllables, k=chance.choice((2, 3, 3))))] = None
    raise AssertionError


ENGLISH, FRENCH = _vocabulary(_COMMON_EN, _SYLLABLES), _vocabulary(_COMMON_FR, _FRENCH)
_FREQUENCIES = list(accumulate(1 / (rank + 1 + _OFFSET) for rank in range(WORDS)))
_RANKS = range(WORDS)


def own_word(number: int) -> str:
    """Word of eight letters that only the record of this number has. Its order is not that of the numbers."""
    rest, word = (number * _SPREAD + _SHIFT) % _OWN_WORDS, ""
    for _ in range(4):
        rest, place = divmod(rest, len(_SYLLABLES))
        word += _SYLLABLES[place]
    return word


def text(chance: random.Random, length: int, own: str = "") -> dict[str, str]:
    """Text of a number of words in both languages, seed form; `own` is a word that follows the first."""
    ranks = chance.choices(_RANKS, cum_weights=_FREQUENCIES, k=length)
    return {
        "en": _sentence([ENGLISH[rank] for rank in ranks], own),
        "fr": _sentence([FRENCH[rank] for rank in ranks], own),
    }


def _sentence(words: list[str], own: str) -> str:
    if own:
        words.insert(1, own)
    return " ".join(words).capitalize()
