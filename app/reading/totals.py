"""Funding totals: exact sums of funding records by group. No sum mixes what cannot be added."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from app.messages import sentence
from app.model.fields import Language
from app.reading.bodies import bodies_by_number
from app.reading.cursor import fingerprint
from app.reading.version_order import order_of
from app.reading.version_rows import Matches, matches_of
from app.resources.funding import FUNDING, FundingFilters
from app.resources.params import RevisionParams
from app.store.snapshot import Snapshot

GroupBy = Literal["year", "delivery_channel", "donor", "basis", "currency"]
# An amount has up to 18 digits before the point and 4 after it: in 40 digits a trillion amounts add up exactly.
_EXACT = Context(prec=40)


# What the records of every group have in common, in addition to the key.
_ALIKE = ("currency", "basis", "sector", "price_base", "source")


class FundingSum(BaseModel):
    """Sum of a group of records with the same currency, basis, sector, price base and first source."""

    key: str | None = Field(
        description="What the records of the group share, by `group_by`: a year, an id or a value. Several delivery "
        "channels make one key, their ids joined by commas. It is null for records without such a value, or with a "
        "period that is not within one year.",
        examples=["2014"],
    )
    currency: str = Field(description="ISO 4217 code of the currency.", examples=["USD"])
    basis: str = Field(description="What was counted, such as money committed or paid.", examples=["disbursement"])
    sector: str = Field(description="Sector of the aid.", examples=["all"])
    price_base: int | None = Field(description="Year of the constant prices, null for current prices.")
    source: str = Field(
        description="Id of the first source that each of the records cites: two sources of one sum never add up.",
        examples=["oecd-crs"],
    )
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


class LeftOut(BaseModel):
    """Matching records that are in no sum."""

    reason: str = Field(
        description="Why they are in none, as a stable word.",
        examples=["cumulative"],
        json_schema_extra={"x-extensible-enum": ["cumulative"]},
    )
    detail: str = Field(description="The same as a sentence, in the language of the response.")
    records: int = Field(description="How many there are.", examples=[1])


class FundingTotalsParams(FundingFilters):
    group_by: GroupBy = Field("year", description="What to group the sums by.")


class _Totals(NamedTuple):
    """What is computed from the matching records once for a revision, filters and grouping."""

    sums: list[FundingSum]
    cumulative: list[CumulativeSum]


@dataclass(frozen=True)
class TotalsOf:
    """Totals of the matching records, read from the database when they are first used: a 304 reads none."""

    snapshot: Snapshot
    params: FundingTotalsParams
    matches: Matches

    @property
    def _totals(self) -> _Totals:
        asked = self.params.model_dump(exclude=set(RevisionParams.model_fields), by_alias=True, exclude_defaults=True)
        return self.snapshot.cached(("totals", fingerprint(asked)), self._compute)

    def _compute(self) -> _Totals:
        return _totals([*_records(self.snapshot, self.matches)], self.params.group_by)

    def sums(self) -> list[FundingSum]:
        """Sums by group, without cumulative records."""
        return self._totals.sums

    def cumulative(self) -> list[CumulativeSum]:
        """Cumulative records one by one: adding them to others would count money twice."""
        return self._totals.cumulative

    def left_out(self, lang: Language) -> list[LeftOut]:
        """Reasons why matching records are in no sum, each with their number; empty if all are in one."""
        count = len(self.cumulative())
        detail = sentence("cumulative-left-out", lang=lang)
        return [LeftOut(reason="cumulative", detail=detail, records=count)] if count else []


def read_totals(snapshot: Snapshot, params: FundingTotalsParams) -> TotalsOf:
    """Funding totals for a request. Raises InvalidParameter (422) for an id that was never published."""
    return TotalsOf(snapshot, params, matches_of(snapshot, FUNDING, params))


class DonorTotals(NamedTuple):
    """Totals of what one actor gave, and of how many records."""

    records: int
    by_year: list[FundingSum]
    by_channel: list[FundingSum]
    cumulative: list[CumulativeSum]


def totals_by_donor(snapshot: Snapshot) -> Mapping[str, DonorTotals]:
    """Totals of each donor, those with the most records first: all records are read once for a revision.

    The filter `actor` of the totals also takes records that name an actor in another role.
    """

    def compute() -> dict[str, DonorTotals]:
        given: dict[str, list[dict[str, Any]]] = {}
        for record in _records(snapshot, matches_of(snapshot, FUNDING, FundingTotalsParams())):
            given.setdefault(record["donor"], []).append(record)
        ordered = sorted(given.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        return {donor: _of_donor(records) for donor, records in ordered}

    return snapshot.cached(("totals-by-donor",), compute)


def _of_donor(records: Sequence[dict[str, Any]]) -> DonorTotals:
    by_year, by_channel = _totals(records, "year"), _totals(records, "delivery_channel")
    return DonorTotals(len(records), by_year.sums, by_channel.sums, by_year.cumulative)


def _records(snapshot: Snapshot, matches: Matches) -> Iterator[dict[str, Any]]:
    """Matching records by id, in English: nothing that is added up or grouped by depends on the language."""
    for numbers in order_of(FUNDING, "id", "en").all(snapshot, matches.all):
        yield from map(json.loads, bodies_by_number(snapshot.connection, FUNDING.table, "en", numbers))


def _totals(records: Sequence[dict[str, Any]], group_by: GroupBy) -> _Totals:
    return _Totals(
        sums((record for record in records if not record["cumulative"]), group_by),
        [_cumulative(record, group_by) for record in records if record["cumulative"]],
    )


def sums(records: Iterable[dict[str, Any]], group_by: GroupBy) -> list[FundingSum]:
    """Exact sums of records that are not cumulative, by key (null last), then by what their records have in common.

    `records` are bodies as dicts, with decimal texts as amounts and ISO days as bounds.
    """
    amounts: dict[tuple[Any, ...], list[Decimal]] = {}
    for record in records:
        group = key_of(record, group_by), *_alike(record).values()
        amounts.setdefault(group, []).append(Decimal(record["amount"]))
    return [
        FundingSum(**dict(zip(("key", *_ALIKE), group, strict=True)), amount=_plain(parts), records=len(parts))
        for group, parts in sorted(amounts.items(), key=lambda item: [_null_last(value) for value in item[0]])
    ]


def _alike(record: dict[str, Any]) -> dict[str, Any]:
    first = {"source": record["citations"][0]["source"]}
    return {name: (record | first)[name] for name in _ALIKE}


def _null_last(value: str | int | None) -> tuple[bool, str | int]:
    return value is None, "" if value is None else value


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
    same = {name: record[name] for name in ("amount", "id", "period", "url")}
    return CumulativeSum(key=key_of(record, group_by), records=1, **_alike(record), **same)
