"""Series of funding: sums that are counted in another way are never in one series."""

from typing import Any

import pytest

from app.reading.totals import FundingSum
from app.web.series import alike, series_of


def year_sum(key: str | None, amount: str = "1", **changes: Any) -> FundingSum:
    fields = {"currency": "USD", "basis": "disbursement", "sector": "all", "price_base": None, "source": "crs"}
    return FundingSum(**{**fields, "key": key, "amount": amount, "records": 1, **changes})


@pytest.mark.parametrize(
    "other",
    [{"currency": "CAD"}, {"basis": "commitment"}, {"sector": "humanitarian"}, {"price_base": 2020}, {"source": "fts"}],
)  # fmt: skip
def test_sums_of_another_currency_basis_sector_price_base_or_source_make_another_series(other: dict[str, Any]) -> None:
    found = series_of([year_sum("2012"), year_sum("2014"), year_sum("2012", **other)], 2012, 2014)
    assert [list(one.amounts) for one in found] == [[2012, 2014], [2012]]


def test_rows_of_a_series_are_its_years_and_between_them_its_gaps() -> None:
    (one,) = series_of([year_sum("2014", "2.5"), year_sum("2012"), year_sum(None)], 2010, 2016)
    told = [(row.first, row.last, row.sum.amount if row.sum else None) for row in one.rows()]
    assert told == [(2010, 2011, None), (2012, 2012, "1"), (2013, 2013, None), (2014, 2014, "2.5"), (2015, 2016, None)]


def test_a_record_is_counted_like_the_sum_of_its_first_source() -> None:
    record = {"currency": "USD", "basis": "disbursement", "sector": "all", "price_base": None}
    assert alike({**record, "citations": [{"source": "crs"}, {"source": "b"}]}) == alike(year_sum("2012"))
