"""Importer `un-list`: the parties of list type DPRK, with names, dates and documents as the list has them."""

from pathlib import Path
from typing import Any

import pytest

from app.publishing.importers.base import InputFile, Reading, UnreadableFile
from app.publishing.importers.un_list import IMPORTER, ended
from app.resources.designations import Designation

LIST = Path(__file__).parents[4] / "shared" / "data" / "un-list" / "consolidated.2024.xml"
PERSON = """<INDIVIDUAL><FIRST_NAME>RI</FIRST_NAME><SECOND_NAME>SAMPLE</SECOND_NAME><THIRD_NAME>IL</THIRD_NAME>
<UN_LIST_TYPE>{kind}</UN_LIST_TYPE><REFERENCE_NUMBER>{number}</REFERENCE_NUMBER><LISTED_ON>{listed}</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>리견본</NAME_ORIGINAL_SCRIPT><COMMENTS1>A sentence of the list.</COMMENTS1>{inner}</INDIVIDUAL>"""
ENTITY = """<ENTITY><FIRST_NAME>SAMPLE BANK</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
<REFERENCE_NUMBER>KPe.902 </REFERENCE_NUMBER><LISTED_ON>2017-08-05</LISTED_ON>
<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>"SAMBA"</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ALIAS><QUALITY>f.k.a.</QUALITY><ALIAS_NAME>OLD  SAMBA</ALIAS_NAME></ENTITY_ALIAS>
<ENTITY_ALIAS><QUALITY/><ALIAS_NAME/></ENTITY_ALIAS>
<ENTITY_ADDRESS><STREET>1 Road</STREET><CITY>Port</CITY><COUNTRY>Borea</COUNTRY></ENTITY_ADDRESS>
<ENTITY_ADDRESS><COUNTRY/></ENTITY_ADDRESS></ENTITY>"""


def person(inner: str = "", number: str = "KPi.901", listed: str = "2009-07-16", kind: str = "DPRK") -> str:
    return PERSON.format(inner=inner, number=number, listed=listed, kind=kind)


def born(inner: str) -> str:
    return f"<INDIVIDUAL_DATE_OF_BIRTH>{inner}</INDIVIDUAL_DATE_OF_BIRTH>"


def read(*entries: str, generated: str = "2024-09-26T00:00:07.514Z") -> Reading:
    individuals = "".join(one for one in entries if "<INDIVIDUAL>" in one)
    entities = "".join(one for one in entries if "<ENTITY>" in one)
    body = (
        f"<CONSOLIDATED_LIST dateGenerated='{generated}'><INDIVIDUALS>{individuals}</INDIVIDUALS>"
        f"<ENTITIES>{entities}</ENTITIES></CONSOLIDATED_LIST>"
    )
    return IMPORTER.read([InputFile("list.xml", body.encode(), "2026-11-26")])


def only(*entries: str) -> dict[str, Any]:
    (record,) = read(*entries).records["designations"]
    return dict(record)


def test_a_person_has_names_number_days_and_what_applies() -> None:
    record = only(person("<LAST_DAY_UPDATED><VALUE>2016-03-02</VALUE><VALUE>2023-06-29</VALUE></LAST_DAY_UPDATED>"))
    assert record["id"] == "un-kpi-901"
    assert record["names"] == [
        {"name": "RI SAMPLE IL", "kind": "primary"},
        {"name": "리견본", "kind": "original-script", "script": "Kore"},
    ]
    assert (record["listed_on"], record["amended_on"], record["status_as_of"]) == (
        *("2009-07-16", "2023-06-29", "2024-09-26"),
    )
    assert record["measures"] == ["un-asset-freeze", "un-property-disclosure-duty", "un-travel-ban"]
    assert "sentence" not in str(record)
    assert Designation.model_validate(record).kind == "person"


def test_an_entity_has_its_number_without_the_blank_and_aliases_without_quotation_marks() -> None:
    record = only(ENTITY)
    assert (record["id"], record["reference_number"]) == ("un-kpe-902", "KPe.902")
    assert record["names"][1:] == [{"name": "SAMBA", "kind": "alias"}, {"name": "OLD SAMBA", "kind": "alias"}]
    assert record["addresses"] == ["1 Road, Port, Borea"]
    assert record["resolutions"] == ["unscr-2371", "unscr-1718"]


@pytest.mark.parametrize(
    ("inner", "dates"),
    [
        (born("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1944-10-13</DATE>"), ["1944-10-13"]),
        (born("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE><YEAR>1954</YEAR>") + born("<YEAR>1955</YEAR>"), ["1954", "1955"]),
        (
            born("<TYPE_OF_DATE>BETWEEN</TYPE_OF_DATE><FROM_YEAR>1967</FROM_YEAR><TO_YEAR>1969</TO_YEAR>"),
            ["[1967..1969]"],
        ),
        (born("<TYPE_OF_DATE>APPROXIMATELY</TYPE_OF_DATE><YEAR>1961</YEAR>"), ["1961~"]),
        (born("<TYPE_OF_DATE>EXACT</TYPE_OF_DATE>"), []),
        (born("<DATE>1961-13-45</DATE>"), []),
    ],
)
def test_dates_of_birth_are_edtf(inner: str, dates: list[str]) -> None:
    assert only(person(inner)).get("birth_dates", []) == dates


def alias(name: str, quality: str, birth_date: str = "") -> str:
    return (
        f"<INDIVIDUAL_ALIAS><QUALITY>{quality}</QUALITY><ALIAS_NAME>{name}</ALIAS_NAME>"
        f"<DATE_OF_BIRTH>{birth_date}</DATE_OF_BIRTH></INDIVIDUAL_ALIAS>"
    )


