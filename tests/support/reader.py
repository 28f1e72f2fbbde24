"""Lists read without a server, as a request for their path would read them."""

import itertools
import json
from collections.abc import Callable
from typing import Any, NamedTuple, get_origin
from urllib.parse import parse_qs

from app.reading.changes import CHANGE_FEED
from app.reading.list_request import ListRequest
from app.reading.list_view import ListView, ResourceList
from app.reading.pages import read_page
from app.reading.revisions import REVISION_LIST
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.result_cache import ResultCache
from app.store.snapshot import open_snapshot

LISTS: list[ListView] = [TIMELINE, SEARCH, CHANGE_FEED, REVISION_LIST, *map(ResourceList, COLLECTIONS.values())]
VIEWS = {view.spec.path: view for view in LISTS}


class Page(NamedTuple):
    """A page as it was read: its rows, the cursor of the next one, how many rows all pages have, the revision."""

    rows: list[dict[str, Any]]
    next: str | None
    total: int
    revision: int

    @property
    def ids(self) -> list[str]:
        """The ids of its rows, in their order."""
        return [row["id"] for row in self.rows]


class Reader:
    """Reads the lists of a database, always with the same cache of results, as one server does."""

    def __init__(self, db: SqliteDatabase) -> None:
        self.db = db
        self.results = ResultCache()

    def page(self, path: str, cursor: str | None = None) -> Page:
        """The page that a path with its query asks for. Raises as `read_page`."""
        place, _, query = path.partition("?")
        view = VIEWS[place]
        fields = {info.alias or name: info.annotation for name, info in view.spec.params.model_fields.items()}
        given = parse_qs(query) | ({"cursor": [cursor]} if cursor else {})
        values = {name: found if get_origin(fields[name]) is list else found[-1] for name, found in given.items()}
        params = view.spec.params.model_validate(values)
        request = ListRequest.read(view.spec, params, params.lang or "en")
        with open_snapshot(self.db, self.results, request.selector) as snapshot:
            page = read_page(snapshot, view, request)
            rows = [json.loads(body) for body in page.bodies()]
            return Page(rows, page.next_cursor, page.total, snapshot.revision.number)

    def ids(self, path: str) -> list[str]:
        """The ids of a page."""
        return self.page(path).ids

    def walk(self, path: str, between: Callable[[int], object] = lambda _: None) -> list[str]:
        """The ids on all pages; see `rows`."""
        return [row["id"] for row in self.rows(path, between)]

    def rows(self, path: str, between: Callable[[int], object] = lambda _: None) -> list[dict[str, Any]]:
        """The rows on all pages; something may happen after each page, which gets the number of pages so far."""
        met: list[dict[str, Any]] = []
        cursor: str | None = None
        for number in itertools.count(1):
            page = self.page(path, cursor)
            met, cursor = met + page.rows, page.next
            if cursor is None:
                return met
            between(number)
            assert number < 1000
        raise AssertionError
