"""Search over all collections and both languages: best matches first, with what matched marked."""

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
from app.store.snapshot import Snapshot
from app.store.tables import VERSION_INDEX, VersionIndex, batches

MOST_RANKED = 10_000  # beyond it the newest come first: the contract says so


class SearchHit(RecordSummary):
    """A record that matches, in short, with the words around what matched."""

    snippet: list[fulltext.Piece] = Field(
        description="Where it matched, in the language of the response if there; the pieces together are the text."
    )


class SearchParams(PageParams):
    format: str | None = format_among("json", "csv", "jsonl")
    fields: list[str] = columns_among(SearchHit)
    facets: list[str] = facets_among("collection")
    q: Annotated[str, SEARCHED] = search_field(...)
    collection: Annotated[list[Annotated[str, OneOf(tuple(COLLECTIONS))]], one_of("collection")] = values_field(
        "Only records of one of these collections."
    )

    _has_words = field_validator("q")(require_words)


class RankedPager(Pager):
    """Pages of hits by relevance; newest first where more match than can be ranked."""

    @override
    def page(self, snapshot: Snapshot, view: ListView, request: ListRequest, conditions: Conditions) -> Slice:
        """A page of hits. Its cursor has a place in the ranking, else the last number."""
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
        """All hits in the same order."""
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
        """How many records match: the sum of the counts by collection."""
        return sum(_counts(snapshot, request, conditions).values())


class SearchList(VersionList):
    """The list of versions whose texts match."""

    @override
    def base_conditions(self, snapshot: Snapshot, request: ListRequest) -> Conditions:
        """Versions that were current. Raises InvalidParameter (422) for a cursor without a place in a ranking."""
        start = _position(request)
        if start is not None and start < 1:
            raise broken()
        return super().base_conditions(snapshot, request)

    @override
    def select(self, lang: Language) -> Select[Any]:
        """The record in short and its key, then its number in the index."""
        return super().select(lang).add_columns(VERSION_INDEX.c.number)

    @override
    def render(self, snapshot: Snapshot, rows: Rows, request: ListRequest) -> Iterable[str]:
        """Each hit with its snippet."""
        params = request.params
        assert isinstance(params, SearchParams)
        found = fulltext.snippets(snapshot.connection, params.q, [row.number for row in rows], request.lang)
        for row in rows:
            pieces = ",".join(piece.model_dump_json() for piece in found[row.number])
            yield extended(row.body, "snippet", f"[{pieces}]")

    @override
    def extra_members(self, snapshot: Snapshot, request: ListRequest, conditions: Conditions) -> Mapping[str, Any]:
        """Hits by collection, and the order that they are in."""
        counts = _counts(snapshot, request, conditions)
        return {"counts": counts, "order": "relevance" if sum(counts.values()) <= MOST_RANKED else "newest"}


def _position(request: ListRequest) -> int | None:
    position: Any = request.keyset.cursor.position[0] if request.keyset.cursor else None
    return position  # type: ignore[no-any-return]  # the cursor was checked against the type of the order column


def _counts(snapshot: Snapshot, request: ListRequest, conditions: Conditions) -> dict[str, int]:
    collection = VERSION_INDEX.c.collection
    counts = select(collection, func.count()).where(*conditions).group_by(collection).order_by(collection)
    question = ("counts", request.keyset.filters)
    return snapshot.cached(question, lambda: dict(snapshot.connection.execute(counts).all()))


def _ranking(snapshot: Snapshot, request: ListRequest, conditions: Conditions) -> list[int]:
    """The numbers of all hits, best first. It looks at nothing after the revision, so it never changes for one."""
    params, connection = request.params, snapshot.connection
    assert isinstance(params, SearchParams)
    hits = dict(connection.execute(select(VERSION_INDEX.c.number, VERSION_INDEX.c.length).where(*conditions)).all())
    extent = snapshot.cached(("extent",), lambda: fulltext.extent(connection, snapshot.revision.number))
    return fulltext.ranked(connection, params.q, hits, extent)


def _hits(snapshot: Snapshot, view: ListView, request: ListRequest, numbers: Sequence[int]) -> list[Row[Any]]:
    rows = snapshot.connection.execute(view.select(request.lang).where(VERSION_INDEX.c.number.in_(numbers)))
    by_number = {row.number: row for row in rows}
    return [by_number[number] for number in numbers]


def by_rank(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """What a cursor holds: one number. The order itself is made by ranking."""
    return [table.c.number]


SEARCH = SearchList(
    ListSpec(
        name="search",
        about="Records of all collections whose texts in either language match, best first, with what matched marked.",
        model=SearchHit,
        table_model=VersionIndex,
        params=SearchParams,
        orders={"relevance": by_rank},
        sort="relevance",
        collection_column="collection",
        key=("collection", "id"),
        slow=True,
    ),
    pager=RankedPager(),
)
