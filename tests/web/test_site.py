"""Pages for people: each answers in both languages, caches like the API, and turns problems into pages."""

import json
import re
import shlex
from collections.abc import Iterator
from html import unescape

import httpx
import pytest

from app.main import create_app
from app.model.fields import LANGUAGES
from app.store.engines.sqlite import SqliteDatabase
from app.web.registry import PAGES
from app.web.requests import request_examples
from tests.support.servers import client_of, settings_for
from tests.support.world import World, change_every_position

PATHS = [page.path.replace("{collection}", "timeline-events") for page in PAGES if "{id}" not in page.path]


@pytest.fixture(scope="module")
def prefixed(begun_db: SqliteDatabase) -> Iterator[httpx.Client]:
    """A client of a service behind a proxy that takes a path prefix off."""
    with client_of(create_app(settings_for(begun_db.path, public_url="https://example.org/dossier"))) as client:
        yield client


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_every_page_answers_in_both_languages_and_links_to_itself_in_the_other(
    still: httpx.Client, path: str, lang: str
) -> None:
    answer = still.get(f"/{lang}{path}", follow_redirects=True)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["content-language"] == lang
    assert f'<html lang="{lang}">' in answer.text
    other = "fr" if lang == "en" else "en"
    assert f'hreflang="{other}" href="/{other}{path}' in answer.text


@pytest.mark.parametrize(("header", "path"), [("fr-CA, en;q=0.5", "/fr/"), ("en", "/en/"), ("de", "/en/")])
def test_the_root_sends_a_browser_to_the_pages_in_its_language(still: httpx.Client, header: str, path: str) -> None:
    answer = still.get("/?revision=1", headers=BROWSER | {"Accept-Language": header})
    assert (answer.status_code, answer.headers["location"]) == (302, f"{path}?revision=1")
    assert answer.headers["vary"] == "Accept, Accept-Language"


def test_an_address_without_its_last_slash_leads_on_with_its_query(still: httpx.Client) -> None:
    answer = still.get("/fr?revision=1")
    assert (answer.status_code, answer.headers["location"]) == (308, "/fr/?revision=1")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", [*(path for path in PATHS if path != "/"), "/timeline-events/war"])
def test_an_address_with_a_needless_slash_leads_on_for_good_with_its_query(
    still: httpx.Client, path: str, lang: str
) -> None:
    answer = still.get(f"/{lang}{path}/?revision=1&q=a%20b")
    assert (answer.status_code, answer.headers["location"]) == (308, f"/{lang}{path}?revision=1&q=a%20b")
    stored = "no-store" if path == "/names" else "public, max-age=86400"
    assert answer.headers["cache-control"] == stored


def test_an_address_with_a_needless_slash_keeps_the_path_prefix(prefixed: httpx.Client) -> None:
    answer = prefixed.get("/en/timeline/?from=2017")
    assert (answer.status_code, answer.headers["location"]) == (308, "/dossier/en/timeline?from=2017")


def test_what_follows_a_needless_slash_is_never_another_host(still: httpx.Client) -> None:
    for path in ("/en//evil.example/", "/en/actors//evil.example/", "/en/timeline//"):
        answer = still.get(path)
        assert answer.status_code == 404 or answer.headers["location"].startswith("/en/"), path


def test_no_cache_keeps_what_applies_today_for_a_year(still: httpx.Client) -> None:
    assert still.get("/en/?revision=1").headers["cache-control"] == "public, max-age=60"
    assert still.get("/en/data?revision=1").headers["cache-control"] == "public, max-age=31536000"


def test_the_root_gives_programs_the_service_document(still: httpx.Client) -> None:
    assert still.get("/", headers={"Accept": "*/*"}).json()["collections"]


def test_a_page_is_not_sent_again_to_a_client_that_has_it(api: httpx.Client, world: World) -> None:
    tag = api.get("/en/search?q=korea").headers["etag"]
    assert api.get("/en/search?q=korea", headers={"If-None-Match": tag}).status_code == 304
    change_every_position(world)
    assert api.get("/en/search?q=korea", headers={"If-None-Match": tag}).status_code == 200


def test_a_page_at_a_revision_keeps_it_in_its_links(still: httpx.Client) -> None:
    text = still.get("/en/data?revision=1").text
    assert '<a href="/en/timeline-events?revision=1">' in text
    assert 'class="pinned"' in text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/fr/nulle-part", 404, "Chercher dans toutes les fiches"),
        ("/en/search?q=korea&collection=events", 422, "collection"),
        ("/en/data?revision=99", 404, "99"),
        ("/en/data?unknown=1", 422, "unknown"),
        ("/en/data?lang=fr", 422, "lang"),
        ("/en/%FF", 404, "Search all records"),
        ("/en/search?q=%FF", 422, "q"),
        ("/en/search?q=a&q=b", 422, "q"),
    ],
)
def test_bad_input_gives_a_page_that_says_what_to_do(still: httpx.Client, path: str, status: int, words: str) -> None:
    answer = still.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert words in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_problem_page_has_the_headers_of_its_problem(still: httpx.Client) -> None:
    answer = still.post("/en/")
    assert (answer.status_code, answer.headers["content-type"]) == (405, "text/html; charset=utf-8")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"


