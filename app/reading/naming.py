"""Records that name one record: those of a collection, in any of its orders, in pages."""

from dataclasses import dataclass

from pyroaring import BitMap
from typing_extensions import override

from app.model.fields import References
from app.reading.bitmap_index import current_versions, index_of
from app.reading.list_request import ListRequest
from app.reading.list_view import ResourceList
from app.reading.rows import RowSet
from app.reading.version_rows import markers_of, version_rows
from app.resources.base import Resource
from app.store.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class NamingList(ResourceList):
    """List of the records of a collection that name the record `id` of the collection `target`, in any field."""

    target: str
    id: str

    @override
    def rows(self, snapshot: Snapshot, request: ListRequest) -> RowSet:
        """Versions that were current at the revision, name the record, and match the filters."""

        def naming() -> BitMap:
            return current_versions(snapshot, self.spec) & index_of(snapshot).any_of(f"links/{self.target}", [self.id])

        return version_rows(snapshot, self.spec, request, naming)


def naming_filter(resource: Resource, target: str) -> str | None:
    """Parameter of a collection's list that selects the same records; None if the list has no such filter."""
    markers = markers_of(resource.params)
    return next((name for name, mark in markers if isinstance(mark, References) and mark.collection == target), None)
