"""Importer `fts`: plans of all donors apart from flows of Canada, and nothing of others taken for Canada's."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.publishing.importers.base import InputFile, Reading, UnreadableFile
from app.publishing.importers.fts import IMPORTER

PLANS = """\
countryCode,id,name,code,typeId,typeName,startDate,endDate,year,requirements,funding,percentFunded
AFG,1,Afghan plan,HAFG20,4,Plan,2020-01-01,2020-12-31,2020,10,5,50
PRK,,Not specified,,,,,,2027,,4308383,
PRK,935,Needs 2020,OPRK20b,6,Other,2020-01-01,2020-12-31,2020,107000000,31589615,30
PRK,995,COVID-19 2020,OPRK20c,6,Other,2020-05-01,2020-12-31,2020,39692162,,
"""
HXL = "#country+code,#activity+id,#activity+name,#activity+code,,,#date+start,#date+end,#date+year,#req,#funding,#pct\n"
FLOWS = """\
usage_year,flow_id,amount_usd,original_amount,original_currency,status,contribution_type,recipient_org,description
2000,516,1710526,,USD,paid,in kind,World Food Programme,Fish
2002,6858,251572,4e+05,CAD,commitment,financial,Canadian Red Cross Society,Aid
2003,13855,1719900,,,paid,,,Food
"""
# Columns of the service's own files, as far as they matter.
SERVICE = (
    "date,amountUSD,srcOrganization,srcLocations,destOrganization,destLocations,destUsageYearStart,destUsageYearEnd,"
    "contributionType,flowType,boundary,status,originalAmount,originalCurrency,id"
)
CANADA = '"Canada, Government of"'


def plans(text: str, name: str = "fts_requirements_funding_global.csv") -> InputFile:
    return InputFile(name, text.encode(), "2026-11-26")


def flows(text: str, name: str = "flows_canada_prk.csv") -> InputFile:
    return InputFile(name, text.encode(), "2026-11-26")


def service(*rows: str) -> InputFile:
    return InputFile("fts_incoming_funding_prk.csv", "\n".join((SERVICE, *rows)).encode(), "2026-11-26")


def row(number: int = 1, **cells: str) -> str:
    """A flow of Canada's as the service has it, with other cells where they are given."""
    own = {
        "date": "2012-05-01",
        "amountUSD": "1000",
        "srcOrganization": CANADA,
        "destOrganization": "World Food Programme",
        "destLocations": "PRK",
        "destUsageYearStart": "2012",
        "destUsageYearEnd": "2012",
        "contributionType": "financial",
        "flowType": "Standard",
        "boundary": "incoming",
        "status": "paid",
        "id": str(number),
    } | cells
    return ",".join(own.get(name, "") for name in SERVICE.split(","))


def read(*files: InputFile) -> Reading:
    return IMPORTER.read(files)


def records(reading: Reading) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in reading.records["funding-records"]}


def reasons(reading: Reading) -> list[tuple[str, bool]]:
    return [(one.code, one.expected) for one in reading.left_out]


@pytest.mark.parametrize("second", ["", HXL], ids=["without tags", "with tags"])
def test_a_row_gives_its_requirement_and_what_was_received(second: str) -> None:
    header, _, rest = PLANS.partition("\n")
    reading = read(plans(f"{header}\n{second}{rest}"))
    assert {id: (one["basis"], one["amount"], one["period"]) for id, one in records(reading).items()} == {
        "fts-prk-2027-not-specified-received": ("received", "4308383", "2027"),
        "fts-prk-2020-oprk20b-requirement": ("requirement", "107000000", "2020"),
        "fts-prk-2020-oprk20b-received": ("received", "31589615", "2020"),
        "fts-prk-2020-oprk20c-requirement": ("requirement", "39692162", "2020"),
    }
    assert reading.totals == {"rows of requirements and funding": 3}
    assert reasons(reading) == [("other-country", True)]


