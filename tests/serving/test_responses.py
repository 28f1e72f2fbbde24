"""The headers of an answer: validators, caching, links between live and pinned, language, revision."""

import httpx
import pytest

from app import __version__
from tests.support.world import World, tag

EVENTS = "/v1/timeline-events"
ANSWERS = [EVENTS, f"{EVENTS}/war", "/v1/actors", "/v1", "/", "/v1/revisions", "/v1/revisions/1"]
CANONICAL = "/v1/revisions/1/canonical"


@pytest.mark.parametrize("path", ANSWERS)
def test_a_live_answer_may_be_kept_a_minute_and_names_its_revision(still: httpx.Client, path: str) -> None:
    headers = still.get(path).headers
    assert headers["cache-control"] == "public, max-age=60"
    assert headers["dataset-revision"] == "1"
    assert headers["etag"] == tag(still, 1, "en", "json")
    assert headers["content-language"] == "en"
    assert headers["content-type"] == "application/json"
    assert headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert "memento-datetime" not in headers
    assert "last-modified" not in headers


@pytest.mark.parametrize("path", ANSWERS)
def test_a_pinned_answer_may_be_kept_for_ever_and_gives_its_time(still: httpx.Client, path: str) -> None:
    for pin in ("revision=1", "as_of=2020-03-01T00:00:00Z"):
        headers = still.get(f"{path}?{pin}").headers
        assert headers["cache-control"] == "public, max-age=31536000"
        assert headers["dataset-revision"] == "1"
        assert headers["memento-datetime"] == "Wed, 01 Jan 2020 00:00:00 GMT"
        assert "last-modified" not in headers


@pytest.mark.parametrize("path", ANSWERS)
def test_a_live_answer_links_its_memento_which_links_back_and_has_the_same_bytes(
    still: httpx.Client, path: str
) -> None:
    live = still.get(path, headers={"Accept-Language": "fr"})
    memento = live.links["memento"]["url"]
    assert memento == f"{path}?revision=1&lang=fr&format=json"
    pinned = still.get(memento)
    assert pinned.content == live.content
    assert pinned.links["original"]["url"] == f"{path}?lang=fr&format=json"
    assert "memento" not in pinned.links
    assert "original" not in live.links


def test_the_memento_of_a_page_keeps_filters_order_and_place(still: httpx.Client) -> None:
    cursor = still.get(f"{EVENTS}?limit=2&sort=-date&topic=peace").json()["page"]["next"]
    live = still.get(f"{EVENTS}?limit=1&sort=-date&topic=peace&cursor={cursor}")
    pinned = still.get(live.links["memento"]["url"])
    assert live.links["memento"]["url"] == (
        f"{EVENTS}?limit=1&sort=-date&topic=peace&cursor={cursor}&revision=1&lang=en&format=json"
    )
    assert pinned.content == live.content


def test_the_original_of_a_pinned_instant_is_without_it(still: httpx.Client) -> None:
    answer = still.get(f"{EVENTS}?as_of=2020-03-01T00:00:00Z&kind=summit&q=a%20b%26c")
    assert answer.links["original"]["url"] == f"{EVENTS}?kind=summit&q=a+b%26c"


def test_the_second_page_of_a_walk_is_not_pinned_though_it_stays_on_its_revision(
    world: World, api: httpx.Client
) -> None:
    cursor = api.get(f"{EVENTS}?limit=2").json()["page"]["next"]
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    headers = api.get(f"{EVENTS}?cursor={cursor}").headers
    assert headers["dataset-revision"] == "1"
    assert headers["etag"] == tag(api, 1, "en", "json")
    assert headers["cache-control"] == "public, max-age=60"


def test_the_tag_changes_with_revision_language_and_nothing_else(world: World, api: httpx.Client) -> None:
    first = api.get(EVENTS).headers["etag"]
    assert api.get(f"{EVENTS}?lang=fr").headers["etag"] == tag(api, 1, "fr", "json")
    assert api.get(EVENTS).headers["etag"] == first
    world.publish_with_change("initiatives", "patrol", kind="military")
    assert api.get(EVENTS).headers["etag"] == tag(api, 2, "en", "json")
    assert api.get(f"{EVENTS}?revision=1").headers["etag"] == first


@pytest.mark.parametrize("path", [*ANSWERS, f"{EVENTS}?revision=1", f"{EVENTS}?limit=2&sort=title"])
def test_who_has_an_answer_already_gets_304_without_a_body_and_with_its_headers(still: httpx.Client, path: str) -> None:
    whole = still.get(path)
    for known in (whole.headers["etag"], f"W/{whole.headers['etag']}", f'"x", {whole.headers["etag"]}', "*"):
        again = still.get(path, headers={"If-None-Match": known})
        assert again.status_code == 304
        assert again.content == b""
        for name in ("etag", "cache-control", "content-language", "vary", "dataset-revision"):
            assert again.headers[name] == whole.headers[name]
        assert again.headers["link"] in whole.headers["link"]  # without the pages before and after, which are not read
        assert "content-type" not in again.headers


