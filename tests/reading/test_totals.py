"""Totals of funding: exact to the last digit, unlike sums never added, cumulative figures listed separately."""

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.errors import InvalidParameter, UnknownRevision
from app.reading.totals import CumulativeSum, FundingSum, GroupBy, key_of, sums
from tests.support.reading import Reader, reader_of
from tests.support.world import World, record

GROUPINGS: list[GroupBy] = ["year", "delivery_channel", "donor", "basis", "currency"]


class Totals(NamedTuple):
    """The sums, and what is added to nothing."""

    sums: list[FundingSum]
    cumulative: list[CumulativeSum]


def totals(reader: Reader, query: str = "") -> Totals:
    with reader.totals(query) as found:
        return Totals(found.sums(), found.cumulative())


def groups(reader: Reader, query: str) -> list[tuple[Any, ...]]:
    """The groups, each as key, currency, basis, sector, amount and number of records."""
    members = ("key", "currency", "basis", "sector", "amount", "records")
    return [tuple(group.model_dump()[name] for name in members) for group in totals(reader, query).sums]


def aid(id: str, amount: str, period: str, **fields: Any) -> dict[str, Any]:
    """A record of Canadian dollars given by Åland."""
    own = {"currency": "CAD", "basis": "disbursement", "cumulative": False, "sector": "humanitarian", "donor": "aland"}
    return record(id, f"The {id}", amount=amount, period=period, **{**own, **fields})


SUMS = [
    aid("a1", "0.1", "2001"),
    aid("a2", "0.2", "2001-05", delivery_channels=["elba", "aland"], topics=["peace"]),
    aid("a3", "1000000", "2001/2001-12-31", delivery_channels=["aland", "elba"]),
    aid("b1", "5", "2001", currency="USD", delivery_channels=["elba"]),
    aid("b2", "7", "2001", basis="commitment", donor="borea"),
    aid("b3", "11", "2001", sector="all", topics=["peace"]),
    aid("c1", "13", "2001/2002", donor="borea"),
    aid("c2", "17.00", "2002/.."),
    aid("c3", "19", "/2002"),
    aid("c4", "23", "200X"),
    aid("c5", "29", "2002~"),
    aid("z1", "1000", "2001", cumulative=True),
    aid("z2", "999999999999999999.9999", "2000/", cumulative=True, basis="unspecified", delivery_channels=["elba"]),
]


def enrich(world: World) -> None:
    """Publish the sums above as revision 2; one of them changes in revision 3, one is withdrawn."""
    world.withdraw("funding-records", "aid-2010")
    world.withdraw("funding-records", "aid-so-far")
    world.records["funding-records"] += SUMS
    world.publish()
    world.change("funding-records", "a1", amount="0.15")
    world.withdraw("funding-records", "b1")
    world.publish()


