"""Route of the screening of names."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.api.dependencies import query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.messages import sentence
from app.model.json_text import as_object, compact, with_prefix
from app.reading.members import Dataset
from app.reading.screening import Candidate, ScreeningParams, screen
from app.serving.responses import MEDIA_TYPES, Responder
from app.serving.state import state_of

router = APIRouter(route_class=QueryRoute)


class ScreeningResult(BaseModel):
    """Candidates for a name, and what they do not say."""

    data: list[Candidate] = Field(description="Candidates, best first, at most 20; empty if no listed name is alike.")
    notice: str = Field(description="What the result is not: legal advice, nor a decision on who somebody is.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


@router.get(
    "/v1/designations/screen",
    operation_id="get_screening",
    summary="Screen a name",
    tags=["designations"],
    response_model=ScreeningResult,
    response_description="The candidates.",
    responses=problem_responses(UnknownRevision),
)
async def get_screening(
    request: Request, params: Annotated[ScreeningParams, Depends(query_params(ScreeningParams))]
) -> Response:
    """Listed parties whose names are like a name: in another order, romanisation or spelling.

    It helps people who check a name; it is no legal advice. The name is written to no log, and no cache may keep the
    answer.
    """
    return await state_of(request).threads.run(_answer, request, params)


def _answer(request: Request, params: ScreeningParams) -> Response:
    responder = Responder(request, params, ("json",))
    with snapshot_for(request, params) as snapshot:
        members = {
            "data": compact(screen(snapshot, params, responder.lang)),
            "notice": compact(sentence("screening-notice", lang=responder.lang)),
            "dataset": Dataset.of(snapshot.revision).model_dump_json(),
        }
        # Neither entity tag nor links, since those repeat the name: see `Responder.headers`.
        headers = {
            "Cache-Control": "no-store",
            "Content-Language": responder.lang,
            "Dataset-Revision": str(snapshot.revision.number),
            "Vary": "Accept, Accept-Language",
        }
    body = with_prefix(as_object(members), responder.prefix).encode()
    return Response(body, headers=headers, media_type=MEDIA_TYPES["json"])
