"""Keyset pagination: a total order over the rows of a list, and the position after which a page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, tuple_

from app.errors import InvalidParameter
from app.reading.cursor import Cursor, decode, expect


@dataclass(frozen=True, slots=True)
class Keyset:
    """Keyset: the order columns of one request, and its cursor. `filters` is a digest of the filters.

    `sort` is the name of the order, with a leading `-` if it is descending.
    """

    list_name: str
    sort: str
    filters: str
    columns: Sequence[ColumnElement[Any]]
    cursor: Cursor | None

    @classmethod
    def begin(
        cls, list_name: str, sort: str, filters: str, columns: Sequence[ColumnElement[Any]], cursor: str | None
    ) -> "Keyset":
        """Keyset of a request, from its order columns and the text of its cursor (None for the first page).

        Raises InvalidParameter (422) for a cursor that was not made for this list, order and filters.
        """
        position = decode(cursor) if cursor else None
        if position:
            expect(position, list_name, sort, filters, [column.type.python_type for column in columns])
        return cls(list_name, sort, filters, columns, position)

    def require_revision(self, number: int) -> None:
        """Cursor check: raises InvalidParameter (422) if the cursor was made at another revision than `number`."""
        if self.cursor and self.cursor.revision != number:
            raise InvalidParameter("cursor", "cursor-of-other-revision", revision=self.cursor.revision)

    def ordered(self, rows: Select[Any]) -> Select[Any]:
        """SELECT in this order from the cursor on; the order columns are appended to those of the statement."""
        rows = rows.add_columns(*self.columns)
        descending = self.sort.startswith("-")
        if self.cursor:
            # A row-value comparison, because the same with OR takes 743 ms instead of 0.16 on a million rows.
            row, last = tuple_(*self.columns), tuple_(*self.cursor.position)
            rows = rows.where(row < last if descending else row > last)
        return rows.order_by(*(column.desc() if descending else column for column in self.columns))

    def cursor_after(self, position: Sequence[Any], revision: int) -> str:
        """Opaque cursor of the page after a position, which has a value for each order column."""
        return Cursor(self.list_name, revision, self.sort, self.filters, list(position)).encode()
