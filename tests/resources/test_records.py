"""A record of every collection, with all its fields, as its address serves it."""

from typing import Any

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from tests.support.world import World, text

# By address, what a record has of its own: the rest follows from its title and address
RECORDS: dict[str, dict[str, Any]] = {
    "actors/zara?lang=fr": {
        "title": "Zara (fr)",
        "kind": "person",
        "code": None,
        "also_known_as": [],
        "roles": [{"title": "Reine", "of": "borea", "period": "2001/.."}],
    },
    "background-facts/old-feud": {
        "title": "An old feud",
        "topics": [],
        "earliest": "1990-01-01",
        "latest": "1999-12-31",
        "kind": "conduct",
        "about": ["borea"],
        "period": "199X",
    },
    "background-facts/hunger": {
        "title": "Hunger",
        "topics": [],
        "earliest": None,
        "latest": None,
        "kind": "situation",
        "about": ["borea"],
        "period": None,
    },
    "diplomatic-channels/embassy?lang=fr": {
        "title": "The embassy (fr)",
        "topics": [],
        "kind": "embassy",
        "sending_state": "aland",
        "receiving_state": "elba",
        "operated_by": None,
        "accredited_to": ["borea"],
        "place": "Elba Town (fr)",
    },
    "engagement-topics/trade?lang=fr": {"title": "Trade (fr)", "number": 2, "policy": "be-kind"},
    "funding-records/aid-2010": {
        "title": "Aid in 2010",
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
        "in_kind": None,
        "price_base": None,
    },
    "initiatives/patrol": {
        "title": "The patrol",
        "topics": [],
        "earliest": "2018-01-01",
        "latest": None,
        "kind": "naval",
        "period": "2018/..",
        "lead": "aland",
        "partners": ["elba"],
    },
    "legal-instruments/the-treaty": {
        "title": "The treaty",
        "topics": [],
        "in_force_from": "1991",
        "in_force_to": None,
        "status": "unknown",
        "status_as_of": None,
        "kind": "treaty",
        "also_known_as": [],
        "legal_citation": "T 1",
        "issuer": None,
        "parties": ["aland", "borea"],
        "date": "1990-05-01",
        "enabled_by": [],
        "implements": [],
        "amends": [],
    },
    "policy-positions/be-kind": {
        "title": "Be kind",
        "topics": ["peace"],
        "kind": "policy",
        "stated_on": "2010",
        "status": "current",
        "addressee": "borea",
        "about": [],
        "instruments": [],
    },
    "sanctions-measures/no-apples?lang=fr": {
        "title": "No apples (fr)",
        "topics": [],
        "in_force_from": "2005",
        "in_force_to": "2006-06",
        "status": "unknown",
        "status_as_of": None,
        "regime": "autonomous",
        "kind": "import-ban",
        "scope": "goods",
        "instrument": "the-law",
        "provision": "art. 2",
        "implements": [],
        "implements_provisions": [],
        "exceptions": [
            {"title": "Pommettes", "provision": "art. 3", "covers": None, "in_force_from": None, "in_force_to": None}
        ],
        "authorizations": [
            {"kind": "permit", "title": "Apple permit (fr)", "instrument": "the-rule", "provision": None}
        ],
        "replaces": [],
    },
    "sources/gazette?lang=fr": {
        "title": "The gazette (fr)",
        "citations": [],
        "kind": "web-page",
        "publisher": "Presse de la Gazette",
        "address": "https://gazette.example/page",
        "language": "en",
        "licence": "Domaine public",
        "content_as_of": None,
        "retrieved_on": None,
        "text_sha256": None,
        "undivided": True,
        "file_sha256": None,
    },
    "timeline-events/signing": {
        "title": "The signing",
        "topics": [],
        "earliest": "1990-05-01",
        "latest": "1990-05-01",
        "kind": "agreement",
        "date": "1990-05-01",
        "actors": [],
        "instruments": ["the-treaty"],
        "place": "Elba Castle",
        "related": [{"collection": "legal-instruments", "id": "the-treaty"}],
    },
}


@pytest.mark.parametrize("address", RECORDS)
def test_a_record_has_all_its_fields(still: httpx.Client, address: str) -> None:
    path = address.partition("?")[0]
    assert still.get(f"/v1/{address}").json()["data"] == {
        "collection": path.partition("/")[0],
        "id": path.partition("/")[2],
        "summary": f"Summary of {RECORDS[address]['title']}",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": "https://gazette.example/page"}],
        "other_values": [],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": f"/v1/{path}",
        **RECORDS[address],
    }


def test_french_replaces_the_words_and_nothing_else(still: httpx.Client) -> None:
    english = still.get("/v1/timeline-events/signing").json()["data"]
    french = still.get("/v1/timeline-events/signing?lang=fr").json()["data"]
    assert french == english | {
        "title": "The signing (fr)",
        "summary": "Summary of The signing (fr)",
        "place": "Château d’Elbe",
    }


def test_a_sum_of_18_digits_and_4_decimals_comes_back_unchanged(world: World, api: httpx.Client) -> None:
    world.publish_with_change("funding-records", "aid-2010", amount="123456789012345678.9012")
    assert api.get("/v1/funding-records/aid-2010").json()["data"]["amount"] == "123456789012345678.9012"


# Citations and the deep links made of the addresses of their sources


