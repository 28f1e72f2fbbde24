"""Record page: one record of any collection, in words and links, at a revision, and what stands there if it is gone."""

import json
import re
from typing import Any

import httpx
import pytest
from lxml import html

from app.model.fields import LANGUAGES
from app.resources.registry import COLLECTIONS
from app.web.json_ld import _ENTITIES
from tests.api.test_provisions import imported
from tests.publishing.importers.test_justice_laws import BOTH
from tests.support.world import RECORDS, World, text

WAR = "/en/timeline-events/war"


def page(client: httpx.Client, path: str, status: int = 200) -> Any:
    """The parsed page of a path."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    return html.fromstring(answer.text)


def words(element: Any) -> str:
    """The text of an element with single spaces."""
    return " ".join(" ".join(element.itertext()).split()).replace(" ,", ",")


def details(tree: Any) -> dict[str, str]:
    """The details of a record: the words of each field by its name."""
    rows = tree.xpath("//h2[.='Details' or .='Détails']/following-sibling::dl[1]/div")
    return {words(row.find("dt")): "; ".join(words(dd) for dd in row.findall("dd")) for row in rows}


def section(tree: Any, heading: str) -> list[Any]:
    """The elements between a heading of level 2 and the next one."""
    found: list[Any] = []
    for element in tree.xpath(f"//h2[.='{heading}']")[0].itersiblings():
        if element.tag == "h2":
            break
        found.append(element)
    return found


def links(tree: Any) -> dict[str, str]:
    """The links of a page by their words."""
    return {words(link): link.get("href") for link in tree.xpath("//main//a")}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("collection", "id"), [(name, one["id"]) for name, its in RECORDS.items() for one in its])
def test_every_record_of_every_collection_has_a_page(still: httpx.Client, collection: str, id: str, lang: str) -> None:
    tree = page(still, f"/{lang}/{collection}/{id}")
    record = still.get(f"/v1/{collection}/{id}?lang={lang}").json()["data"]
    assert words(tree.find(".//h1")) == record["title"]
    assert words(tree.find_class("lead")[0]) == record["summary"]
    assert "None" not in words(tree.find(".//main"))


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_packaged_records_have_pages_that_are_light_before_compression(dossier: httpx.Client, name: str) -> None:
    for row in dossier.get(f"/v1/{name}?limit=2&sort=-id").json()["data"]:
        answer = dossier.get(f"/fr/{name}/{row['id']}")
        assert answer.status_code == 200
        assert answer.num_bytes_downloaded < 50_000


def test_an_event_is_told_in_words_with_links_to_what_it_names(still: httpx.Client) -> None:
    tree = page(still, WAR)
    assert details(tree) == {
        "Kind": "Armed conflict",
        "Date": "from 1950 to 1953",
        "Actors": "Åland; Borea",
        "First possible day": "1 January 1950",
        "Last possible day": "31 December 1953",
        "Engagement topics": "Peace",
    }
    assert links(tree)["Borea"] == "/en/actors/borea"
    assert details(page(still, "/fr/timeline-events/war"))["Date"] == "de 1950 à 1953"


def test_a_measure_shows_its_exceptions_and_permits(still: httpx.Client) -> None:
    shown = details(page(still, "/fr/sanctions-measures/no-apples"))
    assert shown["Exceptions prévues par la loi"] == "Pommettes Disposition art. 3"
    assert shown["Permis et attestations"].startswith("Apple permit (fr)")
    assert shown["Dernier jour en vigueur"] == "juin 2006"


def test_a_listed_party_shows_its_names_and_documents(still: httpx.Client) -> None:
    shown = details(page(still, "/en/designations/party-one"))
    assert shown["Names"].startswith("SKIPPER UNO Kind Primary name; Skipper Unno Kind Alias")
    assert shown["Born"] == "1950; between 1951 and 1953"
    assert "Number B1" in shown["Identity documents"]


def test_each_citation_links_to_its_passage(still: httpx.Client) -> None:
    first, second = section(page(still, WAR), "Evidence")[0]
    record = still.get("/v1/timeline-events/war").json()["data"]
    assert words(first) == "The gazette, section: News War began … at last, it ended See the passage"
    assert [one.xpath(".//a[@rel='external']")[0].get("href") for one in (first, second)] == [
        citation["url"] for citation in record["citations"]
    ]
    assert second.find("blockquote").get("lang") == "fr"


def test_what_names_a_record_is_counted_and_listed_by_collection(still: httpx.Client) -> None:
    naming = section(page(still, "/en/actors/borea"), "Named in")
    counts = {words(one).rpartition(" ")[0]: int(words(one).rpartition(" ")[2]) for one in naming if one.tag == "h3"}
    references = still.get("/v1/actors/borea").json()["references"]
    assert sorted(counts.values()) == sorted(references.values())
    assert counts["Timeline events"] == 2
    named = [words(one.find("a")) for group in naming if group.tag == "ul" for one in group]
    assert {"The war", "The truce", "Be kind"} <= set(named)


def test_a_record_that_no_filter_finds_is_listed_too(still: httpx.Client) -> None:
    naming = section(page(still, "/en/sanctions-measures/no-apples"), "Named in")
    assert [words(one) for one in naming] == ["Sanctions measures 1", "No boats"]
    listed = page(still, "/en/sanctions-measures/no-apples?named_by=sanctions-measures")
    assert links(listed)["No boats"] == "/en/sanctions-measures/no-boats"


def test_a_record_that_nothing_names_says_so(still: httpx.Client) -> None:
    assert [words(one) for one in section(page(still, WAR), "Named in")] == ["No other record names this one."]


def test_a_long_list_of_what_names_a_record_is_complete_in_pages(world: World, api: httpx.Client) -> None:
    for number in range(120):
        world.add("timeline-events", f"raid-{number}", "A raid", kind="military", date="1999", actors=["elba"])
    world.publish()
    tree = page(api, "/en/actors/elba")
    more = links(tree)["See all 120 (Timeline events)"]
    assert more == "/en/actors/elba?named_by=timeline-events"
    first = page(api, more)
    following = links(first)["Next page"]
    assert "revision=2" in following
    titles = [page(api, one).xpath("//ul[@class='records']//h2/a/@href") for one in (more, following)]
    assert (len(titles[0]), len(titles[1])) == (100, 20)
    assert len({link.partition("?")[0] for both in titles for link in both}) == 120


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("named_by=nothing", "named_by"), ("cursor=abc", "cursor"), ("named_by=sources&cursor=abc", "cursor")],
)
def test_a_wrong_list_of_what_names_it_is_refused(still: httpx.Client, query: str, parameter: str) -> None:
    tree = page(still, f"{WAR}?{query}", 422)
    assert words(tree.xpath("//main//strong")[0]) == parameter


def test_the_history_has_every_version_with_what_changed_and_a_link_to_it(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "war", title=text("The long war"), kind="military")
    tree = page(api, WAR)
    newest, first = section(tree, "History")[0]
    assert "Changed: Title, Kind" in words(newest)
    assert "shown here" in words(newest)
    assert first.find(".//a").get("href") == f"{WAR}?revision=1"
    assert words(page(api, f"{WAR}?revision=1").find(".//h1")) == "The war"
    assert words(tree.find(".//h1")) == "The long war"


def test_a_pinned_page_keeps_its_revision_in_links_and_shows_no_later_version(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "war", title=text("The long war"))
    tree = page(api, f"{WAR}?revision=1")
    assert links(tree)["Borea"] == "/en/actors/borea?revision=1"
    assert len(section(tree, "History")[0]) == 1
    assert tree.find_class("pinned")


def test_a_record_is_cited_with_the_page_at_the_revision_that_published_it(world: World, api: httpx.Client) -> None:
    world.publish_with_change("actors", "elba", title=text("Elba"))
    tree = page(api, WAR)
    assert words(tree.find_class("cite")[0]) == (
        "Maintainers of the dossier, “The war”, Canada–North Korea dossier, revision 1, 1 January 2020, "
        "/en/timeline-events/war?revision=1"
    )
    entry = section(tree, "Cite this record")[2].text_content()
    assert "@misc{timeline-events:war:r1," in entry
    assert "url = {/en/timeline-events/war?revision=1}" in entry
    assert api.get(links(tree)["CSL-JSON"]).headers["content-type"] == "application/vnd.citationstyles.csl+json"


def test_the_same_as_json_is_the_question_that_the_page_asked(still: httpx.Client) -> None:
    address = links(page(still, WAR))["The same as JSON"]
    assert address == "/v1/timeline-events/war?include=engagement-topics,actors,sources"
    assert still.get(address).json()["data"]["id"] == "war"


def test_a_withdrawn_record_gives_its_reason_and_leads_to_its_last_version(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish()
    tree = page(api, "/en/timeline-events/truce", 410)
    assert "Reason: Counted twice" in words(tree)
    last = links(tree)["See its last version"]
    assert last == "/en/timeline-events/truce?revision=1"
    assert words(page(api, last).find(".//h1")) == "The truce"


@pytest.mark.parametrize("address", ["/en/timeline-events/truce", "/en/changes?of=2"])
def test_records_that_a_reason_names_are_links_with_their_titles(world: World, api: httpx.Client, address: str) -> None:
    world.add("timeline-events", "truce-of-may", "The truce of May", kind="diplomacy", date="1951-05")
    world.withdraw("timeline-events", "truce", "Split, two-fold: truce-of-may, truce-of-june.")
    world.publish()
    tree = page(api, address, 410 if "truce" in address else 200)
    assert "Reason: Split, two-fold: The truce of May, truce-of-june." in words(tree)
    assert links(tree)["The truce of May"].startswith("/en/timeline-events/truce-of-may")


def test_a_withdrawal_in_the_history_of_a_record_links_what_its_reason_names(world: World, api: httpx.Client) -> None:
    world.add("timeline-events", "truce-of-may", "The truce of May", kind="diplomacy", date="1951-05")
    world.withdraw("timeline-events", "truce", "See truce-of-may")
    world.publish()
    world.restore("timeline-events", "truce")
    world.publish()
    assert "Reason: See The truce of May" in words(page(api, "/en/timeline-events/truce"))


def test_an_unknown_record_leads_to_the_nearest_and_to_a_search(still: httpx.Client) -> None:
    tree = page(still, "/fr/actors/boreaa", 404)
    assert links(tree)["borea"] == "/fr/actors/borea"
    assert links(tree)["Chercher « boreaa »"] == "/fr/search?q=boreaa"
    assert "/v1/" not in words(tree.find(".//main"))


def test_a_record_at_a_revision_before_it_leads_to_its_first_version(world: World, api: httpx.Client) -> None:
    world.add("actors", "corsica", "Corsica", kind="state")
    world.publish()
    tree = page(api, "/en/actors/corsica?revision=1", 404)
    assert links(tree)["See it at revision 2, which published it"] == "/en/actors/corsica?revision=2"


def test_a_law_shows_its_words_where_they_were_imported(world: World, api: httpx.Client) -> None:
    imported(world, *BOTH)
    tree = page(api, "/fr/legal-instruments/sor-2006-999")
    place = tree.get_element_by_id("s-5.1-1-a")
    assert words(place.find("dd")) == "des pommes;"
    assert "Texte de loi" not in words(page(api, "/fr/legal-instruments/the-treaty"))


def test_a_law_that_was_imported_in_one_language_says_so(world: World, api: httpx.Client) -> None:
    imported(world, BOTH[0])
    tree = page(api, "/fr/legal-instruments/sor-2006-999")
    assert words(tree.get_element_by_id("s-5.1-1-a").find("dd")) == "Le texte n’a pas été importé dans cette langue."


def described(client: httpx.Client, path: str) -> dict[str, Any]:
    """The JSON-LD of a page."""
    answer = client.get(path).text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', answer)
    assert found
    node: dict[str, Any] = json.loads(found[1])
    return node


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("timeline-events/signing", {"@type": "Event", "startDate": "1990-05-01"}),
        ("timeline-events/war", {"@type": "Event", "startDate": "1950", "endDate": "1953"}),
        ("legal-instruments/the-treaty", {"@type": "Legislation", "legislationDate": "1990-05-01"}),
        ("sanctions-measures/no-apples", {"@type": "Legislation", "legislationIdentifier": "s. 2"}),
        ("funding-records/aid-2010", {"@type": "MonetaryGrant"}),
        ("actors/zara", {"@type": "Person", "name": "Zara"}),
        ("actors/borea", {"@type": "Country"}),
        ("designations/party-one", {"@type": "Person", "identifier": "BOi.001"}),
        ("diplomatic-channels/embassy", {"@type": "Embassy"}),
        ("sources/gazette", {"@type": "WebPage", "inLanguage": "en"}),
    ],
)
def test_machines_are_told_what_kind_of_thing_it_is(still: httpx.Client, path: str, entity: dict[str, Any]) -> None:
    node = described(still, f"/en/{path}")
    assert (node["@type"], node["url"], node["version"]) == ("WebPage", f"/en/{path}", "1")
    assert node["mainEntity"].items() >= entity.items()


def test_every_collection_has_a_type_of_its_own() -> None:
    assert set(_ENTITIES) == set(COLLECTIONS)


def test_a_date_that_is_not_sure_is_not_told_to_machines(still: httpx.Client) -> None:
    assert "startDate" not in described(still, "/en/timeline-events/quarrel")["mainEntity"]
    grant = described(still, "/en/funding-records/aid-2010")["mainEntity"]
    assert grant["amount"] == {"@type": "MonetaryAmount", "value": "1000.50", "currency": "CAD"}


def test_a_title_cannot_end_the_script_of_machines(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "war", title=text("</script><b>War</b>"))
    assert described(api, WAR)["name"] == "</script><b>War</b>"
    assert words(page(api, WAR).find(".//h1")) == "</script><b>War</b>"


def test_a_page_that_the_client_has_is_not_sent_again(still: httpx.Client) -> None:
    tag = still.get(WAR).headers["etag"]
    assert still.get(WAR, headers={"If-None-Match": tag}).status_code == 304
