"""List view: how the rows of a list are selected, paged and rendered at one revision."""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from sqlalchemy import ColumnElement, Row, Select, func, select, tuple_
from typing_extensions import override

from app.model.fields import Language
from app.reading.list_request import ListRequest
from app.resources.base import ListSpec, Resource
from app.store.snapshot import Snapshot

BATCH = 500  # rows fetched at a time where all are wanted
Conditions = Sequence[ColumnElement[bool]]
Rows = Sequence[Row[Any]]
VersionKey = tuple[str, str, int]  # collection, id, revision: one version of one record


class Slice(NamedTuple):
    """The rows of one page, and the cursor of the next page or None."""

    rows: Rows
    next_cursor: str | None


class Pager(Protocol):
    """Reads the rows of a view that meet the conditions, in the order of a request."""

    def page(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> Slice:
        """The rows of one page."""

    def batches(
        self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions
    ) -> Iterator[Rows]:
        """All rows, some hundreds at a time, fetched as they are needed."""

    def total(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> int:
        """How many rows there are on all pages together; exact."""


class KeysetPager(Pager):
    """Keyset pagination over the table of a view."""

    @override
    def page(self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions) -> Slice:
        """The rows of one page, found by one row more than it has."""
        keyset, limit = request.keyset, request.params.limit
        statement = keyset.ordered(view.select(request.lang).where(*conditions)).limit(limit + 1)
        rows = snapshot.connection.execute(statement).all()
        if len(rows) <= limit:
            return Slice(rows, None)
        position = list(rows[limit - 1][-len(keyset.columns) :])
        return Slice(rows[:limit], keyset.cursor_after(position, snapshot.revision.number))

    @override
    def batches(
        self, snapshot: Snapshot, view: "ListView", request: ListRequest, conditions: Conditions
    ) -> Iterator[Rows]:
        """All rows in order.

        Only their keys are sorted: the SQLite of pysqlite3 sorts in memory, and would keep the texts of all there.
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
        """How many rows meet the conditions."""
        count = select(func.count()).select_from(view.spec.table).where(*conditions)
        return int(snapshot.connection.execute(count).scalar_one())


@dataclass(frozen=True, eq=False)
class ListView(ABC):
    """A list answers three questions: which rows it has, what is read of each, and how rows become public JSON."""

    spec: ListSpec
    pager: Pager = field(default=KeysetPager(), kw_only=True)

    @abstractmethod
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """The conditions for the rows at the revision, before any filter; may refuse a request that has no rows."""

    @abstractmethod
    def select(self, lang: Language) -> Select[Any]:
        """The columns that are read of each row."""

    @abstractmethod
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """The public JSON of rows, in their order; a batch at a time, so that no statement runs row by row."""

    def members(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """The same as objects, for formats other than JSON."""
        return map(json.loads, self.render(snapshot, rows, request))

    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """The same with what calendars and feeds show of a record and the row lacks."""
        return self.members(snapshot, rows, request)

    def extra_members(
        self, _snapshot: Snapshot, _request: ListRequest, _conditions: Conditions, /
    ) -> Mapping[str, Any]:
        """Further members of a page."""
        return {}


@dataclass(frozen=True, eq=False)
class VersionList(ListView):
    """A list whose table has versions with their public JSON in both languages."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Versions that were current at the revision."""
        return [snapshot.as_of(self.spec.table)]

    @override
    def select(self, lang: Language) -> Select[Any]:
        """The public JSON of each row, and its key among versions."""
        return select_versions(self.spec, lang)

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """The public JSON as it is stored."""
        return [row.body for row in rows]


@dataclass(frozen=True, eq=False)
class ResourceList(VersionList):
    """The list of a collection."""

    spec: Resource

    @override
    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Each record with its collection."""
        return ({"collection": self.spec.name} | members for members in self.members(snapshot, rows, request))


def select_versions(spec: ListSpec, lang: Language) -> Select[Any]:
    """`body`, the public JSON, then `collection`, `id` and `published_in`, the key of a version."""
    table = spec.table
    return select(
        table.c[f"body_{lang}"].label("body"), spec.collection.label("collection"), table.c.id, table.c.published_in
    )


def key_of(row: Row[Any]) -> VersionKey:
    """Which version a row is, of those that `select_versions` reads."""
    return row.collection, row.id, row.published_in