@pytest.fixture(scope="module")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world with these sums."""
    with reader_of(tmp_path_factory.mktemp("rich"), enrich) as reader:
        yield reader


def test_totals_in_full(tiny: Reader) -> None:
    assert groups(tiny, "") == [("2010", "CAD", "disbursement", "humanitarian", "1000.50", 1)]
    (cumulative,) = totals(tiny).cumulative
    assert cumulative.model_dump() == {
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
    assert totals(tiny, "currency=EUR") == ([], [])


def test_a_sum_belongs_to_a_year_only_if_both_its_bounds_lie_in_it(rich: Reader) -> None:
    assert groups(rich, "revision=2&group_by=year") == [
        ("2001", "CAD", "commitment", "humanitarian", "7", 1),
        ("2001", "CAD", "disbursement", "all", "11", 1),
        ("2001", "CAD", "disbursement", "humanitarian", "1000000.3", 3),
        ("2001", "USD", "disbursement", "humanitarian", "5", 1),
        ("2002", "CAD", "disbursement", "humanitarian", "29", 1),
        (None, "CAD", "disbursement", "humanitarian", "72.00", 4),
    ]
    assert groups(rich, "revision=2") == groups(rich, "revision=2&group_by=year")


def test_several_channels_are_one_group_whatever_their_order_and_never_split(rich: Reader) -> None:
    assert groups(rich, "revision=2&group_by=delivery_channel&basis=disbursement&sector=humanitarian") == [
        ("aland,elba", "CAD", "disbursement", "humanitarian", "1000000.2", 2),
        ("elba", "USD", "disbursement", "humanitarian", "5", 1),
        (None, "CAD", "disbursement", "humanitarian", "101.10", 6),
    ]


@pytest.mark.parametrize(
    ("group_by", "expected"),
    [
        ("donor", {("aland", "CAD", "disbursement", "humanitarian"): "1000088.30",
                   ("aland", "CAD", "disbursement", "all"): "11",
                   ("aland", "USD", "disbursement", "humanitarian"): "5",
                   ("borea", "CAD", "disbursement", "humanitarian"): "13",
                   ("borea", "CAD", "commitment", "humanitarian"): "7"}),
        ("basis", {("commitment", "CAD", "commitment", "humanitarian"): "7",
                   ("disbursement", "CAD", "disbursement", "humanitarian"): "1000101.30",
                   ("disbursement", "CAD", "disbursement", "all"): "11",
                   ("disbursement", "USD", "disbursement", "humanitarian"): "5"}),
        ("currency", {("CAD", "CAD", "commitment", "humanitarian"): "7",
                      ("CAD", "CAD", "disbursement", "humanitarian"): "1000101.30",
                      ("CAD", "CAD", "disbursement", "all"): "11",
                      ("USD", "USD", "disbursement", "humanitarian"): "5"}),
    ],
)  # fmt: skip
def test_currency_basis_and_sector_stay_apart_whatever_is_grouped_by(
    rich: Reader, group_by: str, expected: dict[tuple[str, ...], str]
) -> None:
    assert {group[:4]: group[4] for group in groups(rich, f"revision=2&group_by={group_by}")} == expected


@pytest.mark.parametrize(
    ("group_by", "keys"),
    [
        ("year", ["2001", None]),
        ("delivery_channel", [None, "elba"]),
        ("donor", ["aland", "aland"]),
        ("basis", ["disbursement", "unspecified"]),
        ("currency", ["CAD", "CAD"]),
    ],
)
def test_cumulative_figures_are_listed_each_by_itself_and_are_in_no_sum(
    rich: Reader, group_by: GroupBy, keys: list[str | None]
) -> None:
    found = totals(rich, f"group_by={group_by}")
    assert [(one.id, one.amount, one.records, one.period) for one in found.cumulative] == [
        ("z1", "1000", 1, "2001"),
        ("z2", "999999999999999999.9999", 1, "2000/"),
    ]
    assert [one.key for one in found.cumulative] == keys
    assert totals(rich, f"group_by={group_by}&cumulative=true") == ([], found.cumulative)
    assert totals(rich, f"group_by={group_by}&cumulative=false") == (found.sums, [])


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        ("currency=USD", "5"),
        ("basis=commitment", "7"),
        ("sector=all", "11"),
        ("topic=peace", "11.2"),
        ("actor=borea", "20"),
        ("actor=elba", "1000005.2"),
        ("q=a2", "0.2"),
        ("source=gazette&basis=commitment", "7"),
        ("source=almanac", "0"),
        ("from=2003&cumulative=false", "40.00"),
        ("from=2001&to=2001-06&certain=true", "0.2"),
        ("from=2002-02&to=2002-02&certain=true", "0"),
    ],
)
def test_every_filter_of_the_list_narrows_the_totals(rich: Reader, filters: str, total: str) -> None:
    for group_by in GROUPINGS:
        amounts = [Fraction(group[4]) for group in groups(rich, f"revision=2&group_by={group_by}&{filters}")]
        assert sum(amounts) == Fraction(total)


@pytest.mark.parametrize(
    "filters", ["revision=2", "lang=fr", "from=2001&to=2001", "actor=aland", "q=the", "basis=disbursement"]
)
def test_totals_count_the_rows_of_the_list_with_the_same_filters(rich: Reader, filters: str) -> None:
    found = totals(rich, filters)
    records = sum(group.records for group in [*found.sums, *found.cumulative])
    assert records == rich.page(f"funding-records?{filters}").total


def test_totals_are_those_of_the_revision_asked_for(rich: Reader) -> None:
    asked = "group_by=currency&basis=disbursement&sector=humanitarian"
    assert groups(rich, asked) == [("CAD", "CAD", "disbursement", "humanitarian", "1000101.35", 8)]
    then = groups(rich, f"{asked}&as_of=2020-01-02T12:00:00Z")
    assert then[0] == ("CAD", "CAD", "disbursement", "humanitarian", "1000101.30", 8)
    assert totals(rich, "revision=1").cumulative[0].id == "aid-so-far"
    with pytest.raises(UnknownRevision), rich.totals("revision=4"):
        pass


def test_totals_read_the_records_once_when_they_are_used(rich: Reader) -> None:
    reader = Reader(rich.db)
    for expected in (1, 0):  # the records, and nothing for the one who asks again
        with reader.statements() as sent, reader.totals("actor=aland") as found:
            assert not any("body_en" in statement for statement in sent)
            found.sums()
            found.cumulative()
            assert len([statement for statement in sent if "body_en" in statement]) == expected


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("group_by=donors", "group_by", "unknown-value"),
        ("group_by=year,donor", "group_by", "unknown-value"),
        ("actor=atlantis", "actor", "unknown-id"),
        *((f"{name}=1", name, "unknown-field") for name in ("limit", "cursor", "sort", "fields", "facets")),
        ("format=csv", "format", "unknown-value"),
    ],
)
def test_totals_take_only_the_filters_of_the_list(tiny: Reader, query: str, parameter: str, code: str) -> None:
    with pytest.raises(InvalidParameter) as caught, tiny.totals(query):
        pass
    assert (caught.value.faults[0].parameter, caught.value.code) == (parameter, code)


def test_two_sources_or_price_bases_of_one_sum_never_add_up(world: World, reader: Reader) -> None:
    world.withdraw("funding-records", "aid-2010")
    almanac_first = [{"source": "almanac"}, {"source": "gazette"}]
    world.records["funding-records"] += [
        aid("a", "1", "2001"),
        aid("b", "2", "2001", citations=almanac_first),
        aid("c", "4", "2001", price_base=2020),
        aid("d", "8", "2001", price_base=2023),
        aid("e", "16", "2001", price_base=2023, citations=[{"source": "gazette"}, {"source": "almanac"}]),
    ]
    world.publish()
    assert [(one.price_base, one.source, one.amount, one.records) for one in totals(reader).sums] == [
        (2020, "gazette", "4", 1),
        (2023, "gazette", "24", 2),
        (None, "almanac", "2", 1),
        (None, "gazette", "1", 1),
    ]


@pytest.mark.parametrize(
    ("query", "left_out"),
    [
        ("revision=2", [("cumulative", 2)]),
        ("revision=2&cumulative=false", []),
        ("revision=2&q=z1", [("cumulative", 1)]),
    ],
)
def test_what_is_in_no_sum_is_said_with_the_reason(rich: Reader, query: str, left_out: list[tuple[str, int]]) -> None:
    with rich.totals(query) as found:
        assert [(one.reason, one.records) for one in found.left_out("en")] == left_out
        summed = sum(one.records for one in found.sums()) + sum(count for _, count in left_out)
        assert summed == rich.page(f"funding-records?{query}").total
        assert all(one.detail.startswith("Leurs montants sont déjà des sommes") for one in found.left_out("fr"))


def test_no_record_can_take_the_address_of_the_totals(world: World) -> None:
    world.records["funding-records"].append(aid("totals", "1", "2001"))
    [line] = world.faults()
    assert "totals" in line
    assert "choose another id" in line
    world.records["funding-records"].pop()
    world.add("actors", "totals", "Totals", kind="group")
    assert world.publish() is not None


AMOUNTS = st.from_regex(re.compile(r"(0|[1-9][0-9]{0,17})(\.[0-9]{1,4})?"), fullmatch=True)
SERVED = st.fixed_dictionaries(
    {
        "amount": AMOUNTS,
        "currency": st.sampled_from(["CAD", "USD"]),
        "basis": st.sampled_from(["commitment", "disbursement"]),
        "sector": st.sampled_from(["humanitarian", "all"]),
        "donor": st.sampled_from(["aland", "borea"]),
        "delivery_channels": st.lists(st.sampled_from(["aland", "elba", "zara"]), max_size=2, unique=True),
        "earliest": st.sampled_from(["2001-01-01", "2001-03-05", "2002-01-01", None]),
        "latest": st.sampled_from(["2001-12-31", "2002-12-31", None]),
        "price_base": st.sampled_from([None, 2020, 2023]),
        "citations": st.sampled_from([[{"source": "gazette"}], [{"source": "almanac"}, {"source": "gazette"}]]),
    }
)


@settings(max_examples=60)
@given(st.lists(SERVED), st.sampled_from(GROUPINGS))
def test_a_sum_is_the_fraction_that_its_records_add_up_to_and_mixes_nothing(
    records: list[dict[str, Any]], group_by: GroupBy
) -> None:
    exact: defaultdict[tuple[Any, ...], Fraction] = defaultdict(Fraction)
    for one in records:
        own = one["currency"], one["basis"], one["sector"], one["price_base"], one["citations"][0]["source"]
        exact[key_of(one, group_by), *own] += Fraction(one["amount"])
    found = sums(records, group_by)
    assert {
        (one.key, one.currency, one.basis, one.sector, one.price_base, one.source): Fraction(one.amount)
        for one in found
    } == exact
    assert sum(one.records for one in found) == len(records)
    assert all(re.fullmatch(r"(0|[1-9][0-9]*)(\.[0-9]{1,4})?", one.amount) for one in found)


@settings(max_examples=30)
@given(st.lists(SERVED), st.sampled_from(GROUPINGS), st.randoms(use_true_random=False))
def test_totals_do_not_depend_on_the_order_of_the_records(
    records: list[dict[str, Any]], group_by: GroupBy, chance: random.Random
) -> None:
    shuffled = records[:]
    chance.shuffle(shuffled)
    assert sums(shuffled, group_by) == sums(records, group_by)


def test_thousands_of_the_largest_amounts_add_up_to_the_last_digit() -> None:
    unknown = {"earliest": None, "latest": None, "price_base": None}
    largest = {**SUMS[0], "amount": "999999999999999999.9999", **unknown}
    (total,) = sums([largest] * 5000, "year")
    assert (total.amount, total.records) == ("4999999999999999999999.5000", 5000)
    (small,) = sums([largest | {"amount": "0.0001"}] * 10_000, "year")
    assert small.amount == "1.0000"


@pytest.mark.parametrize("group_by", GROUPINGS)
def test_the_packaged_totals_are_those_that_the_list_adds_up_to(packaged: Reader, group_by: GroupBy) -> None:
    rows = packaged.everything("funding-records")
    exact: defaultdict[str, Fraction] = defaultdict(Fraction)
    for row in rows:
        if not row["cumulative"]:
            exact[row["currency"]] += Fraction(row["amount"])
    found: defaultdict[str, Fraction] = defaultdict(Fraction)
    answer = totals(packaged, f"group_by={group_by}")
    for group in answer.sums:
        found[group.currency] += Fraction(group.amount)
    assert found == exact
    assert {one.id for one in answer.cumulative} == {row["id"] for row in rows if row["cumulative"]}
