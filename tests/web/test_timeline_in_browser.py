"""Timeline in a real browser: by keyboard, without script, on a telephone, accessible in light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.axe import WITHOUT_AXE, findings
from tests.support.browser import BROWSER_MARKS, DESK, PHONE, chromium, new_page, sideways

pytestmark = BROWSER_MARKS

PLACES = ("/timeline?from=2010&to=2019", "/timeline?kind=military,sanctions&own=true", "/timeline?from=2018&to=2017")
# Of a browser that asks for /favicon.ico by itself, and of the page that refuses
_EXPECTED = ("status of 404", "status of 422")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def focused(page: Page) -> str:
    """Name of the mark that has the focus."""
    name: str = page.evaluate("document.activeElement.querySelector('title')?.textContent ?? ''")
    return name


@WITHOUT_AXE
@pytest.mark.parametrize(
    ("lang", "scheme", "size"),
    [("en", "light", PHONE), ("fr", "dark", PHONE), ("en", "dark", DESK), ("fr", "light", DESK)],
)
def test_the_timeline_is_accessible_quiet_and_as_wide_as_its_window(
    browser: Browser, dossier_address: str, lang: str, scheme: str, size: dict[str, int]
) -> None:
    with new_page(browser, size, color_scheme=scheme) as watched:
        for place in PLACES:
            watched.page.goto(f"{dossier_address}/{lang}{place}")
            watched.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            assert findings(watched.page) == [], place
            assert sideways(watched.page) == 0, place
            assert watched.outside(dossier_address) == [], place
            assert [one for one in watched.complaints if not any(known in one for known in _EXPECTED)] == [], place


def test_each_lane_is_one_tab_stop_and_arrows_go_from_mark_to_mark(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/en/timeline?kind=nuclear-test,missile-launch")
        page.locator(".lane-name a").first.focus()
        page.keyboard.press("Tab")
        assert focused(page) == "North Korea carries out its first nuclear test (9 October 2006)"
        page.keyboard.press("ArrowRight")
        assert focused(page).endswith("(25 May 2009)")
        assert page.locator(".read-out").inner_text() == focused(page)
        page.keyboard.press("End")
        assert focused(page).endswith("(3 September 2017)")
        page.keyboard.press("ArrowRight")
        assert focused(page).endswith("(3 September 2017)")
        page.keyboard.press("ArrowDown")
        assert "2017" in focused(page)
        page.keyboard.press("ArrowUp")
        page.keyboard.press("Home")
        page.keyboard.press("Tab")
        page.keyboard.press("Shift+Tab")
        assert focused(page) == "North Korea carries out its first nuclear test (9 October 2006)"
        with page.expect_navigation():
            page.keyboard.press("Enter")
        assert page.url == f"{dossier_address}/en/timeline-events/first-nuclear-test"


def test_a_reader_walks_from_all_years_to_a_month_and_back_by_keyboard(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/en/timeline")
        for name in ("2010s", "2017", "Sep"):
            page.locator(".closer a").filter(has_text=name).focus()
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert page.locator("h1").inner_text() == "Timeline: September 2017"
        assert "sixth" in page.locator("section.list").inner_text().lower()
        for name in ("2017", "2010s", "All years"):
            page.locator(".wider a").filter(has_text=name).last.focus()
            with page.expect_navigation():
                page.keyboard.press("Enter")
        assert page.url == f"{dossier_address}/en/timeline"


@pytest.mark.parametrize("script", [True, False])
def test_filters_work_by_a_form_with_and_without_script(browser: Browser, dossier_address: str, script: bool) -> None:
    with new_page(browser, java_script_enabled=script) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/en/timeline?from=2010&to=2019")
        page.locator("details.filters > summary").click()
        page.get_by_role("checkbox", name="Nuclear test").check()
        page.get_by_role("button", name="Show").first.click()
        assert page.url == f"{dossier_address}/en/timeline?from=2010&to=2019&kind=nuclear-test"
        assert page.locator("section.list [role=status]").inner_text() == "4 records"
        page.get_by_role("link", name="Kind: Nuclear test").click()
        assert page.url == f"{dossier_address}/en/timeline?from=2010&to=2019"


def test_without_script_the_list_has_what_the_picture_has(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/en/timeline?kind=nuclear-test")
        marks = page.locator("svg.marks a")
        addresses = {marks.nth(number).get_attribute("href") for number in range(marks.count())}
        links = page.locator("section.list .records a")
        assert addresses == {links.nth(number).get_attribute("href") for number in range(links.count())}
        assert len(addresses) == 6
        assert not page.locator(".keys").is_visible()


def test_the_table_and_what_leads_elsewhere_are_not_printed(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/timeline?from=2010&to=2019")
        watched.page.emulate_media(media="print")
        assert watched.page.locator("figure.timeline svg.marks").first.is_visible()
        assert watched.page.locator("section.list .records").is_visible()
        assert not watched.page.locator(".zoom").is_visible()
        assert not watched.page.locator("details.filters").is_visible()
