"""Hangul romanisation: each syllable in Latin letters by itself, for comparing names. It is not for reading.

Syllables are taken apart by their code points (Unicode, 3.12) and written as in the Revised Romanization of Korean,
without the changes of sound between syllables. Libraries that make those changes would write a name as it is heard,
which is not how lists write it.
"""

import re

_FIRST = "g kk n d tt r m b pp s ss - j jj ch k t p h".split()
_MIDDLE = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i".split()
_LAST = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t".split()
_START, _END = 0xAC00, 0xD7A3  # syllables, in the order of first, middle and last sound
_SYLLABLES = re.compile(f"[{chr(_START)}-{chr(_END)}]+")
# Family names as the South writes them: it leaves out or changes the first letter.
_FAMILY_NAMES = {"이": "ri", "임": "rim", "나": "ra", "노": "ro", "유": "ryu", "양": "ryang", "여": "ryo"}


def romanised(text: str) -> str:
    """A text in NFC with each syllable of Hangul as a word in Latin letters; the rest as it is."""
    return _SYLLABLES.sub(lambda run: f" {' '.join(_words(run[0]))} ", text)


def _words(syllables: str) -> list[str]:
    family = _FAMILY_NAMES.get(syllables[0]) if len(syllables) > 1 else None
    words = [_letters(syllable) for syllable in syllables]
    return [family, *words[1:]] if family else words


def _letters(syllable: str) -> str:
    rest, last = divmod(ord(syllable) - _START, len(_LAST))
    first, middle = divmod(rest, len(_MIDDLE))
    return "".join((_FIRST[first], _MIDDLE[middle], _LAST[last])).replace("-", "")
