"""Keyset pagination: the order of a request, and the position after which a page begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.errors import InvalidParameter
from app.reading.cursor import Cursor, decode, expect


@dataclass(frozen=True, slots=True)
class Keyset:
    """Keyset: the order of one request, and its cursor, None for the first page. `filters` is a digest of the filters.

    `sort` is the name of the order, with a leading `-` if it is descending.
    """

    list_name: str
    sort: str
    filters: str
    cursor: Cursor | None

    @classmethod
    def begin(cls, list_name: str, sort: str, filters: str, cursor: str | None, types: Sequence[type]) -> "Keyset":
        """Keyset of a request from the text of its cursor; `types` are those of the values in its position.

        Raises InvalidParameter (422) for a cursor that was not made for this list, order and filters.
        """
        position = decode(cursor) if cursor else None
        if position:
            expect(position, list_name, sort, filters, types)
        return cls(list_name, sort, filters, position)

    @property
    def descending(self) -> bool:
        """Direction of the order."""
        return self.sort.startswith("-")

    def require_revision(self, number: int) -> None:
        """Cursor check: raises InvalidParameter (422) if the cursor was made at another revision than `number`."""
        if self.cursor and self.cursor.revision != number:
            raise InvalidParameter("cursor", "cursor-of-other-revision", revision=self.cursor.revision)

    def cursor_after(self, position: Sequence[Any], revision: int) -> str:
        """Opaque cursor of the page after the row with a key."""
        return Cursor(self.list_name, revision, self.sort, self.filters, list(position)).encode()
