"""Route of the data package, which describes the CSV files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from app.api.dependencies import query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.formats.columns import column_types
from app.formats.data_package import DataPackage, Table
from app.model.json_text import compact
from app.resources.params import RevisionParams
from app.resources.registry import COLLECTIONS
from app.serving.responses import MEDIA_TYPES, Responder
from app.serving.state import state_of

router = APIRouter(prefix="/v1", tags=["downloads"], route_class=QueryRoute)


@router.get(
    "/datapackage.json",
    operation_id="get_data_package",
    summary="Data package of the CSV files",
    response_class=Response,
    response_description="A descriptor of the CSV files.",
    responses={
        200: {"content": {MEDIA_TYPES["json"]: {"schema": {"type": "object"}}}},
        **problem_responses(UnknownRevision),
    },
)
async def get_data_package(
    request: Request, params: Annotated[RevisionParams, Depends(query_params(RevisionParams))]
) -> Response:
    """Frictionless Data Package of the collections as CSV, each at this revision, column by column."""
    return await state_of(request).read(_answer, Responder(request, params, ("json",)), params)


def _answer(responder: Responder, params: RevisionParams) -> Response:
    with snapshot_for(responder.request, params) as snapshot:
        package = DataPackage(
            snapshot.revision.number,
            snapshot.revision.published_at,
            [Table(one.name, one.path, column_types(one.model)) for one in COLLECTIONS.values()],
            responder.lang,
            responder.state.settings.public_url or "",
        )
        return responder.respond(snapshot.revision, lambda: compact(package.document()))
