"""HTTP client for the files of others, within limits of time, size and redirects, to public addresses only.

The server may be hostile. So nothing is decoded before it is counted (httpcore gives the bytes as they came; httpx
unpacks whole chunks, nested codings too), every connection goes to an address that was checked, and no proxy of the
environment is used: it would make the connections itself, unchecked.
"""

import asyncio
import re
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urljoin

import httpcore
import httpx

from app.errors import CodedError, InvalidValue
from app.model.passages import SourceText
from app.publishing.decoding import BodyDecoder, BrokenCoding, TooLarge, UnknownCoding, decoded
from app.publishing.public_addresses import PrivateAddress, PublicBackend

MOST_REDIRECTS = 5  # a smaller number may refuse real sources, a larger one lets a loop cost more requests
_BYTES = "application/octet-stream"
TEXTS = ("text/html", "application/xhtml+xml", "text/plain")
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK = 200
_NOT_MODIFIED = 304
_SHOWN = 300  # characters of what the other side sent that a message repeats
# Unpacked without being asked for, since some servers pack everything.
_HEADERS = [(b"User-Agent", b"dossier"), (b"Accept", b"*/*"), (b"Accept-Encoding", b"identity")]
_FAILURES = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    OSError,
    UnicodeError,  # a host name that IDNA refuses
)


class NotModified(Exception):  # noqa: N818 - says what the file is; nothing went wrong
    """The file is the one whose validators were sent (304)."""


class SourceUnavailable(CodedError):  # noqa: N818 - says what the source is; nothing here went wrong
    """The text of a source cannot be fetched; the values have its address without user and password."""


@dataclass(frozen=True, slots=True)
class Validators:
    """Validators of a file, for a conditional request: its ETag and Last-Modified, as its server sent them."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Headers of the conditional request."""
        pairs = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return [(name.encode(), value.encode("latin-1")) for name, value in pairs if value]


_NO_VALIDATORS = Validators()


