"""Choosing a day of the sanctions and a year of funding in a real browser, without script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.browser import BROWSER_MARKS, PHONE, chromium, new_page

pytestmark = BROWSER_MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def test_a_day_and_a_regime_can_be_chosen_without_script(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, PHONE, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/en/sanctions")
        page.get_by_label("Day").fill("2017-10-01")
        page.get_by_label("Regime").select_option("autonomous")
        page.get_by_role("button", name="Show").click()
        assert page.url.endswith("/en/sanctions?day=2017-10-01&regime=autonomous&kind=")
        assert (
            page.get_by_role("status").inner_text() == "9 measures in force, certainly or possibly, on 1 October 2017."
        )


def test_exceptions_open_by_keyboard(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, java_script_enabled=False) as watched:
        watched.page.goto(f"{dossier_address}/en/sanctions?day=2017-10-01&regime=autonomous&kind=aircraft-ban")
        permits = watched.page.get_by_text("Where needed to protect human life")
        assert not permits.is_visible()
        watched.page.locator(".details summary").first.focus()
        watched.page.keyboard.press("Enter")
        assert permits.is_visible()


def test_a_printed_page_shows_the_exceptions_and_no_form(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/en/sanctions?day=2017-10-01&regime=autonomous&kind=aircraft-ban")
        watched.page.emulate_media(media="print")
        assert watched.page.get_by_text("Where needed to protect human life").bounding_box() is not None
        assert not watched.page.locator("form.choose").is_visible()


def test_a_year_of_canadas_aid_can_be_typed_without_script(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, PHONE, java_script_enabled=False) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/fr/funding")
        page.get_by_label("Année").first.fill("2012")
        page.get_by_role("button", name="Afficher").click()
        assert (
            "8\N{NO-BREAK SPACE}200\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}USD" in page.locator(".answer").inner_text()
        )
