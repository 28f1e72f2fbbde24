"""Importer `iati`: transactions from Canada alone to North Korea alone; shares are never computed."""

from collections.abc import Mapping
from typing import Any

import pytest

from app.publishing.importers.base import InputFile, Reading, UnreadableFile
from app.publishing.importers.iati import IMPORTER

WFP = '<receiver-org ref="XM-DAC-41140"><narrative>World Food Programme</narrative></receiver-org>'
CANADA = '<reporting-org ref="CA-3" type="10"><narrative>Global Affairs Canada</narrative></reporting-org>'
KOREA = '<recipient-country code="KP"/>'


def transaction(kind: int = 3, value: str = "500000", inner: str = WFP, attributes: str = 'ref="T1"') -> str:
    return (
        f'<transaction {attributes}><transaction-type code="{kind}"/><transaction-date iso-date="2012-03-31"/>'
        f'<value currency="CAD" value-date="2012-03-31">{value}</value>{inner}</transaction>'
    )


def activity(*transactions: str, head: str = CANADA + KOREA, attributes: str = "", id: str = "CA-3-D001") -> str:
    return (
        f'<iati-activity xml:lang="en" default-currency="USD" {attributes}><iati-identifier>{id}</iati-identifier>'
        f"{head}{''.join(transactions or [transaction()])}</iati-activity>"
    )


def file(*activities: str, name: str = "gac-activities.xml", version: str = "2.03") -> InputFile:
    root = f'<iati-activities version="{version}" generated-datetime="2026-02-01T00:00:00Z">'
    return InputFile(name, f"{root}{''.join(activities)}</iati-activities>".encode(), "2026-11-26")


def read(*activities: str) -> Reading:
    return IMPORTER.read([file(*activities)])


def records(reading: Reading) -> list[Mapping[str, Any]]:
    return list(reading.records["funding-records"])


def ids(*activities: str) -> list[str]:
    return [one["id"] for one in records(read(*activities))]


def reasons(reading: Reading) -> list[tuple[str, bool]]:
    return [(one.code, one.expected) for one in reading.left_out]


def test_a_transaction_becomes_a_record_with_partner_day_and_currency() -> None:
    (record,) = records(read(activity(attributes='humanitarian="1"')))
    fields = "id amount currency basis sector period donor recipient delivery_channels".split()
    assert {name: record[name] for name in fields} == {
        "id": "iati-ca-3-d001-t1",
        "amount": "500000",
        "currency": "CAD",
        "basis": "disbursement",
        "sector": "humanitarian",
        "period": "2012-03-31",
        "donor": "canada",
        "recipient": "north-korea",
        "delivery_channels": ["world-food-programme"],
    }


@pytest.mark.parametrize(("kind", "basis"), [(2, "commitment"), (3, "disbursement"), (4, "disbursement")])
def test_the_type_of_a_transaction_gives_the_basis(kind: int, basis: str) -> None:
    assert [one["basis"] for one in records(read(activity(transaction(kind))))] == [basis]


@pytest.mark.parametrize(("kind", "basis"), [(1, "received"), (11, "commitment")])
def test_what_came_in_from_canada_went_through_who_reports_it(kind: int, basis: str) -> None:
    head = '<reporting-org ref="XM-DAC-41140"><narrative>WFP</narrative></reporting-org>' + KOREA
    provider = '<provider-org ref="CA-3"/>'
    (record,) = records(read(activity(transaction(kind, inner=provider), head=head)))
    assert (record["basis"], record["donor"], record["delivery_channels"]) == (
        basis,
        "canada",
        ["world-food-programme"],
    )


@pytest.mark.parametrize("kind", [5, 6, 7, 8, 9, 10, 12, 13])
def test_loans_pledges_and_the_like_are_no_money_given(kind: int) -> None:
    reading = read(activity(transaction(kind)))
    assert (records(reading), reasons(reading)) == ([], [("other-transaction-type", True)])


@pytest.mark.parametrize(
    ("head", "reason", "expected"),
    [
        ('<recipient-country code="KP" percentage="40"/><recipient-country code="CN"/>', "share-of-country", False),
        ('<recipient-country code="KP"/><recipient-region code="789"/>', "share-of-country", False),
        ('<recipient-country code="KP" percentage="40"/>', "share-of-country", False),
        ('<recipient-country code="KP" percentage="most"/>', "share-of-country", False),
        ('<recipient-country code="AF"/>', "other-country", True),
        ('<recipient-region code="789"/>', "other-country", True),
        ("", "other-country", True),
    ],
)
def test_a_share_of_an_activity_in_several_countries_is_not_computed(head: str, reason: str, expected: bool) -> None:
    reading = read(activity(head=CANADA + head))
    assert (records(reading), reasons(reading)) == ([], [(reason, expected)])


