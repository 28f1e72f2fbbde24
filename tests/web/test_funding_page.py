"""Page of funding: one donor at a time, a picture for each way of counting, gaps said in words, sums never mixed."""

import re
from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy import Connection, Table

from app.model.fields import Language
from app.reading import totals
from app.reading.bodies import bodies_by_number
from tests.support.world import World

AID = {"currency": "CAD", "basis": "disbursement", "cumulative": False, "sector": "humanitarian", "donor": "aland"}


def main(page: httpx.Response) -> str:
    """Text of a page's content without tags, with single blanks."""
    assert page.status_code == 200
    content = page.text.partition('<main id="main"')[2].partition('<details class="requests">')[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", content).replace("\N{NO-BREAK SPACE}", " "))


def test_canadas_aid_in_2012_is_two_clicks_from_the_home_page(dossier: httpx.Client) -> None:
    funding = re.findall(r'<a href="(/en/funding)">Aid', dossier.get("/en/").text)
    (year,) = re.findall(r'<a href="([^"]+)">2012</a>', dossier.get(funding[0]).text)
    told = main(dossier.get(year.replace("&amp;", "&")))
    assert "Canada: what is reported for 2012 USD 8,200,000 Disbursement All sectors 2012" in told
    assert re.search(r"Sums that cover 2012 and other times too CAD 38,900,000 .* CAD 6,080,000", told)
    assert "These sums must not be added up" in told


def test_each_way_of_counting_has_a_picture_of_its_own_with_its_gaps_in_words(api: httpx.Client, world: World) -> None:
    for year, amount in {2012: "20", 2015: "40"}.items():
        world.add("funding-records", f"aid-{year}", f"Aid in {year}", amount=amount, period=str(year), **AID)
        other = AID | {"basis": "commitment"}
        world.add("funding-records", f"promise-{year}", "A promise", amount="7", period=str(year), **other)
    world.publish()
    page = api.get("/en/funding")
    told = main(page)
    assert page.text.count('role="img"') == 2
    assert "No figure for 2011 and 2013 to 2014. A gap is not a zero." in told
    assert "No figure for 2010 to 2011 and 2013 to 2014." in told
    assert "2010 CAD 1,000.50 1 record" in told
    assert "CAD 47" not in told


def test_the_title_and_description_of_a_picture_are_its_name(dossier: httpx.Client) -> None:
    text = dossier.get("/fr/funding").text
    for id in re.findall(r'aria-labelledby="([^"]+)"', text):
        assert all(f'id="{part}"' in text for part in id.split())


def test_a_figure_for_one_year_alone_is_in_a_table_without_a_picture(still: httpx.Client) -> None:
    page = still.get("/en/funding")
    assert 'role="img"' not in page.text
    assert "Sources with a figure for one year Year Sum What is counted Source 2010 CAD 1,000.50" in main(page)


def test_cumulative_figures_stand_apart_and_are_said_to_be_left_out(still: httpx.Client) -> None:
    told = main(still.get("/en/funding"))
    assert "USD 38,900,000 from 2005, end unknown" in told
    assert "Cumulative figures: 1. Each is given above." in told


def test_a_period_beyond_one_year_is_in_no_bar_and_leads_to_its_record(api: httpx.Client, world: World) -> None:
    world.add("funding-records", "fiscal", "Aid of a fiscal year", amount="5", period="2012-04/2013-03", **AID)
    world.publish()
    told = main(api.get("/en/funding"))
    assert re.search(
        r"do not fit one calendar year .* CAD 5 .*Aid of a fiscal year \(from April 2012 to March 2013\)", told
    )
    told = main(api.get("/en/funding?year=2013"))
    assert "No source of this record reports a sum for 2013 alone." in told
    assert "Sums that cover 2013 and other times too" in told


def test_through_whom_says_also_where_nobody_is_named(api: httpx.Client, world: World) -> None:
    world.add("funding-records", "aid-2012", "Aid in 2012", amount="20", period="2012", **AID)
    world.publish()
    told = main(api.get("/en/funding"))
    assert re.search(r"Élba CAD 1,000.50 .* not named CAD 20", told)


def test_another_donor_is_a_choice_and_never_in_the_same_sums(api: httpx.Client, world: World) -> None:
    fields = AID | {"donor": "borea"}
    world.add("funding-records", "aid-of-borea", "Aid of Borea", amount="20", period="2010", **fields)
    world.publish()
    assert "CAD 1,020" not in main(api.get("/en/funding"))
    assert "2010 CAD 20 Disbursement" in main(api.get("/en/funding?donor=borea"))


def test_sums_leave_out_records_that_name_the_donor_in_another_role_and_say_so(api: httpx.Client, world: World) -> None:
    assert "in another role" not in main(api.get("/en/funding"))
    fields = AID | {"donor": "borea", "delivery_channels": ["aland"]}
    world.add("funding-records", "aid-of-borea", "Aid of Borea", amount="20", period="2010", **fields)
    world.publish()
    told = main(api.get("/en/funding?donor=aland"))
    assert "in another role" in told
    assert "CAD 20" not in told


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("donor=alnd", "Did you mean aland?"),
        ("donor=elba", "is not known"),
        ("year=12x", "year"),
        ("year=0", "year"),
        ("year=10000", "year"),
        ("cursor=x&year=2010", "cursor"),
    ],
)
def test_a_bad_donor_or_year_gives_a_page_that_says_what_to_do(still: httpx.Client, query: str, words: str) -> None:
    answer = still.get(f"/en/funding?{query}")
    assert answer.status_code == 422
    assert words in answer.text


