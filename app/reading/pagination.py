"""Keyset pagination: a total order over the rows of a list, and the position after which a page begins."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, select, tuple_

from app.errors import InvalidParameter
from app.reading.cursor import Cursor, broken, decode, expect
from app.store.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Keyset:
    """Keyset: the order columns of one request, and its cursor. `filters` is a digest of the filters.

    `sort` is the name of the order, with a leading `-` if it is descending. `key` are the columns that identify a row.
    `after` are the values of the order columns in the row that the cursor names; None for the first page.
    """

    list_name: str
    sort: str
    filters: str
    columns: Sequence[ColumnElement[Any]]
    key: Sequence[ColumnElement[Any]]
    cursor: Cursor | None
    after: Sequence[Any] | None = None

    @classmethod
    def begin(
        cls,
        list_name: str,
        sort: str,
        filters: str,
        columns: Sequence[ColumnElement[Any]],
        key: Sequence[ColumnElement[Any]],
        cursor: str | None,
    ) -> "Keyset":
        """Keyset of a request, from its order columns and the text of its cursor (None for the first page).

        Raises InvalidParameter (422) for a cursor that was not made for this list, order and filters.
        """
        position = decode(cursor) if cursor else None
        if position:
            expect(position, list_name, sort, filters, [column.type.python_type for column in key])
        return cls(list_name, sort, filters, columns, key, position)

    def require_revision(self, number: int) -> None:
        """Cursor check: raises InvalidParameter (422) if the cursor was made at another revision than `number`."""
        if self.cursor and self.cursor.revision != number:
            raise InvalidParameter("cursor", "cursor-of-other-revision", revision=self.cursor.revision)

    def located(self, snapshot: Snapshot, base: Sequence[ColumnElement[bool]]) -> "Keyset":
        """Keyset with the values of the order columns in the row that its cursor names, among the rows of the list.

        A cursor has only the key of that row, so that it is short whatever the list is sorted by. The price is one
        look-up for each further page. Raises InvalidParameter (422) if the list has no such row.
        """
        if not self.cursor:
            return self
        named = (column == value for column, value in zip(self.key, self.cursor.position, strict=True))
        row = snapshot.connection.execute(select(*self.columns).where(*base, *named)).first()
        if row is None:
            raise broken()
        return replace(self, after=tuple(row))

    def ordered(self, rows: Select[Any]) -> Select[Any]:
        """SELECT in this order after the row of the cursor; the columns of the key are appended to those selected."""
        rows = rows.add_columns(*self.key)
        descending = self.sort.startswith("-")
        if self.after:
            # A row-value comparison, because the same with OR takes 743 ms instead of 0.16 on a million rows.
            row, last = tuple_(*self.columns), tuple_(*self.after)
            rows = rows.where(row < last if descending else row > last)
        return rows.order_by(*(column.desc() if descending else column for column in self.columns))

    def cursor_after(self, position: Sequence[Any], revision: int) -> str:
        """Opaque cursor of the page after the row with a key."""
        return Cursor(self.list_name, revision, self.sort, self.filters, list(position)).encode()
