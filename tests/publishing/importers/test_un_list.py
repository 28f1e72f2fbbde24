"""Importer `un-list`: the parties of list type DPRK, with names, dates and documents as the list has them."""

from typing import Any

import pytest

from app.publishing.importers.base import InputFile, Reading, UnreadableFile
from app.publishing.importers.un_list import IMPORTER, ended
from app.resources.designations import Designation

PERSON = """<INDIVIDUAL><FIRST_NAME>RI</FIRST_NAME><SECOND_NAME>SAMPLE</SECOND_NAME><THIRD_NAME>IL</THIRD_NAME>
<UN_LIST_TYPE>{kind}</UN_LIST_TYPE><REFERENCE_NUMBER>{number}</REFERENCE_NUMBER><LISTED_ON>{listed}</LISTED_ON>
<NAME_ORIGINAL_SCRIPT>리견본</NAME_ORIGINAL_SCRIPT><COMMENTS1>A sentence of the list.</COMMENTS1>{inner}</INDIVIDUAL>"""
ENTITY = """<ENTITY><FIRST_NAME>SAMPLE BANK</FIRST_NAME><UN_LIST_TYPE>DPRK</UN_LIST_TYPE>
<REFERENCE_NUMBER>KPe.902 </REFERENCE_NUMBER><LISTED_ON>2017-08-05</LISTED_ON>
<ENTITY_ALIAS><QUALITY>a.k.a.</QUALITY><ALIAS_NAME>"SAMBA"</ALIAS_NAME></ENTITY_ALIAS>
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
    assert record["names"][1:] == [{"name": "SAMBA", "kind": "alias", "quality": "good"}]
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


def test_one_passport_in_three_languages_is_one_document() -> None:
    document = (
        "<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>{}</TYPE_OF_DOCUMENT><NUMBER>64</NUMBER>"
        "<COUNTRY_OF_ISSUE>Borea</COUNTRY_OF_ISSUE></INDIVIDUAL_DOCUMENT>"
    )
    names = ("Numéro de passeport ", "Número de pasaporte", "Passport")
    record = only(person("".join(map(document.format, names)) + "<INDIVIDUAL_DOCUMENT/>"))
    assert record["documents"] == [{"kind": "Passport", "number": "64", "country": "Borea"}]


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
