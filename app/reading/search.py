"""Search over all collections and both languages: best first, with what matched marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import APIRouter
from pydantic import Field, field_validator
from sqlalchemy import ColumnElement, Connection, Row, Select, Table, func, select

from app.api.routes.resources import add_list
from app.model.fields import Language
from app.model.json_text import compact, extended
from app.reading.cursor import broken
from app.reading.list_request import Inquiry, kept
from app.reading.list_view import BATCH, Listing, Wanted
from app.reading.pages import FacetedPage
from app.resources.base import Brief
from app.resources.params import SEARCHED, PageQuery, has_words, one_of, words_to_find
from app.resources.registry import COLLECTIONS
from app.serving.responses import Moment
from app.store.search import sqlite as fulltext
from app.store.tables import ENTRIES, Entry, batches

MOST_RANKED = 10_000  # beyond it the newest come first: the contract says so


class SearchHit(Brief):
    """A record that matches, in short, with the words around what matched."""

    snippet: list[fulltext.Piece] = Field(
        description="Where it matched, in the language of the response if there; the pieces together are the text."
    )


T = TypeVar("T")


class SearchPage(FacetedPage[T], Generic[T]):
    """A page of hits."""

    counts: dict[str, int] = Field(
        description="How many records match, by collection; exact.", examples=[{"timeline-events": 12, "actors": 3}]
    )
    order: str = Field(
        description=f"`relevance`: best first; `newest`: last published first, where more than {MOST_RANKED:,} match.",
        json_schema_extra={"x-extensible-enum": ["relevance", "newest"]},
    )


class SearchQuery(PageQuery):
    q: Annotated[str, SEARCHED] = words_to_find(...)
    collection: Annotated[list[Literal[*COLLECTIONS]], one_of("collection")] = Field(  # type: ignore[valid-type]  # known when it runs
        [], max_length=50, description="Only records of one of these collections."
    )

    _has_words = field_validator("q")(has_words)


@dataclass(frozen=True, eq=False, kw_only=True)
class Search(Listing):
    """The list over the `entries` that match: ranked, or newest first where too many match to rank them."""

    def sort(self, _query: Any, _format: str) -> str:
        """There is one order."""
        return "relevance"

    def select(self, lang: Language) -> Select[Any]:
        """The record in short and its key, then its number in the index."""
        return super().select(lang).add_columns(ENTRIES.c.number)

    def page(
        self, connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment
    ) -> tuple[Sequence[Row[Any]], str | None]:
        """A page of hits; where they are ranked its cursor holds a place, else the last number."""
        limit, walk = inquiry.query.limit, inquiry.walk
        held: Any = walk.cursor.position[0] if walk.cursor else None
        if held is not None and held < 1:
            raise broken()
        if self.total(connection, inquiry, wanted, at) <= MOST_RANKED:
            start = held or 0
            numbers = _ranking(connection, inquiry, wanted, at)[start : start + limit + 1]
            position = start + limit
        else:
            older = [ENTRIES.c.number < held] if held else []
            newest = select(ENTRIES.c.number).where(*wanted, *older).order_by(ENTRIES.c.number.desc())
            numbers = list(connection.execute(newest.limit(limit + 1)).scalars())
            position = numbers[:limit][-1] if numbers else 0
        following = walk.cursor_at([position], at) if len(numbers) > limit else None
        return _hits(connection, inquiry, numbers[:limit]), following

    def total(self, connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment) -> int:
        """How many records match: the sum of what is counted by collection."""
        return sum(_counts(connection, inquiry, wanted, at).values())

    def batches(
        self, connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment
    ) -> Iterator[Sequence[Row[Any]]]:
        """All hits in the same order."""
        if self.total(connection, inquiry, wanted, at) <= MOST_RANKED:
            for numbers in batches(_ranking(connection, inquiry, wanted, at), BATCH):
                yield _hits(connection, inquiry, numbers)
        else:
            newest = select(ENTRIES.c.number).where(*wanted).order_by(ENTRIES.c.number.desc())
            for numbers in connection.execute(newest.execution_options(yield_per=BATCH)).scalars().partitions():
                yield _hits(connection, inquiry, numbers)

    def texts(self, connection: Connection, rows: Sequence[Row[Any]], inquiry: Inquiry) -> Iterable[str]:
        """Each hit as JSON."""
        found = fulltext.snippets(connection, inquiry.query.q, [row.number for row in rows], inquiry.asked.lang)
        for row in rows:
            pieces = ",".join(piece.model_dump_json() for piece in found[row.number])
            yield extended(row[0], "snippet", f"[{pieces}]")

    def beside(self, connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment) -> dict[str, str]:
        """Hits by collection, and the order that they are in."""
        counts = _counts(connection, inquiry, wanted, at)
        order = "relevance" if self.total(connection, inquiry, wanted, at) <= MOST_RANKED else "newest"
        return {"counts": compact(counts), "order": f'"{order}"'}


def _counts(connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment) -> dict[str, int]:
    collection = ENTRIES.c.collection
    counts = select(collection, func.count()).where(*wanted).group_by(collection).order_by(collection)
    question = ("counts", inquiry.key)
    return kept(inquiry.request, at, question, lambda: dict(connection.execute(counts).all()))


def _ranking(connection: Connection, inquiry: Inquiry, wanted: Wanted, at: Moment) -> list[int]:
    """The numbers of all hits, best first. The same at every time: it looks at nothing later than the revision."""
    hits = dict(connection.execute(select(ENTRIES.c.number, ENTRIES.c.length).where(*wanted)).all())
    within = kept(inquiry.request, at, ("extent",), lambda: fulltext.extent(connection, at.revision))
    return fulltext.ranked(connection, inquiry.query.q, hits, within)


def _hits(connection: Connection, inquiry: Inquiry, numbers: Sequence[int]) -> list[Row[Any]]:
    rows = connection.execute(inquiry.rows([ENTRIES.c.number.in_(numbers)]))
    by_number = {row.number: row for row in rows}
    return [by_number[number] for number in numbers]


def by_number(table: Table, _lang: Language, _descending: bool) -> list[ColumnElement[Any]]:
    """What a cursor holds; the order itself is made by ranking."""
    return [table.c.number]


SEARCH = Search(
    name="search",
    about="Records of all collections whose texts in either language match, best first, with what matched marked.",
    shape=SearchHit,
    version=Entry,
    query=SearchQuery,
    orders={"relevance": by_number},
    key=("collection", "id"),
    slow=True,
)

router = APIRouter()
add_list(router, SEARCH, SearchPage)
