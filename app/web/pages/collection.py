"""Collection page: the records of one collection, by pages, with the words to find."""

from typing import Any

from app.resources.registry import COLLECTIONS
from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery


class CollectionQuery(PageQuery):
    """Parameters of the page of a collection."""

    q: str | None = None
    cursor: str | None = None


def _read(ask: PageRequest) -> Any:
    name = ask.path_params["collection"]
    records = ask.list(name, q=ask.params.q, cursor=ask.params.cursor, sort=_order(name))
    download = ask.address(name, q=ask.params.q)
    return {"collection": name, "records": records, "params": ask.params, "download": download}


def _order(collection: str) -> str | None:
    """Order of the records: by title where that of the API is by id, which only says something to programs."""
    return "title" if COLLECTIONS[collection].params.model_fields["sort"].default == "id" else None


PAGE = WebPage(path="/{collection}", template="collection.html", read=_read, params=CollectionQuery)
