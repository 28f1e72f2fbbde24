"""Debian's Chromium, driven by Playwright, and pages that keep a list of what went wrong in them."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
# For `pytestmark` of a module whose tests need a browser
BROWSER_MARKS = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed"),
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A browser, for all tests of a module: it takes half a second to start."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page with what it asked for, and the errors that its console and its scripts showed."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def outside(self, address: str) -> list[str]:
        """Addresses that the page asked for and that are not of the service at an address."""
        return [url for url in self.requested if not url.startswith((address, "data:"))]

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error":  # broken policies (CSP) and failed requests are among them
            self.complaints.append(message.text)


@contextlib.contextmanager
def new_page(browser: Browser, size: dict[str, int] = DESK, **options: Any) -> Iterator[Watched]:
    """A page in a context of its own, closed in the end. `options` are those of a context, such as `color_scheme`."""
    context = browser.new_context(viewport=size, reduced_motion="reduce", **options)  # type: ignore[arg-type]  # a dict of two numbers
    watched = Watched(context.new_page())
    watched.page.on("request", lambda request: watched.requested.append(request.url))
    watched.page.on("console", watched._note)
    watched.page.on("pageerror", lambda error: watched.complaints.append(str(error)))
    yield watched
    context.close()


def sideways(page: Page) -> int:
    """Pixels by which a page is wider than its window: 0 if nobody has to scroll sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width
