"""The documentation page as the server sends it: in both languages, useful without script, under any prefix."""

import html
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import pytest

from app.api.docs_questions import QUESTIONS
from app.messages.docs_page import DOCS_SCRIPT
from app.paths import packaged
from tests.support.schema import DOCUMENT

SCRIPTS = packaged("migrations").parent / "app" / "api" / "static"
OPERATIONS = {one["operationId"]: one for methods in DOCUMENT["paths"].values() for one in methods.values()}


def hrefs(page: httpx.Response) -> list[str]:
    return [html.unescape(found) for found in re.findall(r'href="([^"]*)"', page.text)]


def test_the_page_is_in_the_language_that_is_asked_for(still: httpx.Client) -> None:
    english, french = still.get("/docs"), still.get("/docs?lang=fr")
    assert '<h2 id="begin">Begin with a question</h2>' in english.text
    assert '<h2 id="begin">Commencez par une question</h2>' in french.text
    assert '<html lang="fr">' in french.text
    assert still.get("/docs", headers={"Accept-Language": "fr-CA"}).text == french.text
    assert still.get("/docs?lang=en", headers={"Accept-Language": "fr-CA"}).text == english.text
    assert [one.headers["content-language"] for one in (english, french)] == ["en", "fr"]
    assert still.get("/docs?lang=de").status_code == 422


def test_each_language_has_an_entity_tag_of_its_own(still: httpx.Client) -> None:
    tags = {still.get("/docs", headers={"Accept-Language": lang}).headers["etag"] for lang in ("en", "fr")}
    assert len(tags) == 2
    assert still.get("/docs", headers={"If-None-Match": tags.pop()}).status_code in (200, 304)


@pytest.mark.parametrize(("address", "target"), [("/docs/", "../docs"), ("/docs/?lang=fr", "../docs?lang=fr")])
def test_a_slash_at_the_end_leads_to_the_page_whatever_prefix_is_in_front(
    still: httpx.Client, address: str, target: str
) -> None:
    answer = still.get(address)
    assert (answer.status_code, answer.headers["location"]) == (308, target)
    assert still.get(address, follow_redirects=True).url.path == "/docs"


def test_every_address_of_the_page_is_relative_and_leads_somewhere(dossier: httpx.Client) -> None:
    for lang in ("en", "fr"):
        page = dossier.get(f"/docs?lang={lang}")
        for address in hrefs(page):
            assert not address.startswith(("/", "http")), address
            if not address.startswith("#"):
                assert dossier.get(f"/{address.removeprefix('./')}", follow_redirects=True).status_code == 200, address


def test_the_page_lists_every_operation_before_any_script_runs(still: httpx.Client) -> None:
    page = still.get("/docs")
    listed = {address.rpartition("/")[2] for address in hrefs(page) if address.startswith("#/")}
    assert listed == OPERATIONS.keys()
    for address in hrefs(page):
        if address.startswith("#/"):
            _, tag, id = address.split("/")
            assert OPERATIONS[id]["tags"] == [tag]
    assert (
        page.text.index(">Search</a>") < page.text.index(">Everything as SQLite</a>") < page.text.index(">Events</a>")
    )


def test_questions_are_answered_without_script_in_the_language_of_the_page(dossier: httpx.Client) -> None:
    for question in QUESTIONS:
        for lang in ("en", "fr"):
            answer = dossier.get(f"/{question.plain_address(lang)}")
            assert answer.status_code == 200, question.name
            assert answer.headers["content-language"] == lang
            assert answer.json()["data"], question.name


def test_the_page_admits_no_inline_script_or_style(still: httpx.Client) -> None:
    page = still.get("/docs")
    assert "script-src 'self';" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]
    assert re.findall(r"<script(?! type=\"module\" src=)|<style|\sstyle=|\son[a-z]+=", page.text) == []


def test_it_says_in_both_languages_that_it_is_not_official(still: httpx.Client) -> None:
    page = still.get("/docs").text
    assert "This is not a Government of Canada service." in page
    assert "Il ne s’agit pas d’un service du gouvernement du Canada." in page


def test_scripts_say_what_has_a_sentence_and_every_sentence_is_said() -> None:
    text = "".join(file.read_text() for file in SCRIPTS.glob("docs*.js"))
    said = set(re.findall(r'say\("([a-z-]+)"', text)) | set(re.findall(r'"(through|amount|counted|source)"', text))
    assert {f"docs-{code}" for code in said} == DOCS_SCRIPT.keys()


def test_the_questions_are_those_of_the_home_page() -> None:
    home = [f"page-home-{name}" for name in ("applies", "happened", "talk", "aid", "name")]
    assert [one.title for one in QUESTIONS] == home


def test_every_name_and_description_that_the_page_shows_is_in_french_in_french(still: httpx.Client) -> None:
    french = still.get("/docs/openapi.fr.json").json()
    english = [*_words(DOCUMENT)]
    alike = {"Collections", "Service", "Sources", "Initiatives"}  # the same word in both languages
    same = [text for text, other in zip(english, _words(french), strict=True) if text == other and text not in alike]
    assert same == []


def test_the_french_document_differs_in_nothing_but_words(still: httpx.Client) -> None:
    french = still.get("/docs/openapi.fr.json").json()
    assert french["paths"]["/v1/search"]["get"]["summary"] == "Recherche"
    limit = french["components"]["parameters"]["limit"]["description"]
    assert _without_words(french) == _without_words(json.loads(json.dumps(DOCUMENT)))
    assert limit == "Nombre maximal de lignes par page. Par défaut\u00a0: `50`. Exemple\u00a0: `10`."


def test_the_french_page_lists_operations_in_french(still: httpx.Client) -> None:
    page = still.get("/docs?lang=fr").text
    assert ">Historique d’un événement</a>" in page
    assert "<b>Voir aussi</b>" in page
    assert ">History of an event</a>" not in page


def _described(document: Any) -> Iterator[tuple[dict[str, Any], Sequence[str]]]:
    """Objects of a document with the names of their members that are words for readers."""
    yield from ((one, ("name", "description")) for one in document["x-tagGroups"])
    yield from ((one, ("x-displayName", "description")) for one in document["tags"])
    yield from ((one, ("description",)) for one in document["components"]["parameters"].values())
    for methods in document["paths"].values():
        for one in methods.values():
            yield one, ("summary", "description")
            yield from ((given, ("description",)) for given in one.get("parameters", ()) if "$ref" not in given)


def _words(document: Any) -> Iterator[str]:
    return (one[name] for one, names in _described(document) for name in names)


def _without_words(document: Any) -> Any:
    for one, names in _described(document):
        for name in names:
            one[name] = ""
    return document
