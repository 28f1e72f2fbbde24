"""Inverted index of terms: the interface that every search engine implements.

It finds versions by the terms of their texts. What a word or a term is, `app.store.search.tokens` decides for all.
The texts are in the table `search_index_content`, one row for each version, with the columns of `CONTENT`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pyroaring import BitMap
from sqlalchemy import Connection, Integer, Text, column, table

from app.model.fields import LANGUAGES
from app.store.search.highlight import Texts
from app.store.search.tokens import Phrase

INDEX = "search_index"
COLUMNS = {f"{part}_{lang}": (part, lang) for part in Texts._fields for lang in LANGUAGES}
RANKED = [name for name, (part, _) in COLUMNS.items() if part != "sections"]
CONTENT = table(  # the terms of each text, with a blank between two: 4 µs a row on SQLite; by FTS5 itself it takes 9
    f"{INDEX}_content", column("id", Integer), *(column(f"c{number}", Text) for number in range(len(COLUMNS)))
)
CONTENT_COLUMNS = {name: CONTENT.c[f"c{number}"] for number, name in enumerate(COLUMNS)}
AFTER_ALL = 2**62  # a number after those of all versions


class IndexRow(NamedTuple):
    """Row of the index: the number of a version, and the terms of its texts by the names of `COLUMNS`."""

    number: int
    terms: dict[str, str]


class InvertedIndex(ABC):
    """Inverted index of terms, on the connection of the caller. Each method raises DBAPIError."""

    @abstractmethod
    def prepare(self, connection: Connection) -> None:
        """Set the index up for many rows, once a publication, before the first one."""

    @abstractmethod
    def insert(self, connection: Connection, rows: Sequence[IndexRow]) -> None:
        """Insert versions, which the index does not have yet. Raises IntegrityError for one that it has."""

    @abstractmethod
    def delete(self, connection: Connection, number: int) -> None:
        """Delete a version, if it is there."""

    @abstractmethod
    def row(self, connection: Connection, number: int) -> IndexRow | None:
        """Row of a version, None if there is none."""

    @abstractmethod
    def size(self, connection: Connection) -> int:
        """Number of versions."""

    @abstractmethod
    def search(
        self, connection: Connection, phrases: Sequence[Phrase], first: int = 0, last: int = AFTER_ALL, *, ranked: bool
    ) -> BitMap:
        """Versions from number `first` to `last` with one of the phrases in a text; with `ranked`, in one that ranks.

        A phrase is within one text.
        """

    @abstractmethod
    def beginning(self, connection: Connection, letters: str, first: int, *, ranked: bool) -> BitMap:
        """Versions from a number on that have a term with this beginning, as `search` finds them, from their texts."""

    @abstractmethod
    def words(self, connection: Connection, start: str, most: int) -> Sequence[str] | None:
        """Terms that begin with a text, in order; None if there are more than `most`, or to look them up takes long."""

    @abstractmethod
    def occurrences(self, connection: Connection, first: str, last: str) -> Iterable[tuple[int, str]] | None:
        """Occurrences of the terms from `first` to `last`: the number of the version, and the name of the text.

        None if to count in the texts takes less time.
        """

    @abstractmethod
    def lookups_differ(self, connection: Connection) -> bool:
        """Check of the index: whether some term is found in other versions than have it."""

    @abstractmethod
    def has_foreign_settings(self, connection: Connection) -> bool:
        """Whether the index has settings that this release does not make."""
