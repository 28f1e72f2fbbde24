"""Route of the funding totals."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.api.dependencies import query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.model.fields import Language
from app.reading.members import Dataset
from app.reading.totals import CumulativeSum, FundingSum, FundingTotalsParams, LeftOut, TotalsOf, read_totals
from app.serving.responses import Responder
from app.serving.state import state_of

router = APIRouter(route_class=QueryRoute)


class FundingTotals(BaseModel):
    """Funding totals: sums by group, and the cumulative records, which no sum contains."""

    data: list[FundingSum] = Field(description="Sums, ordered by key (null last), then by the other members.")
    cumulative: list[CumulativeSum] = Field(description="The cumulative records among those that match, one by one.")
    left_out: list[LeftOut] = Field(description="How many matching records are in no sum, and why.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


@router.get(
    "/v1/funding-records/totals",
    operation_id="get_funding_totals",
    summary="Totals of funding",
    tags=["funding-records"],
    response_model=FundingTotals,
    response_description="The totals.",
    responses=problem_responses(UnknownRevision),
)
async def get_funding_totals(
    request: Request, params: Annotated[FundingTotalsParams, Depends(query_params(FundingTotalsParams))]
) -> Response:
    """Sums of the matching funding records, by group.

    No sum mixes currencies, bases, sectors, price bases or sources. A record counts for a year only if its whole period
    is in that year. Cumulative records are listed separately and are in no sum.
    """
    return await state_of(request).threads.run(_answer, request, params)


def _answer(request: Request, params: FundingTotalsParams) -> Response:
    responder = Responder(request, params, ("json",))
    with snapshot_for(request, params) as snapshot:
        totals = read_totals(snapshot, params)
        return responder.respond(snapshot.revision, lambda: _body(totals, responder.lang))


def _body(totals: TotalsOf, lang: Language) -> str:
    return FundingTotals(
        data=totals.sums(),
        cumulative=totals.cumulative(),
        left_out=totals.left_out(lang),
        dataset=Dataset.of(totals.snapshot.revision),
    ).model_dump_json()
