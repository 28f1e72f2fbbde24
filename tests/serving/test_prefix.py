"""Path prefix: behind a proxy that takes a prefix off, every address in an answer leads back through it."""

import csv
import io
import json
import re
import sqlite3
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from app.main import create_app
from app.model.json_text import with_prefix
from app.settings import Settings
from app.store.engines.sqlite import SqliteDatabase
from tests.support.proxy import PREFIX, PUBLIC, StrippingProxy
from tests.support.schema import SCHEMA, asking, choices_of, example_of
from tests.support.servers import client_of, settings_for
from tests.support.world import World

PATHS = sorted(path for path in SCHEMA["paths"] if not path.startswith("/health"))
# A path of this service as a value or in prose; only with `prefix` does it lead through the proxy.
OWN = re.compile(
    r"(?<![\w./-])(?P<prefix>/dossier)?(?P<path>/(?:v1|docs|openapi\.json|health|static|\.well-known)\b[^\s\"'<>(){},;\\]*)"
)
ABSOLUTE = re.compile(r"https://example\.org(?P<prefix>/dossier)?(?P<path>/[^\s\"'<>(){},;\\]*)")


@pytest.fixture(scope="module")
def proxied(dossier_db: SqliteDatabase) -> Iterator[httpx.Client]:
    """A client of the packaged revisions behind the proxy."""
    settings = settings_for(dossier_db.path, public_url=PUBLIC)
    with client_of(StrippingProxy(create_app(settings))) as client:
        yield client


def addresses(text: str) -> set[str]:
    """Paths, as the proxy sees them, of the addresses of this service in a text; all have to have the prefix."""
    found = [*OWN.finditer(text), *ABSOLUTE.finditer(text)]
    assert [one[0] for one in found if not one["prefix"]] == []
    return {f"{PREFIX}{one['path']}".partition("#")[0] for one in found}


def given_by(answer: httpx.Response) -> set[str]:
    """All addresses of this service in the headers and the body of an answer."""
    headers = " ".join(value for name, value in answer.headers.items() if name in ("link", "location"))
    return addresses(f"{headers} {answer.text.replace('&amp;', '&')}")


def unfolded(text: str) -> str:
    """Calendar without its line folding and escapes."""
    return text.replace("\r\n ", "").replace("\\,", ",").replace("\\n", "\n")


def asked() -> Iterator[str]:
    for path in PATHS:
        formats = [one for one in choices_of(path, "format") if one != "sqlite"] or [""]
        for form in formats:
            address = example_of(path)
            limit = ["limit=200"] if form == "json" and choices_of(path, "sort") else []
            yield asking(address, *([f"format={form}"] if form else []), *limit)


@pytest.mark.parametrize(
    "address", [*asked(), "/", "/.well-known/api-catalog", "/v1/timeline?format=atom&limit=2&revision=1"]
)
def test_every_address_in_an_answer_leads_back_through_the_proxy(proxied: httpx.Client, address: str) -> None:
    answer = proxied.get(f"{PREFIX}{address}")
    assert answer.status_code == 200, answer.text
    body = unfolded(answer.text) if "format=ics" in address else answer.text.replace("&amp;", "&")
    found = addresses(body) | given_by(httpx.Response(200, headers=answer.headers))
    assert found or "canonical" in address
    for path in sorted(found)[:60]:
        expected = 422 if path.endswith(("/v1/search", "/screen")) else 200  # these need words, or a name
        assert proxied.head(path).status_code == expected, path


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_page_of_a_walk_by_link_is_reached(proxied: httpx.Client, lang: str) -> None:
    answer, met = proxied.get(f"{PREFIX}/v1/timeline-events?sort=title&lang={lang}&limit=20"), []
    while True:
        assert answer.headers["content-language"] == lang
        met += [row["id"] for row in answer.json()["data"]]
        if "next" not in answer.links:
            break
        answer = proxied.get(answer.links["next"]["url"])
    assert len(met) == len(set(met)) == answer.json()["page"]["total"]


def test_exports_have_the_prefix_in_their_cells_and_records(proxied: httpx.Client) -> None:
    rows = list(csv.DictReader(io.StringIO(proxied.get(f"{PREFIX}/v1/changes?format=csv").text)))
    assert json.loads(rows[0]["record"])["url"].startswith("/dossier/v1/actors/")
    for path in ("/v1/actors?format=jsonl", "/v1/actors?format=jsonl&fields=url"):
        lines = proxied.get(f"{PREFIX}{path}").text.splitlines()
        assert all(json.loads(line)["url"].startswith("/dossier/v1/actors/") for line in lines)