@pytest.mark.parametrize(
    "head", [KOREA, '<recipient-country code="KP" percentage="100.0"/><recipient-region code="1"/>']
)
def test_an_activity_wholly_for_north_korea_counts(head: str) -> None:
    assert len(records(read(activity(head=CANADA + head)))) == 1


@pytest.mark.parametrize(
    ("own", "count"),
    [
        ('<recipient-country code="KP"/>', 1),
        ('<recipient-country code="CN"/>', 0),
        ('<recipient-region code="789"/>', 0),
    ],
)
def test_the_country_of_the_transaction_goes_before_that_of_its_activity(own: str, count: int) -> None:
    for head in ('<recipient-country code="KP" percentage="50"/><recipient-country code="CN" percentage="50"/>', KOREA):
        assert len(records(read(activity(transaction(inner=WFP + own), head=CANADA + head)))) == count


@pytest.mark.parametrize(
    "ref",
    ["CA-3", "CA-4-1", "XM-DAC-301", "XM-DAC-301-2"],
)
def test_the_departments_of_canada_are_known_by_their_numbers(ref: str) -> None:
    assert len(records(read(activity(head=f'<reporting-org ref="{ref}"/>{KOREA}')))) == 1


@pytest.mark.parametrize(
    "party",
    ['<reporting-org ref="CA-CRA_ACR-1"><narrative>A Canadian charity</narrative></reporting-org>',
     '<reporting-org ref="XM-DAC-3010"/>', '<reporting-org ref="CAF-1"/>', '<reporting-org ref="GB-GOV-1"/>', ""],
)  # fmt: skip
def test_nobody_else_is_taken_for_canada(party: str) -> None:
    reading = read(activity(head=party + KOREA))
    assert (records(reading), reasons(reading)) == ([], [("other-donor", True)])


def test_what_a_partner_spends_of_money_from_canada_is_not_given_by_canada() -> None:
    head = '<reporting-org ref="XM-DAC-41140"/><participating-org role="1" ref="CA-3"/>' + KOREA
    reading = read(activity(transaction(3), transaction(1, inner="", attributes='ref="T2"'), head=head))
    assert [(one["id"], one["basis"]) for one in records(reading)] == [("iati-ca-3-d001-t2", "received")]
    assert reasons(reading) == [("other-donor", True)]


def test_money_of_several_funders_is_left_out_unless_the_transaction_names_its_provider() -> None:
    head = (
        '<reporting-org ref="XM-DAC-41140"/><participating-org role="1" ref="CA-3"/>'
        '<participating-org role="1" ref="NO-1"/>' + KOREA
    )
    reading = read(
        activity(
            transaction(1, inner=""),
            transaction(1, inner='<provider-org ref="CA-3"/>', attributes='ref="T2"'),
            head=head,
        )
    )
    assert [one["id"] for one in records(reading)] == ["iati-ca-3-d001-t2"]
    assert reasons(reading) == [("share-of-donor", False)]


@pytest.mark.parametrize(
    ("on_activity", "on_transaction", "inner", "sector"),
    [
        ("1", "", "", "humanitarian"),
        ("", "1", "", "humanitarian"),
        ("1", "0", "", "all"),
        ("", "", '<sector code="72010"/>', "humanitarian"),
        ("", "", '<sector code="720" vocabulary="2"/>', "humanitarian"),
        ("", "", '<sector code="72010"/><sector code="12220"/>', "all"),
        ("", "", '<sector code="72010" vocabulary="99"/>', "all"),
        ("", "", "", "all"),
    ],
)
def test_only_what_is_said_to_be_humanitarian_is(
    on_activity: str, on_transaction: str, inner: str, sector: str
) -> None:
    flag = f'humanitarian="{on_transaction}"' if on_transaction else ""
    head = f'humanitarian="{on_activity}"' if on_activity else ""
    (record,) = records(read(activity(transaction(inner=inner, attributes=flag), attributes=head)))
    assert record["sector"] == sector


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (transaction(value="-20"), "cell-not-an-amount"),
        (transaction(value="1,000"), "cell-not-an-amount"),
        (transaction(value="1e999999"), "cell-not-an-amount"),
        (transaction(value=""), "row-without-value"),
        (transaction().replace("2012-03-31", "2012-02-31"), "row-without-value"),
        (transaction().replace('"CAD"', '"dollars"'), "row-without-value"),
    ],
)
def test_a_transaction_without_a_readable_amount_day_or_currency_is_reported(text: str, reason: str) -> None:
    reading = read(activity(text))
    assert (records(reading), reasons(reading)) == ([], [(reason, False)])


