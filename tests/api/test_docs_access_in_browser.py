"""The documentation page for everybody: axe finds nothing grave, it fits a phone, goes by keyboard, and can be dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.axe import WITHOUT_AXE, findings
from tests.support.browser import BROWSER_MARKS, DESK, PHONE, chromium, new_page, sideways
from tests.support.docs_page import TIMEOUT, open_operation, show_operations

pytestmark = BROWSER_MARKS


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def luminance(page: Page, selector: str, what: str) -> int:
    """Sum of red, green and blue of a colour of an element."""
    script = (
        f"element => getComputedStyle(element).{what}.match(/\\d+/g).slice(0, 3).reduce((sum, one) => sum + +one, 0)"
    )
    found: int = page.locator(selector).first.evaluate(script)
    return found


@WITHOUT_AXE
def test_axe_finds_what_is_wrong_with_a_page(browser: Browser) -> None:
    with new_page(browser) as watched:
        watched.page.set_content('<html lang="en"><title>x</title><main><h1>x</h1><img src="data:,"><select></select>')
        found = findings(watched.page)
        assert [line.split(":")[0] for line in found] == ["critical image-alt", "critical select-name"]
        assert findings(watched.page, hidden=["img"]) == findings(watched.page, off=["image-alt"]) == found[1:]


@WITHOUT_AXE
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_and_nothing_is_wider_than_the_window(
    browser: Browser, dossier_address: str, scheme: str, size: dict[str, int]
) -> None:
    with new_page(browser, size, color_scheme=scheme) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/docs")
        assert findings(page) == []
        for summary in page.locator(".question summary").all():
            summary.click()
        expect(page.locator(".answer:not([aria-busy]):not(:empty)")).to_have_count(5, timeout=TIMEOUT)
        assert (findings(page), sideways(page)) == ([], 0)
        for summary in page.locator(".question summary").all():
            summary.click()
        show_operations(page, every=True)
        assert (findings(page), sideways(page)) == ([], 0)
        for id in ("list_timeline", "get_sanctions_measure"):
            block = open_operation(page, id)
            block.locator("button.execute").click()
            block.locator(".live-responses-table .response").wait_for(timeout=TIMEOUT)
            block.locator(".live-responses-table pre[tabindex]").first.wait_for()
            assert (findings(page), sideways(page)) == ([], 0), id
            block.get_by_role("tab", name="Schema").first.click()
            assert (findings(page), sideways(page)) == ([], 0), id
            block.locator(".opblock-summary-control").click()
        page.locator(".how summary").click()
        page.locator("section.models button").first.click()
        assert (findings(page), sideways(page)) == ([], 0)
        assert watched.complaints == []


@pytest.mark.parametrize(("scheme", "is_dark"), [("light", False), ("dark", True)])
def test_colours_follow_the_system(browser: Browser, dossier_address: str, scheme: str, is_dark: bool) -> None:
    with new_page(browser, color_scheme=scheme) as watched:
        watched.page.goto(f"{dossier_address}/docs")
        assert (luminance(watched.page, "body", "backgroundColor") < 3 * 60) == is_dark
        show_operations(watched.page)
        assert (luminance(watched.page, ".opblock", "backgroundColor") < 3 * 80) == is_dark
        assert (luminance(watched.page, ".opblock-summary-description", "color") > 3 * 150) == is_dark
        watched.page.emulate_media(color_scheme="light" if is_dark else "dark")
        expect(watched.page.locator("html.dark-mode")).to_have_count(0 if is_dark else 1)
        assert (luminance(watched.page, ".opblock", "backgroundColor") < 3 * 80) != is_dark


def test_a_question_and_an_operation_are_asked_by_keyboard_alone(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        page = watched.page
        page.goto(f"{dossier_address}/docs")
        reach(page, "What happened in 2017?")
        page.keyboard.press("Enter")
        page.get_by_text("Events of 2017: ").wait_for()
        page.keyboard.press("Tab")
        page.keyboard.type("2006")
        page.keyboard.press("Enter")
        page.get_by_text("Events of 2006: ").wait_for()
        page.locator(".opblock").first.wait_for(timeout=TIMEOUT)
        reach(page, "GET\nSearch\n/v1/search")
        page.keyboard.press("Enter")
        page.locator(".opblock.is-open button.execute").wait_for(timeout=TIMEOUT)
        reach(page, "Execute")
        page.keyboard.press("Enter")
        page.locator(".live-responses-table .response").wait_for(timeout=TIMEOUT)


def reach(page: Page, words: str) -> None:
    """Press the tabulator key until what has the focus has these words, and can be seen to have it."""
    lines = words.split("\n")
    for _ in range(150):
        page.keyboard.press("Tab")
        text = page.evaluate("document.activeElement.innerText ?? ''")
        if all(line in text for line in lines):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"no way by keyboard to {words}")
