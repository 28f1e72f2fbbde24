"""Funding page: sums of one donor by year, a picture for each way of counting, and what the sums leave out."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from app.errors import InvalidParameter, nearest
from app.reading.totals import CumulativeSum, DonorTotals, FundingSum, key_of
from app.resources.params import digits
from app.web.page import PageRequest, Values, WebPage
from app.web.query import PageQuery
from app.web.questions import ListAnswer
from app.web.series import alike, series_of

_RECORDS = "funding-records"
_FIRST_DONOR = "canada"  # whose record this is; another one where it gave nothing
_MOST = 200  # rows of one question, and ids in it
_MOST_SERIES = 12  # pictures on the page
_MOST_DONORS = 20  # in the choice
UNITS = {
    1_000_000_000: "page-funding-unit-1000000000",
    1_000_000: "page-funding-unit-1000000",
    1_000: "page-funding-unit-1000",
    1: "page-funding-unit-1",
}


class FundingQuery(PageQuery):
    """Parameters of the funding page: with `year` it begins with what is reported for that year."""

    donor: str | None = Field(None, examples=[_FIRST_DONOR])
    year: Annotated[int, Field(ge=1, le=9999), BeforeValidator(digits)] | None = Field(None, examples=[2012])
    cursor: str | None = None


class _Answers(NamedTuple):
    """Answers about one donor. `in_year` is None if no year is asked for."""

    donors: Mapping[str, DonorTotals]
    donor: str
    records: ListAnswer
    in_year: ListAnswer | None


def _read(ask: PageRequest) -> Values | Callable[[], Values]:
    params: FundingQuery = ask.params
    donors = ask.totals_by_donor()
    donor = _chosen(params.donor, donors)
    if donor is None:
        return {"donor": None, "params": params}
    ask.show_totals(donor)
    in_year = None
    if params.year is not None:
        year = f"{params.year:04}"
        in_year = ask.list(_RECORDS, actor=[donor], from_=year, to=year, cursor=params.cursor)
    records = ask.list(_RECORDS, actor=[donor])
    return partial(_values, ask, _Answers(donors, donor, records, in_year))


def _chosen(donor: str | None, donors: Mapping[str, DonorTotals]) -> str | None:
    """Donor to show, None if there is none at all. Raises InvalidParameter (422) for one that gave nothing."""
    if donor is None:
        return _FIRST_DONOR if _FIRST_DONOR in donors else next(iter(donors), None)
    if donor not in donors:
        known = list(donors)[:_MOST_DONORS]
        suggestion = nearest(donor, list(donors), 0.6)
        raise InvalidParameter("donor", "unknown-value", value=json.dumps(donor), allowed=known, suggestion=suggestion)
    return donor


def _values(ask: PageRequest, answers: _Answers) -> dict[str, Any]:
    donors, donor, records, in_year = answers
    count, sums, channels, cumulative = donors[donor]
    years = [int(one.key) for one in sums if one.key]
    first, last = (min(years), max(years)) if years else (0, -1)
    all_series = series_of(sums, first, last)
    shown = list(donors)[:_MOST_DONORS]
    year = ask.params.year
    given = [one for one in in_year.data if one["donor"] == donor] if in_year else []
    return {
        "params": ask.params,
        "donor": donor,
        "donors": {id: donors[id].records for id in shown},
        "year": year,
        "years": range(max(first, last - 99), last + 1),
        "known_years": set(years),
        "in_year": in_year,
        "within": [one for one in given if key_of(one, "year") == f"{year:04}"],
        "wider": [one for one in given if key_of(one, "year") != f"{year:04}"],
        "series": [one for one in all_series if len(one.amounts) > 1][:_MOST_SERIES],
        "is_cut": sum(len(one.amounts) > 1 for one in all_series) > _MOST_SERIES,
        "single": [one for one in all_series if len(one.amounts) == 1],
        "others": _other_periods(ask, donor, [one for one in sums if one.key is None]),
        "cumulative": cumulative,
        "channels": sorted(channels, key=lambda one: (one.key is None, one.key or "", -float(one.amount))),
        "has_others": records.total > count,
        "records": records,
        "units": UNITS,
        "sources": _titles(ask, "sources", (one.source for one in (*sums, *cumulative))),
        "actors": _titles(ask, "actors", [donor, *shown, *_ids_of(channels)]),
        "most_series": _MOST_SERIES,
    }


def _other_periods(ask: PageRequest, donor: str, sums: Sequence[FundingSum]) -> list[dict[str, Any]]:
    """Sums whose records do not lie within one year, each with the records that are among the first of their kind."""
    found = []
    for one in sums[:_MOST_SERIES]:
        kind = {"basis": [one.basis], "currency": [one.currency], "sector": [one.sector], "source": [one.source]}
        answer = ask.list(_RECORDS, actor=[donor], **kind, cumulative="false", limit=_MOST)
        own = [record for record in answer.data if record["donor"] == donor and alike(record) == alike(one)]
        alone = [record for record in own if key_of(record, "year") is None]
        found.append({"sum": one, "records": alone})
    return found


def _ids_of(channels: Iterable[FundingSum | CumulativeSum]) -> list[str]:
    return [id for one in channels if one.key for id in one.key.split(",")]


def _titles(ask: PageRequest, collection: str, ids: Iterable[str]) -> dict[str, str]:
    """Titles by id, of at most 200 records."""
    asked = list(dict.fromkeys(ids))[:_MOST]
    return {one["id"]: one["title"] for one in ask.list(collection, id=asked, limit=_MOST).data} if asked else {}


PAGE = WebPage(path="/funding", template="funding.html", read=_read, params=FundingQuery)
