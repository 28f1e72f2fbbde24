"""Route of the totals of funding."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import COMMON_STATUSES, query_params, snapshot_for
from app.api.schemas import Dataset
from app.errors import UnknownRevision
from app.reading.totals import CumulativeSum, FundingSum, FundingTotalsParams, TotalsOf, read_totals
from app.serving.problems import problem_responses
from app.serving.responses import Responder

router = APIRouter()


class FundingTotals(BaseModel):
    """Sums by group, and separately what is cumulative."""

    data: list[FundingSum] = Field(description="The groups, by key, currency, basis and sector; null keys last.")
    cumulative: list[CumulativeSum] = Field(
        description="The cumulative records among those that match, each by itself."
    )
    dataset: Dataset = Field(description="What the answer speaks for.")


@router.get(
    "/v1/funding-records/totals",
    operation_id="get_funding_totals",
    summary="Get totals of funding",
    tags=["funding-records"],
    response_model=FundingTotals,
    response_description="The totals.",
    responses=problem_responses(UnknownRevision, *COMMON_STATUSES),
)
async def get_funding_totals(
    request: Request, params: Annotated[FundingTotalsParams, Depends(query_params(FundingTotalsParams))]
) -> Response:
    """Sums of the records that match, group by group.

    Currencies, bases and sectors are never mixed, a record that lies in no single year is in none, and cumulative
    records stand apart.
    """
    return await run_in_threadpool(_answer, request, params)


def _answer(request: Request, params: FundingTotalsParams) -> Response:
    responder = Responder(request, params, ("json",))
    with snapshot_for(request, params, streaming=True) as snapshot:
        totals = read_totals(snapshot, params)
        return responder.respond(snapshot.revision, lambda: _body(totals))


def _body(totals: TotalsOf) -> str:
    dataset = Dataset.of(totals.snapshot.revision)
    return FundingTotals(data=totals.sums(), cumulative=totals.cumulative(), dataset=dataset).model_dump_json()
