"""Swagger UI in a real browser: under its policy, every operation runs from it, grouped, labelled, found, linked to."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import BROWSER_MARKS, Watched, chromium, new_page
from tests.support.docs_page import TIMEOUT, open_operation, show_operations
from tests.support.schema import DOCUMENT

pytestmark = BROWSER_MARKS


@pytest.fixture(scope="module")
def watched(dossier_address: str) -> Iterator[Watched]:
    """The page, loaded, with what it asked for and complained of."""
    with chromium() as browser, new_page(browser, {"width": 1200, "height": 1400}) as watched:
        watched.page.goto(f"{dossier_address}/docs")
        show_operations(watched.page, every=True)
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


def test_operations_are_grouped_by_what_one_wants_to_do(page: Page) -> None:
    groups = page.locator(".group h2").all_inner_texts()
    assert groups == ["Look up", "Follow", "Export", "Cite", "Prove", "Collections", "Service"]
    order = page.locator(".group h2, .opblock-tag > span").all_inner_texts()
    assert order[:8] == ["Look up", "Search", "Timeline", "Follow", "Changes", "Export", "Downloads", "Cite"]
    assert order[order.index("Collections") + 1] == "Events"


def test_an_operation_begins_with_its_summary(page: Page) -> None:
    block = page.locator('.opblock[id$="-get_timeline_event"]')
    assert block.locator(".opblock-summary-description").inner_text() == "One event"


def test_a_choice_shows_labels_and_sends_values(page: Page, dossier_address: str) -> None:
    block = open_operation(page, "list_timeline_events")
    choice = block.locator('tr[data-param-name="kind"] select')
    texts = choice.locator("option").all_inner_texts()
    assert "nuclear-test - Nuclear test" in texts
    assert "missile-launch - Missile launch" in texts
    choice.select_option(label="nuclear-test - Nuclear test")
    block.locator("button.execute").click()
    sent = block.locator(".request-url pre")
    sent.wait_for()
    assert sent.inner_text() == f"{dossier_address}/v1/timeline-events?kind=nuclear-test"
    assert block.locator('tr[data-param-name="include"] option', has_text="actors - Actors").count() == 1
    block.locator(".opblock-summary-control").click()


def test_a_choice_of_one_value_has_labels_too(page: Page) -> None:
    block = open_operation(page, "list_sources")
    kinds = block.locator('tr[data-param-name="kind"] option').all_inner_texts()
    assert all(" - " in text for text in kinds if text != "--")
    orders = block.locator('tr[data-param-name="sort"] option').all_inner_texts()  # values without labels
    assert "title" in orders
    block.locator(".opblock-summary-control").click()


def test_requests_are_found_by_words_of_their_summary_or_path(page: Page) -> None:
    field = page.get_by_label("Find a request")
    field.fill("totals funding")
    expect(page.locator(".opblock")).to_have_count(1, timeout=TIMEOUT)
    assert page.locator(".opblock-summary-path").inner_text() == "/v1/funding-records/totals"
    assert page.locator(".group h2").all_inner_texts() == ["Collections"]
    field.fill("no such thing")
    expect(page.locator(".opblock")).to_have_count(0, timeout=TIMEOUT)
    field.fill("")
    expect(page.locator(".opblock")).to_have_count(len(DOCUMENT["paths"]), timeout=TIMEOUT)


def test_what_belongs_elsewhere_too_is_linked_to_and_opened(page: Page) -> None:
    page.locator(".also").get_by_role("link", name="Screen a name").click()
    block = page.locator('.opblock.is-open[id$="-get_screening"]')
    block.wait_for()
    assert page.evaluate("location.hash") == "#/designations/get_screening"
    expect(block.locator(".opblock-summary-control")).to_be_focused(timeout=TIMEOUT)
    block.locator(".opblock-summary-control").click()


def test_an_address_of_an_operation_opens_it(watched: Watched, dossier_address: str) -> None:
    page = watched.page.context.new_page()
    page.goto(f"{dossier_address}/docs#/actors/list_actors")
    page.locator('.opblock.is-open[id$="-list_actors"] button.execute').wait_for(timeout=60_000)
    assert page.locator(".opblock.is-open").count() == 1
    expect(page.locator(".opblock.is-open .opblock-summary-control")).to_be_focused(timeout=TIMEOUT)
    assert -5 <= page.locator(".opblock.is-open").bounding_box()["y"] < 100  # type: ignore[index]  # it is shown
    page.close()


def test_it_looks_like_a_page(page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "docs.png"
    page.screenshot(path=str(picture))
    assert picture.stat().st_size > 30_000
