"""Responses: a negotiated answer with its entity tag, cache lifetime and links."""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from app.model.fields import LANGUAGES, Language
from app.resources.params import RevisionParams
from app.serving.conditional import not_modified
from app.serving.negotiation import language, negotiate
from app.serving.state import state_of
from app.serving.streaming import Stream
from app.store.snapshot import RevisionRef

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
    "jsonld": "application/ld+json",
    "sqlite": "application/vnd.sqlite3",
}
YEAR = 31_536_000  # seconds that caches may keep a pinned answer: its data never change
MINUTE = 60  # seconds that caches may keep any other answer: so long after a publication they may give an old one


class Responder:
    """Responder: content negotiation of one request, and its responses: 200, or 304 if the client has the answer.

    `formats` are the names of the formats offered, the default first. `languages` are those of an answer in more than
    one language. `variant` is what else the bytes depend on, such as the version of a library; the entity tag has it.
    Raises NotAcceptable (406) if no format matches Accept, InvalidParameter (422) for an unknown `format` or `lang`.
    """

    def __init__(
        self,
        request: Request,
        params: RevisionParams,
        formats: Sequence[str],
        *,
        languages: Sequence[str] = (),
        variant: str = "",
    ) -> None:
        headers = request.headers
        self.request = request
        self.state = state_of(request)
        offered = {name: MEDIA_TYPES[name] for name in formats}
        self.lang: Language = language(params.lang, ", ".join(headers.getlist("accept-language")))
        self.format = negotiate(params.format, ", ".join(headers.getlist("accept")), offered)
        self.media_type = MEDIA_TYPES[self.format]
        self._languages = languages or (self.lang,)
        self._variant = f"{self.format}-{variant}" if variant else self.format

    def respond(
        self,
        revision: RevisionRef,
        body: Callable[[], str | bytes],
        links: Callable[[], Mapping[str, str]] = dict,
    ) -> Response:
        """Conditional response: 304 for an entity tag that the client has, without making body and links; else 200.

        A 304 skips `body`: checks that may raise an error, such as 404 or 422, have to come before.
        """
        headers = self.headers(revision)
        if self._has(headers["ETag"]):
            return Response(status_code=304, headers=headers)
        content = body()
        headers["Link"] = ", ".join([*_link_values(links()), headers["Link"]])
        return Response(content, headers=headers, media_type=self.media_type)

    def stream(
        self,
        revision: RevisionRef,
        parts: Generator[bytes, None, None],
        filename: str,
        close: Callable[[], None],
    ) -> Response:
        """Streaming response, which browsers save under a file name. `close` is called however the response ends.

        It ends early if the client reads nothing for 60 seconds.
        """
        headers = self.headers(revision) | {"Content-Disposition": f'attachment; filename="{filename}"'}
        return Stream(parts, headers=headers, media_type=self.media_type, close=close)

    def not_modified(self, revision: RevisionRef) -> Response | None:
        """Conditional request: a 304 response if the client has the answer; None otherwise."""
        headers = self.headers(revision)
        return Response(status_code=304, headers=headers) if self._has(headers["ETag"]) else None

    def _has(self, tag: str) -> bool:
        held = self.request.headers.getlist("if-none-match")
        return bool(held) and not_modified(", ".join(held), tag)

    def headers(self, revision: RevisionRef) -> dict[str, str]:
        """Response headers: entity tag, cache lifetime (seconds), language, revision, and a link (RFC 7089).

        A pinned answer links to the present one (`original`), a present one to itself at its revision (`memento`).
        """
        # A strong entity tag: it has all that can change a byte of the answer. The digest is in it because another
        # database that replaces this one has the same revision numbers.
        version = f"{revision.number}.{revision.digest[:8]}-{self.state.edition}"
        headers = {
            "ETag": f'"{version}-{"+".join(self._languages)}-{self._variant}-identity"',
            "Cache-Control": f"public, max-age={YEAR if revision.pinned else MINUTE}",
            "Content-Language": ", ".join(self._languages),
            "Dataset-Revision": str(revision.number),
        }
        if revision.pinned:
            headers["Memento-Datetime"] = format_datetime(datetime.fromisoformat(revision.published_at), usegmt=True)
            link = {"original": self.address(revision=None, as_of=None, cursor=None)}
        else:
            pinned = {"revision": str(revision.number), "as_of": None, "lang": self.lang, "format": self.format}
            link = {"memento": self.address(**pinned)}
        headers["Link"] = ", ".join(_link_values(link))
        return headers

    def page_links(self, next_cursor: str | None) -> dict[str, str]:
        """Links of a page: `first` and, unless `next_cursor` is None, `next`; paths with queries."""
        # Negotiated format and language become parameters: feed readers follow links without sending the same headers.
        form = {"format": self.format, "lang": self.lang} if self.format != "json" else {}
        if self.lang != LANGUAGES[0] and "lang" not in self.request.query_params:
            form["lang"] = self.lang
        links = {"first": self.address(cursor=None, **form)}
        return links | ({"next": self.address(cursor=next_cursor, **form)} if next_cursor else {})

    def address(self, **changes: str | None) -> str:
        """Path and query of this request with some parameters replaced; a parameter set to None is left out."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name not in changes]
        query = urlencode(kept + [(name, value) for name, value in changes.items() if value is not None])
        return f"{self.request.url.path}?{query}" if query else self.request.url.path

    def absolute(self, path: str) -> str | None:
        """Absolute address of a path, never from the request's Host; None if the settings have no public address."""
        base = self.state.settings.public_url
        return base and f"{base}{path}"


def _link_values(targets: Mapping[str, str]) -> list[str]:
    return [f'<{target}>; rel="{relation}"' for relation, target in targets.items()]
