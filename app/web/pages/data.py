"""Data page: every collection with its size and downloads, and the files with everything."""

from typing import Any

from app.reading.overview import count_records
from app.web.page import PageRequest, WebPage


def _read(ask: PageRequest) -> Any:
    ask.asked.append("/v1")
    return lambda: {"counts": count_records(ask.snapshot)}


PAGE = WebPage(path="/data", template="data.html", read=_read)
