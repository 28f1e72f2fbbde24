"""About page: what the project is, its sources and how current they are, licences, and how to check a revision."""

from typing import Any

from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery


class AboutQuery(PageQuery):
    """Parameters of the about page, whose sources come by pages."""

    cursor: str | None = None


def _read(ask: PageRequest) -> Any:
    sources = ask.list("sources", sort="title", cursor=ask.params.cursor, limit=200)
    return {"sources": sources}


PAGE = WebPage(path="/about", template="about.html", read=_read, params=AboutQuery)