@dataclass(frozen=True, slots=True)
class Fetched:
    """Fetched file: its address after all redirects, media type in lower case, stated charset, and decoded bytes."""

    address: str
    media_type: str
    charset: str | None
    body: bytes
    validators: Validators = _NO_VALIDATORS


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a fetch.

    `seconds` are for everything together: names, redirects, and answers that come byte by byte. `max_bytes` hold for
    the body before and after decoding. `allow_private` lets it reach addresses that are not public.
    """

    seconds: float
    max_bytes: int
    allow_private: bool = False


def fetch(address: str, limits: Limits) -> SourceText:
    """Source text fetched by HTTP, from HTML or plain text. Raises SourceUnavailable if it cannot be fetched."""
    page = fetch_bytes(address, limits, TEXTS)
    text = decoded(page.body, page.charset)
    try:
        return SourceText.of_plain(text) if page.media_type == "text/plain" else SourceText.of_html(text)
    except InvalidValue as error:
        raise SourceUnavailable(error.code, address=_shown(page.address), **error.values) from None


def fetch_bytes(
    address: str, limits: Limits, media_types: Collection[str], known: Validators = _NO_VALIDATORS
) -> Fetched:
    """File fetched by HTTP, if it is of one of the media types. Raises SourceUnavailable if it cannot be fetched.

    `known` makes the request conditional: raises NotModified if the file is still the same. The function starts an
    event loop, so it cannot be called within one.
    """
    try:
        return asyncio.run(_fetched(address, limits, media_types, known))
    except TimeoutError:
        raise SourceUnavailable("source-timeout", address=address, seconds=limits.seconds) from None
    except _FAILURES as error:
        reason = _shown(str(error)) or type(error).__name__
        raise SourceUnavailable("source-unreadable", address=address, reason=reason) from error


async def _fetched(address: str, limits: Limits, media_types: Collection[str], known: Validators) -> Fetched:
    headers = [*_HEADERS, *known.headers()]
    pool = httpcore.AsyncConnectionPool(
        ssl_context=httpx.create_ssl_context(),
        network_backend=PublicBackend(limits.seconds, allow_private=limits.allow_private),
    )
    async with asyncio.timeout(limits.seconds), pool:
        url = _allowed(address)
        for _ in range(MOST_REDIRECTS + 1):
            target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
            try:
                async with pool.stream("GET", target, headers=[(b"Host", url.netloc), *headers]) as answer:
                    location = _header(answer, b"location")
                    if answer.status not in _REDIRECTS or not location:
                        return await _file(answer, url, limits.max_bytes, media_types)
                    url = _allowed(location, url)
            except PrivateAddress as error:
                raise SourceUnavailable("private-address", address=_shown(str(url)), ip=error.address) from None
    raise SourceUnavailable("too-many-redirects", address=address, most=MOST_REDIRECTS)


def _allowed(address: str, base: httpx.URL | None = None) -> httpx.URL:
    """URL of an address, or of a redirect from `base`. Raises SourceUnavailable if it must not be requested."""
    origin = _shown(str(base)) if base else None
    where = {"address": _shown(re.sub(r"//[^/]*@", "//…@", address)), "redirected_from": origin}
    try:
        url = httpx.URL(urljoin(str(base or ""), address))
    except (httpx.InvalidURL, ValueError):
        raise SourceUnavailable("not-a-web-address", **where) from None
    if url.userinfo:
        raise SourceUnavailable("address-with-password", **where)
    if url.scheme not in ("http", "https") or not url.host or (url.port or 80) >= 2**16:
        raise SourceUnavailable("not-an-http-address", **where)
    if base and base.scheme == "https" and url.scheme == "http":
        raise SourceUnavailable("redirect-to-http", **where)
    return url


async def _file(answer: httpcore.Response, url: httpx.URL, max_bytes: int, media_types: Collection[str]) -> Fetched:
    address = _shown(str(url))
    if answer.status == _NOT_MODIFIED:
        raise NotModified
    if answer.status != _OK:
        reason = answer.extensions.get("reason_phrase", b"").decode("ascii", "replace")
        raise SourceUnavailable("source-status", address=address, status=_shown(f"{answer.status} {reason}"))
    kind, _, parameters = _header(answer, b"content-type").partition(";")
    # Without a type a file may be taken as bytes of any (RFC 9110, 8.3): who asks for such judges them.
    media_type = kind.strip().lower() or (_BYTES if _BYTES in media_types else "")
    if not media_type:
        raise SourceUnavailable("source-without-type", address=address)
    if media_type not in media_types:
        raise SourceUnavailable("source-type", address=address, media_type=_shown(media_type), expected=[*media_types])
    coding = _header(answer, b"content-encoding")
    try:
        body = await _body(answer, BodyDecoder(coding, max_bytes))
    except UnknownCoding:
        raise SourceUnavailable("source-coding", address=address, coding=_shown(coding)) from None
    except BrokenCoding:
        raise SourceUnavailable("source-coding-broken", address=address, coding=_shown(coding)) from None
    except TooLarge:
        raise SourceUnavailable("source-too-large", address=address, most=max_bytes) from None
    validators = Validators(_validator(answer, b"etag"), _validator(answer, b"last-modified"))
    return Fetched(str(url), media_type, _charset(parameters), body, validators)


async def _body(answer: httpcore.Response, decoder: BodyDecoder) -> bytes:
    async for piece in answer.aiter_stream():
        decoder.feed(piece)
    return decoder.body()


def _header(answer: httpcore.Response, name: bytes) -> str:
    """Header of an answer; several of one name are joined, as HTTP says, so that none is overlooked."""
    return ", ".join(value.decode("latin-1") for key, value in answer.headers if key.lower() == name).strip()


def _validator(answer: httpcore.Response, name: bytes) -> str:
    """Header to be sent back with a later request; empty if it is missing, or longer than any that is honest."""
    value = _header(answer, name)
    return value if len(value) <= _SHOWN and value.isprintable() else ""


def _charset(parameters: str) -> str | None:
    found = re.search(r"(?:^|;)\s*charset\s*=\s*\"?([\w.:-]{1,40})", parameters, re.IGNORECASE)
    return found[1] if found else None


def _shown(text: str) -> str:
    """What the other side sent, for one line of a message: cut, and without signs that a terminal would obey."""
    line = " ".join(text[: _SHOWN + 1].split())
    printable = "".join(sign if sign.isprintable() else "\ufffd" for sign in line)
    return printable if len(text) <= _SHOWN else f"{printable[:_SHOWN]}…"
