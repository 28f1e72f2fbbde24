"""HTTP client that fetches the text of a source, within limits of time, size and redirects."""

import asyncio
import codecs
import re
from urllib.parse import urljoin

import httpx

from app.errors import CodedError
from app.model.passages import SourceText

MOST_REDIRECTS = 5  # a smaller number may refuse real sources, a larger one lets a loop cost more requests
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
# Compressed pages are read but not asked for: a few bytes can unpack to many before their size is checked.
_HEADERS = {"User-Agent": "dossier (check of citations)", "Accept-Encoding": "identity"}


class SourceUnavailable(CodedError):  # noqa: N818 - says what the source is; nothing here went wrong
    """The text of a source cannot be fetched; the values have its address without user and password."""


def fetch(address: str, *, timeout: float, max_bytes: int) -> SourceText:
    """Source text fetched by HTTP, from HTML or plain text. Raises SourceUnavailable if it cannot be fetched.

    `timeout` is in seconds, for everything together: redirects, and answers that come byte by byte. `max_bytes` is the
    limit for the unpacked page. The function starts an event loop, so it cannot be called within one.
    """
    try:
        return asyncio.run(_fetch(address, timeout, max_bytes))
    except TimeoutError:
        raise SourceUnavailable("source-timeout", address=address, seconds=timeout) from None
    # InvalidURL: a redirect that httpx itself cannot read; UnicodeError: a host name that IDNA refuses.
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise SourceUnavailable("source-unreadable", address=address, reason=reason) from error


async def _fetch(address: str, seconds: float, max_bytes: int) -> SourceText:
    # One time-out for everything: those of httpx start again with each byte that arrives.
    async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=None, headers=_HEADERS) as client:  # noqa: S113 - the time-out around it is for all of it
        url = _allowed(address)
        for _ in range(MOST_REDIRECTS + 1):
            async with client.stream("GET", url) as answer:
                if not answer.has_redirect_location:
                    return await _source_text(answer, max_bytes)
                url = _allowed(answer.headers["location"], str(url))
    raise SourceUnavailable("too-many-redirects", address=address, most=MOST_REDIRECTS)


def _allowed(address: str, base: str = "") -> httpx.URL:
    """URL of an address, or of a redirect from `base`. Raises SourceUnavailable if it must not be requested."""
    where = {"address": re.sub(r"//[^/]*@", "//…@", address), "redirected_from": base or None}
    try:
        url = httpx.URL(urljoin(base, address))
    except (httpx.InvalidURL, ValueError):
        raise SourceUnavailable("not-a-web-address", **where) from None
    if url.userinfo:
        raise SourceUnavailable("address-with-password", **where)
    if url.scheme not in ("http", "https") or not url.host or (url.port or 80) >= 2**16:
        raise SourceUnavailable("not-an-http-address", **where)
    return url


async def _source_text(answer: httpx.Response, max_bytes: int) -> SourceText:
    if answer.status_code != httpx.codes.OK:
        status = f"{answer.status_code} {answer.reason_phrase}".rstrip()
        raise SourceUnavailable("source-status", address=str(answer.url), status=status)
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if not kind:
        raise SourceUnavailable("source-without-type", address=str(answer.url))
    if kind not in ("text/html", "application/xhtml+xml", "text/plain"):
        raise SourceUnavailable("source-type", address=str(answer.url), media_type=kind)
    page = bytearray()
    async for chunk in answer.aiter_bytes():
        page += chunk
        if len(page) > max_bytes:
            raise SourceUnavailable("source-too-large", address=str(answer.url), most=max_bytes)
    read = SourceText.of_plain if kind == "text/plain" else SourceText.of_html
    return read(_decoded(bytes(page), answer.charset_encoding))


def _decoded(page: bytes, stated: str | None) -> str:
    """Decoded page: by the charset of its header, else that of its `<meta>`, else as UTF-8 or windows-1252."""
    meta = _META_CHARSET.search(page[:1024])
    declared = meta[1].decode("ascii", "ignore") if meta else ""
    for label, errors in ((stated or "", "replace"), (declared, "replace"), ("utf-8", "strict")):
        try:
            name = codecs.lookup(label).name
            # As browsers do: pages that say ISO 8859-1 mean windows-1252, with its curly quotation marks.
            return page.decode("cp1252" if name in ("iso8859-1", "ascii") else name, errors)
        except (LookupError, ValueError):  # no such label, or one of a codec that makes no text
            continue
    return page.decode("cp1252", "replace")
