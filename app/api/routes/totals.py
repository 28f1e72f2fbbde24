"""Totals of funding: exact sums of what may be added, apart for each currency, basis and sector."""

import json
from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from app.api.routes.resources import EVERYWHERE, asked
from app.errors import UnknownRevision
from app.reading.filters import conditions
from app.reading.list_request import database
from app.reading.list_view import valid
from app.resources.funding import FUNDING, FundingFilters
from app.serving.problems import problem_responses
from app.serving.responses import Asked, Dataset, moment

router = APIRouter()
GroupBy = Literal["year", "delivery_channel", "donor", "basis", "currency"]
# An amount has 18 digits before the point and 4 behind: so many that a trillion of them still add up without rounding.
_EXACT = Context(prec=40)


class FundingSum(BaseModel):
    """The sum of a group of records alike in currency, basis and sector."""

    key: str | None = Field(
        description="What the group shares: a year, an id or a value; the channels of a record are one key, their ids "
        "joined by commas. It is null for records that have none, or that no one year holds.",
        examples=["2014"],
    )
    currency: str = Field(description="ISO 4217 code.", examples=["USD"])
    basis: str = Field(description="What was counted.", examples=["disbursement"])
    sector: str = Field(description="Which aid was counted.", examples=["all"])
    amount: str = Field(description="Exact decimal in whole units of the currency.", examples=["3640200"])
    records: int = Field(description="How many records make up the sum.", examples=[1])


class CumulativeSum(FundingSum):
    """One cumulative record: it sums up a time itself, and is added to nothing."""

    id: str = Field(description="Id of the record.", examples=["canada-humanitarian-assistance-since-2005"])
    period: str = Field(description="Time that it sums up (EDTF).", examples=["2005/"])
    url: str = Field(description="Path of the record.")


class FundingTotals(BaseModel):
    """Sums by group, and apart from them what is cumulative."""

    data: list[FundingSum] = Field(description="The groups, by key, currency, basis and sector; null keys last.")
    cumulative: list[CumulativeSum] = Field(
        description="The cumulative records among those that match, each by itself."
    )
    dataset: Dataset = Field(description="What the answer speaks for.")


class FundingTotalsQuery(FundingFilters):
    group_by: GroupBy = Field("year", description="What to put together.")


@router.get(
    "/v1/funding-records/totals",
    operation_id="get_funding_totals",
    summary="Get totals of funding",
    tags=["funding-records"],
    response_model=FundingTotals,
    response_description="The totals.",
    responses=problem_responses(UnknownRevision, *EVERYWHERE),
)
async def get_funding_totals(request: Request, query: Annotated[Any, Depends(asked(FundingTotalsQuery))]) -> Response:
    """Sums of the records that match, group by group.

    Currencies, bases and sectors are never mixed, a record that lies in no single year is in none, and cumulative
    records stand apart.
    """
    return await run_in_threadpool(_totals, request, query)


def _totals(request: Request, query: FundingTotalsQuery) -> Response:
    reply = Asked(request, query)
    table = FUNDING.table
    with database(request).streaming() as connection:
        at = moment(connection, query)
        wanted = [valid(table, at), *conditions(connection, table, query)]

        def body() -> str:
            found = select(table.c.body_en).where(*wanted).order_by(table.c.id)
            records = [json.loads(text) for text in connection.execute(found).scalars()]
            totals = FundingTotals(
                data=sums((record for record in records if not record["cumulative"]), query.group_by),
                cumulative=[_cumulative(record, query.group_by) for record in records if record["cumulative"]],
                dataset=at.dataset(),
            )
            return totals.model_dump_json()

        return reply.reply(at, body)


def sums(records: Iterable[dict[str, Any]], group_by: GroupBy) -> list[FundingSum]:
    """The exact sums of records, in the form in which they are served, that are not cumulative."""
    amounts: dict[tuple[str | None, str, str, str], list[Decimal]] = {}
    for record in records:
        group = key_of(record, group_by), record["currency"], record["basis"], record["sector"]
        amounts.setdefault(group, []).append(Decimal(record["amount"]))
    return [
        FundingSum(
            **dict(zip(("key", "currency", "basis", "sector"), group, strict=True)),
            amount=_plain(parts),
            records=len(parts),
        )
        for group, parts in sorted(
            amounts.items(), key=lambda item: (item[0][0] is None, item[0][0] or "", item[0][1:])
        )
    ]


def key_of(record: dict[str, Any], group_by: GroupBy) -> str | None:
    """The group of a record, None if it has none. A record belongs to a year only if both its bounds lie in it."""
    if group_by == "year":
        earliest, latest = record["earliest"], record["latest"]
        return str(earliest[:4]) if earliest and latest and earliest[:4] == latest[:4] else None
    if group_by == "delivery_channel":
        return ",".join(sorted(record["delivery_channels"])) or None
    return str(record[group_by])


def _plain(parts: Iterable[Decimal]) -> str:
    total = Decimal(0)
    for part in parts:
        total = _EXACT.add(total, part)
    return f"{total:f}"


def _cumulative(record: dict[str, Any], group_by: GroupBy) -> CumulativeSum:
    same = {name: record[name] for name in ("currency", "basis", "sector", "amount", "id", "period", "url")}
    return CumulativeSum(key=key_of(record, group_by), records=1, **same)
