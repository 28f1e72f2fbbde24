"""Collection page: the records of one collection, by pages, with the words to find."""

from typing import Any

from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery


class CollectionQuery(PageQuery):
    """Parameters of the page of a collection."""

    q: str | None = None
    cursor: str | None = None


def _read(ask: PageRequest) -> Any:
    name = ask.path_params["collection"]
    records = ask.list(name, q=ask.params.q, cursor=ask.params.cursor)
    download = ask.address(name, q=ask.params.q)
    return {"collection": name, "records": records, "params": ask.params, "download": download}


PAGE = WebPage(path="/{collection}", template="collection.html", read=_read, params=CollectionQuery)
