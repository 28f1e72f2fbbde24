"""Pages: one page of a list, or all its rows, read as data. Nothing here depends on a single collection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.model.json_text import with_prefix
from app.reading.facets import Facet, count_facets
from app.reading.include import Included, included_records
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView
from app.reading.rows import RowSet, Slice
from app.store.snapshot import Snapshot


@dataclass(frozen=True)
class PageOf:
    """Page of a list, or all its rows. Each part is read from the database when it is first used: a 304 reads none."""

    snapshot: Snapshot
    view: ListView
    request: ListRequest
    rows: RowSet

    @cached_property
    def _slice(self) -> Slice:
        return self.rows.page(self.request.params.limit)

    @cached_property
    def _bodies(self) -> Sequence[str]:
        return [*self.view.render(self.snapshot, self._slice.rows, self.request)]

    @cached_property
    def next_cursor(self) -> str | None:
        """Cursor of the next page, None if this is the last."""
        position = self._slice.position
        return self.request.keyset.cursor_after(position, self.snapshot.revision.number) if position else None

    @cached_property
    def total(self) -> int:
        """Exact count of the matching rows on all pages."""
        return self.rows.total

    @property
    def columns(self) -> Sequence[str]:
        """Columns of an export: the key first, then the fields asked for; all fields if none is asked for."""
        key, chosen = self.view.spec.key, self.request.fields
        return [*key, *(name for name in chosen if name not in key)] if chosen else self.view.spec.fields

    def bodies(self) -> Sequence[str]:
        """JSON bodies of the rows on this page."""
        return self._bodies

    def details(self) -> Iterable[Mapping[str, Any]]:
        """Rows on this page as dicts, with the members that a feed shows."""
        return self.view.details(self.snapshot, self._slice.rows, self.request)

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """Facets that the request asks for, by name, each counted over the rows that all other filters give."""
        return count_facets(self.snapshot, self.view.spec, self.request, self.rows)

    def included(self) -> Included:
        """Included records: those that the rows of this page name, in the collections that the request asks for."""
        rows, request = self._slice.rows, self.request
        more = self.view.named(self.snapshot, rows, request)
        return included_records(self.snapshot, request.include, rows, request.lang, more)

    def extra_members(self) -> Mapping[str, Any]:
        """Further members of the page that only this list has, such as `counts` of a search."""
        return self.view.extra_members(self.snapshot, self.request, self.rows)

    def all_lines(self) -> Iterator[bytes]:
        """JSON Lines of the rows on all pages, in blocks that are read as they are needed, with the path prefix.

        Reading may raise DBAPIError in the middle of the iteration, when a part of the answer has been sent.
        """
        prefix = self.snapshot.prefix
        for rows in self.rows.batches():
            lines = self.view.lines(self.snapshot, rows, self.request)
            yield with_prefix(lines.decode(), prefix).encode() if prefix else lines

    def all_details(self) -> Iterator[Mapping[str, Any]]:
        """Rows on all pages as dicts, with the members that a calendar shows."""
        for rows in self.rows.batches():
            yield from self.view.details(self.snapshot, rows, self.request)


def read_page(snapshot: Snapshot, view: ListView, request: ListRequest) -> PageOf:
    """Page of a list for a request that has been checked; its rows are not read yet.

    Raises InvalidParameter (422) for a cursor of another revision or an id that was never published, and the errors
    of the view's `rows`.
    """
    request.keyset.require_revision(snapshot.revision.number)
    return PageOf(snapshot, view, request, view.rows(snapshot, request))
