"""Sitemap (sitemaps.org): an index, and parts with the addresses of all pages in both languages.

The protocol wants complete addresses, and these are never taken from a request's Host: without DOSSIER_PUBLIC_URL
there is no sitemap. A part has at most 500 records, which are 1,000 addresses and less than 1 MiB: it is made in
memory, and a million records are two thousand parts (50,000 are allowed). Only the newest revision has a sitemap.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from fastapi import FastAPI, Request
from fastapi.responses import Response

from app.errors import UnknownPath
from app.model.fields import LANGUAGES
from app.reading.published import published_records
from app.resources.params import NoParams, RevisionParams
from app.resources.registry import COLLECTIONS
from app.serving.responses import Responder
from app.serving.state import state_of
from app.store.snapshot import RevisionSelector, Snapshot, open_snapshot
from app.web.pages import record
from app.web.query import read_query
from app.web.registry import PAGES

INDEX, PARTS = "/sitemap.xml", "/sitemaps"
RECORDS = 500  # of a part
_NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
_ALTERNATES = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'
_HEADER = '<?xml version="1.0" encoding="UTF-8"?>\n'
_DIGITS = 9  # most that the number of a part has
Address = tuple[str, str]  # of a page: its path without language, and the day on which it changed
Body = Callable[[], str]  # made where a 304 is not enough

RECORD_PAGE = record.PAGE.path


def install(app: FastAPI) -> None:
    """Add the index and the parts to an application."""
    app.router.add_api_route(INDEX, get_index, include_in_schema=False)
    app.router.add_api_route(f"{PARTS}/pages.xml", get_pages, include_in_schema=False)
    app.router.add_api_route(f"{PARTS}/records-{{number}}.xml", get_records, include_in_schema=False)


async def get_index(request: Request) -> Response:
    """Sitemap index: the addresses of all parts. Raises UnknownPath (404) without a public address."""

    def read(snapshot: Snapshot, base: str) -> Body:
        return lambda: index(snapshot, base)

    def index(snapshot: Snapshot, base: str) -> str:
        names = ["pages", *(f"records-{number}" for number in range(1, _parts(snapshot) + 1))]
        entries = (f"<sitemap><loc>{base}{PARTS}/{name}.xml</loc></sitemap>\n" for name in names)
        return f"{_HEADER}<sitemapindex {_NAMESPACE}>\n{''.join(entries)}</sitemapindex>\n"

    return await _answer(request, read)


async def get_pages(request: Request) -> Response:
    """Part with the pages that are no records."""

    def read(snapshot: Snapshot, base: str) -> Body:
        day = snapshot.revision.published_at[:10]
        return lambda: _urls(base, ((path, day) for path in page_paths()))

    return await _answer(request, read)


async def get_records(request: Request, number: str) -> Response:
    """Part with the pages of up to 500 records. Raises UnknownPath (404) for a part that there is not."""

    def read(snapshot: Snapshot, base: str) -> Body:
        place = int(number) if number.isdecimal() and len(number) <= _DIGITS else 0
        if not 1 <= place <= _parts(snapshot) or str(place) != number:
            raise _unknown(request)
        return lambda: records(snapshot, base, (place - 1) * RECORDS)

    def records(snapshot: Snapshot, base: str, start: int) -> str:
        found = published_records(snapshot, start, RECORDS)
        return _urls(base, ((record_path(collection, id), day) for collection, id, day in found))

    return await _answer(request, read)


def page_paths() -> list[str]:
    """Paths without language of all pages that are no records."""
    paths = (page.path for page in PAGES if page is not record.PAGE)
    return [*chain.from_iterable(_expanded(path) for path in paths)]


def _expanded(path: str) -> list[str]:
    return [path.format(collection=name) for name in COLLECTIONS] if "{collection}" in path else [path]


def record_path(collection: str, id: str) -> str:
    """Path without language of the page of a record."""
    return RECORD_PAGE.format(collection=collection, id=id)


def _parts(snapshot: Snapshot) -> int:
    return -(-snapshot.revision.records // RECORDS)


def _urls(base: str, addresses: Iterable[Address]) -> str:
    entries = chain.from_iterable(_entries(base, path, day) for path, day in addresses)
    return f"{_HEADER}<urlset {_NAMESPACE} {_ALTERNATES}>\n{''.join(entries)}</urlset>\n"


def _entries(base: str, path: str, day: str) -> Iterator[str]:
    """Entries of a page: one for each language, which name each other."""
    addresses = {lang: f"{base}/{lang}{path}" for lang in LANGUAGES}
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{lang}" href="{address}"/>' for lang, address in addresses.items()
    )
    for address in addresses.values():
        yield f"<url><loc>{address}</loc><lastmod>{day}</lastmod>{others}</url>\n"


async def _answer(request: Request, read: Callable[[Snapshot, str], Body]) -> Response:
    return await state_of(request).threads.run(_respond, request, read)


def _respond(request: Request, read: Callable[[Snapshot, str], Body]) -> Response:
    state = state_of(request)
    read_query(NoParams, request.query_params.multi_items())
    base = state.settings.public_url
    if base is None:
        raise UnknownPath("no-sitemap")
    responder = Responder(request, RevisionParams(), ["xml"], languages=LANGUAGES)
    with open_snapshot(state.database, state.results, RevisionSelector()) as snapshot:
        response = responder.respond(snapshot.revision, read(snapshot, base))
    del response.headers["Link"]  # it leads to this address with a revision
    return response


def _unknown(request: Request) -> UnknownPath:
    prefix: str = request.scope["state"].get("path_prefix", "")
    path = prefix + request.scope["path"][:200]
    return UnknownPath("unknown-path", path=path, suggestion=prefix + INDEX, root=f"{prefix}/v1")
