"""Versions that match a request: filters are bitmaps, the order is an index, a page is a walk along it."""

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from pyroaring import BitMap
from sqlalchemy import Integer, bindparam, select
from typing_extensions import override

from app.model.fields import References
from app.reading.bitmap_index import CachedPostings, current_versions, index_of
from app.reading.cursor import broken
from app.reading.ids import versions_with_ids
from app.reading.list_request import ListRequest
from app.reading.rows import Rows, RowSet, Slice
from app.reading.version_order import VersionOrder, order_of
from app.resources.base import ListSpec
from app.resources.filters import OwnIds, Where
from app.resources.params import RevisionParams
from app.resources.registry import COLLECTIONS
from app.store.snapshot import Snapshot
from app.store.statements import Statement

Marker = Where | References | OwnIds


@dataclass(frozen=True)
class Matches:
    """Versions that match: those of the list at the revision, and those that each filter of the request selects."""

    find_base: Callable[[], BitMap]
    filters: Mapping[str, BitMap]  # by parameter

    @cached_property
    def base(self) -> BitMap:
        """Versions of the list before any filter."""
        return self.find_base()

    @cached_property
    def all(self) -> BitMap:
        """Versions that all filters select."""
        return self.without("")

    def without(self, parameter: str) -> BitMap:
        """Versions that all filters but one select."""
        others = (found for name, found in self.filters.items() if name != parameter)
        return functools.reduce(BitMap.__and__, others, self.base)  # a third of the time of BitMap.intersection


@dataclass(frozen=True)
class MatchingRows(RowSet):
    """Versions that match a request, in its order. A row is the number of a version."""

    snapshot: Snapshot
    spec: ListSpec
    matches: Matches
    order: VersionOrder
    after: int | None  # the version in the cursor

    @property
    @override
    def total(self) -> int:
        return len(self.matches.all)

    @override
    def page(self, limit: int) -> Slice:
        numbers = self.order.first(self.snapshot, self.matches.all, limit + 1, self.after)
        if len(numbers) <= limit:
            return Slice(numbers, None)
        key = _key(self.spec).first(self.snapshot.connection, {"number": numbers[limit - 1]})
        return Slice(numbers[:limit], key)

    @override
    def batches(self) -> Iterator[Rows]:
        return self.order.all(self.snapshot, self.matches.all)

    @override
    def counts(self, parameter: str) -> Mapping[str, int]:
        return index_of(self.snapshot).counts(facet_field(self.spec, parameter), self.matches.without(parameter))


def matches_of(
    snapshot: Snapshot, spec: ListSpec, params: RevisionParams, base: Callable[[], BitMap] | None = None
) -> Matches:
    """Versions that match the filters of a request; `base` gives those of the list, by default all current ones.

    Raises InvalidParameter (422) for an id that was never published.
    """
    index, found = index_of(snapshot), {}  # one index, so that all filters share the bit slices that they read
    for parameter, marker in markers_of(type(params)):
        if getattr(params, parameter) not in (None, []):
            selected = _selected(index, spec, params, parameter, marker)
            if selected is not None:
                found[parameter] = selected
    return Matches(base or partial(current_versions, snapshot, spec), found)


def version_rows(
    snapshot: Snapshot, spec: ListSpec, request: ListRequest, base: Callable[[], BitMap] | None = None
) -> MatchingRows:
    """Versions that match a request; `base` gives those of the list, by default all current ones.

    Raises InvalidParameter (422) for a cursor that names no row of the list, and an id that was never published.
    """
    order = order_of(spec, request.keyset.sort, request.lang)
    find_base = base or partial(current_versions, snapshot, spec)
    after = _located(snapshot, spec, request, find_base)
    return MatchingRows(snapshot, spec, matches_of(snapshot, spec, request.params, find_base), order, after)


def _selected(
    index: CachedPostings, spec: ListSpec, params: RevisionParams, parameter: str, marker: Marker
) -> BitMap | None:
    if isinstance(marker, Where):
        if marker.is_cached:
            question = ("filter", parameter, str(getattr(params, parameter)))
            return index.snapshot.cached(question, lambda: marker.select(index, params))
        return marker.select(index, params)
    ids = getattr(params, parameter)
    if isinstance(marker, OwnIds):
        collections = tuple(COLLECTIONS) if spec.collection_column else (spec.name,)
        return versions_with_ids(index.connection, parameter, collections, spec.name, ids)
    versions_with_ids(index.connection, parameter, (marker.collection,), marker.collection, ids)
    return index.any_of(f"links/{marker.collection}", ids)


@functools.cache
def markers_of(model: type[RevisionParams]) -> list[tuple[str, Marker]]:
    """Filters of a parameter model with their markers: those by value first, then those by id."""
    markers = [
        (name, marker)
        for name, info in model.model_fields.items()
        for marker in info.metadata
        if isinstance(marker, Marker)
    ]
    return sorted(markers, key=lambda pair: not isinstance(pair[1], Where))


@functools.cache
def facet_field(spec: ListSpec, parameter: str) -> str:
    """Field of the bitmap index whose values a facet counts. Raises KeyError for a name that is no such filter."""
    marker = dict(markers_of(spec.params))[parameter]
    if isinstance(marker, References):
        return f"links/{marker.collection}"
    if isinstance(marker, Where) and marker.field:
        return marker.field
    raise KeyError(parameter)


def _located(snapshot: Snapshot, spec: ListSpec, request: ListRequest, find_base: Callable[[], BitMap]) -> int | None:
    """Number of the version that the cursor names, None for the first page.

    A cursor has only the key of that row, so that it is short whatever the list is sorted by. The price is one look-up
    for each further page.
    """
    if not request.keyset.cursor:
        return None
    rows = find_base()
    named = _versions(spec).rows(snapshot.connection, dict(zip(spec.key, request.keyset.cursor.position, strict=True)))
    number: int | None = next((number for (number,) in named if number in rows), None)
    if number is None:
        raise broken()
    return number


@functools.cache
def _versions(spec: ListSpec) -> Statement:
    """Statement of the numbers of all versions with a key."""
    table = spec.table
    named = (table.c[name] == bindparam(name, type_=table.c[name].type) for name in spec.key)
    return Statement(select(table.c.number).where(*named))


@functools.cache
def _key(spec: ListSpec) -> Statement:
    """Statement of the key of a version."""
    table = spec.table
    return Statement(
        select(*(table.c[name] for name in spec.key)).where(table.c.number == bindparam("number", type_=Integer))
    )
