"""Rows of a list: what pages, totals, exports and facets are read from, whatever the list is made of."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

BATCH = 500  # rows fetched at a time when all rows are read

# A row is what the list's view renders: the number of a version, or columns of another table.
Rows = Sequence[Any]


class Slice(NamedTuple):
    """Rows of one page, and the position in the cursor of the next page, None if there is none."""

    rows: Rows
    position: Sequence[str | int] | None


class RowSet(ABC):
    """Rows that match a request at a revision, in its order. Nothing is read before it is used."""

    @property
    @abstractmethod
    def total(self) -> int:
        """Exact count of the rows on all pages."""

    @abstractmethod
    def page(self, limit: int) -> Slice:
        """One page of at most `limit` rows, from the position of the request on."""

    @abstractmethod
    def batches(self) -> Iterator[Rows]:
        """All rows in order, in batches of up to 500, each read when it is needed: an export needs little memory."""

    def counts(self, parameter: str) -> Mapping[str, int]:
        """Facet counts: by value of a filter, without zeros, over the rows that all *other* filters give.

        Raises KeyError for a name that is no such filter of the list.
        """
        raise KeyError(parameter)
