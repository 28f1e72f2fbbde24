"""Full-text search over all collections in both languages: best match first, with the matches marked in a snippet."""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, field_validator
from typing_extensions import override

from app.model.json_text import extended
from app.reading.bitmap_index import index_of
from app.reading.cursor import broken
from app.reading.list_request import ListRequest
from app.reading.list_view import VersionList
from app.reading.rows import BATCH, Rows, RowSet, Slice
from app.reading.version_rows import Matches, matches_of
from app.resources.base import ListSpec, Order, RecordSummary
from app.resources.filters import one_of
from app.resources.params import (
    SEARCHED,
    OneOf,
    PageParams,
    columns_among,
    facets_among,
    format_among,
    require_words,
    search_field,
    values_field,
)
from app.resources.registry import COLLECTIONS
from app.store.search import documents as fulltext
from app.store.search import ranking
from app.store.search.highlight import Piece
from app.store.snapshot import Snapshot
from app.store.tables import VersionIndex, batches

MOST_RANKED = 10_000  # most matches that are ranked: with more, the newest come first. The number is promised to users


class SearchHit(RecordSummary):
    """Summary of a matching record, with the text around the match."""

    snippet: list[Piece] = Field(
        description="Text around the match, in the language of the response if it matched there. It is cut into "
        "pieces where a match begins or ends: joined, they are the text."
    )


class SearchParams(PageParams):
    format: str | None = format_among("json", "csv", "jsonl", "xlsx")
    fields: list[str] = columns_among(SearchHit)
    facets: list[str] = facets_among("collection")
    q: Annotated[str, SEARCHED] = search_field(...)
    collection: Annotated[list[Annotated[str, OneOf(tuple(COLLECTIONS))]], one_of("collection")] = values_field(
        "Only records of these collections."
    )

    _has_words = field_validator("q")(require_words)


@dataclass(frozen=True)
class RankedRows(RowSet):
    """Hits by rank: best match first; newest first if more than 10,000 records match.

    A row is the number of a version. A cursor has an offset in the ranking or, newest first, the last hit's number.
    """

    snapshot: Snapshot
    request: ListRequest
    matches: Matches

    @property
    @override
    def total(self) -> int:
        return len(self.matches.all)

    @override
    def page(self, limit: int) -> Slice:
        start = _position(self.request)
        if self.total <= MOST_RANKED:
            first = start or 0
            numbers = self._ranking()[first : first + limit + 1]
            position = first + limit
        else:
            numbers = [*islice(self._newest(start), limit + 1)]
            position = numbers[:limit][-1] if numbers else 0
        return Slice(numbers[:limit], [position] if len(numbers) > limit else None)

    @override
    def batches(self) -> Iterator[Rows]:
        if self.total <= MOST_RANKED:
            yield from batches(self._ranking(), BATCH)
        else:
            numbers = self._newest(None)
            while batch := [*islice(numbers, BATCH)]:
                yield batch

    @override
    def counts(self, parameter: str) -> Mapping[str, int]:
        return index_of(self.snapshot).counts(parameter, self.matches.without(parameter))

    def _newest(self, before: int | None) -> Iterator[int]:
        hits = self.matches.all
        place = len(hits) if before is None else hits.rank(before - 1)
        return (hits[index] for index in range(place - 1, -1, -1))

    def _ranking(self) -> Sequence[int]:
        """Numbers of all hits, best first. Only texts up to the revision count, so its ranking never changes.

        It is kept for the next page, and for the next who asks: as an array, which takes 4 bytes a hit.
        """
        snapshot, request = self.snapshot, self.request
        params, connection = request.params, snapshot.connection
        assert isinstance(params, SearchParams)

        def compute() -> "array[int]":
            within = snapshot.cached(("extent",), lambda: ranking.extent(connection, snapshot.revision.number))
            return array("I", ranking.ranked(connection, params.q, self.matches.all, within))

        return snapshot.cached(("ranking", request.keyset.filters), compute)


class SearchList(VersionList):
    """Search results as a list view: the versions whose texts match."""

    @override
    def rows(self, snapshot: Snapshot, request: ListRequest) -> RankedRows:
        """Current versions that match. Raises InvalidParameter (422) for a cursor whose position is below 1."""
        start = _position(request)
        if start is not None and start < 1:
            raise broken()
        return RankedRows(snapshot, request, matches_of(snapshot, self.spec, request.params))

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Stored body of each hit, with its snippet added."""
        found = _snippets(snapshot, rows, request)
        for number, body in zip(rows, super().render(snapshot, rows, request), strict=True):
            yield extended(body, "snippet", _PIECES.dump_json(found[number]).decode())

    @override
    def extra_members(self, snapshot: Snapshot, request: ListRequest, rows: RowSet) -> Mapping[str, Any]:
        """`counts` of hits by collection, and `ranking`: `relevance`, or `newest` if more than 10,000 records match."""
        assert isinstance(rows, RankedRows)
        hits = rows.matches.all
        question = ("counts", request.keyset.filters)
        counts = snapshot.cached(question, lambda: dict(sorted(index_of(snapshot).counts("collection", hits).items())))
        return {"counts": counts, "ranking": "relevance" if rows.total <= MOST_RANKED else "newest"}


_PIECES = TypeAdapter(list[Piece])


def _snippets(snapshot: Snapshot, rows: Rows, request: ListRequest) -> dict[int, list[Piece]]:
    params = request.params
    assert isinstance(params, SearchParams)
    return fulltext.snippets(snapshot.connection, params.q, rows, request.lang)


def _position(request: ListRequest) -> int | None:
    """Position in the cursor of a request, None for the first page."""
    position: Any = request.keyset.cursor.position[0] if request.keyset.cursor else None
    return position  # type: ignore[no-any-return]  # the cursor was checked against the type of the order column


SEARCH = SearchList(
    ListSpec(
        name="search",
        about="Full-text search in both languages: the records of all collections that match, best match first, with "
        "the matching words marked. Words count more in a title, and side by side as in `q`; records with the same "
        "sources are spread.",
        model=SearchHit,
        table_model=VersionIndex,
        params=SearchParams,
        orders={"relevance": Order(("number",))},  # for the type of the number in a cursor
        sort="relevance",
        collection_column="collection",
        key=("collection", "id"),
        cursor_key=("number",),  # in a ranking the place in it, otherwise the number
        slow=True,
    )
)
