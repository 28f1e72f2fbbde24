"""Funding records: exact sums, windows over their period, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids, refused

LIST = "/v1/funding-records"


def test_a_sum_has_all_its_fields_and_its_amount_is_text_to_the_last_digit(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/aid-2010").json()["data"] == {
        "id": "aid-2010",
        "title": "Aid in 2010",
        "summary": "Summary of Aid in 2010",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/funding-records/aid-2010",
        "topics": [],
        "earliest": "2010-01-01",
        "latest": "2010-12-31",
        "amount": "1000.50",
        "currency": "CAD",
        "basis": "disbursement",
        "cumulative": False,
        "sector": "humanitarian",
        "period": "2010",
        "reported_as_of": None,
        "donor": "aland",
        "delivery_channels": ["elba"],
        "recipient": "borea",
    }


def test_a_sum_of_18_digits_and_4_decimals_comes_back_unchanged(world: World, api: httpx.Client) -> None:
    world.change("funding-records", "aid-2010", amount="123456789012345678.9012")
    world.publish()
    assert api.get(f"{LIST}/aid-2010").json()["data"]["amount"] == "123456789012345678.9012"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("currency=CAD", ["aid-2010"]),
        ("currency=CAD&currency=USD", ["aid-so-far", "aid-2010"]),
        ("currency=EUR", []),
        ("basis=unspecified", ["aid-so-far"]),
        ("sector=humanitarian", ["aid-2010"]),
        ("cumulative=true", ["aid-so-far"]),
        ("cumulative=false", ["aid-2010"]),
        ("actor=aland", ["aid-so-far", "aid-2010"]),
        ("actor=elba", ["aid-2010"]),
        ("actor=borea", ["aid-2010"]),
        ("from=2005&to=2009", ["aid-so-far"]),
        ("from=2011", ["aid-so-far"]),
        ("from=2000&to=2030&certain=true", ["aid-2010"]),
    ],
)
def test_sums_are_filtered_by_what_was_counted_by_whom_and_when(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


def test_sums_come_by_date_where_no_order_is_asked_for(still: httpx.Client) -> None:
    assert ids(still, LIST) == ["aid-so-far", "aid-2010"]
    assert ids(still, f"{LIST}?sort=id") == ["aid-2010", "aid-so-far"]


@pytest.mark.parametrize("currency", ["cad", "CA", "C$D", "dollars"])
def test_a_currency_that_is_no_code_is_refused(still: httpx.Client, currency: str) -> None:
    assert [name for name, _ in refused(still, f"{LIST}?currency={currency}")] == ["currency"]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"amount": "1,000"}, "amount"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "05"}, "amount"),
        ({"amount": "1e6"}, "amount"),
        ({"amount": "1.23456"}, "amount"),
        ({"amount": ".5"}, "amount"),
        ({"amount": "1234567890123456789"}, "amount"),
        ({"amount": 1000}, "amount"),
        ({"amount": "1000\n"}, "amount"),
        ({"currency": "cad"}, "currency"),
        ({"currency": "CAD\n"}, "currency"),
        ({"basis": "promise"}, "basis"),
        ({"sector": "military"}, "sector"),
        ({"cumulative": None}, "cumulative"),
        ({"period": "2010/2009"}, "period"),
        ({"reported_as_of": "lately"}, "reported_as_of"),
        ({"donor": None}, "donor"),
        ({"recipient": "who"}, "recipient"),
        ({"delivery_channels": ["who"]}, "delivery_channels"),
    ],
)
def test_a_sum_that_does_not_fit_is_refused_at_that_field(world: World, fields: dict[str, object], field: str) -> None:
    world.change("funding-records", "aid-2010", **fields)
    [line] = world.faults()
    assert f": aid-2010: {field}: " in line
