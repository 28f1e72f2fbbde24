"""Route of the service document: the collections, the links to everything else, and the licences."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from app.about import DISCLAIMER, LICENCES, NAME
from app.api.dependencies import query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.reading.members import Dataset
from app.reading.overview import count_records
from app.resources.params import RevisionParams
from app.resources.registry import COLLECTIONS
from app.serving.conditional import joined
from app.serving.negotiation import language, prefers_html
from app.serving.responses import Responder
from app.serving.state import state_of
from app.store.snapshot import Snapshot

router = APIRouter(tags=["service"], route_class=QueryRoute)


class CollectionLink(BaseModel):
    """A collection with its size and address."""

    name: str = Field(description="Name of the collection.", examples=["timeline-events"])
    records: int = Field(description="Number of its records at this revision.")
    url: str = Field(description="Path of its list.", examples=["/v1/timeline-events"])


def _link(path: str, about: str) -> Any:
    return Field(path, description=about, examples=[path])


class Links(BaseModel):
    """Paths of the other parts of the service."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    docs: str = _link("/docs", "Swagger UI: try every operation in a browser.")
    openapi: str = _link("/openapi.json", "The OpenAPI schema, for generating clients.")
    revisions: str = _link("/v1/revisions", "List of all publications.")
    health: str = _link("/health/ready", "Readiness check: whether the data can be served.")
    timeline: str = _link("/v1/timeline", "Dated records of several collections in one chronological order.")
    search: str = _link("/v1/search", "Full-text search over all collections; it needs `q`.")
    vocabularies: str = _link("/v1/vocabularies", "Every list of values, with labels and descriptions.")
    funding_totals: str = _link("/v1/funding-records/totals", "Sums of funding by group.")
    screening: str = _link("/v1/designations/screen", "Listed parties whose names are like a name; it needs `name`.")
    changes: str = _link("/v1/changes", "Change feed, for clients that keep a copy of the data.")
    catalog: str = _link("/v1/catalog", "The dataset described for data portals (JSON-LD).")
    data_package: str = _link("/v1/datapackage.json", "The collections as CSV, described column by column.")
    dataset_sqlite: str = _link("/v1/dataset.sqlite", "All records as one SQLite database.")
    dataset_jsonl: str = _link("/v1/dataset.jsonl", "All records as JSON Lines.")


class ServiceDocument(BaseModel):
    """Service document: what this service is, and what it offers."""

    name: str = Field(description="Name of the service, in the language of the response.")
    description: str = Field(description="What it is, and that it is not an official service.")
    collections: list[CollectionLink] = Field(description="All collections.")
    links: Links = Field(description="Paths of the other parts of the service.")
    licence: dict[str, str] = Field(
        description="SPDX ids: `code` for the program, `data` for the dossier's own wording and structure.",
        examples=[{"code": "MIT", "data": "CC-BY-4.0"}],
    )
    contact: str | None = Field(description="Mail or web address of the operator, null if none is set.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


@router.get(
    "/v1",
    operation_id="get_service_document",
    summary="Service document",
    response_model=ServiceDocument,
    response_description="The service document.",
    responses=problem_responses(UnknownRevision),
)
async def get_service_document(
    request: Request, params: Annotated[RevisionParams, Depends(query_params(RevisionParams))]
) -> Response:
    """Every collection with its number of records, the revision, the licences, and links to everything else."""
    return await state_of(request).read(_answer, request, params)


@router.get("/", include_in_schema=False)
async def get_root(
    request: Request, params: Annotated[RevisionParams, Depends(query_params(RevisionParams))]
) -> Response:
    """Service document at the root `/`; a browser is sent to the pages for people, in the language that it prefers."""
    if params.format is None and prefers_html(joined(request.headers, "accept")):
        return _to_pages(request, params)
    return await state_of(request).read(_answer, request, params)


def _to_pages(request: Request, params: RevisionParams) -> Response:
    lang = language(params.lang, joined(request.headers, "accept-language"))
    query = urlencode(params.model_dump(include={"revision", "as_of"}, exclude_none=True))
    path = f"{state_of(request).settings.path_prefix}/{lang}/"
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language"}
    return RedirectResponse(f"{path}?{query}" if query else path, 302, headers)


def _answer(request: Request, params: RevisionParams) -> Response:
    responder = Responder(request, params, ("json",))
    with snapshot_for(request, params) as snapshot:
        return responder.respond(snapshot.revision, lambda: _document(responder, snapshot).model_dump_json())


def _document(responder: Responder, snapshot: Snapshot) -> ServiceDocument:
    counts = count_records(snapshot)
    return ServiceDocument(
        name=NAME[responder.lang],
        description=DISCLAIMER[responder.lang],
        collections=[CollectionLink(name=name, records=counts[name], url=f"/v1/{name}") for name in COLLECTIONS],
        links=Links(**{name: f"{responder.prefix}{path}" for name, path in Links()}),
        licence=LICENCES,
        contact=responder.state.settings.contact,
        dataset=Dataset.of(snapshot.revision),
    )
