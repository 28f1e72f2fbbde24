"""Importer `oecd-crs`: layouts told by what is in them, exact amounts, and what the tables do not say."""

import pytest

from app.publishing.importers.base import InputFile, Reading, UnreadableFile
from app.publishing.importers.oecd_crs import IMPORTER

NAMES_ONLY = """\
Row Labels,Regional,Australia,Canada,Korea
Afghanistan,,226.68,101.59,78.5
Korea,,1,2,
"Korea, Dem. Rep.",,2.07,8.2,
"South Asia, regional",R,14.85,3.91,
"""
CODES_ONLY = """\
donor_code,1012,913,301,742
Afghanistan,,,106.3321133,5
Democratic People''s Republic of Korea,,,3.6402439,
Democratic Republic of the Congo,,124.2,7,
Republic of Korea,,,9,
"""
CODES_AND_NAMES = """\
donor_code,1,301,742
donor_name,Austria,Canada,Korea
Democratic People's Republic of Korea,0.0295682,2.135558,
Ethiopia,740,3,4
"""
RECIPIENT_CODES = """\
,donor_code,1,301,742
donor_name,RecipientCode,Austria,Canada,Korea
Côte d’Ivoire,247,1.5,2.5,
Democratic People's Republic of Korea,740,0.06440128,2.0373889,
Lao People's Democratic Republic,745,1.03,3.3,
"""


def table(text: str, name: str = "crs_2013.csv", encoding: str = "utf-8") -> InputFile:
    return InputFile(name, text.encode(encoding), "2026-11-26")


def read(*files: InputFile) -> Reading:
    return IMPORTER.read(files)


def amounts(reading: Reading) -> list[tuple[str, str, str]]:
    return [(one["id"], one["amount"], one["period"]) for one in reading.records["funding-records"]]


def reasons(reading: Reading) -> list[str]:
    return [one.code for one in reading.left_out]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        pytest.param(NAMES_ONLY, "8200000", id="donors' names"),
        pytest.param(CODES_ONLY, "3640243.9", id="donors' codes"),
        pytest.param(CODES_AND_NAMES, "2135558", id="donors' codes and names"),
        pytest.param(RECIPIENT_CODES, "2037388.9", id="recipients' codes"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_amount_is_exact_in_every_layout_and_encoding(text: str, amount: str, encoding: str) -> None:
    reading = read(table(text, encoding=encoding))
    assert amounts(reading) == [("crs-canada-2013", amount, "2013")]
    assert reading.left_out == []


def test_a_layout_is_told_by_its_content_and_not_by_its_year() -> None:
    assert [one[1] for one in amounts(read(table(RECIPIENT_CODES, "2012.csv"), table(NAMES_ONLY, "2016.csv")))] == [
        "2037388.9",
        "8200000",
    ]


@pytest.mark.parametrize(
    "name",
    [
        "Korea, Dem. Rep.",
        "Korea, Dem. People's Rep.",
        "Korea, Democratic People’s Republic of",
        "Democratic People's Republic of Korea",
        "Dem. People's Republic of Korea",
        "D.P.R. Korea",
        "DPR Korea",
        "DPRK",
        "North Korea",
        "KOREA, DEM. REP.",
        "Corée, Rép. pop. dém.",
        "République populaire démocratique de Corée",
        "Corée du Nord",
        "RPDC",
    ],
)
def test_north_korea_is_known_by_the_names_that_tables_have(name: str) -> None:
    assert amounts(read(table(f'Recipient,Canada\n"{name}",8.2\nChina,1\n'))) == [
        ("crs-canada-2013", "8200000", "2013")
    ]


@pytest.mark.parametrize(
    "name", ["Korea", "Korea, Rep.", "Republic of Korea", "South Korea", "Congo, Dem. Rep.", "Northern Mariana Islands"]
)
def test_no_other_country_is_taken_for_north_korea(name: str) -> None:
    reading = read(table(f'Recipient,Canada\n"{name}",8.2\n'))
    assert (amounts(reading), reasons(reading)) == ([], ["table-without-recipient"])


def test_a_code_is_enough_where_the_name_is_in_another_language() -> None:
    text = "donor_name,RecipientCode,Canada\nNordkorea,740,2.5\nÄthiopien,238,740\n"
    assert amounts(read(table(text))) == [("crs-canada-2013", "2500000", "2013")]


def test_an_amount_of_740_is_no_code() -> None:
    reading = read(table("donor_code,301,302\nEthiopia,740,3\nChina,5,740\n"))
    assert (amounts(reading), reasons(reading)) == ([], ["table-without-recipient"])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        pytest.param('"Korea, Dem. Rep.",1,', "cell-empty", id="an empty cell"),
        pytest.param('"Korea, Dem. Rep.",1', "cell-empty", id="a row that ends before"),
        pytest.param('"Korea, Dem. Rep.",1,..', "cell-not-an-amount", id="dots"),
        pytest.param('"Korea, Dem. Rep.",1,-0.3', "cell-not-an-amount", id="money that came back"),
        pytest.param('"Korea, Dem. Rep.",1,"3,64"', "cell-not-an-amount", id="a comma"),
        pytest.param('"Korea, Dem. Rep.",1,NaN', "cell-not-an-amount", id="not a number"),
        pytest.param('"Korea, Dem. Rep.",1,1e999999', "cell-not-an-amount", id="a number of a million digits"),
        pytest.param('"Korea, Dem. Rep.",1,0.00000000000000001', "cell-not-an-amount", id="less than can be kept"),
        pytest.param('"Korea, Dem. Rep.",1,2,3', "csv-too-many-cells", id="a row that is longer than its header"),
        pytest.param("China,1,2", "table-without-recipient", id="no row"),
        pytest.param('"Korea, Dem. Rep.",1,2\nDPRK,1,3', "table-without-recipient", id="two rows"),
    ],
)
def test_what_a_table_does_not_say_is_left_out_with_the_reason_and_is_never_zero(row: str, reason: str) -> None:
    reading = read(table(f"Recipient,Austria,Canada\n{row}\n"))
    assert (amounts(reading), reasons(reading)) == ([], [reason])


