"""Reasons of withdrawals, which name other records by their ids: in a page these are links with the records' titles."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

# An id of one word is not taken for one: `canada` may be a word of the sentence.
_ID = re.compile(r"(?<![\w-])[a-z0-9]+(?:-[a-z0-9]+)+(?![\w-])")


class Piece(NamedTuple):
    """Piece of a reason: text, or the title of a record with the path of its page (without language)."""

    text: str
    path: str | None = None


def ids_in(reasons: Iterable[str]) -> set[str]:
    """What may be ids in reasons: only those that records have are linked."""
    return {id for reason in reasons for id in _ID.findall(reason)}


def pieces(reason: str, collection: str, titles: Mapping[str, str]) -> Iterator[Piece]:
    """Pieces of a reason. `titles` are those of the records in the collection that it names, by id."""
    end = 0
    for found in _ID.finditer(reason):
        id = found.group()
        if id in titles:
            yield Piece(reason[end : found.start()])
            yield Piece(titles[id], f"/{collection}/{id}")
            end = found.end()
    yield Piece(reason[end:])