def test_another_tag_gets_the_whole_answer(world: World, api: httpx.Client) -> None:
    whole = api.get(EVENTS)
    assert api.get(EVENTS, headers={"If-None-Match": f'"0-{__version__}-en-json-identity"'}).content == whole.content
    assert api.get(f"{EVENTS}?lang=fr", headers={"If-None-Match": whole.headers["etag"]}).status_code == 200
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    assert api.get(EVENTS, headers={"If-None-Match": whole.headers["etag"]}).status_code == 200


def test_a_condition_saves_no_one_from_404_410_and_422(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "tie")
    world.publish()
    every = {"If-None-Match": "*"}
    assert api.get(f"{EVENTS}/tie", headers=every).status_code == 410
    assert api.get(f"{EVENTS}/never", headers=every).status_code == 404
    assert api.get(f"{EVENTS}?limit=0", headers=every).status_code == 422


@pytest.mark.parametrize(
    "path", [*ANSWERS, CANONICAL, f"{EVENTS}/never", f"{EVENTS}?limit=0", "/openapi.json", "/docs"]
)
def test_head_has_the_status_and_headers_of_get_and_no_body(still: httpx.Client, path: str) -> None:
    one_time = ("date", "x-request-id", "content-length", "transfer-encoding", "last-modified")
    got, head = still.get(path), still.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    assert {name: value for name, value in head.headers.items() if name not in one_time} == {
        name: value for name, value in got.headers.items() if name not in one_time
    }
    if "content-length" in head.headers:
        assert head.headers["content-length"] == got.headers["content-length"]


def test_errors_are_kept_by_no_cache_and_speak_for_no_revision(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "tie")
    world.publish()
    for path in (f"{EVENTS}/tie", f"{EVENTS}/never", f"{EVENTS}?limit=0", f"{EVENTS}?revision=9", "/v2"):
        headers = api.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["content-type"] == "application/problem+json"
        assert headers["vary"] == "Accept, Accept-Language"
        assert "etag" not in headers
        assert "dataset-revision" not in headers


@pytest.mark.parametrize(
    ("query", "accepted", "spoken"),
    [
        ("", None, "en"),
        ("", "fr-CA,fr;q=0.9,en;q=0.8", "fr"),
        ("", "de", "en"),
        ("?lang=fr", "en", "fr"),
        ("?lang=en", "fr", "en"),
    ],
)
def test_the_language_of_an_answer_is_that_of_lang_else_of_the_header_else_english(
    still: httpx.Client, query: str, accepted: str | None, spoken: str
) -> None:
    answer = still.get(f"{EVENTS}/war{query}", headers={"Accept-Language": accepted} if accepted else {})
    assert answer.headers["content-language"] == spoken
    assert answer.json()["data"]["title"] == {"en": "The war", "fr": "The war (fr)"}[spoken]


def test_accept_language_in_two_headers_counts_as_one_list(still: httpx.Client) -> None:
    headers = [("Accept-Language", "en;q=0.1"), ("Accept-Language", "fr")]
    assert still.get(f"{EVENTS}/war", headers=headers).headers["content-language"] == "fr"


def test_a_format_that_is_not_offered_is_406_by_accept_and_422_by_name(still: httpx.Client) -> None:
    refused = still.get(EVENTS, headers={"Accept": "text/html"})
    assert refused.status_code == 406
    assert "Offered: application/json (format=json), text/csv" in refused.json()["detail"]
    assert still.get(EVENTS, headers={"Accept": "text/html, */*;q=0.1"}).status_code == 200
    assert still.get(f"{EVENTS}?format=json", headers={"Accept": "text/html"}).status_code == 200
    assert still.get(f"{EVENTS}?format=xml").status_code == 422


def test_addresses_are_paths_whatever_host_the_request_names(still: httpx.Client) -> None:
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
    for path in ANSWERS:
        answer = still.get(path, headers=headers)
        assert "evil" not in answer.text
        assert "evil" not in answer.headers["link"]
        assert all(link["url"].startswith("/") for relation, link in answer.links.items() if relation != "license")


def test_the_canonical_form_is_json_lines_with_a_tag_of_its_own_and_a_name_to_be_saved_under(
    still: httpx.Client,
) -> None:
    answer = still.get(CANONICAL)
    assert answer.headers["content-type"] == "application/jsonl"
    assert answer.headers["etag"] == tag(still, 1, "en+fr", "jsonl")
    assert answer.headers["content-language"] == "en, fr"
    assert answer.headers["content-length"] == str(len(answer.content))
    assert answer.headers["vary"] == "Accept-Encoding"
    assert answer.headers["content-disposition"] == 'attachment; filename="dossier-revision-0001.jsonl"'
    assert answer.headers["dataset-revision"] == "1"
    again = still.get(CANONICAL, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
