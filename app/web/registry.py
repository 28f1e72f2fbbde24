"""Registry of pages, in the order of the navigation."""

from collections.abc import Sequence

from app.web.page import WebPage
from app.web.pages import about, changes, collection, data, home, names, search

PAGES: Sequence[WebPage] = (
    home.PAGE,
    search.PAGE,
    names.PAGE,
    data.PAGE,
    changes.PAGE,
    about.PAGE,
    collection.PAGE,
)
