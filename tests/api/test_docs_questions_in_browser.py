"""Questions of the documentation page in a real browser: each shows its request and a readable answer."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route

from app.main import create_app
from app.store.engines.sqlite import SqliteDatabase
from tests.support.browser import BROWSER_MARKS, PHONE, Watched, chromium, new_page
from tests.support.docs_page import TIMEOUT, show_operations
from tests.support.proxy import PREFIX, PUBLIC, StrippingProxy
from tests.support.servers import serving, settings_for

pytestmark = BROWSER_MARKS

ANSWERS = {
    "today": ["Measures that may be in force on", "United Nations sanctions", "Shown here: the first 5 of"],
    "year": ["Events of 2017: ", "Nuclear test", "Shown here: the first 8 of"],
    "topics": ["permits official contact: 4", "Inter-Korean relations", "Consular issues"],
    "aid": ["Never add up two rows", "World Food Programme", "USD", "CAD", "2005/, a sum of several years"],
    "name": ["Listed names like this one: 1", "RI JE-SON", "Likeness: 100%", "It is no legal advice"],
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def watched(browser: Browser, dossier_address: str) -> Iterator[Watched]:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/docs")
        yield watched


def opened(page: Page, name: str) -> Locator:
    """A question, opened and answered."""
    question = page.locator(f'[data-question="{name}"]')
    question.locator("summary").click()
    return answered(question)


def answered(question: Locator) -> Locator:
    question.locator(".answer:not([aria-busy]) > *").first.wait_for(timeout=TIMEOUT)
    return question


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_shows_its_request_and_a_readable_answer(watched: Watched, dossier_address: str, name: str) -> None:
    question = opened(watched.page, name)
    text = question.locator(".answer").inner_text()
    assert [part for part in ANSWERS[name] if part not in text] == []
    request = question.locator("pre code").inner_text()
    assert request.startswith(f"curl '{dossier_address}/v1/")
    assert request.removeprefix("curl '").removesuffix("'") in watched.requested
    assert watched.complaints == []
    assert watched.outside(dossier_address) == []


def test_records_in_an_answer_lead_to_the_records(watched: Watched, dossier_address: str) -> None:
    link = opened(watched.page, "topics").locator(".answer a").first
    assert link.get_attribute("href") == "v1/engagement-topics/regional-security"
    link.click()
    assert watched.page.url == f"{dossier_address}/v1/engagement-topics/regional-security"


def test_another_year_and_another_name_can_be_asked_for(watched: Watched) -> None:
    question = opened(watched.page, "year")
    question.get_by_label("Year").fill("2006")
    question.get_by_role("button", name="Ask").click()
    question.get_by_text("Events of 2006: ").wait_for()
    assert "from=2006&to=2006" in question.locator("pre code").inner_text()
    question = opened(watched.page, "name")
    question.get_by_label("Name").fill("O'Nobody At-All")
    question.get_by_role("button", name="Ask").click()
    question.get_by_text("Listed names like this one: 0").wait_for()
    assert question.locator("pre code").inner_text().endswith("?name=O%27Nobody%20At-All'")


def test_a_refused_value_is_explained(watched: Watched) -> None:
    question = opened(watched.page, "name")
    question.locator("input").evaluate(
        "field => { field.removeAttribute('maxlength'); field.value = 'a'.repeat(300); }"
    )
    question.get_by_role("button", name="Ask").click()
    fault = question.locator(".fault")
    fault.wait_for()
    assert "name" in fault.inner_text()
    assert "200" in fault.inner_text()


def test_a_failed_request_is_said_and_can_be_repeated(watched: Watched) -> None:
    watched.page.route("**/v1/engagement-topics", lambda route: route.abort())
    question = opened(watched.page, "topics")
    assert question.locator(".fault").inner_text() == "No answer came. Try again in a moment."
    watched.page.unroute("**/v1/engagement-topics")
    question.locator("summary").click()
    question.locator("summary").click()
    question.get_by_text("Consular issues", exact=True).wait_for()


def test_what_the_data_says_never_becomes_markup(watched: Watched) -> None:
    def with_markup(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace("Consular issues", "<b id='bad'>x</b>"))

    watched.page.route("**/v1/engagement-topics", with_markup)
    question = opened(watched.page, "topics")
    assert "<b id='bad'>x</b>" in question.locator(".answer").inner_text()
    assert watched.page.locator("#bad").count() == 0


def test_questions_are_answered_where_swagger_ui_does_not_load(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.route("**/swagger-ui-bundle.js", lambda route: route.abort())
        watched.page.goto(f"{dossier_address}/docs")
        assert "Consular issues" in opened(watched.page, "topics").inner_text()
        watched.page.get_by_text("could not be loaded").wait_for()
        assert watched.page.locator("#list a").count() > 50  # the list of the page stays


def test_a_phone_loads_swagger_ui_only_once_it_is_wanted(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, PHONE) as watched:
        watched.page.goto(f"{dossier_address}/docs", wait_until="networkidle")
        assert [url for url in watched.requested if "swagger-ui" in url and not url.endswith(".png")] == []
        show_operations(watched.page)
        assert any("swagger-ui-bundle.js" in url for url in watched.requested)
        assert watched.page.locator("#list").count() == 0


def test_a_french_reader_gets_french_questions_and_answers(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, locale="fr-CA") as watched:
        watched.page.goto(f"{dossier_address}/docs")
        question = opened(watched.page, "year")
        assert question.locator("summary").inner_text() == "Que s’est-il passé en 2017?"
        assert "Événements de 2017\N{NO-BREAK SPACE}: " in question.locator(".answer").inner_text()
        assert "Essai nucléaire" in question.locator(".answer").inner_text()
        assert question.locator("pre code").inner_text().endswith("&lang=fr'")
        assert watched.complaints == []


def test_without_script_the_page_has_requests_to_follow(browser: Browser, dossier_address: str) -> None:
    with new_page(browser, java_script_enabled=False) as watched:
        watched.page.goto(f"{dossier_address}/docs")
        question = watched.page.locator('[data-question="year"]')
        question.locator("summary").click()
        assert question.locator("pre").inner_text().startswith("GET v1/timeline-events?from=2017&to=2017")
        assert not question.locator("form").is_visible()
        question.locator("a.json").click()
        assert watched.page.url.startswith(f"{dossier_address}/v1/timeline-events?from=2017")


def test_the_page_works_behind_a_proxy_that_takes_a_prefix_off(browser: Browser, dossier_db: SqliteDatabase) -> None:
    proxy = StrippingProxy(create_app(settings_for(dossier_db.path, public_url=PUBLIC)))
    with serving(proxy) as address, new_page(browser) as watched:
        watched.page.goto(f"{address}{PREFIX}/docs/")
        assert watched.page.url == f"{address}{PREFIX}/docs"
        question = opened(watched.page, "topics")
        assert question.locator("pre code").inner_text() == f"curl '{address}{PREFIX}/v1/engagement-topics'"
        assert "Consular issues" in question.locator(".answer").inner_text()
        show_operations(watched.page)
        assert [url for url in watched.requested if not url.startswith((f"{address}{PREFIX}/", "data:"))] == []
        assert watched.complaints == []
        question.locator(".answer a").first.click()
        assert watched.page.url == f"{address}{PREFIX}/v1/engagement-topics/regional-security"


def test_a_french_reader_gets_french_requests_and_choices(browser: Browser, dossier_address: str) -> None:
    with new_page(browser) as watched:
        watched.page.goto(f"{dossier_address}/docs?lang=fr#/funding-records/list_funding_records")
        operation = watched.page.locator("#operations-funding-records-list_funding_records")
        operation.locator(".parameters").first.wait_for(timeout=TIMEOUT)
        summary = operation.locator(".opblock-summary-description")
        assert summary.inner_text() == "Données de financement"
        assert summary.get_attribute("lang") == "fr"
        told = operation.inner_text()
        assert "Seulement les montants qui ont l’une de ces bases." in told
        assert "commitment - Engagement" in told
        assert watched.complaints == []
