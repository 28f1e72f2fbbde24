"""Funding totals: exact sums of funding records by group, separate for each currency, basis and sector."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from typing import Any, Literal

from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, select

from app.reading.filters import filter_conditions
from app.resources.funding import FUNDING, FundingFilters
from app.store.snapshot import Snapshot

GroupBy = Literal["year", "delivery_channel", "donor", "basis", "currency"]
# An amount has up to 18 digits before the point and 4 after it: in 40 digits a trillion amounts add up exactly.
_EXACT = Context(prec=40)


class FundingSum(BaseModel):
    """Sum of a group of records with the same currency, basis and sector."""

    key: str | None = Field(
        description="What the records of the group share, by `group_by`: a year, an id or a value. Several delivery "
        "channels make one key, their ids joined by commas. It is null for records without such a value, or with a "
        "period that is not within one year.",
        examples=["2014"],
    )
    currency: str = Field(description="ISO 4217 code of the currency.", examples=["USD"])
    basis: str = Field(description="What was counted, such as money committed or paid.", examples=["disbursement"])
    sector: str = Field(description="Sector of the aid.", examples=["all"])
    amount: str = Field(
        description="Exact sum in units of the currency, such as dollars: a decimal number as text.",
        examples=["3640200"],
    )
    records: int = Field(description="How many records are added up.", examples=[1])


class CumulativeSum(FundingSum):
    """A cumulative record: its amount is already a sum over a period, and is not added to others."""

    id: str = Field(description="Id of the record.", examples=["canada-humanitarian-assistance-since-2005"])
    period: str = Field(description="Period that the amount covers (EDTF).", examples=["2005/"])
    url: str = Field(description="Path of the record.")


class FundingTotalsParams(FundingFilters):
    group_by: GroupBy = Field("year", description="What to group the sums by.")


@dataclass(frozen=True)
class TotalsOf:
    """Totals of the matching records, read from the database when they are first used: a 304 reads none."""

    snapshot: Snapshot
    params: FundingTotalsParams
    conditions: Sequence[ColumnElement[bool]]

    @cached_property
    def _records(self) -> list[dict[str, Any]]:
        table = FUNDING.table
        found = select(table.c.body_en).where(*self.conditions).order_by(table.c.id)
        return [json.loads(text) for text in self.snapshot.connection.execute(found).scalars()]

    def sums(self) -> list[FundingSum]:
        """Sums by group, without cumulative records."""
        records = (record for record in self._records if not record["cumulative"])
        return sums(records, self.params.group_by)

    def cumulative(self) -> list[CumulativeSum]:
        """Cumulative records one by one: adding them to others would count money twice."""
        return [_cumulative(record, self.params.group_by) for record in self._records if record["cumulative"]]


def read_totals(snapshot: Snapshot, params: FundingTotalsParams) -> TotalsOf:
    """Funding totals for a request. Raises InvalidParameter (422) for an id that was never published."""
    filters = filter_conditions(snapshot.connection, FUNDING, params)
    return TotalsOf(snapshot, params, [snapshot.as_of(FUNDING.table), *filters])


def sums(records: Iterable[dict[str, Any]], group_by: GroupBy) -> list[FundingSum]:
    """Exact sums of records that are not cumulative, by key (null last), currency, basis and sector.

    `records` are bodies as dicts, with decimal texts as amounts and ISO days as bounds.
    """
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
    """Group key of a record, None if it has none. A record belongs to a year only if both its bounds lie in it."""
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