def test_a_problem_page_links_to_the_same_path_in_the_other_language(still: httpx.Client) -> None:
    assert 'href="/fr/who%3F"' in still.get("/en/who%3F").text


def test_an_unknown_page_leads_to_the_nearest_page_and_to_no_path_of_the_api(prefixed: httpx.Client) -> None:
    told = prefixed.get("/fr/chronologie", headers=BROWSER).text.partition("<main")[2]
    assert "Il n’y a aucune page à l’adresse /dossier/fr/chronologie." in told
    assert "/v1" not in told
    near = prefixed.get("/en/timelin", headers=BROWSER).text
    assert '<a href="/dossier/en/timeline">/dossier/en/timeline</a>' in near


def test_a_collection_without_an_order_of_its_own_is_listed_by_title(dossier: httpx.Client) -> None:
    for lang in LANGUAGES:
        answer = dossier.get(f"/v1/actors?sort=title&lang={lang}&limit=50").json()
        shown = re.findall(r'<h2><a href="[^"]+">([^<]+)</a></h2>', dossier.get(f"/{lang}/actors").text)
        assert [unescape(title) for title in shown] == [actor["title"] for actor in answer["data"]]


def test_pages_of_problems_speak_of_records_as_other_pages_do(still: httpx.Client) -> None:
    assert "<h1>Fiche inconnue</h1>" in still.get("/fr/actors/nobody-there").text
    assert "<h1>Page introuvable</h1>" in still.get("/fr/nulle-part").text


def test_every_path_that_is_no_page_is_json_for_browsers_too(still: httpx.Client) -> None:
    for first in ("v1", "docs", "health", "assets", "static", "sitemaps", ".well-known", "robots.txt"):
        answer = still.get(f"/{first}/nothing", headers=BROWSER)
        assert answer.headers["content-type"] == "application/problem+json", first


def test_an_unknown_path_is_a_page_for_browsers_and_a_problem_for_programs(still: httpx.Client) -> None:
    assert still.get("/timeline", headers=BROWSER).headers["content-type"].startswith("text/html")
    assert still.get("/timeline").headers["content-type"] == "application/problem+json"
    assert still.get("/v1/nothing", headers=BROWSER).headers["content-type"] == "application/problem+json"


def test_a_form_may_send_fields_that_nobody_filled_in(still: httpx.Client) -> None:
    assert still.get("/en/search?q=korea&collection=").status_code == 200
    assert still.get("/v1/search?q=korea&collection=").status_code == 422


def test_no_cache_keeps_a_name_that_somebody_looks_for(still: httpx.Client) -> None:
    answer = still.get("/en/names?name=Somebody")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert "link" not in answer.headers
    assert '<meta name="robots" content="noindex">' in answer.text


def test_a_request_to_copy_runs_nothing_else_in_a_shell() -> None:
    shown = request_examples("https://example.org/v1/search?q=Ri's $(id)")
    assert shlex.split(shown.curl) == ["curl", "https://example.org/v1/search?q=Ri%27s $(id)"]


def test_pages_run_no_script_and_load_no_file_of_others(still: httpx.Client) -> None:
    policy = still.get("/en/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_an_asset_may_be_kept_for_a_year_and_an_unknown_one_is_refused(still: httpx.Client) -> None:
    text = still.get("/en/").text
    address = text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    answer = still.get(address)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert still.get("/assets/style.0.css").status_code == 404


@pytest.mark.parametrize("path", [*PATHS, "/timeline-events/first-nuclear-test", "/search?q=nuclear"])
def test_a_page_with_its_assets_is_below_100_kb_compressed(dossier: httpx.Client, path: str) -> None:
    gzip = {"Accept-Encoding": "gzip"}
    page = dossier.get(f"/en{path}", headers=gzip, follow_redirects=True)
    assets = {link for link in re.findall(r'(?:href|src)="([^"]+)"', page.text) if link.startswith("/assets/")}
    answers = [page, *(dossier.get(link, headers=gzip) for link in assets)]
    assert sum(answer.num_bytes_downloaded for answer in answers) < 100_000


@pytest.mark.parametrize("path", PATHS)
def test_a_page_describes_itself_to_machines(still: httpx.Client, path: str) -> None:
    text = still.get(f"/en{path}", follow_redirects=True).text
    described = json.loads(text.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert described["@context"] == "https://schema.org"
    assert re.search(r'<meta property="og:title" content="[^"]+">', text)
    assert re.search(r'<meta name="description" content="[^"]+">', text)
    assert re.search(rf'<link rel="canonical" href="/en{path}', text)


def test_a_page_that_depends_on_the_day_is_kept_for_a_minute_at_a_pinned_revision_too(still: httpx.Client) -> None:
    assert still.get("/en/?revision=1").headers["cache-control"] == "public, max-age=60"
    assert still.get("/en/data?revision=1").headers["cache-control"] == "public, max-age=31536000"
