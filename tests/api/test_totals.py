"""Totals of funding over HTTP: an answer in full, its caching, its refusals and its address."""

import httpx
import pytest

from tests.support.world import refused

TOTALS = "/v1/funding-records/totals"


def test_an_answer_in_full(still: httpx.Client) -> None:
    assert (
        still.get(TOTALS).json()
        == still.get(f"{TOTALS}?group_by=year").json()
        == {
            "data": [
                {
                    "key": "2010",
                    "currency": "CAD",
                    "basis": "disbursement",
                    "sector": "humanitarian",
                    "price_base": None,
                    "source": "gazette",
                    "amount": "1000.50",
                    "records": 1,
                }
            ],
            "cumulative": [
                {
                    "key": None,
                    "currency": "USD",
                    "basis": "unspecified",
                    "sector": "all",
                    "price_base": None,
                    "source": "gazette",
                    "amount": "38900000",
                    "records": 1,
                    "id": "aid-so-far",
                    "period": "2005/",
                    "url": "/v1/funding-records/aid-so-far",
                }
            ],
            "left_out": [
                {
                    "reason": "cumulative",
                    "detail": "Their amounts are sums over several years already, and would be counted twice: each one "
                    "is listed under `cumulative`.",
                    "records": 1,
                }
            ],
            "dataset": {"revision": 1, "published_at": "2020-01-01T00:00:00Z"},
        }
    )


def test_totals_are_the_same_in_both_languages_and_pinned(still: httpx.Client) -> None:
    live = still.get(f"{TOTALS}?group_by=donor")
    french, english = still.get(f"{TOTALS}?group_by=donor&lang=fr").json(), live.json()
    assert french.pop("left_out")[0]["detail"].startswith("Leurs montants sont déjà des sommes sur plusieurs années")
    assert english.pop("left_out")
    assert french == english
    assert still.get(live.links["memento"]["url"]).content == live.content
    tag = live.headers["etag"]
    assert still.get(f"{TOTALS}?group_by=donor", headers={"If-None-Match": tag}).status_code == 304
    assert still.get(f"{TOTALS}?revision=2").status_code == 404


def test_an_unknown_grouping_is_refused_with_the_nearest(still: httpx.Client) -> None:
    allowed = "year, delivery_channel, donor, basis, currency"
    detail = f'"donors" is not known. Did you mean donor? Allowed: {allowed}'
    assert refused(still, f"{TOTALS}?group_by=donors") == [("group_by", detail)]


@pytest.mark.parametrize("asked", ["group_by=year&group_by=donor", "limit=5", "format=csv"])
def test_totals_take_one_grouping_and_the_filters_of_the_list(still: httpx.Client, asked: str) -> None:
    assert [name for name, _ in refused(still, f"{TOTALS}?{asked}")] == [asked.partition("=")[0]]


def test_an_item_named_otherwise_is_reached_beside_the_totals(still: httpx.Client) -> None:
    assert still.get("/v1/funding-records/total").status_code == 404
    assert still.get("/v1/funding-records/aid-2010").status_code == 200
    assert still.get(f"{TOTALS}/history").status_code == 404