def test_a_value_without_currency_has_that_of_its_activity() -> None:
    (record,) = records(read(activity(transaction().replace('currency="CAD" ', ""))))
    assert record["currency"] == "USD"


def test_ids_do_not_change_when_transactions_change_their_order() -> None:
    texts = [
        transaction(),
        transaction(value="1", attributes=""),
        transaction(value="2", attributes=""),
        transaction(value="3", attributes='ref="again"'),
        transaction(value="4", attributes='ref="again"'),
    ]
    by_amount = {
        order: {one["amount"]: one["id"] for one in records(read(activity(*texts[::order])))} for order in (1, -1)
    }
    assert by_amount[1] == by_amount[-1]
    assert len({*by_amount[1].values()}) == 5


def test_transactions_that_are_alike_are_all_kept() -> None:
    assert len({*ids(activity(transaction(attributes=""), transaction(attributes="")))}) == 2


def test_ids_of_long_identifiers_differ() -> None:
    long = "CA-3-" + "x" * 120
    found = ids(activity(transaction(), transaction(attributes='ref="T2"'), id=long), activity(id=f"{long}y"))
    assert len({*found}) == 3
    assert max(map(len, found)) <= 100


def test_an_activity_that_is_in_the_file_twice_is_reported() -> None:
    reading = read(activity(), activity())
    assert (len(records(reading)), reasons(reading)) == (1, [("row-repeated", False)])


def test_a_partner_has_its_names_in_both_languages() -> None:
    partner = (
        '<receiver-org><narrative xml:lang="fr">Croix-Rouge canadienne</narrative>'
        '<narrative xml:lang="en">Canadian Red Cross</narrative></receiver-org>'
    )
    reading = read(activity(transaction(inner=partner)))
    (found,) = [one for one in reading.supporting["actors"] if one["id"] == "canadian-red-cross"]
    assert found["title"] == {"en": "Canadian Red Cross", "fr": "Croix-Rouge canadienne"}


def test_a_partner_whose_name_has_no_latin_letter_has_an_id() -> None:
    (record,) = records(read(activity(transaction(inner="<receiver-org><narrative>조선</narrative></receiver-org>"))))
    assert record["delivery_channels"][0].startswith("organization-")


def test_a_newer_file_has_the_same_source_as_an_older_one_with_another_date_in_its_name() -> None:
    older, newer = (IMPORTER.read([file(activity(), name=f"gac-{day}.xml")]) for day in ("2025-12-01", "20260201"))
    assert [one["id"] for one in older.sources] == [one["id"] for one in newer.sources] == ["iati-gac"]


def test_the_source_says_who_publishes_when_and_under_which_licence() -> None:
    (source,) = read(activity()).sources
    assert (source["publisher"]["en"], source["content_as_of"]) == ("Global Affairs Canada", "2026-02-01")
    assert source["licence"]["en"] == "Open Government Licence – Canada"
    other = '<reporting-org ref="XM-DAC-41140"><narrative>WFP</narrative></reporting-org>'
    (source,) = read(activity(head=other)).sources
    assert (source["publisher"]["en"], source["licence"]["en"]) == ("WFP", "Not stated in the file")


def test_version_1_of_the_standard_is_refused() -> None:
    with pytest.raises(UnreadableFile) as refused:
        IMPORTER.read([file(activity(), version="1.05")])
    assert refused.value.code == "iati-other-version"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html><body/></html>", "xml-other-root"),
        (b"<iati-activities><iati-activity>", "not-xml"),
        (b"", "not-xml"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><iati-activities>&a;</iati-activities>', "xml-document-type"),
        (b"<iati-activities>" + b"<a>" * 300 + b"</a>" * 300 + b"</iati-activities>", "not-xml"),
    ],
    ids=["a web page", "a file cut off", "nothing", "entities", "deep nesting"],
)
def test_a_hostile_file_is_refused(body: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        IMPORTER.read([InputFile("a.xml", body, "2026-11-26")])
    assert refused.value.code == code
