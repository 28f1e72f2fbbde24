"""Registry of pages, in the order of the navigation."""

from collections.abc import Sequence

from app.web.page import WebPage
from app.web.pages import about, changes, collection, data, funding, home, names, record, sanctions, search, timeline

PAGES: Sequence[WebPage] = (
    home.PAGE,
    timeline.PAGE,
    sanctions.PAGE,
    funding.PAGE,
    names.PAGE,
    search.PAGE,
    data.PAGE,
    changes.PAGE,
    about.PAGE,
    collection.PAGE,
    record.PAGE,
)