def test_dates_of_birth_of_aliases_come_after_the_others_each_once() -> None:
    own = born("<YEAR>1954</YEAR>")
    aliases = alias("", "", "1955") + alias("Other", "Good", "1958-02-22-05:00") + alias("Third", "Good", "1954")
    assert only(person(own + aliases))["birth_dates"] == ["1954", "1955", "1958-02-22"]


def test_aliases_of_persons_have_the_quality_that_the_list_gives() -> None:
    record = only(
        person(alias("One", "Good") + alias("Two", "Low") + alias("Three", "") + alias("RI SAMPLE IL", "Good"))
    )
    assert [(one["name"], one.get("quality")) for one in record["names"][1:-1]] == [
        *(("One", "good"), ("Two", "low"), ("Three", None)),
    ]


def test_a_number_of_the_committee_tells_its_parties_where_the_type_is_in_another_language() -> None:
    assert only(person(kind="RPDC"))["id"] == "un-kpi-901"


def test_days_of_older_lists_with_a_zone_are_days() -> None:
    zoned = person("<LAST_DAY_UPDATED><VALUE>2016-03-02-05:00</VALUE></LAST_DAY_UPDATED>", listed="2009-07-16-04:00")
    (record,) = read(zoned, generated="2018-05-29T12:39:53.937-04:00").records["designations"]
    days = record["listed_on"], record["amended_on"], record["status_as_of"]
    assert days == ("2009-07-16", "2016-03-02", "2018-05-29")


@pytest.mark.parametrize(("listed", "resolutions"), [("2013-01-22", ["unscr-2087"]), ("2014-07-28", [])])
def test_a_later_resolution_is_named_only_where_the_listing_is_of_the_day_of_its_adoption(
    listed: str, resolutions: list[str]
) -> None:
    assert only(person(listed=listed))["resolutions"] == [*resolutions, "unscr-1718"]


def test_one_passport_in_three_languages_is_one_document() -> None:
    document = (
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>{}</TYPE_OF_DOCUMENT><NUMBER>64</NUMBER>"
        "<COUNTRY_OF_ISSUE>Borea</COUNTRY_OF_ISSUE></INDIVIDUAL_DOCUMENT>"
    )
    names = ("Numéro de passeport ", "Número de pasaporte", "Passport")
    record = only(person("".join(map(document.format, names)) + "<INDIVIDUAL_DOCUMENT/>"))
    assert record["documents"] == [{"kind": "Passport", "number": "64", "country": "Borea"}]


def test_documents_of_two_kinds_may_have_one_number_and_those_of_one_kind_are_one() -> None:
    document = "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>{}</TYPE_OF_DOCUMENT><NUMBER>64</NUMBER></INDIVIDUAL_DOCUMENT>"
    kinds = ("Passport", "Identity card", "Identity card")
    record = only(person("".join(map(document.format, kinds))))
    assert [one["kind"] for one in record["documents"]] == ["Passport", "Identity card"]


@pytest.mark.parametrize(("name", "script"), [("윤호진", "Kore"), ("尹浩眞", "Hani"), ("金 정", "Kore"), ("Юн", None)])
def test_a_name_in_its_own_script_has_the_code_of_the_script_if_it_is_known(name: str, script: str | None) -> None:
    record = only(person().replace("리견본", name))
    assert record["names"][-1].get("script") == script


def test_functions_of_more_than_eleven_words_are_left_out() -> None:
    values = ("Director of Sample Bank", "Member of a body " + "that does this and that " * 3)
    inner = "".join(f"<VALUE>{value}</VALUE>" for value in values)
    assert only(person(f"<DESIGNATION>{inner}</DESIGNATION>"))["positions"] == ["Director of Sample Bank"]


def test_other_lists_are_counted_and_broken_entries_named() -> None:
    reading = read(
        *(person(), person(kind="Taliban", number="TAi.1"), person(listed="soon", number="KPi.2"), person(number="")),
        person(),
    )
    left_out = [(one.row, one.code, one.expected) for one in reading.left_out]
    assert left_out == [
        ("TAi.1", "other-list-type", True),
        ("KPi.2", "row-without-value", False),
        ("RI SAMPLE IL", "row-without-value", False),
        ("KPi.901", "row-repeated", False),
    ]
    assert reading.totals == {"persons": 1, "entities": 0}


def test_a_list_without_a_day_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(person(), generated="lately")
    assert caught.value.code == "file-without-date"


def test_a_party_that_is_gone_ended_between_the_lists() -> None:
    record = ended(only(person()), "2024-09-26", "2026-01-05")
    assert (record["status"], record["status_as_of"]) == ("ended", "2026-01-05")
    assert record["delisted_on"] == "[2024-09-26..2026-01-05]"
    assert ended(record, "2026-01-05", "2026-02-01") == record


@pytest.mark.skipif(not LIST.exists(), reason="the file of the publisher is not here")
def test_the_list_of_2024_has_80_persons_and_75_entities() -> None:
    reading = IMPORTER.read([InputFile(LIST.name, LIST.read_bytes(), "2026-11-26")])
    assert reading.totals == {"persons": 80, "entities": 75}
    assert {(one.code, one.expected) for one in reading.left_out} == {("other-list-type", True)}
    born = {record["id"]: record.get("birth_dates") for record in reading.records["designations"]}
    assert (born["un-kpi-042"], born["un-kpi-066"]) == (["1954", "1955"], ["[1967..1969]"])
