"""Search page: records of all collections, best first, with the words that matched marked."""

from typing import Any

from app.resources.registry import COLLECTIONS
from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery


class SearchQuery(PageQuery):
    """Parameters of the search page: without `q` it shows an empty form."""

    q: str | None = None
    collection: str | None = None
    cursor: str | None = None


def _read(ask: PageRequest) -> Any:
    params = ask.params
    hits = None
    if params.q:
        hits = ask.list("search", q=params.q, collection=params.collection, cursor=params.cursor, limit=20)
    return {"hits": hits, "params": params, "collections": [*COLLECTIONS]}


PAGE = WebPage(path="/search", template="search.html", read=_read, params=SearchQuery)
