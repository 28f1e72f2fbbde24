"""Tokens of a search text: phrases, words, spellings and prefixes, for any search engine.

They follow FTS5's tokenizer unicode61, which made the index: letters, digits, and the marks that belong to letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_LIGATURES = {"oe": "œ", "ae": "æ"}
_SPLIT = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_JOINABLE = re.compile("|".join(_LIGATURES), re.IGNORECASE)


class Phrase(NamedTuple):
    """Words that have to follow one another; the last of them may be a prefix, the beginning of a longer word."""

    text: str
    prefix: bool = False

    def words(self) -> Iterator["Phrase"]:
        """Each word of the phrase as a phrase of its own."""
        words = self.text.split()
        return (Phrase(word, self.prefix and place == len(words)) for place, word in enumerate(words, 1))


def phrases(query: str) -> list[Phrase]:
    """Tokenizer of a search text: what is in quotation marks, and each word outside of them; signs mean nothing.

    A word with a sign in it, such as `six-party`, is a phrase: else the part after the sign would be searched alone.
    The last phrase is a prefix unless a quotation mark ends the text. Empty for a text without letter or digit.
    """
    parts = re.findall(r'"([^"]*)"|([^"\s]+)', unicodedata.normalize("NFC", query))
    texts = [text for text in (" ".join(_words(quoted or plain)) for quoted, plain in parts) if text]
    ends_open = not query.rstrip().endswith('"')
    return [Phrase(text, ends_open and place == len(texts)) for place, text in enumerate(texts, 1)]


def _words(part: str) -> list[str]:
    return re.findall(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*", part)


def spellings(phrase: Phrase) -> list[str]:
    """Spellings of a phrase with and without ligatures.

    For unicode61 œ and oe differ, and not every keyboard has œ: both are searched. Folding the index instead would put
    the wrong spelling into snippets.
    """
    split = phrase.text.translate(_SPLIT)
    joined = _JOINABLE.sub(lambda pair: _LIGATURES[pair[0].lower()], split)
    half = _LIGATURES.get(f"{joined[-1].lower()}e") if phrase.prefix else None  # `co` is also a prefix of `cœur`
    return list(dict.fromkeys([phrase.text, split, joined, *([joined[:-1] + half] if half else [])]))


def index_term(word: str) -> str:
    """Word as unicode61 stores it: in lower case, with Latin letters without their marks; other letters keep them."""
    return "".join(_bare(letter) for letter in word.lower() if not unicodedata.combining(letter))


def _bare(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[0]
    return base if base.isascii() else letter
