"""The HTTP contract over all operations: what answers vary by, how long their headers are, what is passed over."""

from urllib.parse import quote, urlsplit

import httpx
import pytest

from app.serving.addresses import MOST_LINK, link_header
from app.serving.request_checks import without_tracking
from tests.support.schema import SCHEMA, asking, choices_of, example_of, parameters_of
from tests.support.world import World

PATHS = sorted(path for path in SCHEMA["paths"] if not path.startswith("/health"))
FILES = ("/v1/dataset.jsonl", "/v1/dataset.sqlite", "/v1/revisions/{number}/canonical")
BILINGUAL = (*FILES, "/v1/catalog")
LISTS = sorted(path for path in PATHS if any(one["name"] == "limit" for one in parameters_of(path)))
EVENTS = "/v1/timeline-events"


def varies(path: str, *given: str) -> str:
    """What an answer varies by, where some of its parameters are given."""
    by = {
        "Accept": "format" not in given and path not in FILES,
        "Accept-Language": "lang" not in given and path not in BILINGUAL,
        "Accept-Encoding": True,
    }
    return ", ".join(name for name, does in by.items() if does)


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith("/screen")])  # which no cache keeps
def test_an_answer_varies_by_what_its_address_leaves_open(still: httpx.Client, path: str) -> None:
    form = choices_of(path, "format")[0]
    for query, given in ((), ()), (("lang=en",), ("lang",)), ((f"format={form}",), ("format",)):
        address = asking(example_of(path).replace("/canada", "/borea"), *query)
        answer = still.get(address)
        if answer.status_code == 200:
            assert answer.headers["vary"] == varies(path, *given)
            again = still.get(address, headers={"If-None-Match": "*"})
            assert (again.status_code, again.headers["vary"]) == (304, answer.headers["vary"])
            assert again.headers["content-language"] == answer.headers["content-language"]


def test_with_language_and_format_in_the_address_caches_keep_one_copy(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}/war", "/v1/timeline", "/v1/search?q=war"):
        assert still.get(asking(path, "lang=fr", "format=json")).headers["vary"] == "Accept-Encoding"


def test_the_root_always_varies_by_accept(still: httpx.Client) -> None:
    for query in ("", "?format=json", "?format=json&lang=fr", "?revision=1"):
        assert "Accept" in still.get(f"/{query}").headers["vary"].split(", ")


@pytest.mark.parametrize("path", ["/docs?lang=en", "/openapi.json", "/static/docs.js"])
def test_a_file_of_this_release_varies_by_coding_alone(still: httpx.Client, path: str) -> None:
    answer = still.get(path, headers={"Accept": "application/json+nonsense"})
    assert answer.status_code == 200
    assert answer.headers.get("vary", "Accept-Encoding") == "Accept-Encoding"
    assert answer.headers["content-language"] == "en"
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert still.get(path, headers={"If-None-Match": answer.headers["etag"]}).status_code == 304
    assert still.get(path, headers={"If-Match": '"other"'}).status_code == 412
    assert "last-modified" not in answer.headers
    assert still.get(asking(path, "nope=1")).status_code == 422
    assert still.get(asking(path, "utm_source=x")).status_code == 200


def test_an_unknown_static_file_is_an_unknown_path(still: httpx.Client) -> None:
    for path in ("/static/nowhere.js", "/static/", "/static/..%2fdocs_page.py", "/static/swagger-ui"):
        assert still.get(path).json()["type"] == "urn:dossier:problem:unknown-path"


# Length of headers


def size_of(answer: httpx.Response) -> int:
    """Bytes of the head of an answer, as it came over the wire."""
    lines = [f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}", *(f"{k}: {v}" for k, v in answer.headers.items())]
    return sum(len(line.encode()) + 2 for line in lines) + 2


