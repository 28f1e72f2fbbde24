"""Names page: the listed parties whose names are like a name. No cache keeps it, since its address names somebody."""

from typing import Any

from app.messages import sentence
from app.web.page import PageRequest, WebPage
from app.web.query import PageQuery


class NamesQuery(PageQuery):
    """Parameters of the names page: without `name` it shows an empty form."""

    name: str | None = None


def _read(ask: PageRequest) -> Any:
    name = ask.params.name
    candidates = ask.screen(name) if name else []
    parties = ask.list("designations", limit=1)
    notice = sentence("screening-notice", lang=ask.lang)
    return {"searched": name, "candidates": candidates, "parties": parties, "notice": notice}


PAGE = WebPage(path="/names", template="names.html", read=_read, params=NamesQuery, stored=False)
