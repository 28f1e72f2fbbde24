"""Citations of records over HTTP, as CSL-JSON, BibTeX and text: how they are asked for, which version they name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from bibtexparser.entrypoint import parse_string

from app.main import create_app
from app.resources.registry import COLLECTIONS
from tests.support.csl import fits
from tests.support.servers import client_of, settings_for
from tests.support.world import World, refused, tag, text

WAR = "/v1/timeline-events/war"
CSL = "application/vnd.citationstyles.csl+json"


@pytest.fixture
def published(world: World) -> Iterator[httpx.Client]:
    """A client of a server that knows its public address."""
    app = create_app(settings_for(Path(world.db.path), public_url="https://dossier.example/api"))
    with client_of(app) as client:
        yield client


def item_at(client: httpx.Client, path: str, **headers: str) -> dict[str, Any]:
    """The one item of an answer that must be CSL-JSON."""
    answer = client.get(path, headers=headers).raise_for_status()
    assert answer.headers["content-type"] == CSL
    (item,) = answer.json()
    assert isinstance(item, dict)
    return item


def test_an_item_is_cited_by_format_or_by_accept(still: httpx.Client) -> None:
    item = item_at(still, f"{WAR}?format=csl")
    assert item == {
        "id": "timeline-events/war@1",
        "type": "webpage",
        "title": "The war",
        "container-title": "Canada–North Korea dossier",
        "author": [{"literal": "Maintainers of the dossier"}],
        "issued": {"date-parts": [[2020, 1, 1]]},
        "version": "revision 1",
        "URL": "/v1/timeline-events/war?revision=1&lang=en",
        "language": "en",
        "abstract": "Summary of The war",
        "event-date": {"date-parts": [[1950], [1953]]},
    }
    assert item_at(still, WAR, accept=CSL) == item
    assert item_at(still, WAR, accept=f"{CSL};q=0.9, application/json;q=0.1") == item
    assert still.get(WAR, headers={"Accept": f"{CSL};q=0.1, application/json"}).json()["data"]["id"] == "war"
    assert item_at(still, f"{WAR}?format=csl", accept="application/json") == item


def test_an_item_is_cited_in_the_language_of_the_answer(still: httpx.Client) -> None:
    item = item_at(still, f"{WAR}?format=csl&lang=fr")
    assert (item["title"], item["language"], item["version"]) == ("The war (fr)", "fr", "révision 1")
    assert item["URL"].endswith("&lang=fr")
    assert item_at(still, f"{WAR}?format=csl", **{"accept-language": "fr-CA"}) == item


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_record_of_every_collection_fits_the_schema(dossier: httpx.Client, name: str) -> None:
    for row in dossier.get(f"/v1/{name}?limit=3&sort=-id&lang=fr").json()["data"]:
        item = item_at(dossier, f"{row['url']}?format=csl&lang=fr")
        assert [field for field, value in item.items() if not fits(field, value)] == []
        assert (item["id"], item["title"]) == (f"{name}/{row['id']}@{row['revision']}", row["title"])


def test_the_address_is_that_of_the_version_whatever_revision_was_asked_for(world: World, api: httpx.Client) -> None:
    world.publish_with_change("actors", "elba", title=text("Elba"))
    first = item_at(api, f"{WAR}?format=csl")
    assert first["URL"] == "/v1/timeline-events/war?revision=1&lang=en"
    world.publish_with_change("timeline-events", "war", title=text("The long war"))
    item = item_at(api, f"{WAR}?format=csl")
    assert (item["id"], item["version"]) == ("timeline-events/war@3", "revision 3")
    assert item["issued"] == {"date-parts": [[2020, 1, 3]]}
    assert api.get(item["URL"]).json()["data"]["title"] == "The long war"
    for pin in ("revision=1", "revision=2", "as_of=2020-01-02T12:00:00Z"):
        assert item_at(api, f"{WAR}?format=csl&{pin}") == first
    assert api.get(first["URL"]).json()["data"]["title"] == "The war"


def test_the_address_is_absolute_by_the_public_one_and_never_by_the_host_of_the_request(
    published: httpx.Client, still: httpx.Client
) -> None:
    forged = {"host": "evil.example", "x-forwarded-host": "evil.example", "forwarded": "host=evil.example"}
    address = "/v1/timeline-events/war?revision=1&lang=en"
    assert item_at(published, f"{WAR}?format=csl", **forged)["URL"] == f"https://dossier.example/api{address}"
    assert item_at(still, f"{WAR}?format=csl", **forged)["URL"] == address


def test_what_was_withdrawn_or_never_was_is_not_cited_but_its_last_version_is(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish()
    gone = api.get("/v1/timeline-events/truce?format=csl")
    assert (gone.status_code, gone.headers["content-type"]) == (410, "application/problem+json")
    assert gone.json()["reason"] == "Counted twice"
    assert item_at(api, f"{gone.json()['last_version']}&format=csl")["title"] == "The truce"
    assert api.get("/v1/timeline-events/truce", headers={"Accept": CSL}).status_code == 410
    assert api.get("/v1/timeline-events/nothing?format=csl").status_code == 404


def test_a_citation_has_its_own_tag_and_links_to_its_pinned_self(still: httpx.Client) -> None:
    answer = still.get(WAR, headers={"Accept": CSL})
    assert answer.headers["etag"] == tag(still, 1, "en", "csl")
    memento = answer.links["memento"]["url"]
    assert memento == f"{WAR}?revision=1&lang=en&format=csl"
    assert still.get(memento).content == answer.content
    again = still.get(f"{WAR}?format=csl", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("name", "media_type", "begins"),
    [
        ("bibtex", "application/x-bibtex", "@misc{timeline-events:war:r1,\n"),
        ("txt", "text/x-bibliography", "Maintainers of the dossier, “The war”, "),
    ],
)
def test_bibtex_and_text_are_formats_like_others(still: httpx.Client, name: str, media_type: str, begins: str) -> None:
    answer = still.get(f"{WAR}?format={name}")
    assert answer.headers["content-type"] == f"{media_type}; charset=utf-8"
    assert answer.text.startswith(begins)
    assert "/v1/timeline-events/war?revision=1&lang=en" in answer.text
    asked = still.get(WAR, headers={"Accept": media_type})
    assert (asked.content, asked.headers["etag"]) == (answer.content, tag(still, 1, "en", name))
    assert still.get(asked.links["memento"]["url"]).content == answer.content
    held = {"If-None-Match": answer.headers["etag"]}
    assert still.get(f"{WAR}?format={name}", headers=held).status_code == 304
    words = f"cannot be used with format={name}: leave it out, or choose another format (json)"
    assert refused(still, f"{WAR}?format={name}&include=actors") == [("include", words)]


def test_text_is_not_a_citation_unless_it_is_asked_for(still: httpx.Client) -> None:
    assert still.get(WAR, headers={"Accept": "text/plain"}).status_code == 406
    assert still.get(WAR, headers={"Accept": "*/*"}).headers["content-type"] == "application/json"


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_record_of_every_collection_has_an_entry_that_is_read(dossier: httpx.Client, name: str) -> None:
    for row in dossier.get(f"/v1/{name}?limit=3&sort=-id&lang=fr").json()["data"]:
        library = parse_string(dossier.get(f"{row['url']}?format=bibtex&lang=fr").text)
        assert library.failed_blocks == []
        assert [entry.key for entry in library.entries] == [f"{name}:{row['id']}:r{row['revision']}"]


def test_a_citation_includes_nothing(still: httpx.Client) -> None:
    words = "cannot be used with format=csl: leave it out, or choose another format (json)"
    assert refused(still, f"{WAR}?format=csl&include=actors") == [("include", words)]
    assert still.get(f"{WAR}?include=actors", headers={"Accept": CSL}).json()["errors"] == [
        {"parameter": "include", "code": "wrong-format", "detail": words}
    ]


def test_only_items_are_cited(still: httpx.Client) -> None:
    for path in ("/v1/timeline-events", "/v1/timeline", f"{WAR}/history", "/v1/funding-records/totals"):
        [(parameter, detail)] = refused(still, f"{path}?format=csl")
        assert parameter == "format"
        assert detail.startswith('"csl" is not known.')
        assert still.get(path, headers={"Accept": CSL}).status_code == 406