def test_a_table_that_says_nothing_does_not_stop_the_others() -> None:
    reading = read(table("Recipient,Canada\nChina,1\n", "2011.csv"), table(NAMES_ONLY, "2012.csv"))
    assert [one[0] for one in amounts(reading)] == ["crs-canada-2012"]
    assert [one.file for one in reading.left_out] == ["2011.csv"]


def test_zero_is_an_amount_where_the_table_says_so() -> None:
    assert amounts(read(table("Recipient,Canada\nDPRK,0\n"))) == [("crs-canada-2013", "0", "2013")]


def test_titles_above_the_header_do_not_matter() -> None:
    text = "Dataset: donors and recipients\n\nFlow,Disbursements\nAmount,Current prices\n" + NAMES_ONLY
    assert amounts(read(table(text))) == [("crs-canada-2013", "8200000", "2013")]


def test_constant_prices_are_left_out() -> None:
    reading = read(table("Prices,Constant prices (2014)\n" + NAMES_ONLY))
    assert (amounts(reading), reasons(reading)) == ([], ["constant-prices"])


@pytest.mark.parametrize("name", ["crs.csv", "crs_2012_2013.csv", "crs_12.csv", "2013/crs.csv"])
def test_a_name_without_one_year_is_refused(name: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(table(NAMES_ONLY, name))
    assert refused.value.code == "file-name-without-year"


def test_the_year_is_in_the_name_of_the_file_and_not_of_its_folder() -> None:
    assert amounts(read(table(NAMES_ONLY, "/data/2026/crs_2011.csv")))[0][0] == "crs-canada-2011"


def test_two_tables_of_one_year_are_refused() -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(table(NAMES_ONLY, "a_2012.csv"), table(NAMES_ONLY, "b_2012.csv"))
    assert refused.value.code == "second-file-of-source"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Recipient,Austria,Norway\nDPRK,1,2\n", id="no column of Canada"),
        pytest.param("Recipient,Canada,Canada\nDPRK,1,2\n", id="two columns of Canada"),
        pytest.param("<html><body>Not found</body></html>", id="a web page"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_is_no_table_with_canada_is_refused(text: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read(table(text))
    assert refused.value.code == "table-without-donor"


def test_a_file_gives_one_source_with_its_hash() -> None:
    file = table(NAMES_ONLY)
    (source,) = read(file).sources
    assert (source["id"], source["file_sha256"], source["content_as_of"]) == ("oecd-crs-2013", file.sha256, "2013")