def test_a_citation_links_to_its_passage_by_the_address_of_its_source(still: httpx.Client) -> None:
    assert still.get("/v1/timeline-events/war").json()["data"]["citations"] == [
        {
            "source": "gazette",
            "section": "News",
            "fragment": {"start": "War began", "end": "at last, it ended"},
            "url": "https://gazette.example/page#:~:text=War%20began,at%20last%2C%20it%20ended",
        },
        {
            "source": "almanac",
            "section": "1950",
            "fragment": {"start": "a war", "end": None},
            "url": "https://almanac.example/#years:~:text=a%20war",
        },
    ]


def link(api: httpx.Client, query: str = "") -> str:
    url: str = api.get(f"/v1/timeline-events/war{query}").json()["data"]["citations"][1]["url"]
    return url


def test_a_version_keeps_the_link_to_the_source_as_it_was_when_the_version_was_published(
    world: World, api: httpx.Client
) -> None:
    world.publish_with_change("sources", "almanac", address="https://almanac.example/new")
    assert link(api) == "https://almanac.example/#years:~:text=a%20war"
    world.publish_with_change("timeline-events", "war", kind="military")
    assert link(api) == "https://almanac.example/new#:~:text=a%20war"
    assert link(api, "?revision=2") == "https://almanac.example/#years:~:text=a%20war"


def test_a_source_and_what_cites_it_can_be_published_together(world: World, api: httpx.Client) -> None:
    world.change("sources", "almanac", address="https://almanac.example/new")
    world.publish_with_change("timeline-events", "war", kind="military")
    assert link(api) == "https://almanac.example/new#:~:text=a%20war"


ADDRESSES = {"en": "https://gazette.example/en", "fr": "https://gazette.example/fr"}
PAGES = {"en": "https://gazette.example/en/s-5", "fr": "https://gazette.example/fr/s-5"}
PASSAGE = {"section": {"en": "News", "fr": "Nouvelles"}, "fragment": {"start": "a war"}}
DEEP = "https://gazette.example/en#:~:text=a%20war"


@pytest.mark.parametrize(
    ("cited", "english", "french"),
    [
        ({}, ADDRESSES["en"], ADDRESSES["fr"]),
        ({"page": PAGES}, PAGES["en"], PAGES["fr"]),
        ({"page": PAGES["en"]}, PAGES["en"], PAGES["en"]),
        (PASSAGE, DEEP, ADDRESSES["fr"]),  # the words of the passage are not on the French page
        (PASSAGE | {"page": PAGES}, DEEP, PAGES["fr"]),
    ],
)
def test_the_address_of_a_citation_is_the_most_exact_one_in_the_language(
    world: World, api: httpx.Client, cited: dict[str, Any], english: str, french: str
) -> None:
    world.change("sources", "gazette", address=ADDRESSES)
    world.publish_with_change("timeline-events", "tie", kind="meeting", citations=[{"source": "gazette", **cited}])
    found = {lang: api.get(f"/v1/timeline-events/tie?lang={lang}").json()["data"]["citations"] for lang in ("en", "fr")}
    section = cited.get("section", {"en": None, "fr": None})
    fragment = {"start": "a war", "end": None} if "fragment" in cited else None
    for lang, url in (("en", english), ("fr", french)):
        assert found[lang] == [{"source": "gazette", "section": section[lang], "fragment": fragment, "url": url}]
    for lang, address in ADDRESSES.items():
        assert api.get(f"/v1/sources/gazette?lang={lang}").json()["data"]["address"] == address


def test_what_is_only_in_the_seed_form_is_not_served(world: World, api: httpx.Client) -> None:
    world.publish_with_change("timeline-events", "tie", citations=[{"source": "gazette", "page": PAGES}])
    assert "page" not in api.get("/v1/timeline-events/tie").json()["data"]["citations"][0]
    assert '"page":{"en":' in api.get("/v1/revisions/2/canonical").text


def test_what_another_source_says_instead_is_served_with_its_evidence(world: World, api: httpx.Client) -> None:
    other = {"field": "place", "value": text("Home", "Chez soi"), "citations": [{"source": "almanac"}]}
    plain = {"field": "date", "value": "1990-05-02", "citations": [{"source": "almanac", "section": "1990"}]}
    world.publish_with_change("timeline-events", "tie", other_values=[other, plain])
    evidence = {"source": "almanac", "section": None, "fragment": None, "url": "https://almanac.example/#years"}
    assert api.get("/v1/timeline-events/tie?lang=fr").json()["data"]["other_values"] == [
        {"field": "place", "value": "Chez soi", "citations": [evidence]},
        {"field": "date", "value": "1990-05-02", "citations": [evidence | {"section": "1990"}]},
    ]
    assert api.get("/v1/timeline-events?source=almanac").json()["page"]["total"] == 2


def test_other_names_are_in_the_language_of_the_response(world: World, api: httpx.Client) -> None:
    world.publish_with_change("actors", "elba", also_known_as=["IAEA-1", text("NPT", "TNP")])
    assert api.get("/v1/actors/elba").json()["data"]["also_known_as"] == ["IAEA-1", "NPT"]
    assert api.get("/v1/actors/elba?lang=fr").json()["data"]["also_known_as"] == ["IAEA-1", "TNP"]


@pytest.mark.parametrize("name", COLLECTIONS)
def test_the_collection_of_a_record_is_a_constant_of_its_schema(still: httpx.Client, name: str) -> None:
    model = COLLECTIONS[name].model
    schema = model.model_json_schema(mode="serialization")["properties"]["collection"]
    assert (schema["const"], schema["type"], next(iter(model.model_fields))) == (name, "string", "collection")
    assert {record["collection"] for record in still.get(f"/v1/{name}").json()["data"]} == {name}