def test_plans_are_of_all_donors_and_never_of_canada() -> None:
    reading = read(plans(PLANS))
    assert {one["donor"] for one in records(reading).values()} == {"fts-all-donors"}
    assert "fts-all-donors" in {one["id"] for one in reading.supporting["actors"]}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("requirements,funding,", "Requirements,Funding,"),
        ("requirements,funding,", "revisedRequirements,totalFunding,"),
    ],
)
def test_names_of_columns_of_other_years_are_known(old: str, new: str) -> None:
    assert len(records(read(plans(PLANS.replace(old, new))))) == 4


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param("PRK,,Not specified,,,,,,2021,,,", "cell-empty", id="no amount"),
        pytest.param("PRK,,Not specified,,,,,,2021,,-5,", "cell-not-an-amount", id="below zero"),
        pytest.param("PRK,,Not specified,,,,,,2021,,1e999999,", "cell-not-an-amount", id="a million digits"),
        pytest.param("PRK,,Not specified,,,,,,soon,,5,", "row-without-value", id="no year"),
        pytest.param("PRK,,Not specified,,,,,,2027,,5,", "row-repeated", id="a second row of a year without plan"),
    ],
)
def test_a_row_that_gives_no_record_is_reported(row: str, reason: str) -> None:
    reading = read(plans(f"{PLANS}{row}\n"))
    assert (len(records(reading)), reasons(reading)[1:]) == (4, [(reason, False)])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PLANS.replace("year,", "year,clusterCode,cluster,"), "fts_requirements_funding_cluster_prk.csv"),
        (PLANS, "fts_requirements_funding_covid_prk.csv"),
    ],
)
def test_a_file_that_divides_plans_is_refused_since_it_has_the_keys_of_whole_ones(text: str, name: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(plans(text, name))
    assert refused.value.code == "parts-of-plans"


def test_flows_of_canada_keep_basis_kind_channel_and_original_amount() -> None:
    reading = read(flows(FLOWS))
    found = records(reading)
    fields = ("amount", "basis", "period", "delivery_channels", "donor")
    assert {id: tuple(one[name] for name in fields) for id, one in found.items()} == {
        "fts-flow-516": ("1710526", "disbursement", "2000", ["world-food-programme"], "canada"),
        "fts-flow-6858": ("251572", "commitment", "2002", ["canadian-red-cross-society"], "canada"),
        "fts-flow-13855": ("1719900", "disbursement", "2003", [], "canada"),
    }
    assert [one.get("in_kind") for one in found.values()] == [True, False, None]
    assert "400000 CAD" in found["fts-flow-6858"]["summary"]["en"]
    assert reading.totals == {"flows": 3}


def test_the_donor_is_known_where_the_service_leaves_the_country_of_the_donor_empty() -> None:
    assert list(records(read(service(row(1), row(2, srcLocations="CAN"))))) == ["fts-flow-1", "fts-flow-2"]


@pytest.mark.parametrize(
    ("cells", "reason", "expected"),
    [
        ({"srcOrganization": '"Norway, Government of"'}, "other-donor", True),
        ({"srcOrganization": "Canadian Foodgrains Bank", "srcLocations": "CAN"}, "other-donor", True),
        ({"destLocations": "AFG"}, "other-country", True),
        ({"destLocations": '"CHN,PRK"'}, "share-of-country", False),
        ({"srcOrganization": '"Canada, Government of,Norway, Government of"'}, "share-of-donor", False),
        ({"status": "pledge"}, "status-without-basis", False),
        ({"flowType": "Carryover"}, "flow-of-other-flows", False),
        ({"flowType": "Parked", "amountUSD": "0"}, "flow-of-other-flows", False),
        ({"amountUSD": ""}, "cell-empty", False),
        ({"amountUSD": "1_000"}, "cell-not-an-amount", False),
        ({"destUsageYearStart": ""}, "row-without-value", False),
        ({"id": ""}, "row-without-value", False),
        ({"id": "1"}, "row-repeated", False),
    ],
)
def test_a_flow_that_is_not_one_amount_from_canada_to_north_korea_is_left_out(
    cells: dict[str, str], reason: str, expected: bool
) -> None:
    reading = read(service(row(1), row(2, **cells)))
    assert (list(records(reading)), reasons(reading)) == (["fts-flow-1"], [(reason, expected)])


def test_donors_are_told_by_their_country_where_there_is_no_other_column() -> None:
    text = "id,amountUSD,srcLocations,destLocations,destOrganization,destUsageYearStart,status\n"
    reading = read(
        flows(f'{text}1,5,CAN,PRK,WFP,2012,paid\n2,5,"CAN,USA",PRK,WFP,2012,paid\n3,5,USA,PRK,WFP,2012,paid\n')
    )
    assert list(records(reading)) == ["fts-flow-1"]
    assert reasons(reading) == [("share-of-donor", False), ("other-donor", True)]


def test_a_flow_of_several_years_has_them_as_its_period() -> None:
    (record,) = records(read(service(row(1, destUsageYearEnd="2014")))).values()
    assert record["period"] == "2012/2014"


def test_money_that_is_parked_counts_as_far_as_no_other_flow_has_it() -> None:
    assert len(records(read(service(row(1, flowType="Parked"))))) == 1


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("flows_prk_2000.csv", "file-without-donor"),
        ("flows_canada_afg_2000.csv", "file-without-recipient"),
        ("canada/flows.csv", "file-without-donor"),
    ],
)
def test_a_file_that_does_not_say_whose_flows_it_has_is_refused(name: str, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(flows(FLOWS, name))
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["", "<html></html>", "a,b,c\n1,2,3\n", "usage_year,flow_id\n2000,1\n"])
def test_what_is_neither_kind_of_file_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(flows(text))
    assert refused.value.code == "csv-other-header"


