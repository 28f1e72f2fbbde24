"""Reading without a server: lists, items and totals of a database, asked for in the words of an address."""

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, get_origin
from urllib.parse import parse_qs

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import select

from app.errors import InvalidParameter, pydantic_fault
from app.reading.changes import CHANGE_FEED
from app.reading.history import HistoryList
from app.reading.items import ItemOf, read_item
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView, ResourceList
from app.reading.pages import PageOf, read_page
from app.reading.revisions import REVISION_LIST
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.reading.totals import FundingTotalsParams, TotalsOf, read_totals
from app.resources.params import ItemParams, RevisionParams, names_taken
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.result_cache import ResultCache
from app.store.snapshot import RevisionSelector, Snapshot, open_snapshot
from tests.support.servers import begun
from tests.support.statements import Sent, heard
from tests.support.world import World

P = TypeVar("P", bound=BaseModel)
Row = dict[str, Any]
ACROSS: dict[str, ListView] = {
    view.spec.name: view for view in (TIMELINE, CHANGE_FEED, SEARCH, REVISION_LIST)
}  # lists of more than one collection


@dataclass(frozen=True)
class Page:
    """All that one page has; two pages are equal if every part is."""

    bodies: list[str]
    total: int
    next: str | None
    revision: int
    facets: dict[str, list[tuple[str, str, int]]]  # value, label, count
    included: dict[str, dict[str, Row]]
    extra: dict[str, Any]

    @property
    def rows(self) -> list[Row]:
        """The rows as objects."""
        return list(map(json.loads, self.bodies))

    @property
    def ids(self) -> list[str]:
        """The ids of the rows."""
        return [row["id"] for row in self.rows]


@dataclass(frozen=True)
class Reader:
    """Asks the reading kernel: a question is a list or item with parameters, as in `timeline-events?kind=summit`."""

    db: SqliteDatabase
    results: ResultCache = field(default_factory=ResultCache)

    @contextmanager
    def opened(self, question: str, *, feed: bool = False) -> Iterator[PageOf]:
        """The page of a list, checked but not read; it can be read until the context ends."""
        name, _, query = question.partition("?")
        view = view_of(name)
        params = params_of(view.spec.params, query)
        request = ListRequest.read(view.spec, params, params.lang or "en", feed=feed)
        with open_snapshot(self.db, self.results, request.selector) as snapshot:
            yield read_page(snapshot, view, request)

    def page(self, question: str, *, feed: bool = False) -> Page:
        """Every part of the page of a list."""
        with self.opened(question, feed=feed) as page:
            return Page(
                bodies=list(page.bodies()),
                total=page.total,
                next=page.next_cursor,
                revision=page.snapshot.revision.number,
                facets={
                    name: [(one["value"], one["label"], one["count"]) for one in json.loads(values)]
                    for name, (values, _) in page.facets.items()
                },
                included=_parsed(page.included()) if page.request.include else {},
                extra=dict(page.extra_members()),
            )

    def rows(self, question: str) -> list[Row]:
        """The rows of a page."""
        return self.page(question).rows

    def ids(self, question: str) -> list[str]:
        """The ids of a page."""
        return self.page(question).ids

    def walk(self, question: str, between: Callable[[], object] = lambda: None) -> list[Row]:
        """The rows of all pages, from cursor to cursor; something may happen between two pages."""
        met: list[Row] = []
        cursor: str | None = None
        for number in itertools.count():
            page = self.page(asking(question, cursor=cursor))
            met, cursor = met + page.rows, page.next
            if cursor is None:
                return met
            between()
            assert number < 1000
        raise AssertionError

    def everything(self, question: str) -> list[Row]:
        """The rows of all pages, as an export reads them."""
        with self.opened(question) as page:
            return [json.loads(line) for lines in page.all_lines() for line in lines.splitlines()]

    def records(self, collection: str, query: str = "") -> dict[str, Row]:
        """All records of a collection by id."""
        return {row["id"]: row for row in self.everything(f"{collection}?{query}")}

    @contextmanager
    def item(self, question: str) -> Iterator[ItemOf]:
        """One record, asked for as in `actors/borea?revision=1`."""
        path, _, query = question.partition("?")
        name, _, id = path.partition("/")
        params = params_of(ItemParams, query)
        with self.snapshot(params) as snapshot:
            yield read_item(snapshot, COLLECTIONS[name], id, params.lang or "en")

    def body(self, question: str) -> str:
        """The public JSON of one record."""
        with self.item(question) as item:
            return item.body

    def references(self, question: str) -> dict[str, int]:
        """How many records of each collection name one record."""
        with self.item(question) as item:
            return item.references()

    def included(self, question: str, *collections: str) -> dict[str, dict[str, Row]]:
        """The records that one record names."""
        with self.item(question) as item:
            return _parsed(item.included(collections))

    @contextmanager
    def totals(self, query: str = "") -> Iterator[TotalsOf]:
        """The totals of funding."""
        params = params_of(FundingTotalsParams, query)
        with self.snapshot(params) as snapshot:
            yield read_totals(snapshot, params)

    @contextmanager
    def snapshot(self, params: RevisionParams) -> Iterator[Snapshot]:
        """The snapshot that parameters ask for."""
        with open_snapshot(self.db, self.results, RevisionSelector(params.revision, params.as_of)) as snapshot:
            yield snapshot

    def refused(self, question: str) -> tuple[str, str]:
        """The parameter that a list is refused for, and the code."""
        with pytest.raises(InvalidParameter) as caught, self.opened(question):
            pass
        return caught.value.faults[0].parameter, caught.value.code

    def statements(self) -> AbstractContextManager[list[Sent]]:
        """The SQL statements that are sent until the context ends, as they come."""
        with self.db.reading() as connection:  # a first connection asks the engine for its version and the like
            connection.execute(select(1))
        return heard()


def view_of(name: str) -> ListView:
    """The view of a list by its name: a collection, a list of several, or `<collection>/<id>/history`."""
    collection, _, record = name.partition("/")
    if record:
        return HistoryList.of(COLLECTIONS[collection], record.removesuffix("/history"))
    return ACROSS.get(name) or ResourceList(COLLECTIONS[name])


def offered(name: str, parameter: str) -> list[str]:
    """The names that a parameter of a list takes."""
    return list(names_taken(view_of(name).spec.params, parameter))


def params_of(model: type[P], query: str) -> P:
    """A parameter model filled from a query. Raises InvalidParameter as a route does."""
    several = {info.alias or name for name, info in model.model_fields.items() if get_origin(info.annotation) is list}
    given = parse_qs(query, keep_blank_values=True)
    try:
        return model.model_validate({name: values if name in several else values[-1] for name, values in given.items()})
    except ValidationError as error:
        raise InvalidParameter(*(pydantic_fault(one, str(one["loc"][0])) for one in error.errors())) from error


def asking(question: str, **parameters: object) -> str:
    """A question with more parameters; None leaves one out."""
    given = "&".join(f"{name}={value}" for name, value in parameters.items() if value is not None)
    return f"{question}{'&' if '?' in question else '?'}{given}" if given else question


@contextmanager
def reader_of(folder: Path, *live: Callable[[World], object]) -> Iterator[Reader]:
    """A reader of the tiny world in a folder, after something has been published to it."""
    world = begun(folder / "world.db")
    for step in live:
        step(world)
    yield Reader(world.db)
    world.db.close()


def _parsed(included: dict[str, dict[str, str]]) -> dict[str, dict[str, Row]]:
    return {name: {id: json.loads(body) for id, body in records.items()} for name, records in included.items()}
