"""Files for programs that visit a site: what may be read, what the service is, and where every page is."""

import re
import struct
from collections.abc import Iterator
from unittest.mock import patch
from urllib.robotparser import RobotFileParser
from xml.etree.ElementTree import Element, fromstring

import httpx
import pytest

from app.main import create_app
from app.messages import sentence
from app.model.fields import SLUG_LENGTH
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.engines.sqlite import SqliteDatabase
from app.web import sitemap
from app.web.crawlers import llms_txt, robots_txt
from app.web.registry import PAGES
from tests.support.servers import client_of, settings_for
from tests.support.world import World, refused

PUBLIC = "https://example.org/dossier"
LOC, ALTERNATE = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc", "{http://www.w3.org/1999/xhtml}link"
FILES = ["/robots.txt", "/llms.txt", "/favicon.svg", "/favicon.ico", "/sitemap.xml", "/sitemaps/pages.xml"]


@pytest.fixture(scope="module")
def public(begun_db: SqliteDatabase) -> Iterator[httpx.Client]:
    """A client of a server of the tiny world that has a public address with a path."""
    with client_of(create_app(settings_for(begun_db.path, public_url=PUBLIC))) as client:
        yield client


@pytest.fixture
def fresh(begun_db: SqliteDatabase) -> Iterator[httpx.Client]:
    """The same, with no answer stored before a test."""
    with client_of(create_app(settings_for(begun_db.path, public_url=PUBLIC))) as client:
        yield client


def locations(answer: httpx.Response) -> list[str]:
    """Addresses of an index or of a part, without the public one in front."""
    found = [one.text or "" for one in fromstring(answer.content).iter(LOC)]
    assert all(address.startswith(f"{PUBLIC}/") for address in found)
    return [address.removeprefix(PUBLIC) for address in found]


def whole(client: httpx.Client) -> list[str]:
    """Addresses of all parts."""
    parts = locations(client.get("/sitemap.xml"))
    return [address for part in parts for address in locations(client.get(part))]


# --- all of them ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES)
def test_each_file_has_an_entity_tag_a_lifetime_and_no_parameters(public: httpx.Client, path: str) -> None:
    answer = public.get(path)
    assert answer.status_code == 200
    assert re.fullmatch(r"public, max-age=(60|86400)", answer.headers["cache-control"])
    again = public.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert public.head(path).headers["etag"] == answer.headers["etag"]
    assert [name for name, _ in refused(public, f"{path}?x=1")] == ["x"]
    assert "revision=" not in answer.headers.get("link", "")


# --- robots.txt and llms.txt ------------------------------------------------------------------------------------------


def test_robots_may_read_everything_but_screened_names() -> None:
    robots = RobotFileParser()
    robots.parse(robots_txt(Settings()).splitlines())
    for path in ("/", "/en/", "/fr/names", "/v1/designations", "/v1/designations/party-one", "/docs", "/sitemap.xml"):
        assert robots.can_fetch("AnyBot", path), path
    for path in ("/v1/designations/screen?name=Uno", "/en/names?name=Uno", "/fr/names?revision=1&name=Uno"):
        assert not robots.can_fetch("AnyBot", path), path


def test_robots_are_told_of_the_sitemap_where_there_is_one() -> None:
    assert "Sitemap" not in robots_txt(Settings())
    text = robots_txt(Settings(public_url=PUBLIC))
    assert f"\nSitemap: {PUBLIC}/sitemap.xml\n" in text
    assert "\nDisallow: /dossier/v1/designations/screen\n" in text


def test_llms_txt_asks_the_five_questions_of_the_home_page_and_every_link_answers(dossier: httpx.Client) -> None:
    text = dossier.get("/llms.txt").text
    assert text.startswith("# Canada–North Korea dossier\n\n> The public record")
    assert "not a service of the Government" in text
    questions = text.partition("## Questions")[2].partition("##")[0]
    asked = ("applies", "happened", "talk", "aid", "name")
    assert re.findall(r"^- \[([^]]+)\]", questions, re.MULTILINE) == [sentence(f"page-home-{one}") for one in asked]
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 10
    for link in links:
        with dossier.stream("GET", link) as answer:
            assert answer.status_code == 200, link


def test_links_of_llms_txt_are_complete_where_the_service_has_a_public_address() -> None:
    links = re.findall(r"\]\(([^)]+)\)", llms_txt(Settings(public_url=PUBLIC)))
    assert all(link.startswith(f"{PUBLIC}/") for link in links)


# --- the sitemap ------------------------------------------------------------------------------------------------------


def test_without_a_public_address_there_is_no_sitemap_and_the_reason_is_given(still: httpx.Client) -> None:
    for path in ("/sitemap.xml", "/sitemaps/pages.xml", "/sitemaps/records-1.xml"):
        answer = still.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:dossier:problem:unknown-path")
        assert "DOSSIER_PUBLIC_URL" in answer.json()["detail"]


def test_every_address_of_the_sitemap_answers_and_none_comes_twice(public: httpx.Client) -> None:
    addresses = whole(public)
    assert len(addresses) == len({*addresses})
    for address in addresses:
        answer = public.get(address)
        if answer.status_code == 302:  # to the page of today
            answer = public.get(answer.headers["location"].removeprefix("/dossier"))
        assert answer.status_code == 200, address


def test_the_sitemap_has_every_page_in_both_languages(public: httpx.Client) -> None:
    addresses = {*locations(public.get("/sitemaps/pages.xml"))}
    for page in PAGES:
        if "{id}" not in page.path:
            for name in COLLECTIONS:
                path = page.path.format(collection=name)
                assert {f"/en{path}", f"/fr{path}"} <= addresses


def test_each_address_names_the_same_page_in_both_languages(public: httpx.Client) -> None:
    entries: list[Element] = list(fromstring(public.get("/sitemaps/pages.xml").content))
    for entry in entries:
        alternates = {link.attrib["hreflang"]: link.attrib["href"] for link in entry.iter(ALTERNATE)}
        assert list(alternates) == ["en", "fr"]
        assert entry.findtext(LOC) in alternates.values()
        assert alternates["en"].replace("/en/", "/fr/") == alternates["fr"]


@pytest.mark.parametrize("most", [1, 4, 500])
def test_the_parts_have_every_record_once_and_no_part_has_too_many(fresh: httpx.Client, most: int) -> None:
    with patch.object(sitemap, "RECORDS", most):
        _, *parts = locations(fresh.get("/sitemap.xml"))
        found = [locations(fresh.get(part)) for part in parts]
    lists = {name: fresh.get(f"/v1/{name}?limit=200").json()["data"] for name in COLLECTIONS}
    records = [(name, row["id"]) for name, rows in lists.items() for row in rows]
    expected = [f"/{lang}/{name}/{id}" for name, id in records for lang in ("en", "fr")]
    assert sorted(address for part in found for address in part) == sorted(expected)
    assert max(map(len, found)) <= 2 * most
    assert len(parts) == -(-len(records) // most)


@pytest.mark.parametrize("number", ["0", "2", "01", "-1", "1.0", "x", "٣", "9" * 5000])
def test_a_part_that_there_is_not_is_refused(fresh: httpx.Client, number: str) -> None:
    assert fresh.get(f"/sitemaps/records-{number}.xml").status_code == 404
    assert fresh.get("/sitemaps/records-1.xml").status_code == 200


def test_a_full_part_stays_below_1_mib() -> None:
    path = f"/diplomatic-channels/{'x' * SLUG_LENGTH}"
    text = sitemap._urls("https://dossier.example.org", [(path, "2026-11-27")] * sitemap.RECORDS)
    assert len(text) < 2**20
    assert text.count("<url>") <= 50_000


def test_a_publication_changes_the_sitemap_and_its_entity_tag(world: World) -> None:
    with client_of(create_app(settings_for(world.db.path, public_url=PUBLIC))) as client:
        before = client.get("/sitemaps/records-1.xml")
        world.add("actors", "newcomer", "Newcomer", kind="state")
        world.withdraw("timeline-events", "truce")
        world.publish()
        after = client.get("/sitemaps/records-1.xml", headers={"If-None-Match": before.headers["etag"]})
    assert after.status_code == 200
    assert "/en/actors/newcomer" in locations(after)
    assert "/en/timeline-events/truce" in locations(before)
    assert "/en/timeline-events/truce" not in locations(after)


# --- icons ------------------------------------------------------------------------------------------------------------


def test_pages_name_the_icons_and_both_are_there(public: httpx.Client) -> None:
    text = public.get("/en/").text
    assert '<link rel="icon" href="/dossier/favicon.svg" type="image/svg+xml">' in text
    assert 'href="/dossier/favicon.ico"' in text
    assert public.get("/favicon.svg").headers["content-type"] == "image/svg+xml"
    assert public.get("/favicon.ico").headers["content-type"] == "image/x-icon"


def test_the_icon_file_has_a_png_of_each_size_that_browsers_ask_for(public: httpx.Client) -> None:
    icon = public.get("/favicon.ico").content
    assert len(icon) < 5_000
    kind, count = struct.unpack_from("<2xHH", icon)
    assert (kind, count) == (1, 3)
    sizes = []
    for place in range(count):
        width, height, length, offset = struct.unpack_from("<BB6xII", icon, 6 + 16 * place)
        image = icon[offset : offset + length]
        assert image.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack_from(">II", image, 16) == (width, height)
        sizes.append(width)
    assert sizes == [16, 32, 48]
