"""The whole dataset in one file, both languages in it: as SQLite and as JSON Lines, built once a revision."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from pydantic import Field
from sqlalchemy import Connection
from starlette.types import Receive, Scope, Send

from app import __version__
from app.api.routes.resources import EVERYWHERE, asked
from app.errors import UnknownRevision
from app.model.fields import LANGUAGES
from app.reading.dump import SQLITE_VERSION, write_jsonl, write_sqlite
from app.reading.list_request import database
from app.resources.params import ItemQuery
from app.serving.conditional import etag, not_modified
from app.serving.problems import problem_responses
from app.serving.responses import Asked, Moment, edition, moment
from app.store.file_cache import Kept, Shelf

router = APIRouter(prefix="/v1", tags=["downloads"])

_IN_BYTES = re.compile(rb"\s*bytes\s*=", re.IGNORECASE)


@dataclass(frozen=True)
class Download:
    """One form of the whole dataset: how it is written, and what its bytes depend on beside revision and release."""

    format: str
    media_type: str
    write: Callable[[Connection, Moment, Path], None]
    maker: str = ""


class Whole:
    """A request, negotiated, whose answer holds both languages: its tag and `Content-Language` name both.

    Raises NotAcceptable (406).
    """

    def __init__(self, request: Request, query: ItemQuery, offered: Mapping[str, str]) -> None:
        self.request = request
        self.asked = Asked(request, query, offered)

    def headers(self, at: Moment) -> dict[str, str]:
        """What stands beside the body. The tag names the SQLite library too: bytes and checksums depend on it."""
        headers = dict(self.asked.reply(at, bytes).headers)  # those of an answer in one language, without its body
        form = f"{self.asked.format}-{SQLITE.maker}"
        headers |= {
            "etag": etag(at.tag, edition(self.request), "+".join(LANGUAGES), form),
            "content-language": ", ".join(LANGUAGES),
        }
        return {name: text for name, text in headers.items() if name not in ("content-length", "content-type")}

    def unchanged(self, at: Moment) -> Response | None:
        """304 if the client has what will be answered, before anything is built; else None."""
        headers = self.headers(at)
        known = not_modified(", ".join(self.request.headers.getlist("if-none-match")) or None, headers["etag"])
        return Response(status_code=304, headers=headers) if known else None


class SqliteQuery(ItemQuery):
    format: Literal["sqlite"] | None = Field(None, description="Only SQLite.", examples=["sqlite"])  # type: ignore[assignment]  # narrower than elsewhere


class JsonlQuery(ItemQuery):
    format: Literal["jsonl"] | None = Field(None, description="Only JSON Lines.", examples=["jsonl"])  # type: ignore[assignment]  # narrower than elsewhere


def _responses(media_type: str, schema: Mapping[str, str]) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {media_type: {"schema": dict(schema)}}},
        206: {"description": "The part that `Range` asks for."},
        **problem_responses(UnknownRevision, *EVERYWHERE),
    }


@router.get(
    "/dataset.sqlite",
    operation_id="get_dataset_sqlite",
    summary="Download everything as SQLite",
    response_class=FileResponse,
    response_description="A database with a table for each collection.",
    responses=_responses("application/vnd.sqlite3", {"type": "string", "format": "binary"}),
)
async def get_dataset_sqlite(request: Request, query: Annotated[Any, Depends(asked(SqliteQuery))]) -> Response:
    """All records of a revision as one SQLite database, which any SQLite tool opens.

    A table for each collection has a column for each field; texts have two, `title_en` and `title_fr`. Lists and
    objects are JSON, sums exact decimals as text. `citations` and `mentions` hold what records rest on and name,
    `dataset` the revision, its digest and the licence. Parts can be had by `Range`.
    """
    return await _answer(request, query, SQLITE)


@router.get(
    "/dataset.jsonl",
    operation_id="get_dataset_jsonl",
    summary="Download everything as JSON Lines",
    response_class=FileResponse,
    response_description="A line for each record.",
    responses=_responses("application/jsonl", {"type": "string"}),
)
async def get_dataset_jsonl(request: Request, query: Annotated[Any, Depends(asked(JsonlQuery))]) -> Response:
    """All records of a revision, by collection and id, each as `{"collection": …, "record": {…}}`.

    A record is as its item shows it, but every text is `{"en": …, "fr": …}`. Parts can be had by `Range`.
    """
    return await _answer(request, query, JSONL)


async def _answer(request: Request, query: ItemQuery, download: Download) -> Response:
    reply = Whole(request, query, {download.format: download.media_type})
    with database(request).reading() as connection:
        at = moment(connection, query)
    if unchanged := reply.unchanged(at):
        return unchanged
    name = f"dossier-r{at.revision}.{download.format}"
    headers = reply.headers(at) | {"content-disposition": f'attachment; filename="{name}"'}
    kept = await file_of(request, at, download)
    return _File(kept.path, headers=headers, media_type=download.media_type)


class _File(FileResponse):
    """A file, or a part of it. A Range in other units than bytes is ignored, as RFC 9110 has it; Starlette says 400."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, text) for name, text in scope["headers"] if name != b"range" or _IN_BYTES.match(text)]
        await super().__call__({**scope, "headers": headers}, receive, send)


async def file_of(request: Request, at: Moment, download: Download) -> Kept:
    """The file of a revision, built if it has not been. Raises Unavailable (503), DBAPIError."""
    db = database(request)
    shelf: Shelf = request.app.state.shelf
    # By the digest, not by the number alone: another database under the same name has the same numbers.
    key = "-".join(filter(None, (f"r{at.revision}", at.digest[:16], __version__, download.maker)))

    def write(path: Path) -> None:
        with db.streaming() as connection:
            # No more the newest: a publication since then would show, where that is asked for by `IS NULL`.
            download.write(connection, replace(at, newest=False), path)

    return await shelf.file(key, download.format, write)


SQLITE = Download("sqlite", "application/vnd.sqlite3", write_sqlite, f"sqlite{SQLITE_VERSION}")
JSONL = Download("jsonl", "application/jsonl", write_jsonl)
