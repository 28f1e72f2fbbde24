"""Route of the catalogue (DCAT 3): the dataset and its downloads, for data portals and search engines."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.api.dependencies import query_params, snapshot_for
from app.api.downloads import download_file
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.formats.dcat import EXPORTS, Catalogue, DatasetFile
from app.model.fields import LANGUAGES
from app.model.json_text import compact
from app.reading.dump import JSONL, SQLITE
from app.reading.overview import covered_days, first_published_at
from app.resources.params import RevisionParams, format_among
from app.resources.registry import COLLECTIONS
from app.serving.responses import MEDIA_TYPES, Responder
from app.serving.state import state_of
from app.store.snapshot import RevisionRef

router = APIRouter(prefix="/v1", tags=["downloads"], route_class=QueryRoute)


class CatalogParams(RevisionParams):
    format: str | None = format_among(
        "jsonld", "json", description="Media type of the answer; the document is the same."
    )


@router.get(
    "/catalog",
    operation_id="get_catalog",
    summary="Catalogue for data portals",
    response_class=Response,
    response_description="A JSON-LD document: a `dcat:Catalog` with one `dcat:Dataset`.",
    responses={
        200: {"content": {MEDIA_TYPES[name]: {"schema": {"type": "object"}} for name in ("jsonld", "json")}},
        **problem_responses(UnknownRevision),
    },
)
async def get_catalog(
    request: Request, params: Annotated[CatalogParams, Depends(query_params(CatalogParams))]
) -> Response:
    """Catalogue of the dataset for data portals: DCAT 3 and schema.org in JSON-LD, in both languages.

    It has the licence, the coverage, and every download with its address at this revision. Downloads of the whole
    dataset also have their size in bytes and their SHA-256. Readers need no other document to understand it.
    """
    # It has the checksum of a file whose bytes depend on the SQLite library.
    responder = Responder(request, params, ["jsonld", "json"], languages=LANGUAGES, variant=SQLITE.library)
    found = await responder.state.read(_coverage, responder, params)
    if isinstance(found, Response):
        return found
    revision, issued, days = found
    files = []
    for download in (SQLITE, JSONL):
        file = await download_file(request, revision, download)
        files.append(DatasetFile(download.format, file.size, file.sha256))
    settings = state_of(request).settings
    catalogue = Catalogue(
        revision=revision.number,
        published_at=revision.published_at,
        issued=issued,
        days=days,
        files=files,
        collections=COLLECTIONS,
        media_types={name: MEDIA_TYPES[name] for name in ("sqlite", "jsonl", *EXPORTS)},
        contact=settings.contact,
        base=settings.public_url or "",
    )
    content = compact(catalogue.document())
    return responder.respond(revision, lambda: content)


def _coverage(
    responder: Responder, params: CatalogParams
) -> Response | tuple[RevisionRef, str, tuple[str | None, str | None]]:
    """Revision, time of the first publication, and first and last day of the record; or a 304."""
    with snapshot_for(responder.request, params) as snapshot:
        unchanged = responder.not_modified(snapshot.revision)
        return unchanged or (snapshot.revision, first_published_at(snapshot), covered_days(snapshot))
