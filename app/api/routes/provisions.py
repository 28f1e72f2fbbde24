"""Route of the provisions of a legal instrument."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.api.dependencies import ItemId, query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRecord, UnknownRevision
from app.model.fields import Language
from app.model.json_text import as_object, compact
from app.model.provisions import Provision
from app.reading.items import read_item
from app.reading.members import Dataset
from app.reading.provisions import read_provisions
from app.resources.instruments import INSTRUMENTS
from app.resources.params import RevisionParams
from app.serving.responses import Responder
from app.serving.state import state_of
from app.store.snapshot import Snapshot

router = APIRouter(route_class=QueryRoute)


class ProvisionList(BaseModel):
    """Provisions of a legal instrument."""

    data: list[Provision] = Field(description="All of its provisions, in order; empty where none were imported.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


@router.get(
    "/v1/legal-instruments/{id}/provisions",
    operation_id="get_legal_instrument_provisions",
    summary="Provisions of a legal instrument",
    tags=["legal-instruments"],
    response_model=ProvisionList,
    response_description="The provisions.",
    responses=problem_responses(UnknownRecord, UnknownRevision, 410),
)
async def get_legal_instrument_provisions(
    request: Request, id: ItemId, params: Annotated[RevisionParams, Depends(query_params(RevisionParams))]
) -> Response:
    """Words of the law, provision by provision, where an operator has imported them: no packaged record has them."""
    return await state_of(request).threads.run(_answer, request, id, params)


def _answer(request: Request, id: str, params: RevisionParams) -> Response:
    responder = Responder(request, params, ("json",))
    with snapshot_for(request, params) as snapshot:
        number = read_item(snapshot, INSTRUMENTS, id, responder.lang).number
        return responder.respond(snapshot.revision, lambda: _body(snapshot, number, responder.lang))


def _body(snapshot: Snapshot, number: int, lang: Language) -> str:
    provisions = compact(read_provisions(snapshot, number, lang))
    return as_object({"data": provisions, "dataset": Dataset.of(snapshot.revision).model_dump_json()})
