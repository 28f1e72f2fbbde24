"""Routes of the downloads: the whole dataset in one file with both languages, as SQLite or JSON Lines."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import FileResponse, Response

from app.api.dependencies import query_params
from app.api.downloads import answer_download
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.reading.dump import JSONL, SQLITE
from app.resources.params import RevisionParams, format_among

router = APIRouter(prefix="/v1", tags=["downloads"], route_class=QueryRoute)


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
    summary="Everything as SQLite",
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
    return await answer_download(request, params, SQLITE)


@router.get(
    "/dataset.jsonl",
    operation_id="get_dataset_jsonl",
    summary="Everything as JSON Lines",
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
    return await answer_download(request, params, JSONL)
