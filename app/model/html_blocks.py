"""HTML parser that collects the blocks of a page, in time that grows with the length of the page and no faster.

The parser is libxml2's, as a stream of events. Tree builders that follow the standard to the letter (lexbor, html5lib,
justhtml) take quadratic time for pages that are made for it, and so does the parser of Python's library. The price:
libxml2 places the end of a badly nested element otherwise than a browser in some pages.
"""

from collections import Counter
from collections.abc import Mapping
from io import StringIO

from lxml import etree

from app.errors import InvalidValue
from app.model.text_blocks import Block, normal

# Elements open inside each other. Browsers stop at 512. With a limit the search for the start of an element at its end
# stays short; without one a megabyte of `<x>` and then `</z>` takes hours.
MOST_OPEN = 1000
# Characters parsed at once: the limit above is looked at in between, so a piece may go beyond it by a third of this.
_PIECE = 16_384

_BLOCK = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 hr header html legend li main menu nav ol p pre section summary table tbody td "
    "tfoot th thead title tr ul".split()
)
# Elements that are skipped: they are no statements of the source, and their changes are of no interest. The price: a
# `start` that occurs in a menu too counts as unique, and a browser goes to the menu.
_NOISE = frozenset("button iframe nav noscript script select style svg template textarea title".split())
_COUNTED = frozenset("h1 h2 h3 h4 h5 h6 li".split())


def blocks_of(html: str) -> tuple[Block, ...]:
    """Blocks of a page, in reading order. Raises InvalidValue if more than `MOST_OPEN` elements are open at once."""
    events = _Events()
    parser = etree.HTMLParser(target=events, encoding="utf-8")
    for start in range(0, len(html), _PIECE):
        parser.feed(html[start : start + _PIECE].encode("utf-8", "replace"))
        if events.open > MOST_OPEN:
            raise InvalidValue("page-too-deep", most=MOST_OPEN)
    if html:
        parser.close()
    events.end_block()
    return tuple(events.blocks)


class _Events:
    """Target of the parser: it calls `start` and `end` in pairs, also where the page leaves a tag out."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._text = StringIO()  # no list of pieces: the parser may give each character as one
        self._hides: list[bool] = []  # of each open element, whether it hides its content
        self._hidden = 0  # how many of them do
        self._depth: Counter[str] = Counter()  # open headings and list items, by tag

    @property
    def open(self) -> int:
        return len(self._hides)

    def end_block(self) -> None:
        """End of a block: adds what was read since the last one, if there are words in it."""
        if not self._text.tell():
            return
        text = normal(self._text.getvalue())
        self._text = StringIO()
        if text:
            level = next((rank for rank in range(1, 7) if self._depth[f"h{rank}"]), None)
            self.blocks.append(Block(text, level, self._depth["li"] > 0))

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag in _BLOCK:
            self.end_block()
        elif tag == "br":
            self._text.write(" ")
        # text fragments find elements with hidden="until-found"
        hides = tag in _NOISE or attributes.get("hidden", "until-found") != "until-found"
        self._hides.append(hides)
        self._hidden += hides
        if tag in _COUNTED:
            self._depth[tag] += 1

    def end(self, tag: str) -> None:
        if tag in _BLOCK:
            self.end_block()
        self._hidden -= self._hides.pop()
        if tag in _COUNTED:
            self._depth[tag] -= 1

    def data(self, data: str) -> None:
        if not self._hidden:
            self._text.write(data)

    def close(self) -> None:
        """End of the page."""
