"""The catalogue: what data portals and search engines are told of the dataset and its downloads."""

import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field
from sqlalchemy import Connection, func, select, union_all

from app.api.routes.dataset import JSONL, SQLITE, Whole, file_of
from app.api.routes.resources import EVERYWHERE, asked
from app.errors import UnknownRevision
from app.formats.dcat import Catalogue
from app.reading.list_request import database
from app.reading.list_view import valid
from app.resources.dated import FIRST_DAY, LAST_DAY
from app.resources.params import ItemQuery
from app.serving.problems import problem_responses
from app.serving.responses import Moment, moment
from app.settings import Settings
from app.store.tables import ENTRIES, REVISIONS

router = APIRouter(prefix="/v1", tags=["downloads"])

FORMATS = {"jsonld": "application/ld+json", "json": "application/json"}


class CatalogQuery(ItemQuery):
    format: Literal["jsonld", "json"] | None = Field(  # type: ignore[assignment]  # another choice than elsewhere
        None, description="Media type of the answer; the document is the same.", examples=["jsonld"]
    )


@router.get(
    "/catalog",
    operation_id="get_catalog",
    summary="Get the catalogue",
    response_class=Response,
    response_description="A JSON-LD document: a `dcat:Catalog` with one `dcat:Dataset`.",
    responses={
        200: {"content": {media_type: {"schema": {"type": "object"}} for media_type in FORMATS.values()}},
        **problem_responses(UnknownRevision, *EVERYWHERE),
    },
)
async def get_catalog(request: Request, query: Annotated[Any, Depends(asked(CatalogQuery))]) -> Response:
    """The dataset at a revision for data portals: DCAT 3 and schema.org in JSON-LD, in both languages.

    It has licence, coverage, and every download with its address at this revision; those of the whole dataset with
    size and SHA-256. Nothing outside has to be fetched to read it.
    """
    reply = Whole(request, query, FORMATS)
    with database(request).reading() as connection:
        at = moment(connection, query)
        if unchanged := reply.unchanged(at):
            return unchanged
        issued = connection.execute(select(func.min(REVISIONS.c.published_at))).scalar_one()
        days = _days(connection, at)
    files = [(download, await file_of(request, at, download)) for download in (SQLITE, JSONL)]
    settings: Settings = request.app.state.settings
    document = Catalogue(at, issued, days, files, settings.contact, settings.public_url or "").document()
    content = json.dumps(document, ensure_ascii=False, indent=1).encode()
    return Response(content, headers=reply.headers(at), media_type=reply.asked.media_type)


def _days(connection: Connection, at: Moment) -> tuple[str | None, str | None]:
    """First and last day (ISO 8601) that the dated records of a revision are known to touch; None where none is."""
    days = [
        select(ENTRIES.c[bound].label("day")).where(valid(ENTRIES, at), ENTRIES.c[bound].not_in((FIRST_DAY, LAST_DAY)))
        for bound in ("earliest", "latest")
    ]
    bounds = union_all(*days).subquery()
    first, last = connection.execute(select(func.min(bounds.c.day), func.max(bounds.c.day))).one()
    return first, last