@pytest.mark.parametrize("path", PATHS)
def test_all_headers_fit_3500_bytes_for_the_longest_address(dossier: httpx.Client, path: str) -> None:
    name = next((one["name"] for one in parameters_of(path) if one["name"] in ("instrument", "q", "source")), None)
    long = {
        "instrument": "&".join(["instrument=unscr-1718"] * 50),
        "source": "&".join(["source=gac-country-page"] * 50),
        "q": f"q={quote('é' * 190 + ' ' + 'korea'[:5])}",
    }
    longer = f"utm_campaign={'x' * 9000}"
    for query in filter(None, [long.get(name or ""), longer]):
        for form in choices_of(path, "format"):
            answer = dossier.get(asking(example_of(path).split("?")[0], query, f"format={form}"))
            assert answer.status_code in (200, 422)
            assert size_of(answer) <= 3500


@pytest.mark.parametrize("path", LISTS)
def test_cursors_have_at_most_512_characters(dossier: httpx.Client, path: str) -> None:
    for sort in choices_of(path, "sort") or [""]:
        answer = dossier.get(asking(example_of(path), "limit=1", *([f"sort={sort}"] if sort else [])))
        assert len(answer.json()["page"]["next"] or "") <= 512
        assert size_of(answer) <= 3500


def test_link_leaves_out_first_then_memento_or_original_then_next() -> None:
    page = {"first": "/a", "next": "/b", "memento": "/c", "license": "/d"}

    def left(**lengths: int) -> list[str]:
        text = link_header({name: f"/{name}{'x' * lengths.get(name, 0)}" for name in page})
        assert len(text) <= MOST_LINK
        return [one.partition('rel="')[2].rstrip('"') for one in text.split(", ")]

    assert left() == ["first", "next", "memento", "license"]
    assert left(first=700, next=700, memento=700) == ["next", "memento", "license"]
    assert left(next=1000, memento=1000) == ["next", "license"]
    assert left(next=2000) == ["license"]


