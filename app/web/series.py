"""Series of funding: sums by year that are counted alike, so that they can be compared, with their picture and gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from app.reading.totals import FundingSum
from app.web.pictures.bars import BarChart, bar_chart, ranges


class Counting(NamedTuple):
    """Way of counting: what the sums of a series have in common. Others are never added to them."""

    currency: str
    basis: str
    sector: str
    price_base: int | None
    source: str


class Row(NamedTuple):
    """Row of a table by year: a sum, or a run of years without one from `first` to `last`."""

    first: int
    last: int
    sum: FundingSum | None


@dataclass(frozen=True, slots=True)
class Series:
    """Series: sums by year of one way of counting, their picture, and the runs of years without a figure."""

    counting: Counting
    amounts: Mapping[int, FundingSum]
    chart: BarChart
    gaps: Sequence[tuple[int, int]]

    def rows(self) -> list[Row]:
        """Rows of the table: years and gaps in order."""
        years = [Row(year, year, one) for year, one in self.amounts.items()]
        return sorted([*years, *(Row(start, end, None) for start, end in self.gaps)], key=lambda row: row.first)


def alike(one: FundingSum | Mapping[str, Any]) -> Counting:
    """Way of counting of a sum, or of a record as the API gives it."""
    if isinstance(one, FundingSum):
        return Counting(one.currency, one.basis, one.sector, one.price_base, one.source)
    source = one["citations"][0]["source"]
    return Counting(one["currency"], one["basis"], one["sector"], one["price_base"], source)


def series_of(sums: Iterable[FundingSum], first: int, last: int) -> list[Series]:
    """Series of sums by year on an axis of years from `first` to `last`: those of the most years come first."""
    groups: dict[Counting, dict[int, FundingSum]] = {}
    for one in sums:
        if one.key is not None:
            groups.setdefault(alike(one), {})[int(one.key)] = one
    found = [
        Series(
            counting,
            by_year,
            bar_chart({year: Decimal(one.amount) for year, one in by_year.items()}, first, last),
            ranges(year for year in range(first, last + 1) if year not in by_year),
        )
        for counting, by_year in groups.items()
    ]
    return sorted(found, key=lambda one: (-len(one.amounts), one.counting[:3], one.counting.source))
