"""Stems: what the inflected forms of a word have in common, in English and in French (Snowball).

Stemmers have an exact version, so that every machine and engine gives the same stems. snowballstemmer takes those of
PyStemmer, the same algorithms in C, where they are installed: 0.4 µs a word against 150.
"""

import functools
import re
from typing import Any

import snowballstemmer

from app.model.fields import Language

_KEPT = 20_000  # stems in memory, some 3 MB
_LONGEST = 100  # letters of a word that is stemmed: repeated stemming takes time with the square of the length
_SHORTEST = 4  # letters that repeated stemming leaves at least: below that, words of other meanings meet
# Adjectives of a country are no inflections of its name, but readers search for one and mean both. By folded stem.
_SAME: dict[Language, dict[str, str]] = {
    "en": {"korean": "korea", "canadian": "canada"},
    "fr": {"coreen": "cor", "canadien": "canad"},
}
# Accents are gone before a word is stemmed, since not every reader types them: the endings é, ée, ées of participles.
_PARTICIPLE = re.compile("ee(s?)$")
_PLURAL_VERB = re.compile(r"(?<=[a-z]{3}[^aim])ent$")  # `imposent`: Snowball leaves this ending; not -ment, -aient
_PLURAL = re.compile("(?<=[iu])s$")  # `essais`, `lois`: Snowball leaves this s


@functools.lru_cache(maxsize=_KEPT)
def stem(word: str, lang: Language) -> str:
    """Stem of a folded word. A word that is not of Latin letters alone, or is longer than any, is its own stem."""
    if len(word) > _LONGEST or not (word.isascii() and word.isalpha()):
        return word
    # One stemmer a call, for 0.3 µs: it keeps the word that it works on, so threads must not share it.
    found: str = snowballstemmer.stemmer("english").stemWord(word) if lang == "en" else _french(word)
    return _SAME[lang].get(found, found)


def _french(word: str) -> str:
    """French stem of a word without accents.

    It is stemmed until nothing more comes off: once gives `interd` for `interdit`, but `interdit` for `interdite`.
    """
    stemmer = snowballstemmer.stemmer("french")
    found = _once(stemmer, _PLURAL_VERB.sub("e", _PARTICIPLE.sub(r"e\1", word)))
    while len(shorter := _once(stemmer, found)) >= _SHORTEST and shorter != found:
        found = shorter
    if found.endswith("iv"):  # `active` is the feminine of `actif`,
        return f"{found[:-1]}f"
    if found.endswith("qu") and len(found) > _SHORTEST:  # and `publique` of `public`
        return f"{found[:-2]}c"
    return found


def _once(stemmer: Any, word: str) -> str:
    return _PLURAL.sub("", stemmer.stemWord(word))