def test_data_name_their_licence(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}/war", f"{EVENTS}?format=csv", "/v1", "/v1/dataset.jsonl", "/v1/catalog"):
        assert still.get(path).links["license"]["url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "link" not in still.get("/health/live").headers


# Tracking parameters, language tags, names of media types


@pytest.mark.parametrize(
    ("query", "left"),
    [
        (b"", b""),
        (b"utm_source=a", b""),
        (b"UTM_Source=a&kind=summit", b"kind=summit"),
        (b"kind=summit&fbclid=x&gclid=y&msclkid=z&mc_cid=1&mc_eid=2", b"kind=summit"),
        (b"utm%5Fsource=a&q=%C3%A9", b"q=%C3%A9"),
        (b"utm_source", b""),
        (b"utm_=&a=1&&b=2", b"a=1&&b=2"),
        (b"kind=utm_source", b"kind=utm_source"),
        (b"xutm_source=1&fbclid2=1", b"xutm_source=1&fbclid2=1"),
    ],
)
def test_tracking_parameters_are_taken_out_of_a_query(query: bytes, left: bytes) -> None:
    assert without_tracking(query) == left


@pytest.mark.parametrize("path", PATHS)
def test_tracking_parameters_are_passed_over_and_appear_in_no_answer(still: httpx.Client, path: str) -> None:
    tracking = ("utm_source=news", "utm_whatever=", "fbclid=a", "gclid=b", "msclkid=c", "mc_cid=d", "mc_eid=e")
    for form in choices_of(path, "format"):
        address = asking(example_of(path).replace("/canada", "/borea"), f"format={form}")
        plain, tracked = still.get(address), still.get(asking(address, *tracking))
        assert tracked.status_code == plain.status_code
        assert tracked.headers.get("link") == plain.headers.get("link")
        assert tracked.headers.get("etag") == plain.headers.get("etag")
        if plain.status_code == 200:
            assert tracked.content == plain.content


@pytest.mark.parametrize("tag", ["fr", "FR", "fr-CA", "fr-ca", "fr_CA", "FR-Latn-CA"])
def test_a_language_tag_counts_as_its_language_and_addresses_name_that(still: httpx.Client, tag: str) -> None:
    answer = still.get(f"{EVENTS}?lang={tag}&limit=1")
    assert answer.headers["content-language"] == "fr"
    assert answer.content == still.get(f"{EVENTS}?lang=fr&limit=1").content
    assert answer.headers["link"] == still.get(f"{EVENTS}?lang=fr&limit=1").headers["link"]
    assert still.get(answer.links["next"]["url"]).headers["content-language"] == "fr"


@pytest.mark.parametrize("tag", ["de", "fra", "f", "french", "fr-", "-fr", "fr CA", "*", "fr,en", "frß"])
def test_another_language_is_refused(still: httpx.Client, tag: str) -> None:
    answer = still.get(EVENTS, params={"lang": tag})
    assert answer.status_code == 422
    assert [one["parameter"] for one in answer.json()["errors"]] == ["lang"]


@pytest.mark.parametrize(
    "accept",
    [
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/jsonlines",
        "APPLICATION/X-NDJSON",
    ],
)
def test_json_lines_have_several_names(still: httpx.Client, accept: str) -> None:
    answer = still.get(EVENTS, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/jsonl")


@pytest.mark.parametrize(
    "accept",
    [
        "application/problem+json, application/json",
        "application/problem+json",
        "application/octet-stream",
        "application/json, application/problem+json;q=0.9, text/html;q=0.1",
    ],
)
@pytest.mark.parametrize(
    "path", [EVENTS, f"{EVENTS}/war", "/v1/timeline", "/v1/search?q=war", "/v1", "/v1/revisions/1"]
)
def test_what_generated_clients_accept_gets_json(still: httpx.Client, path: str, accept: str) -> None:
    answer = still.get(path, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")


def test_the_address_of_one_file_does_not_look_at_accept(still: httpx.Client) -> None:
    for path in ("/v1/revisions/1/canonical", "/v1/dataset.jsonl", "/v1/dataset.sqlite", "/openapi.json", "/docs"):
        for accept in ("text/html", "application/json", "image/png", "nonsense"):
            assert still.get(path, headers={"Accept": accept}).status_code == 200


# Preconditions


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/war", "/v1", "/", f"{EVENTS}?format=csv", *FILES[:2]])
def test_if_match_is_refused_unless_it_has_the_tag(still: httpx.Client, path: str) -> None:
    tag = still.get(path).headers["etag"]
    for fine in (tag, "*", f'"x", {tag}'):
        assert still.get(path, headers={"If-Match": fine}).status_code == 200
    for other in ('"x"', f"W/{tag}", "nonsense", f'{tag[:-1]}-gzip"'):
        for method in ("GET", "HEAD"):
            refused = still.request(method, path, headers={"If-Match": other, "If-None-Match": tag})
            assert refused.status_code == 412
            assert refused.headers["cache-control"] == "no-store"
            assert refused.headers["content-type"] == "application/problem+json"
    assert still.get(path, headers={"If-Match": tag, "If-None-Match": tag}).status_code == 304


def test_a_precondition_saves_no_one_from_another_refusal(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "tie")
    world.publish()
    for path, status in (("/tie", 410), ("/never", 404), ("?limit=0", 422), ("?revision=9", 404), ("?cursor=a", 422)):
        assert api.get(f"{EVENTS}{path}", headers={"If-Match": '"x"'}).status_code == status


def test_a_tag_to_which_a_proxy_has_added_its_coding_is_still_ours(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}?format=csv", "/v1/revisions/1/canonical", "/v1/dataset.jsonl", "/docs"):
        tag = still.get(path).headers["etag"]
        for added in ("-gzip", "--gzip", "-br", "-zstd"):
            for sent in (f'{tag[:-1]}{added}"', f'W/{tag[:-1]}{added}"'):
                answer = still.get(path, headers={"If-None-Match": sent})
                assert (answer.status_code, answer.headers["etag"]) == (304, tag)


def test_a_304_is_decided_after_a_cursor_that_names_no_row(still: httpx.Client) -> None:
    next_page = still.get(f"{EVENTS}?limit=1").links["next"]["url"]
    assert urlsplit(next_page).path == EVENTS
    assert still.get(next_page, headers={"If-None-Match": "*"}).status_code == 304
    assert still.get(f"{next_page[:-4]}AAAA", headers={"If-None-Match": "*"}).status_code == 422
