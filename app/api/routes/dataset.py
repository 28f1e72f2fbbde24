"""Routes of the downloads: the whole dataset in one file with both languages, as SQLite or JSON Lines."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from app.api.dependencies import query_params, snapshot_for
from app.api.downloads import download_file, whole_dataset_responder
from app.api.problem_schemas import problem_responses
from app.errors import UnknownRevision
from app.reading.dump import JSONL, SQLITE, Download
from app.resources.params import RevisionParams, format_among

router = APIRouter(prefix="/v1", tags=["downloads"])

_IN_BYTES = re.compile(rb"\s*bytes\s*=", re.IGNORECASE)


class SqliteParams(RevisionParams):
    format: str | None = format_among("sqlite", description="Only SQLite.")


class JsonLinesParams(RevisionParams):
    format: str | None = format_among("jsonl", description="Only JSON Lines.")


def _responses(media_type: str, schema: Mapping[str, str]) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"content": {media_type: {"schema": dict(schema)}}},
        206: {"description": "Part of the file, as requested by `Range`."},
        **problem_responses(UnknownRevision, 416),
    }


@router.get(
    "/dataset.sqlite",
    operation_id="get_dataset_sqlite",
    summary="Download everything as SQLite",
    response_class=FileResponse,
    response_description="SQLite database with a table for each collection.",
    responses=_responses("application/vnd.sqlite3", {"type": "string", "format": "binary"}),
)
async def get_dataset_sqlite(
    request: Request, params: Annotated[SqliteParams, Depends(query_params(SqliteParams))]
) -> Response:
    """All records of a revision as one SQLite database, for any SQLite tool.

    Each collection is a table, each field a column; texts have two, such as `title_en` and `title_fr`. Lists and
    objects are JSON. `amount` is a number to compare, `amount_exact` the exact decimal. Foreign keys lead to
    `records`; `citations`, `mentions`, `vocabularies` and `dataset` (revision, digest, licence) are tables too.
    `Range` gets a part of the bytes.
    """
    return await _answer(request, params, SQLITE)


@router.get(
    "/dataset.jsonl",
    operation_id="get_dataset_jsonl",
    summary="Download everything as JSON Lines",
    response_class=FileResponse,
    response_description="JSON Lines with one line for each record.",
    responses=_responses("application/jsonl", {"type": "string"}),
)
async def get_dataset_jsonl(
    request: Request, params: Annotated[JsonLinesParams, Depends(query_params(JsonLinesParams))]
) -> Response:
    """All records of a revision, by collection and id, each as `{"collection": …, "record": {…}}`.

    A record has the fields of its item, but what depends on the language is `{"en": …, "fr": …}`. `Range`
    gets a part of the bytes.
    """
    return await _answer(request, params, JSONL)


async def _answer(request: Request, params: RevisionParams, download: Download) -> Response:
    responder = whole_dataset_responder(request, params, download.format)
    with snapshot_for(request, params) as snapshot:
        revision = snapshot.revision
    if unchanged := responder.not_modified(revision):
        return unchanged
    file = await download_file(request, revision, download)
    name = f"dossier-r{revision.number}.{download.format}"
    headers = responder.headers(revision) | {"Content-Disposition": f'attachment; filename="{name}"'}
    return _File(file.path, headers=headers, media_type=responder.media_type)


class _File(FileResponse):
    """File response, of all or a part. It ignores a Range in other units than bytes (RFC 9110); Starlette sends 400."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(name, text) for name, text in scope["headers"] if name != b"range" or _IN_BYTES.match(text)]
        await super().__call__({**scope, "headers": headers}, receive, send)
