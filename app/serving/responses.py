"""Responses: a negotiated answer with its entity tag, cache lifetime and links."""

from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from email.utils import format_datetime
from functools import cache, lru_cache

from starlette.requests import Request
from starlette.responses import Response

from app.about import LICENCE_PAGE
from app.model.fields import LANGUAGES, Language
from app.model.json_text import with_prefix
from app.resources.params import RevisionParams
from app.serving.addresses import CanonicalAddress, link_header
from app.serving.compression import GZIP, IDENTITY, PACKED, ZLIB, codings, compressed, compressed_stream, is_worth_it
from app.serving.conditional import entity_tag, held_coding, joined
from app.serving.negotiation import is_one_file, language, negotiate
from app.serving.ranges import single_range
from app.serving.state import state_of
from app.serving.streaming import CHUNK, Stream
from app.store.engines.base import Database
from app.store.snapshot import RevisionRef, Snapshot, require_unchanged

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
    # The two types by which DOIs are asked for citations; text/plain would be taken for the record itself.
    "bibtex": "application/x-bibtex; charset=utf-8",
    "txt": "text/x-bibliography; charset=utf-8",
    "jsonld": "application/ld+json",
    "sqlite": "application/vnd.sqlite3",
    "html": "text/html; charset=utf-8",
    "xml": "application/xml",
}
YEAR = 31_536_000  # seconds that caches may keep a pinned answer: its data never change
MINUTE = 60  # seconds that caches may keep any other answer: so long after a publication they may give an old one
MOST_WHOLE = 1024 * 1024  # bytes: an export up to this size is sent whole, with its length; a longer one is streamed


