"""Swagger UI in a real browser: works without a network, under its policy, and every operation runs from the page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.browser import BROWSER_MARKS, Watched, chromium, new_page

pytestmark = BROWSER_MARKS


@pytest.fixture(scope="module")
def watched(dossier_address: str) -> Iterator[Watched]:
    """The page, loaded, with what it asked for and complained of."""
    with chromium() as browser, new_page(browser, {"width": 1200, "height": 1400}) as watched:
        watched.page.goto(f"{dossier_address}/docs")
        watched.page.wait_for_selector(".opblock")
        yield watched


@pytest.fixture(scope="module")
def page(watched: Watched) -> Page:
    return watched.page


def test_every_operation_runs_with_what_is_filled_in_and_answers_200(page: Page, dossier: Any) -> None:
    paths = dossier.get("/openapi.json").json()["paths"]
    blocks = page.locator(".opblock")
    assert blocks.count() == len(paths)
    for number in range(blocks.count()):
        block = blocks.nth(number)
        # Items, and histories, of the collections differ in nothing but the schema of their responses: those of one
        # collection will do.
        path = block.locator(".opblock-summary-path").inner_text()
        if "{id}" in path and "timeline-events" not in path:
            continue
        block.locator(".opblock-summary-control").click()
        block.locator("button.execute").click()
        status = block.locator(".live-responses-table .response-col_status").nth(1)
        status.wait_for(timeout=60_000)
        name = block.locator(".opblock-summary-path").inner_text()
        assert status.inner_text().split()[0] == "200", name
        block.locator(".opblock-summary-control").click()


def test_an_operation_shows_its_parameters_headers_and_examples_without_references(page: Page) -> None:
    block = page.locator('.opblock[id$="-list_actors"]')
    block.locator(".opblock-summary-control").click()
    response = block.locator('.response[data-code="200"]')
    response.wait_for()
    assert block.locator('tr[data-param-name="as_of"]').inner_text().count("ISO 8601") == 1
    assert "Dataset-Revision" in response.inner_text()
    assert '"title": "Canada"' in response.locator(".example").first.inner_text()
    assert "Unknown revision" in block.locator('.response[data-code="404"]').inner_text()
    assert "#/components" not in block.inner_text()
    response.get_by_role("tab", name="Schema").click()
    assert "FacetedPage" not in response.inner_text()  # what a schema extends is part of it
    shown = response.locator(".model-example").inner_text()
    assert [name for name in ("data", "page", "dataset", "facets", "included") if name not in shown] == []
    block.locator(".opblock-summary-control").click()


def test_schemas_can_be_opened(page: Page) -> None:
    models = page.locator("section.models")
    models.locator("button").first.click()
    model = models.locator("article").filter(has=page.get_by_text("Actor", exact=True)).first
    model.locator("button").first.click()
    model.get_by_text("published_at").wait_for()  # from the schema that this one extends
    assert "roles" in model.inner_text()


def test_the_page_asks_no_other_host_and_breaks_no_policy(watched: Watched, dossier_address: str) -> None:
    assert watched.requested
    assert watched.outside(dossier_address) == []
    assert watched.complaints == []


def test_the_page_says_that_it_is_not_official(page: Page) -> None:
    header = page.locator("header").inner_text()
    assert "not a Government of Canada service" in header
    assert "gouvernement du Canada" in header


def test_the_policy_admits_no_inline_script(dossier: Any) -> None:
    policy = dossier.get("/docs").headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_it_looks_like_a_page(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "docs.png"
    page.screenshot(path=str(picture))
    assert picture.stat().st_size > 30_000