def test_a_revision_without_funding_has_a_page(api: httpx.Client, world: World) -> None:
    for id in ("aid-2010", "aid-so-far"):
        world.withdraw("funding-records", id)
    world.publish()
    assert "no sums of aid" in main(api.get("/en/funding"))
    assert main(api.get("/en/funding?revision=1"))


def test_the_sums_of_all_donors_are_made_of_one_reading_of_the_records(
    api: httpx.Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    def reading(connection: Connection, table: Table, lang: Language, numbers: Sequence[int]) -> list[str]:
        read.extend(numbers)
        return bodies_by_number(connection, table, lang, numbers)

    monkeypatch.setattr(totals, "bodies_by_number", reading)
    world.add("funding-records", "gift", "A gift", **(AID | {"donor": "borea"}), amount="3", period="2012")
    world.publish()
    for donor in ("aland", "borea"):
        assert api.get(f"/en/funding?donor={donor}").status_code == 200
    assert len(read) == len({*read}) == len(world.records["funding-records"])


def test_every_download_has_all_records(still: httpx.Client) -> None:
    addresses = re.findall(r'href="(/v1/funding-records\?[^"]*format=[^"]*)"', still.get("/en/funding").text)
    assert [address.partition("format=")[2] for address in addresses] == ["csv", "xlsx", "jsonl"]


def test_a_sum_with_cents_has_two_decimals(api: httpx.Client, world: World) -> None:
    world.add("funding-records", "aid-2012", "Aid in 2012", amount="20.5", period="2012", **AID)
    world.publish()
    assert "CAD 20.50" in main(api.get("/en/funding"))
    assert "20,50 CAD" in main(api.get("/fr/funding"))


def test_the_download_is_of_the_donor_shown(still: httpx.Client) -> None:
    assert '"/v1/funding-records?actor=aland&amp;format=csv"' in still.get("/en/funding").text
    assert len(still.get("/v1/funding-records?actor=aland&format=csv").text.splitlines()) == 3
    of_year = "/v1/funding-records?actor=aland&amp;from=2010&amp;to=2010&amp;format=csv"
    assert of_year in still.get("/en/funding?year=2010").text
    assert still.get(of_year.replace("&amp;", "&")).status_code == 200
