"""Cited passages: the check of a passage against the text of its source, and its deep link (a text fragment).

`start` (at most 8 words) occurs in the source exactly once, and `end` (at most 8) follows it. Each is within one
paragraph, list item or heading, and both are in the section that the citation names. Only white space is normalised:
capitals, quotation marks and dashes must be those of the source. Both begin and end at the ends of words, because
browsers find only whole words (https://wicg.github.io/scroll-to-text-fragment/).
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Self
from urllib.parse import quote

from app.errors import Fault
from app.model.records import MOST_WORDS
from app.model.text_blocks import Block, normal

# Most words of a line of plain text that counts as a heading. With a larger number captions would count as headings and
# end a section too early; with a smaller one a section would not end at a long heading.
_HEADING_WORDS = 12
_UNMARKED = 7  # a level below <h6>, for a block with the words of a heading: any marked heading ends its section

_Place = tuple[int, int]  # number of a block, and of a character in it
_BULLET = re.compile(r"[•‣⁃▪◦●○■·*+–—-](\s+|$)")
_NUMBERED = re.compile(r"\(?(\d{1,3}|[a-z])[.)]\s")
_LOOSE = str.maketrans("’‘“”–—", "''\"\"--")
_ANYWHERE = re.compile("")


def deep_link(address: str, start: str, end: str | None) -> str:
    """Deep link: the source's address with a text fragment from `start` to `end`, or of `start` alone if that is None.

    A `#section` in the address is kept, a text fragment in it is replaced.
    """
    page, _, fragment = address.partition("#")
    section = fragment.partition(":~:")[0]
    # `-` is unreserved in RFC 3986, but in a text fragment it marks a prefix or a suffix.
    encoded = (quote(normal(text), safe="").replace("-", "%2D") for text in (start, end) if text is not None)
    return f"{page}#{section}:~:text={','.join(encoded)}"


@dataclass(frozen=True)
class SourceText:
    """Text of a source as blocks in reading order, for checking citations.

    Words are looked up in all blocks at once: block by block, 300 passages take minutes where a page has a million.
    """

    blocks: tuple[Block, ...]

    @classmethod
    def of_plain(cls, text: str) -> Self:
        """Plain text of a source: each line that is not empty is a block, without its leading bullet sign.

        Plain text has no marks for headings: short lines without a stop at the end, bullet or number count as such. The
        price: a table written as lines ends a section, and a numbered heading does not begin one.
        """
        lines = (_plain_block(normal(line)) for line in text.removeprefix("\ufeff").splitlines())
        return cls(tuple(block for block in lines if block.text))

    @classmethod
    def of_html(cls, html: str) -> Self:
        """HTML of a source: block elements are blocks, `<br>` is white space. What is hidden is left out.

        The time grows with the length, whatever the page. Raises InvalidValue for elements nested too deeply.
        """
        from app.model.html_blocks import blocks_of

        return cls(blocks_of(html.removeprefix("\ufeff")))

    def fault(self, section: str | None, start: str, end: str | None) -> Fault | None:
        """Citation check: a fault of `start`, `end` or `section`; None if the citation is correct.

        `section` is the text of a heading; None skips its check. The section begins at the last such heading before
        `start` and ends at the next heading of the same or a higher level.
        """
        start, end = normal(start), None if end is None else normal(end)
        for name, words in (("start", start), ("end", start if end is None else end)):
            if not 0 < (count := len(words.split())) <= MOST_WORDS:
                return Fault(name, "passage-words", {"words": words, "count": count, "most": MOST_WORDS})
        first = self._only(start)
        if isinstance(first, Fault):
            return first
        last = first if end is None else self._following(end, (first[0], first[1] + len(start)))
        if isinstance(last, Fault):
            return last
        return None if section is None else self._section_fault(normal(section), first[0], last[0])

    def _only(self, start: str) -> _Place | Fault:
        """The one place of the start, or a fault if it does not occur exactly once."""
        # Occurrences within words and overlapping ones count too: "nuclear test" also occurs in "nuclear tests".
        places = list(self._places(start, _ANYWHERE))
        if not places:
            return Fault("start", self._absence(start), {"words": start})
        if len(places) > 1:
            return Fault("start", "not-once-in-source", {"words": start, "count": len(places)})
        return places[0] if any(self._places(start, _whole(start))) else Fault("start", "cuts-a-word", {"words": start})

    def _following(self, end: str, after: _Place) -> _Place | Fault:
        """The first place of the end there or later, where a browser stops, or a fault if there is none."""
        found = next((place for place in self._places(end, _whole(end)) if place >= after), None)
        return found or Fault("end", self._absence(end), {"words": end})

    def _places(self, words: str, pattern: re.Pattern[str]) -> Iterator[_Place]:
        """Where words occur and a pattern of no width matches, in reading order."""
        at = self._lines.find(words)
        while at >= 0:
            if pattern.match(self._lines, at):
                block = bisect_right(self._starts, at) - 1
                yield block, at - self._starts[block]
            at = self._lines.find(words, at + 1)

    @cached_property
    def _lines(self) -> str:
        """All blocks, one a line: no words reach from one into the next."""
        return "\n".join(block.text for block in self.blocks)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each block begins in the lines."""
        return [0, *accumulate(len(block.text) + 1 for block in self.blocks)]

    @cached_property
    def _loose_text(self) -> str:
        """All blocks in one line, in which case and the kinds of quotation marks and dashes make no difference."""
        return _loose(self._lines.replace("\n", " "))

    def _absence(self, words: str) -> str:
        """Code of the reason why words are not found where they should be."""
        if words in self._lines:
            return "not-after-start"
        if words in self._lines.replace("\n", " "):
            return "not-in-one-paragraph"
        return "other-typography" if _loose(words) in self._loose_text else "not-in-source"

    def _section_fault(self, section: str, first: int, last: int) -> Fault | None:
        """Why the blocks from `first` to `last` are not all in the section."""
        before = list(enumerate(self.blocks[:first]))
        marked = [index for index, block in before if block.text == section and block.level]
        alike = [index for index, block in before if block.text == section and not block.item]
        if not marked + alike:
            nearest = next((block.text for _, block in reversed(before) if block.level), None)
            return Fault("section", "no-such-section", {"section": section, "nearest": nearest})
        head = (marked or alike)[-1]
        level = self.blocks[head].level or _UNMARKED
        reach = self.blocks[head + 1 : last + 1]
        ending = next((block.text for block in reach if block.level and block.level <= level), None)
        return Fault("section", "section-too-short", {"section": section, "heading": ending}) if ending else None


def _loose(text: str) -> str:
    return text.casefold().translate(_LOOSE)


def _whole(words: str) -> re.Pattern[str]:
    """Zero-width pattern before `words` where they neither begin nor end inside a word.

    An apostrophe or stop between letters, and a comma between digits, are inside a word (Unicode Standard Annex 29).
    """
    before = r"(?<!\w)(?<!\w['’.])(?<!\d,)" if re.match(r"\w", words) else ""
    after = r"(?!\w|['’.]\w|,\d)" if re.search(r"\w$", words) else ""
    return re.compile(f"{before}(?={re.escape(words)}{after})")


def _plain_block(line: str) -> Block:
    words = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    item = words != line or _NUMBERED.match(line) is not None
    short = len(words.split()) <= _HEADING_WORDS and words[-1:] not in ".:;,!"
    heading = short and not item and any(character.isalpha() for character in words)
    return Block(words, 1 if heading else None, item)
