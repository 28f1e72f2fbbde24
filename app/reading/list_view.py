"""List view: which rows a list has at one revision, and how rows become JSON bodies."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from typing_extensions import override

from app.formats.json_lines import objects
from app.reading.bodies import array_by_number, bodies_by_number, lines_by_number
from app.reading.list_request import ListRequest
from app.reading.rows import Rows, RowSet
from app.reading.version_rows import version_rows
from app.resources.base import ListSpec, Resource
from app.store.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class ListView(ABC):
    """List view: which rows a list has, and how they become JSON bodies."""

    spec: ListSpec

    @abstractmethod
    def rows(self, snapshot: Snapshot, request: ListRequest) -> RowSet:
        """Rows that match a request, in its order; none is read yet.

        A list may refuse a request here: InvalidParameter (422) for an id that was never published, UnknownRecord (404)
        for the history of an unknown record.
        """

    @abstractmethod
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """JSON bodies of rows, in their order. It gets a whole page or batch, so that no statement runs row by row."""

    def array(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> bytes:
        """JSON array of the bodies of rows, in UTF-8."""
        return f"[{','.join(self.render(snapshot, rows, request))}]".encode()

    def lines(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> bytes:
        """JSON Lines of rows, for exports: the bodies in UTF-8, each followed by a line feed."""
        return "\n".join([*self.render(snapshot, rows, request), ""]).encode()

    def details(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """Rows as dicts for calendars and feeds, which show members that the row itself may lack."""
        return objects([self.lines(snapshot, rows, request)])

    def named(self, _snapshot: Snapshot, _rows: Rows, _request: ListRequest, /) -> Mapping[str, Collection[str]]:
        """Ids that rows name in addition to those that their records name, by collection, for `include`."""
        return {}

    def extra_members(self, _snapshot: Snapshot, _request: ListRequest, _rows: RowSet, /) -> Mapping[str, Any]:
        """Further members of a page's JSON object; none by default."""
        return {}


@dataclass(frozen=True, eq=False)
class VersionList(ListView):
    """List of record versions: a row is the number of one, and its table has the stored bodies in both languages."""

    @override
    def rows(self, snapshot: Snapshot, request: ListRequest) -> RowSet:
        """Versions that were current at the revision and match the filters."""
        return version_rows(snapshot, self.spec, request)

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Bodies as they are stored."""
        return bodies_by_number(snapshot.connection, self.spec.table, request.lang, rows)


@dataclass(frozen=True, eq=False)
class ResourceList(VersionList):
    """List of a collection."""

    spec: Resource

    @override
    def array(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> bytes:
        """JSON array of stored bodies, joined in the database."""
        return array_by_number(snapshot.connection, self.spec.table, request.lang, rows)

    @override
    def lines(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> bytes:
        """JSON Lines of stored bodies, joined in the database."""
        (lines,) = lines_by_number(snapshot.connection, self.spec.table, rows, f"body_{request.lang}")
        return lines