def test_the_whole_dataset_has_the_prefix(proxied: httpx.Client, tmp_path: Path) -> None:
    lines = proxied.get(f"{PREFIX}/v1/dataset.jsonl").text.splitlines()
    assert {json.loads(line)["record"]["url"].split("/")[1] for line in lines} == {"dossier"}
    file = tmp_path / "dossier.sqlite"
    file.write_bytes(proxied.get(f"{PREFIX}/v1/dataset.sqlite").content)
    database = sqlite3.connect(file)
    assert database.execute("SELECT min(url), max(url) FROM actors").fetchone()[0].startswith("/dossier/v1/actors/")
    database.close()


class Assets(HTMLParser):
    """The addresses of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, _tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("src", "href") and value]


def test_the_documentation_page_finds_its_files_and_asks_the_service_through_the_proxy(proxied: httpx.Client) -> None:
    page = proxied.get(f"{PREFIX}/docs")
    assets = Assets(page.text).found
    assert "openapi.json" in assets
    for asset in assets:
        # The page for people at `./` is a redirection for browsers; here it is the service document
        assert proxied.get(urljoin(str(page.url), asset)).status_code == 200, asset
    document = proxied.get(f"{PREFIX}/openapi.json")
    assert document.json()["servers"][0]["url"] == PUBLIC
    assert f'"url":"{PREFIX}/v1/' in document.text
    assert not re.search(r'"(url|last_version|summary)":"/v1', document.text)
    assert "/v1/timeline" in document.json()["paths"]


def test_a_withdrawn_record_leads_to_its_last_version_through_the_proxy(world: World) -> None:
    world.withdraw("timeline-events", "tie")
    world.publish()
    with client_of(StrippingProxy(create_app(settings_for(world.db.path, public_url=PUBLIC)))) as client:
        answer = client.get(f"{PREFIX}/v1/timeline-events/tie")
        assert answer.status_code == 410
        last = answer.json()["last_version"]
        assert last == "/dossier/v1/timeline-events/tie?revision=1"
        assert answer.links["memento"]["url"] == last
        assert client.get(last).status_code == 200


@pytest.mark.parametrize(
    ("address", "named"),
    [
        ("/v2", "/dossier/v2"),
        ("/v1/actor", "/dossier/v1/actors"),
        ("/v1/actors?revision=99", "/dossier/v1/revisions"),
        ("/v1/actors?as_of=2001-01-01T00:00:00Z", "/dossier/v1/revisions"),
        ("/v1/timeline-events?actor=nobody-at-all-here", "/dossier/v1/actors"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_problem_names_paths_with_the_prefix(proxied: httpx.Client, address: str, named: str, lang: str) -> None:
    problem = proxied.get(f"{PREFIX}{address}", headers={"Accept-Language": lang}).json()
    assert named in problem["detail"]
    assert all(one["prefix"] for one in OWN.finditer(json.dumps(problem)))


@pytest.mark.parametrize("prefix", ["/docs/dossier", "/v1", "/health"])
def test_a_prefix_that_looks_like_a_path_of_the_service_is_added_once(world: World, prefix: str) -> None:
    with client_of(create_app(settings_for(world.db.path, public_url=f"https://example.org{prefix}"))) as client:
        near = client.get("/v1/timeline-event").json()["detail"]
        assert near == f"Nothing is at {prefix}/v1/timeline-event. Did you mean {prefix}/v1/timeline-events?"
        far = client.get("/qqq").json()["detail"]
        assert far == f"Nothing is at {prefix}/qqq. The collections are listed at {prefix}/v1."


@pytest.mark.parametrize(
    ("public_url", "prefix"),
    [
        (None, ""),
        ("https://example.org", ""),
        ("https://example.org/dossier", "/dossier"),
        ("http://localhost:8080/a/b-c", "/a/b-c"),
        ("http://[::1]:8080/a", "/a"),
    ],
)
def test_the_prefix_is_the_path_of_the_public_address(public_url: str | None, prefix: str) -> None:
    assert Settings(public_url=public_url).path_prefix == prefix


def test_only_addresses_get_the_prefix_and_without_one_nothing_is_copied() -> None:
    text = '{"url":"/v1/a","title":"\\"url\\":\\"/v1/b","citations":[{"url":"https://x/v1/"},{"url":null}]}'
    assert with_prefix(text, "") is text
    assert with_prefix(text, "/p") == text.replace('"url":"/v1/a"', '"url":"/p/v1/a"')
