"""Full-text search over all collections in both languages: ranked by BM25, with the matches marked in a snippet."""

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, field_validator
from sqlalchemy import ColumnElement, Row, Select, Table, func, select
from typing_extensions import override

from app.model.fields import Language
from app.model.json_text import extended
from app.reading.cursor import broken
from app.reading.list_request import ListRequest
from app.reading.list_view import BATCH, Conditions, ListView, Pager, Rows, Slice, VersionList
from app.resources.base import ListSpec, RecordSummary
from app.resources.params import (
    SEARCHED,
    OneOf,
    PageParams,
    columns_among,
    facets_among,
    format_among,
    one_of,
    require_words,
    search_field,
    values_field,
)
from app.resources.registry import COLLECTIONS
from app.store.search import sqlite as fulltext
from app.store.search.highlight import Piece
from app.store.snapshot import Snapshot
from app.store.tables import VERSION_INDEX, VersionIndex, batches

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


class RankedPager(Pager):
    """Pagination by rank: best match first (BM25); newest first if more than 10,000 records match."""

    @override
    def page(self, snapshot: Snapshot, view: ListView, request: ListRequest, conditions: Conditions) -> Slice:
        """One page of hits. Its cursor has an offset in the ranking or, newest first, the last hit's index number."""
        limit, start = request.params.limit, _position(request)
        if self.total(snapshot, view, request, conditions) <= MOST_RANKED:
            first = start or 0
            numbers = _ranking(snapshot, request, conditions)[first : first + limit + 1]
            position = first + limit
        else:
            older = [VERSION_INDEX.c.number < start] if start else []
            newest = select(VERSION_INDEX.c.number).where(*conditions, *older).order_by(VERSION_INDEX.c.number.desc())
            numbers = list(snapshot.connection.execute(newest.limit(limit + 1)).scalars())
            position = numbers[:limit][-1] if numbers else 0
        more = len(numbers) > limit
        following = request.keyset.cursor_after([position], snapshot.revision.number) if more else None
        return Slice(_hits(snapshot, view, request, numbers[:limit]), following)

    @override
    def batches(
        self, snapshot: Snapshot, view: ListView, request: ListRequest, conditions: Conditions
    ) -> Iterator[Rows]:
        """All hits in the same order, in batches of 500."""
        if self.total(snapshot, view, request, conditions) <= MOST_RANKED:
            for numbers in batches(_ranking(snapshot, request, conditions), BATCH):
                yield _hits(snapshot, view, request, numbers)
        else:
            newest = select(VERSION_INDEX.c.number).where(*conditions).order_by(VERSION_INDEX.c.number.desc())
            found = snapshot.connection.execute(newest.execution_options(yield_per=BATCH))
            for numbers in found.scalars().partitions():
                yield _hits(snapshot, view, request, numbers)

    @override
    def total(self, snapshot: Snapshot, view: ListView, request: ListRequest, conditions: Conditions) -> int:
        """Exact count of hits: the sum of the counts by collection."""
        return sum(_counts(snapshot, request, conditions).values())


class SearchList(VersionList):
    """Search results as a list view: the versions whose texts match."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Condition for current versions. Raises InvalidParameter (422) for a cursor whose position is below 1."""
        start = _position(request)
        if start is not None and start < 1:
            raise broken()
        return super().base_conditions(snapshot, request)

    @override
    def select(self, lang: Language) -> Select[Any]:
        """SELECT of the summary, the version key, and the number in the search index."""
        return super().select(lang).add_columns(VERSION_INDEX.c.number)

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Stored body of each hit, with its snippet added."""
        found = _snippets(snapshot, rows, request)
        for row in rows:
            pieces = ",".join(piece.model_dump_json() for piece in found[row.number])
            yield extended(row.body, "snippet", f"[{pieces}]")

    @override
    def members(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[dict[str, Any]]:
        """The same as objects, for formats other than JSON."""
        found = _snippets(snapshot, rows, request)
        for row in rows:
            yield json.loads(row.body) | {"snippet": [piece.model_dump() for piece in found[row.number]]}

    @override
    def extra_members(self, snapshot: Snapshot, request: ListRequest, conditions: Conditions) -> Mapping[str, Any]:
        """`counts` of hits by collection, and `ranking`: `relevance`, or `newest` if more than 10,000 records match."""
        counts = _counts(snapshot, request, conditions)
        return {"counts": counts, "ranking": "relevance" if sum(counts.values()) <= MOST_RANKED else "newest"}


def _snippets(snapshot: Snapshot, rows: Rows, request: ListRequest) -> dict[int, list[Piece]]:
    params = request.params
    assert isinstance(params, SearchParams)
    return fulltext.snippets(snapshot.connection, params.q, [row.number for row in rows], request.lang)


def _position(request: ListRequest) -> int | None:
    position: Any = request.keyset.cursor.position[0] if request.keyset.cursor else None
    return position  # type: ignore[no-any-return]  # the cursor was checked against the type of the order column


def _counts(snapshot: Snapshot, request: ListRequest, conditions: Conditions) -> dict[str, int]:
    collection = VERSION_INDEX.c.collection
    counts = select(collection, func.count()).where(*conditions).group_by(collection).order_by(collection)
    question = ("counts", request.keyset.filters)
    return snapshot.cached(question, lambda: dict(snapshot.connection.execute(counts).all()))


def _ranking(snapshot: Snapshot, request: ListRequest, conditions: Conditions) -> Sequence[int]:
    """Index numbers of all hits, best first. Only texts up to the revision count, so its ranking never changes.

    It is kept for the next page, and for the next who asks: as an array, which takes 4 bytes a hit.
    """
    params, connection = request.params, snapshot.connection
    assert isinstance(params, SearchParams)

    def compute() -> "array[int]":
        hits = dict(connection.execute(select(VERSION_INDEX.c.number, VERSION_INDEX.c.length).where(*conditions)).all())
        extent = snapshot.cached(("extent",), lambda: fulltext.extent(connection, snapshot.revision.number))
        return array("I", fulltext.ranked(connection, params.q, hits, extent))

    return snapshot.cached(("ranking", request.keyset.filters), compute)


def _hits(snapshot: Snapshot, view: ListView, request: ListRequest, numbers: Sequence[int]) -> list[Row[Any]]:
    rows = snapshot.connection.execute(view.select(request.lang).where(VERSION_INDEX.c.number.in_(numbers)))
    by_number = {row.number: row for row in rows}
    return [by_number[number] for number in numbers]


def by_rank(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """Order column of searches, for the type of the number in a cursor. The order itself is made by the pager."""
    return [table.c.number]


SEARCH = SearchList(
    ListSpec(
        name="search",
        about="Full-text search in both languages: the records of all collections that match, best match first, with "
        "the matching words marked.",
        model=SearchHit,
        table_model=VersionIndex,
        params=SearchParams,
        orders={"relevance": by_rank},
        sort="relevance",
        collection_column="collection",
        key=("collection", "id"),
        cursor_key=("number",),  # in a ranking the place in it, otherwise the number
        slow=True,
    ),
    pager=RankedPager(),
)
