"""List view: how the rows of a list are selected, paged and rendered at one revision."""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from typing_extensions import override

from app.model.fields import Language
from app.reading.list_request import ListRequest
from app.resources.base import ListSpec, Resource
from app.store.snapshot import Snapshot

BATCH = 500  # rows fetched at a time when all rows are read
Conditions = Sequence[ColumnElement[bool]]
Rows = Sequence[Row[Any]]
VersionKey = tuple[str, str, int]  # collection, id, revision: one version of one record


class Slice(NamedTuple):
    """Rows of one page, and the cursor of the next page, None if there is none."""

    rows: Rows
    next_cursor: str | None


class Pager(Protocol):
    """Pagination strategy: reads the rows of a view that meet the conditions, in the order of a request."""

    def located(self, _snapshot: Snapshot, request: ListRequest, _base: Conditions, /) -> ListRequest:
        """Request whose cursor has been looked up among the rows of the list; by default nothing is looked up.

        May raise InvalidParameter (422) for a cursor that names no row.
        """
        return request

    def page(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> Slice:
        """One page: at most `limit` rows, and the cursor of the next page, None if there is none."""

    def batches(
        self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions
    ) -> Iterator[Rows]:
        """All rows in batches of up to 500, each fetched when it is needed, so that an export needs little memory."""

    def total(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> int:
        """Exact count of the rows on all pages."""


class KeysetPager(Pager):
    """Keyset pagination over the table of a view: no OFFSET, so that a late page costs as much as the first."""

    @override
    def located(self, snapshot: Snapshot, request: ListRequest, base: Conditions, /) -> ListRequest:
        """Request whose cursor has been looked up. Raises InvalidParameter (422) if it names no row of the list."""
        return replace(request, keyset=request.keyset.located(snapshot, base)) if request.keyset.cursor else request

    @override
    def page(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> Slice:
        """One page by keyset. The cursor is None if there is no next page: one row more than `limit` is read to see."""
        keyset, limit = request.keyset, request.params.limit
        statement = keyset.ordered(view.select(request.lang).where(*conditions)).limit(limit + 1)
        rows = snapshot.connection.execute(statement).all()
        if len(rows) <= limit:
            return Slice(rows, None)
        position = list(rows[limit - 1][-len(keyset.key) :])
        return Slice(rows[:limit], keyset.cursor_after(position, snapshot.revision.number))

    @override
    def batches(
        self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions
    ) -> Iterator[Rows]:
        """All rows in order, in batches of 500.

        The statement that sorts reads only keys, a second one the rows of a batch: the SQLite of pysqlite3 sorts in
        memory, which the texts of all rows would fill.
        """
        key = list(view.spec.table.primary_key.columns)
        width = len(key)
        keys = request.keyset.ordered(select(*key).where(*conditions)).execution_options(yield_per=BATCH)
        rows = view.select(request.lang).add_columns(*key)
        for part in snapshot.connection.execute(keys).partitions():
            these = rows.where(tuple_(*key).in_([row[:width] for row in part]))
            found = {row[-width:]: row for row in snapshot.connection.execute(these)}
            yield [found[row[:width]] for row in part]

    @override
    def total(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> int:
        """Exact count of the rows that meet the conditions."""
        count = select(func.count()).select_from(view.spec.table).where(*conditions)
        return int(snapshot.connection.execute(count).scalar_one())


@dataclass(frozen=True, eq=False)
class ListView(ABC):
    """List view: which rows a list has, which columns are read, and how rows become JSON bodies."""

    spec: ListSpec
    pager: Pager = field(default=KeysetPager(), kw_only=True)

    @abstractmethod
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Conditions for the rows at the revision, before any filter.

        A list may refuse a request here: UnknownRecord (404) for the history of an unknown record, for example.
        """

    @abstractmethod
    def select(self, lang: Language) -> Select[Any]:
        """SELECT of the columns that `render` needs, without conditions and order."""

    @abstractmethod
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """JSON bodies of rows, in their order. It gets a whole page or batch, so that no statement runs row by row."""

    def members(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Rows as dicts, for formats other than JSON; by default parsed from the bodies."""
        return map(json.loads, self.render(snapshot, rows, request))

    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Rows as dicts for calendars and feeds, which show members that the row itself may lack."""
        return self.members(snapshot, rows, request)

    def named(self, _snapshot: Snapshot, _rows: Rows, _request: ListRequest, /) -> Mapping[str, Collection[str]]:
        """Ids that rows name in addition to those that their records name, by collection, for `include`."""
        return {}

    def extra_members(
        self, _snapshot: Snapshot, _request: ListRequest, _conditions: Conditions, /
    ) -> Mapping[str, Any]:
        """Further members of a page's JSON object; none by default."""
        return {}


@dataclass(frozen=True, eq=False)
class VersionList(ListView):
    """List of record versions: its table has their stored bodies in both languages."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Condition for versions that were current at the revision."""
        return [snapshot.as_of(self.spec.table)]

    @override
    def select(self, lang: Language) -> Select[Any]:
        """SELECT of the body in one language and the version key."""
        return select_versions(self.spec, lang)

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies as they are stored."""
        return [row.body for row in rows]


@dataclass(frozen=True, eq=False)
class ResourceList(VersionList):
    """List of a collection."""

    spec: Resource


def select_versions(spec: ListSpec, lang: Language) -> Select[Any]:
    """SELECT of `body` in one language, then the version key: `collection`, `id`, `published_in`."""
    table = spec.table
    return select(
        table.c[f"body_{lang}"].label("body"), spec.collection.label("collection"), table.c.id, table.c.published_in
    )


def key_of(row: Row[Any]) -> VersionKey:
    """Version key of a row that `select_versions` reads: collection, id, revision."""
    return row.collection, row.id, row.published_in
