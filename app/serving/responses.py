"""What an answer says beside its body: revision, language, format, links, caching."""

import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from pydantic import BaseModel, Field
from sqlalchemy import Connection, Select, func, select
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.errors import InvalidParameter, Unavailable, UnknownRevision
from app.model.fields import LANGUAGES, Language
from app.reading.cursor import fingerprint
from app.resources.params import INSTANT, ItemQuery
from app.serving.conditional import etag, not_modified
from app.serving.negotiation import language, negotiate
from app.serving.streaming import Stream
from app.settings import Settings
from app.store.tables import RENDERINGS, REVISIONS

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl",
    "ics": "text/calendar; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "csl": "application/vnd.citationstyles.csl+json",
}
JSON = {"json": MEDIA_TYPES["json"]}
YEAR = 31_536_000  # seconds that a pinned answer may be kept: it never changes
MINUTE = 60  # seconds that a present answer may be kept: so old can a cached list be after a publication


class Dataset(BaseModel):
    """The revision that an answer speaks for."""

    revision: int = Field(description="Number of the revision: 1, 2, 3, …", examples=[1])
    published_at: str = Field(
        description="When it was published: UTC, whole seconds.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """A dataset revision; whether the request asked for just this one, and whether it is the newest there is."""

    revision: int
    published_at: str
    digest: str
    pinned: bool
    newest: bool

    def dataset(self) -> "Dataset":
        """The `dataset` member of an answer; its time is UTC."""
        return Dataset(revision=self.revision, published_at=self.published_at)

    @property
    def tag(self) -> str:
        """Number and beginning of the digest: another database under the same name has the same numbers."""
        return f"{self.revision}.{self.digest[:8]}"

    def json(self) -> str:
        """The same as compact JSON."""
        return f'{{"revision":{self.revision},"published_at":"{self.published_at}"}}'


_NEWEST = select(func.max(REVISIONS.c.number)).correlate(None).scalar_subquery().label("newest")
_COLUMNS = (REVISIONS.c.number, REVISIONS.c.published_at, REVISIONS.c.digest, _NEWEST)


def moment(connection: Connection, query: ItemQuery, held: int | None = None) -> Moment:
    """The revision that a request speaks for: `revision`, else `as_of`, else the one a cursor holds, else the newest.

    Raises UnknownRevision (404), InvalidParameter (422), Unavailable (503) where nothing has been published, or where
    another release prepared the database.
    """
    if query.revision is not None and query.as_of is not None:
        raise InvalidParameter("as_of", "stands beside revision: give one of the two")
    if query.as_of is not None:
        return _as_of(connection, query.as_of)
    number = query.revision if query.revision is not None else held
    newest = select(*_COLUMNS).order_by(REVISIONS.c.number.desc()).limit(1)
    wanted = newest if number is None else select(*_COLUMNS).where(REVISIONS.c.number == number)
    at = _found(connection, wanted, pinned=query.revision is not None)
    if at is None and number is None:
        raise Unavailable("Nothing has been published in this database yet.")
    if at is None:
        raise UnknownRevision(f"There is no revision {number}: see /v1/revisions for those there are.")
    return at


def _found(connection: Connection, revision: Select[Any], *, pinned: bool) -> Moment | None:
    # What another release stored may lack what this one reads, and its bytes would be served under this one's tags.
    other = select(RENDERINGS.c.release).where(RENDERINGS.c.release != __version__)
    row = connection.execute(revision.where(~other.exists())).first()
    if row is None and connection.execute(other).first():
        raise Unavailable("Another release prepared the database: run dossier migrate.")
    return Moment(row.number, row.published_at, row.digest, pinned, row.number == row.newest) if row else None


def _as_of(connection: Connection, text: str) -> Moment:
    try:
        instant = datetime.fromisoformat(text) if re.fullmatch(INSTANT, text) else None
    except ValueError:
        instant = None
    if instant is None:
        raise InvalidParameter("as_of", "is not a UTC instant: write it like 2026-11-23T12:00:00Z")
    if instant > datetime.now(UTC) and instant > _newest_instant(connection):
        raise InvalidParameter("as_of", "lies in the future: what will be answered then is not known")
    day = f"{instant:%H:%M:%SZ}"
    known = select(*_COLUMNS).where(REVISIONS.c.published_at <= f"{instant.date().isoformat()}T{day}")
    at = _found(connection, known.order_by(REVISIONS.c.number.desc()).limit(1), pinned=True)
    if at is None:
        raise InvalidParameter("as_of", "lies before the first revision: see /v1/revisions")
    return at


def _newest_instant(connection: Connection) -> datetime:
    # A revision is published for a second to come: for that long its own time is known, though not yet here.
    newest = connection.execute(select(func.max(REVISIONS.c.published_at))).scalar()
    return datetime.fromisoformat(newest) if newest else datetime.min.replace(tzinfo=UTC)


def here(connection: Connection, at: Moment) -> Moment:
    """The same moment as another connection sees it: there it may be the newest, or no more."""
    newest = connection.execute(select(func.max(REVISIONS.c.number))).scalar()
    return replace(at, newest=newest == at.revision)


def offered(formats: Iterable[str]) -> dict[str, str]:
    """The media types of formats by name, the default first."""
    return {name: MEDIA_TYPES[name] for name in formats}


def edition(request: Request) -> str:
    """The release, and in brief the settings that stand in answers: whoever changes one changes what is answered."""
    settings: Settings = request.app.state.settings
    shown = settings.public_url, settings.contact
    return f"{__version__}+{fingerprint({'shown': shown})}" if any(shown) else __version__


class Asked:
    """One request, negotiated: its language and format, and the answers in them.

    Raises NotAcceptable (406) for an Accept that none of the offered formats meets.
    """

    def __init__(self, request: Request, query: ItemQuery, offered: Mapping[str, str] = JSON) -> None:
        headers = request.headers
        self.request = request
        self.lang: Language = language(query.lang, ", ".join(headers.getlist("accept-language")))
        self.format = negotiate(query.format, ", ".join(headers.getlist("accept")), offered)
        self.media_type = offered[self.format]

    def reply(self, at: Moment, body: Callable[[], str | bytes], links: Mapping[str, str] | None = None) -> Response:
        """The answer: 304 if the client has these bytes already, without making the body; else 200."""
        headers = self._headers(at, links or {})
        if self._has(headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(body(), headers=headers, media_type=self.media_type)

    def _has(self, tag: str) -> bool:
        return not_modified(", ".join(self.request.headers.getlist("if-none-match")) or None, tag)

    def stream(self, at: Moment, parts: Callable[[], Generator[bytes, None, None]], name: str) -> Response:
        """The same for bytes made in parts in a worker thread, saved by browsers under `name`."""
        headers = self._headers(at, {}) | {"Content-Disposition": f'attachment; filename="{name}"'}
        if self._has(headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Stream(parts(), headers=headers, media_type=self.media_type)

    def absolute(self, path: str) -> str | None:
        """A path as an address of its own, never from the request's Host; None where no public address is set."""
        base = self.request.app.state.settings.public_url
        return base and f"{base}{path}"

    def page_links(self, following: str | None) -> dict[str, str]:
        """Links of a page: to the first one and, where there is one, to the next."""
        # What headers have negotiated is named: feed readers follow links without a thought for it.
        form = {"format": self.format, "lang": self.lang} if self.format != "json" else {}
        if self.lang != LANGUAGES[0] and "lang" not in self.request.query_params:
            form["lang"] = self.lang
        links = {"first": self.address(cursor=None, **form)}
        return links | ({"next": self.address(cursor=following, **form)} if following else {})

    def _headers(self, at: Moment, links: Mapping[str, str]) -> dict[str, str]:
        headers = {
            "ETag": etag(at.tag, edition(self.request), self.lang, self.format),
            "Cache-Control": f"public, max-age={YEAR if at.pinned else MINUTE}",
            "Content-Language": self.lang,
            "Dataset-Revision": str(at.revision),
        }
        if at.pinned:
            headers["Memento-Datetime"] = format_datetime(datetime.fromisoformat(at.published_at), usegmt=True)
            links = {**links, "original": self.address(revision=None, as_of=None, cursor=None)}
        else:
            pinned = self.address(revision=str(at.revision), as_of=None, lang=self.lang, format=self.format)
            links = {**links, "memento": pinned}
        headers["Link"] = ", ".join(f'<{target}>; rel="{relation}"' for relation, target in links.items())
        return headers

    def address(self, **changes: str | None) -> str:
        """The path and query of this request with parameters set; None leaves one out."""
        kept = [(name, value) for name, value in self.request.query_params.multi_items() if name not in changes]
        query = urlencode(kept + [(name, value) for name, value in changes.items() if value is not None])
        return f"{self.request.url.path}?{query}" if query else self.request.url.path
