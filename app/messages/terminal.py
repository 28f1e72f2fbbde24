"""Lines for a terminal or a log: what came from a file or a stranger cannot move the cursor or fill the screen."""

import re

_MOST_CHARACTERS = 2000  # of a line; the longest sentence with all its values has 700
# Control characters, which include line ends and escape sequences; lone surrogates, which no stream can encode; and
# the marks that turn the direction of text, with which a line can show other words than it has.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """A text as one line of limited length; unprintable characters become escapes as in Python."""
    cut = text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}…"
    return _UNPRINTABLE.sub(lambda found: found[0].encode("unicode_escape").decode(), cut)
