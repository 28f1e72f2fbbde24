"""Pages in a real browser: both languages, light and dark, phone and desk, with and without script, by keyboard."""

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Browser

from app.main import create_app
from app.model.fields import LANGUAGES
from app.store.engines.sqlite import SqliteDatabase
from tests.support.axe import WITHOUT_AXE, findings
from tests.support.browser import BROWSER_MARKS, DESK, PHONE, chromium, new_page, sideways
from tests.support.servers import client_at, serving, settings_for

pytestmark = BROWSER_MARKS

PLACES = [
    *("/", "/search", "/search?q=nuclear+test", "/names", "/names?name=Ri+Je-son", "/data", "/changes", "/about"),
    *("/timeline-events/first-nuclear-test", "/sanctions-measures/sema-export-ban", "/sources/gac-country-page"),
    *("/actors/canada?named_by=timeline-events", "/designations/un-kpi-001?revision=1", "/actors/canadaa"),
    *("/designations/un-kpi-001", "/funding-records/canada-wfp-2007-2009?revision=5", "/legal-instruments/unscr-1718"),
    *("/changes?of=3", "/timeline-events", "/data?revision=2", "/nowhere", "/search?q=a&collection=wrong"),
    *("/sanctions?day=2017-10-01", "/sanctions?day=1900-01-01", "/sanctions?day=tomorrow"),
    *("/funding", "/funding?year=2012", "/funding?donor=fts-all-donors", "/funding?donor=canda"),
]
PREFIX = "/dossier"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def behind_prefix(dossier_db: SqliteDatabase) -> Iterator[httpx.Client]:
    """A server as it is behind a proxy that takes a path prefix off; its client has it taken off in the same way."""
    settings = settings_for(dossier_db.path, public_url=f"https://data.example{PREFIX}")
    with serving(create_app(settings)) as address, client_at(address) as client:
        yield client


@WITHOUT_AXE
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_accessible_quiet_and_as_wide_as_their_window(
    browser: Browser, dossier_address: str, lang: str, scheme: str, size: dict[str, int]
) -> None:
    with new_page(browser, size, color_scheme=scheme) as watched:
        for place in PLACES:
            answer = watched.page.goto(f"{dossier_address}/{lang}{place}")
            assert answer is not None
            assert findings(watched.page) == [], place
            assert sideways(watched.page) == 0, place
            refused = [f"the server responded with a status of {answer.status}"] if answer.status >= 400 else []
            assert [one for one in watched.complaints if not any(part in one for part in refused)] == [], place
            assert watched.outside(dossier_address) == [], place
            watched.complaints.clear()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_show_their_content_without_script(browser: Browser, dossier_address: str, lang: str) -> None:
    with new_page(browser, java_script_enabled=False) as watched:
        for place in PLACES:
            watched.page.goto(f"{dossier_address}/{lang}{place}")
            assert watched.page.locator("main h1").inner_text(), place


def test_the_first_tab_stop_leads_past_the_navigation(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/")
        watched.page.keyboard.press("Tab")
        assert watched.page.evaluate("document.activeElement.className") == "skip"
        watched.page.keyboard.press("Enter")
        assert watched.page.evaluate("document.activeElement.id") == "main"


def test_a_visitor_finds_a_listed_name_from_the_home_page(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/")
        watched.page.get_by_label("Name of a person or entity").fill("Son, Ri Je")
        watched.page.get_by_role("button", name="Compare").click()
        assert "RI JE-SON" in watched.page.locator("main ol").inner_text()


def test_the_language_link_leads_to_the_same_page(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/search?q=coal&revision=2")
        watched.page.get_by_role("link", name="Français").click()
        assert watched.page.url == f"{dossier_address}/fr/search?revision=2&q=coal"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_link_of_the_pages_leads_somewhere(dossier: httpx.Client, lang: str) -> None:
    broken = {link: status for link, status in _followed(dossier, lang, "").items() if status >= 400}
    assert broken == {}


def test_every_link_resolves_under_a_path_prefix(behind_prefix: httpx.Client) -> None:
    broken = {link: status for link, status in _followed(behind_prefix, "en", PREFIX).items() if status >= 400}
    assert broken == {}


def _followed(client: httpx.Client, lang: str, prefix: str) -> dict[str, int]:
    """Status of each address that the pages link to or load from this service; 404 for one that lacks the prefix."""
    found: dict[str, int] = {}
    places = {f"{prefix}/{other}{place}" for place in PLACES for other in LANGUAGES}
    for place in PLACES:
        page = client.get(f"/{lang}{place}")
        for link in re.findall(r'(?:href|src|action)="([^"]+)"', page.text):
            address = urljoin(f"{prefix}/{lang}{place}", unescape(link)).partition("#")[0]
            # A page of a problem links to itself, in the other language too.
            if address.startswith("http") or address in found or address in places:
                continue
            if not address.startswith(f"{prefix}/"):
                found[address] = 404
                continue
            found[address] = _status(client, address, prefix)
    return found


def _status(client: httpx.Client, address: str, prefix: str) -> int:
    """Status of an address with a path prefix; of one that leads on, that of where it leads."""
    with client.stream("GET", address.removeprefix(prefix)) as answer:
        if not answer.has_redirect_location:
            return answer.status_code
        onward = answer.headers["location"]
    return _status(client, onward, prefix) if onward.startswith(f"{prefix}/") else 404


def test_shown_requests_name_the_server_that_shows_them(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/search?q=coal")
        watched.page.get_by_text("See the request").click()
        assert f"curl '{dossier_address}/v1/search?limit=20&q=coal" in watched.page.locator(".requests").inner_text()


def test_a_citation_can_be_followed_where_the_server_has_no_public_address(
    browser: Browser, dossier_address: str
) -> None:
    path = "/en/timeline-events/first-nuclear-test?revision=5"
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/timeline-events/first-nuclear-test")
        assert watched.page.locator(".cite").inner_text().endswith(f" {dossier_address}{path}")
        watched.page.get_by_text("BibTeX").click()
        assert f"{dossier_address}{path}" in watched.page.locator("details[open] code").inner_text()


def test_the_check_of_a_revision_names_the_server_that_shows_it(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/about")
        assert f"curl -s '{dossier_address}/v1/revisions/" in watched.page.locator("pre").first.inner_text()


def test_no_box_of_the_printed_home_page_is_half_empty(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, {"width": 816, "height": 1056}) as watched:
        watched.page.emulate_media(media="print")
        watched.page.goto(f"{dossier_address}/en/")
        for box in watched.page.locator(".question").all():
            if box.is_visible():
                inside, below = box.bounding_box(), box.locator(":scope > :visible").last.bounding_box()
                assert inside is not None
                assert below is not None
                assert inside["y"] + inside["height"] - below["y"] - below["height"] < 40