def test_both_kinds_are_read_together_and_stay_two_sources() -> None:
    reading = read(flows(FLOWS), plans(PLANS))
    first = {one["id"]: one["citations"][0]["source"] for one in records(reading).values()}
    assert {first[id] for id in first if id.startswith("fts-flow")} == {"fts-flows-canada"}
    assert {first[id] for id in first if id.startswith("fts-prk")} == {"fts-requirements-funding"}
    assert [one["id"] for one in reading.sources] == ["fts-flows-canada", "fts-requirements-funding"]


@pytest.mark.parametrize(
    "names", [("a.csv", "b.csv"), ("a_2001.csv", "b_2001.csv"), ("2001-2003.csv", "2004-2006.csv")]
)
def test_two_files_of_a_kind_whose_names_tell_no_two_years_are_refused(names: tuple[str, str]) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(*(plans(PLANS, name) for name in names))
    assert refused.value.code == "second-file-of-source"


def test_files_named_after_years_are_each_a_source_in_any_number_and_order() -> None:
    files = [flows(FLOWS, f"canada_prk_{year}.csv") for year in (2001, 2002)] + [plans(PLANS, "plans_2001.csv")]
    reading = read(*files)
    assert [one["id"] for one in reading.sources] == [
        "fts-flows-canada-2001",
        "fts-flows-canada-2002",
        "fts-requirements-funding-2001",
    ]
    assert reading.sources[1]["title"] == {
        "en": "FTS: flows from Canada to North Korea, 2002 (file)",
        "fr": "FTS\u00a0: flux du Canada vers la Corée du Nord, 2002 (fichier)",
    }
    assert records(read(*reversed(files))) == records(reading)
    again = [(one.file, one.code) for one in reading.left_out if not one.expected]
    assert again == [("canada_prk_2002.csv", "row-repeated")] * 3


@pytest.mark.parametrize(("name", "day"), [("a.2026-02.csv", "2026-02"), ("a_2000-2003.csv", None), ("a.csv", None)])
def test_a_file_is_current_to_the_month_that_its_name_has(name: str, day: str | None) -> None:
    (source,) = read(plans(PLANS, name)).sources
    assert source.get("content_as_of") == day
