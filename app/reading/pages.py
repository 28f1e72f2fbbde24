"""Pages and items: one page of a list, or one record, read as data. Nothing here depends on a single collection."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row, func, select

from app.errors import UnknownRecord, WithdrawnRecord
from app.model.fields import SLUG_LENGTH, Language
from app.model.json_text import with_prefix
from app.reading.facets import Facet, count_facets
from app.reading.filters import FilterConditions, filter_conditions, nearest_id
from app.reading.include import Included, included_records
from app.reading.list_request import ListRequest
from app.reading.list_view import Conditions, ListView, Slice, key_of, select_versions
from app.resources.base import Resource
from app.store.snapshot import Snapshot
from app.store.tables import CHANGES, LINKS, VERSION_INDEX


@dataclass(frozen=True)
class PageOf:
    """Page of a list, or all its rows. Each part is read from the database when it is first used: a 304 reads none."""

    snapshot: Snapshot
    view: ListView
    request: ListRequest
    base: Conditions
    filters: FilterConditions

    @cached_property
    def conditions(self) -> Conditions:
        """SQL conditions of the rows on all pages."""
        return [*self.base, *self.filters.values()]

    @cached_property
    def _slice(self) -> Slice:
        return self.view.pager.page(self.snapshot, self.view, self.request, self.conditions)

    @property
    def next_cursor(self) -> str | None:
        """Cursor of the next page, None if this is the last."""
        return self._slice.next_cursor

    @cached_property
    def total(self) -> int:
        """Exact count of the matching rows on all pages. Cached for the revision: it is the slowest part of a page."""
        question = ("total", self.view.spec.name, self.request.keyset.filters)
        return self.snapshot.cached(question, lambda: self.view.pager.total(*self._question))

    @property
    def columns(self) -> Sequence[str]:
        """Columns of an export: the key first, then the fields asked for; all fields if none is asked for."""
        key, chosen = self.view.spec.key, self.request.fields
        return [*key, *(name for name in chosen if name not in key)] if chosen else self.view.spec.fields

    def bodies(self) -> Iterable[str]:
        """JSON bodies of the rows on this page."""
        return self.view.render(self.snapshot, self._slice.rows, self.request)

    def details(self) -> Iterable[Mapping[str, Any]]:
        """Rows on this page as dicts, with the members that a feed shows."""
        return self.view.details(self.snapshot, self._slice.rows, self.request)

    @cached_property
    def facets(self) -> dict[str, Facet]:
        """Facets that the request asks for, by name, each counted over the rows that all other filters give."""
        return count_facets(self.snapshot, self.view.spec, self.request, self.base, self.filters)

    def included(self) -> Included:
        """Included records: those that the rows of this page name, in the collections that the request asks for."""
        rows, request = self._slice.rows, self.request
        more = self.view.named(self.snapshot, rows, request)
        return included_records(self.snapshot, request.include, [key_of(row) for row in rows], request.lang, more)

    def extra_members(self) -> Mapping[str, Any]:
        """Further members of the page that only this list has, such as `counts` of a search."""
        return self.view.extra_members(self.snapshot, self.request, self.conditions)

    def all_lines(self) -> Iterator[bytes]:
        """JSON Lines of the rows on all pages, in blocks that are read as they are needed, with the path prefix.

        Reading may raise DBAPIError in the middle of the iteration, when a part of the answer has been sent.
        """
        for rows in self.view.pager.batches(*self._question):
            lines = "\n".join([*self.view.render(self.snapshot, rows, self.request), ""])
            yield with_prefix(lines, self.snapshot.prefix).encode()

    def all_details(self) -> Iterator[Mapping[str, Any]]:
        """Rows on all pages as dicts, with the members that a calendar shows."""
        for rows in self.view.pager.batches(*self._question):
            yield from self.view.details(self.snapshot, rows, self.request)

    @property
    def _question(self) -> tuple[Snapshot, ListView, ListRequest, Conditions]:
        return self.snapshot, self.view, self.request, self.conditions


def read_page(snapshot: Snapshot, view: ListView, request: ListRequest) -> PageOf:
    """Page of a list for a request that has been checked; its rows are not read yet.

    Raises InvalidParameter (422) for a cursor of another revision or an id that was never published, and the errors
    of the view's `base_conditions`.
    """
    if request.keyset.cursor:
        request.keyset.require_revision(snapshot.revision.number)
    base = view.base_conditions(snapshot, request)
    request = view.pager.located(snapshot, request, base)
    filters = filter_conditions(snapshot.connection, view.spec, request.params)
    return PageOf(snapshot, view, request, base, filters)


@dataclass(frozen=True)
class ItemOf:
    """Item: one record at a revision. References and included records are read when they are first used."""

    snapshot: Snapshot
    resource: Resource
    lang: Language
    row: Row[Any]

    @property
    def body(self) -> str:
        """JSON body of the record in the language of the request."""
        return str(self.row.body)

    def references(self) -> dict[str, int]:
        """Reference counts: how many records name this one at the revision, by collection; empty if none does."""
        collection = LINKS.c.collection
        named = LINKS.c.target_collection == self.resource.name, LINKS.c.target_id == self.row.id
        records = select(collection, func.count(LINKS.c.id.distinct())).where(*named, self.snapshot.as_of(LINKS))
        rows = self.snapshot.connection.execute(records.group_by(collection).order_by(collection))
        return dict(rows.all())

    def included(self, collections: Sequence[str]) -> Included:
        """Included records: those of these collections that this one names."""
        return included_records(self.snapshot, collections, [key_of(self.row)], self.lang)


def read_item(snapshot: Snapshot, resource: Resource, id: str, lang: Language) -> ItemOf:
    """Item by its id. Raises UnknownRecord (404) if the collection did not have it yet, WithdrawnRecord (410)."""
    table = resource.table
    found = select_versions(resource, lang).where(table.c.id == id, snapshot.as_of(table))
    row = snapshot.connection.execute(found).first()
    if row is None:
        raise _absence(snapshot, resource, id, lang)
    return ItemOf(snapshot, resource, lang, row)


def unknown_record(resource: Resource, id: str, snapshot: Snapshot) -> UnknownRecord:
    """UnknownRecord (404) for an id that a collection did not have up to the revision; the caller raises it.

    It names the revision that published the id later, or the nearest id that was published up to the revision.
    """
    number, index = snapshot.revision.number, VERSION_INDEX.c
    published = select(index.id).where(index.collection == resource.name).distinct()
    later = select(func.min(index.published_in)).where(index.collection == resource.name, index.id == id)
    since = snapshot.connection.execute(later).scalar()
    near = nearest_id(snapshot.connection, published.where(index.published_in <= number), index.id, id)
    return UnknownRecord(
        "unknown-record",
        id=id[:SLUG_LENGTH],
        collection=resource.name,
        revision=number,
        since=since,
        suggestion=resource.address(near) if near else None,
    )


def _absence(snapshot: Snapshot, resource: Resource, id: str, lang: Language) -> UnknownRecord | WithdrawnRecord:
    latest = (
        select(CHANGES.c.revision, CHANGES.c[f"reason_{lang}"].label("reason"))
        .where(
            CHANGES.c.collection == resource.name,
            CHANGES.c.id == id,
            CHANGES.c.revision <= snapshot.revision.number,
        )
        .order_by(CHANGES.c.revision.desc())
    )
    row = snapshot.connection.execute(latest.limit(1)).first()
    if row is None:
        return unknown_record(resource, id, snapshot)
    last_version = f"{resource.address(id)}?revision={row.revision - 1}"
    return WithdrawnRecord(row.revision, row.reason, last_version)