class Responder:
    """Responder: content negotiation of one request, and its responses: 200, 304 if the client has the answer, or 412.

    `formats` are the names of the formats offered, the default first. `languages` are those of an answer whose
    languages the request does not choose: one where the path names it, or both. `variant` is what else the bytes depend
    on, such as the version of a library; the entity tag has it.
    Raises NotAcceptable (406) if no format matches Accept, InvalidParameter (422) for an unknown `format` or `lang`.
    """

    def __init__(
        self,
        request: Request,
        params: RevisionParams,
        formats: Sequence[str],
        *,
        languages: Sequence[Language] = (),
        variant: str = "",
    ) -> None:
        headers = request.headers
        self.request = request
        self.state = state_of(request)
        self.prefix = self.state.settings.path_prefix
        # An answer in both languages is the same for every Accept-Language, its links too.
        preferred = "" if languages else joined(headers, "accept-language")
        self.lang: Language = languages[0] if len(languages) == 1 else language(params.lang, preferred)
        self.format = negotiate(params.format, joined(headers, "accept"), _media_types(tuple(formats)))
        self.media_type = MEDIA_TYPES[self.format]
        accepted = joined(headers, "accept-encoding") or None
        self._codings = (IDENTITY,) if self.format in PACKED else codings(accepted)
        self._languages = languages or (self.lang,)
        library = variant or (ZLIB if self.format in PACKED else "")
        self._variant = f"{self.format}-{library}" if library else self.format
        path: str = request.scope["path"]
        # A feed has an order of its own, unless it is asked for in another.
        self._address = CanonicalAddress(path, params, keep="sort" if self.format == "atom" else None)
        request.scope["state"]["question"] = str(self._address)
        # At the root, a browser is led to the pages for people.
        by_accept = path == "/" or (params.format is None and not is_one_file(formats))
        by_language = params.lang is None and not languages
        varying = {"Accept": by_accept, "Accept-Language": by_language, "Accept-Encoding": self.format not in PACKED}
        self._vary = ", ".join([name for name, varies in varying.items() if varies])

    def respond(
        self,
        revision: RevisionRef,
        body: Callable[[], str | bytes],
        links: Callable[[], Mapping[str, str]] = dict,
    ) -> Response:
        """Conditional response: 304 for an entity tag that the client has, without making body and links; else 200.

        A 304 skips `body`: checks that may raise an error, such as 404 or 422, have to come before. Raises
        PreconditionFailed (412).
        """
        if unchanged := self.not_modified(revision):
            return unchanged
        content = body()
        if isinstance(content, str):
            content = with_prefix(content, self.prefix).encode()
        return self._whole(content, lambda coding: self.headers(revision, coding, links()))

    def stream(
        self, snapshot: Snapshot, parts: Generator[bytes, None, None], filename: str, resources: ExitStack
    ) -> Response:
        """Response to be saved under a file name: whole or a part of it up to 1 MiB, and streamed beyond.

        Blocks while the first 1 MiB is made. A stream takes over `resources`, and closes them however it ends; it ends
        early if the client reads nothing for 60 seconds. A precondition has to be checked before. Raises Unavailable
        (503) if too many streams are being sent and it is longer than 256 KiB.
        """
        revision = snapshot.revision

        def headers(coding: str) -> dict[str, str]:
            disposition = {"Content-Disposition": f'attachment; filename="{filename}"'}
            return self.headers(revision, coding) | disposition

        def headers_of_whole(coding: str) -> dict[str, str]:
            return headers(coding) | {"Accept-Ranges": "bytes"}

        # The parts are closed before their connection, in the same thread. Otherwise the traceback of a refusal keeps
        # the cursor, and the driver can crash if one thread drops a cursor while another closes its connection.
        resources.callback(parts.close)
        # While no slot is free, less is made for those that are refused then: a mebibyte of CSV takes 40 ms.
        slots, begun = self.state.streams, deque[bytes]()
        for part in parts:
            begun.append(part)
            if sum(map(len, begun)) > (CHUNK if slots.is_full else MOST_WHOLE):
                break
        else:
            content = b"".join(begun)
            return self._part(content, headers) or self._whole(content, headers_of_whole)
        resources.enter_context(slots.taken())
        everything = _continued(begun, parts, snapshot, self.state.database)
        coding = self.coding(MOST_WHOLE)
        parts = compressed_stream(everything) if coding == GZIP else everything
        close, threads = resources.pop_all().close, self.state.export_threads
        return Stream(parts, headers=headers(coding), media_type=self.media_type, close=close, threads=threads)

    def not_modified(self, revision: RevisionRef) -> Response | None:
        """Conditional request: a 304 response if the client has the answer; None otherwise.

        Raises PreconditionFailed (412) if the client asks for an answer with another entity tag.
        """
        held = held_coding(self.request.headers, self._version(revision), self._codings)
        return Response(status_code=304, headers=self.headers(revision, held)) if held else None

    def _whole(self, content: bytes, headers: Callable[[str], Mapping[str, str]]) -> Response:
        coding = self.coding(len(content))
        content = compressed(content) if coding == GZIP else content
        return Response(content, headers=headers(coding), media_type=self.media_type)

    def _part(self, content: bytes, headers: Callable[[str], Mapping[str, str]]) -> Response | None:
        """Part of an answer for a Range header (206), which polars sends; None if the whole answer is to be sent."""
        asked, condition = (self.request.headers.get(name, "") for name in ("range", "if-range"))
        plain = headers(IDENTITY) if asked else {}
        part = single_range(asked, len(content)) if asked and condition in ("", plain["ETag"]) else None
        if part is None:
            return None
        span = {"Content-Range": f"bytes {part.start}-{part.stop - 1}/{len(content)}"}
        return Response(content[part.start : part.stop], 206, {**plain, **span}, self.media_type)

    def coding(self, size: int) -> str:
        """Content coding of an answer: the one preferred, or none if so few bytes are not worth it."""
        return IDENTITY if IDENTITY in self._codings and not is_worth_it(size) else self._codings[0]

    def _version(self, revision: RevisionRef) -> str:
        # For a strong entity tag: all that can change a byte of the answer, but its coding. The digest is in it because
        # another database that replaces this one has the same revision numbers.
        version = f"{revision.number}.{revision.digest[:8]}-{self.state.edition}"
        return f"{version}-{'+'.join(self._languages)}-{self._variant}"

    def headers(
        self, revision: RevisionRef, coding: str = IDENTITY, links: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """Response headers: entity tag, cache lifetime (seconds), language, revision, and links (RFC 8288, RFC 7089).

        A pinned answer links to the present one (`original`), a present one to itself at its revision (`memento`).
        """
        headers = {
            "ETag": entity_tag(self._version(revision), coding),
            "Cache-Control": f"public, max-age={YEAR if revision.pinned else MINUTE}",
            "Content-Language": ", ".join(self._languages),
            "Dataset-Revision": str(revision.number),
            "Vary": self._vary,
        }
        if coding != IDENTITY:
            headers["Content-Encoding"] = coding
        paths = dict(links or {})
        if revision.pinned:
            headers["Memento-Datetime"] = _http_date(revision.published_at)
            paths["original"] = self.address(revision=None, as_of=None, cursor=None)
        else:
            form = {} if self.format == "html" else {"lang": self.lang, "format": self.format}
            paths["memento"] = self.address(revision=str(revision.number), as_of=None, **form)
        if self.prefix:
            paths = {relation: f"{self.prefix}{path}" for relation, path in paths.items()}
        paths["license"] = LICENCE_PAGE
        headers["Link"] = link_header(paths)
        return headers

    def page_links(self, next_cursor: str | None) -> dict[str, str]:
        """Links of a page: `first` and, unless `next_cursor` is None, `next`; paths with queries."""
        # Negotiated format and language become parameters: feed readers follow links without sending the same headers.
        form = {"format": self.format, "lang": self.lang} if self.format != "json" else {}
        if self.lang != LANGUAGES[0] and "lang" not in self._address:
            form["lang"] = self.lang
        links = {"first": self.address(cursor=None, **form)}
        return links | ({"next": self.address(cursor=next_cursor, **form)} if next_cursor else {})

    def address(self, **changes: str | None) -> str:
        """Canonical path and query of this request with some parameters replaced; one set to None is left out."""
        return self._address.replaced(**changes)

    def absolute(self, path: str) -> str | None:
        """Absolute address of a path, never from the request's Host; None if the settings have no public address."""
        base = self.state.settings.public_url
        return base and f"{base}{path}"


@cache
def _media_types(formats: tuple[str, ...]) -> Mapping[str, str]:
    return {name: MEDIA_TYPES[name] for name in formats}


@lru_cache(256)
def _http_date(instant: str) -> str:
    return format_datetime(datetime.fromisoformat(instant), usegmt=True)


def _continued(
    begun: deque[bytes], parts: Generator[bytes, None, None], snapshot: Snapshot, database: Database
) -> Generator[bytes, None, None]:
    """The parts that have been read, then the rest.

    There is no transaction while the client takes a part. Raises Unavailable (503) if the revision is another one then.
    """
    database.pause(snapshot.connection)
    while begun:
        yield begun.popleft()
    require_unchanged(snapshot)
    for part in parts:
        database.pause(snapshot.connection)
        yield part
        require_unchanged(snapshot)
