"""Block of text: the unit in which the text of a source is compared with what is cited from it."""

from typing import NamedTuple


class Block(NamedTuple):
    """Block: a paragraph, list item, table cell or heading, with normalised white space."""

    text: str
    level: int | None  # 1 to 6 for a heading, else None
    item: bool  # whether it is a list item: then it is never a heading, otherwise items of a breadcrumb would be


def normal(text: str) -> str:
    """Normalised white space: one space for each run of it (no-break spaces too), none at the ends."""
    return " ".join(text.split())
