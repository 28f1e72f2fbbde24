"""Sources: fields, windows over what they tell of, filters, refusals, and the deep links built from their addresses."""

import httpx
import pytest

from tests.support.world import World, ids

LIST = "/v1/sources"


def test_a_source_has_all_its_fields_and_may_rest_on_itself(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/gazette?lang=fr").json()["data"] == {
        "id": "gazette",
        "title": "The gazette (fr)",
        "summary": "Summary of The gazette (fr)",
        "citations": [],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/sources/gazette",
        "kind": "web-page",
        "publisher": "Presse de la Gazette",
        "address": "https://gazette.example/page",
        "language": "en",
        "licence": "Domaine public",
        "content_as_of": None,
        "retrieved_on": None,
        "text_sha256": None,
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", ["almanac", "gazette"]),
        ("kind=dataset", ["almanac"]),
        ("kind=legislation", []),
        ("language=en&language=fr", ["almanac", "gazette"]),
        ("language=fr", ["almanac"]),
        ("source=gazette", ["almanac"]),
        ("from=2011-12-31", ["almanac"]),
        ("from=2012", []),
        ("from=2011&to=2011&certain=true", ["almanac"]),
        ("sort=date", ["almanac", "gazette"]),
        ("sort=-date", ["almanac", "gazette"]),
    ],
)
def test_sources_are_filtered_by_kind_language_what_they_cite_and_the_state_of_their_content(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "rumour"}, "kind"),
        ({"address": "gazette.example"}, "address"),
        ({"address": "ftp://gazette.example/page"}, "address"),
        ({"address": "https://gazette.example/a b"}, "address"),
        ({"address": "https://gazette.example/page\n"}, "address"),
        ({"language": "de"}, "language"),
        ({"licence": "CC0"}, "licence"),
        ({"content_as_of": "2011-31"}, "content_as_of"),
        ({"retrieved_on": "2026-02-30"}, "retrieved_on"),
        ({"retrieved_on": "2026-02"}, "retrieved_on"),
        ({"text_sha256": "ABCD"}, "text_sha256"),
        ({"publisher": None}, "publisher"),
    ],
)
def test_a_source_that_does_not_fit_is_refused_at_that_field(
    world: World, fields: dict[str, object], field: str
) -> None:
    world.change("sources", "gazette", **fields)
    assert world.faults()
    assert {line.split(": ")[2].partition(".")[0] for line in world.faults()} == {field}


def link(api: httpx.Client, query: str = "") -> str:
    url: str = api.get(f"/v1/timeline-events/war{query}").json()["data"]["citations"][1]["url"]
    return url


def test_a_version_keeps_the_link_to_the_source_as_it_stood_when_the_version_was_published(
    world: World, api: httpx.Client
) -> None:
    world.change("sources", "almanac", address="https://almanac.example/new")
    world.publish()
    assert link(api) == "https://almanac.example/#years:~:text=a%20war"
    world.change("timeline-events", "war", kind="military")
    world.publish()
    assert link(api) == "https://almanac.example/new#:~:text=a%20war"
    assert link(api, "?revision=2") == "https://almanac.example/#years:~:text=a%20war"


def test_a_source_and_what_cites_it_can_be_published_together(world: World, api: httpx.Client) -> None:
    world.change("sources", "almanac", address="https://almanac.example/new")
    world.change("timeline-events", "war", kind="military")
    world.publish()
    assert link(api) == "https://almanac.example/new#:~:text=a%20war"
