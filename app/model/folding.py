"""Unicode folding: the one form in which searches compare words and lists order titles.

A folded text has no accents, capitals, ligatures, letters with a stroke, compatibility forms (NFKC) or
default-ignorable characters (which cannot be seen), and one kind of apostrophe and of hyphen.
"""

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence

# Default_Ignorable_Code_Point of the Unicode Character Database (DerivedCoreProperties.txt), which Python lacks.
_IGNORABLE_RANGES = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_IGNORABLE = re.compile(f"[{_IGNORABLE_RANGES}]")
# Line and paragraph separators split the lines of exports for some readers; U+FFFE and its like are no characters.
_UNSUITABLE = re.compile(f"[{_IGNORABLE_RANGES}\ufb00-\ufb06\u2028\u2029\ufdd0-\ufdef\ufffe\uffff]")
_APOSTROPHES = "’‘‛ʼʻʹʾʿˈ′`´՚׳ꞌꞋ＇❛❜"
_HYPHENS = "‐‑‒–⁃−﹣－"
_SIGNS = dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-") | {"\xa0": " ", "\u202f": " ", "…": "."}
# Letters that Unicode does not split into a letter and a mark, but dictionaries order and readers type as these.
_LETTERS = {
    "œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n",
}  # fmt: skip
_VOICING = "\u3099\u309a"  # marks of kana: without them a syllable is another one


def unsuitable_characters(text: str) -> Iterator[str]:
    """Characters that no published text may have: default-ignorable ones, and the Latin ligatures U+FB00 to U+FB06.

    A reader does not see the first and does not type the second. Line separators and noncharacters are unsuitable too,
    no-break spaces are not.
    """
    return (match.group() for match in _UNSUITABLE.finditer(text))


def _replacer(table: Mapping[str, str]) -> Callable[[str], str]:
    """Function that replaces characters. Where few are found it takes a fifth of the time of `str.translate`."""
    pattern = re.compile(f"[{''.join(table)}]")
    return functools.partial(pattern.sub, lambda match: table[match[0]])


_with_plain_signs, _with_plain_letters = _replacer(_SIGNS), _replacer(_LETTERS)


class _WithoutMarks(dict[int, int | None]):
    """Table for `str.translate` that deletes marks; it learns each character when it first meets it."""

    def __missing__(self, code: int) -> int | None:
        mark = unicodedata.combining(chr(code)) and chr(code) not in _VOICING
        return self.setdefault(code, None if mark else code)


_WITHOUT_MARKS = _WithoutMarks()


def fold(text: str) -> str:
    """Folding: a text in the form described above, with composed characters (NFC)."""
    if text.isascii():
        return text.lower()
    letters = _with_plain_letters(unicodedata.normalize("NFKC", _IGNORABLE.sub("", text)).casefold())
    bare = unicodedata.normalize("NFKD", letters).translate(_WITHOUT_MARKS)
    return _with_plain_signs(unicodedata.normalize("NFC", bare))


def sort_key(title: str) -> str:
    """Sort key of a title: folded, without the signs before its first letter or digit (« “ ’ …)."""
    folded = fold(title)
    first = next((place for place, character in enumerate(folded) if character.isalnum()), 0)
    return folded[first:]


def expand(text: str) -> tuple[str, Sequence[int] | None]:
    """Compatibility expansion: a text in NFKC with one apostrophe and one hyphen, without default-ignorable characters.

    Case and accents stay. The second value has, for each character and for the end, its place in the given text; None
    if all places are the same, as in most texts.
    """
    plain = _with_plain_signs(text)
    if plain.isascii() or (unicodedata.is_normalized("NFKC", plain) and not _IGNORABLE.search(plain)):
        return plain, None
    characters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(plain):
        expansion = "" if _IGNORABLE.match(character) else unicodedata.normalize("NFKC", character)
        characters.append(expansion)
        places += [place] * len(expansion)
    return _with_plain_signs("".join(characters)), [*places, len(text)]
