"""What is deprecated is announced on every answer that it concerns, and in the schema; today that is nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest
from openapi_spec_validator import validate

from app.api.openapi_components import resolved_operations
from app.main import api
from app.serving import deprecation
from app.serving.deprecation import DEPRECATIONS, Deprecation
from app.settings import Settings
from tests.support.compatibility import breaks
from tests.support.schema import DOCUMENT
from tests.support.servers import inhabited

ACTORS = Deprecation("list_actors", date(2027, 1, 1), "/docs#actors", sunset=date(2028, 6, 30))
LIMIT = Deprecation("list_sources", date(2027, 3, 1), "https://example.org/limit", parameter="limit")

ACTORS_LINKS = '</docs#actors>; rel="deprecation", </docs#actors>; rel="sunset"'
TOLD = {"deprecation", "sunset"}


@pytest.fixture
def deprecated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two things deprecated while a test runs: an operation, and a parameter of another."""
    monkeypatch.setattr(deprecation, "DEPRECATIONS", (ACTORS, LIMIT))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of a server of this test alone: another's store has answers from when nothing was deprecated."""
    with inhabited(tmp_path) as (_, client):
        yield client


@pytest.fixture
def client(deprecated: None, fresh: httpx.Client) -> httpx.Client:
    return fresh


@pytest.fixture(scope="module")
def schema() -> Any:
    """The OpenAPI document with these two deprecated."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(deprecation, "DEPRECATIONS", (ACTORS, LIMIT))
        return api(Settings()).openapi()


def operation(whole: Any, path: str) -> Any:
    return dict(resolved_operations(whole))[path]


def parameter(operation: Any, name: str) -> Any:
    return next(one for one in operation["parameters"] if one["name"] == name)


@pytest.mark.parametrize(
    ("method", "query", "status"),
    [("GET", "", 200), ("HEAD", "", 200), ("GET", "?nope=1", 422), ("GET", "?revision=99", 404)],
)
def test_every_answer_of_a_deprecated_operation_announces_it(
    client: httpx.Client, method: str, query: str, status: int
) -> None:
    answer = client.request(method, f"/v1/actors{query}")
    assert answer.status_code == status
    assert answer.headers["Deprecation"] == "@1798761600"
    assert answer.headers["Sunset"] == "Fri, 30 Jun 2028 00:00:00 GMT"
    assert answer.headers["Link"].endswith(ACTORS_LINKS)


def test_not_modified_announces_it_too(client: httpx.Client) -> None:
    etag = client.get("/v1/actors").headers["ETag"]
    answer = client.get("/v1/actors", headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.headers["Deprecation"] == "@1798761600"
    assert answer.headers["Link"].endswith(ACTORS_LINKS)


def test_links_are_in_one_header_behind_those_of_the_answer(client: httpx.Client) -> None:
    live, *more = client.get("/v1/actors").headers.get_list("Link")
    assert more == []
    assert 'rel="memento"' in live
    assert live.endswith(f", {ACTORS_LINKS}")
    assert client.get("/v1/actors?nope=1").headers["Link"] == ACTORS_LINKS


def test_the_headers_of_an_answer_stay_otherwise(fresh: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fresh.get("/v1/actors").headers
    monkeypatch.setattr(deprecation, "DEPRECATIONS", (ACTORS,))
    after = fresh.get("/v1/actors").headers
    assert after.keys() - before.keys() == TOLD
    assert {name for name in before if before[name] != after[name]} <= {"link", "x-request-id", "date"}


@pytest.mark.parametrize(
    "address",
    ["/v1/actors/north", "/v1/sources", "/v1", "/v1/actor", "/health/live", "/docs", "/v1/actors?q=%00"],
)
def test_other_answers_announce_nothing(client: httpx.Client, address: str) -> None:
    answer = client.get(address)
    assert not TOLD & answer.headers.keys()
    assert "deprecation" not in answer.headers.get("Link", "")


@pytest.mark.parametrize(("query", "status"), [("limit=1", 200), ("li%6Dit=1", 200), ("lang=fr&limit=0", 422)])
def test_a_deprecated_parameter_is_announced_where_it_is_used(client: httpx.Client, query: str, status: int) -> None:
    answer = client.get(f"/v1/sources?{query}")
    assert answer.status_code == status
    assert answer.headers["Deprecation"] == "@1803859200"
    assert "Sunset" not in answer.headers
    assert answer.headers["Link"].endswith('<https://example.org/limit>; rel="deprecation"')


@pytest.mark.parametrize("address", ["/v1/sources?lang=fr", "/v1/sources?nolimit=1", "/v1/timeline-events?limit=1"])
def test_a_deprecated_parameter_is_not_announced_where_it_is_not_used(client: httpx.Client, address: str) -> None:
    assert not TOLD & client.get(address).headers.keys()


def test_of_several_the_earliest_dates_are_announced_with_all_links(
    fresh: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lang = Deprecation("list_actors", date(2026, 1, 1), "/docs#lang", sunset=date(2029, 1, 1), parameter="lang")
    again = Deprecation("list_actors", date(2027, 1, 1), "/docs#actors", parameter="sort")
    monkeypatch.setattr(deprecation, "DEPRECATIONS", (ACTORS, lang, again))
    answer = fresh.get("/v1/actors?lang=en&sort=id")
    assert answer.headers["Deprecation"] == "@1767225600"
    assert answer.headers["Sunset"] == "Fri, 30 Jun 2028 00:00:00 GMT"
    assert answer.headers["Link"].endswith(
        f', {ACTORS_LINKS}, </docs#lang>; rel="deprecation", </docs#lang>; rel="sunset"'
    )


def test_scripts_of_other_origins_may_read_it(client: httpx.Client) -> None:
    exposed = client.get("/v1/actors").headers["Access-Control-Expose-Headers"].split(", ")
    assert {"Deprecation", "Sunset", "Link"} <= set(exposed)


def test_the_schema_marks_the_operation_and_says_where_to_go(schema: Any) -> None:
    validate(schema)
    actors = operation(schema, "/v1/actors")
    assert actors["deprecated"] is True
    assert actors["description"].endswith(
        " **Deprecated** since 2027-01-01, answered until 2028-06-30 at least: [what to do instead](/docs#actors)."
    )
    assert [path for path, one in resolved_operations(schema) if one.get("deprecated")] == ["/v1/actors"]


def test_the_schema_marks_the_parameter_and_not_its_operation(schema: Any) -> None:
    sources = operation(schema, "/v1/sources")
    assert "deprecated" not in sources
    assert [one["name"] for one in sources["parameters"] if one.get("deprecated")] == ["limit"]
    assert "deprecated" not in parameter(operation(schema, "/v1/actors"), "limit")
    assert parameter(sources, "limit")["description"].endswith(
        " **Deprecated** since 2027-03-01: [what to do instead](https://example.org/limit)."
    )


def test_the_schema_documents_the_headers_where_they_can_be(schema: Any) -> None:
    for answer in operation(schema, "/v1/actors")["responses"].values():
        assert {"Deprecation", "Sunset", "Link"} <= answer["headers"].keys()
    for answer in operation(schema, "/v1/sources")["responses"].values():
        assert {"Deprecation", "Link"} <= answer["headers"].keys()
        assert "Sunset" not in answer["headers"]
    assert "Deprecation" not in operation(schema, "/v1/actors/{id}")["responses"]["200"]["headers"]


def test_deprecating_breaks_no_client(schema: Any) -> None:
    assert breaks(DOCUMENT, schema) == []


@pytest.mark.parametrize(
    "wrong",
    [
        Deprecation("list_actor", date(2027, 1, 1), "/docs"),
        Deprecation("list_actor", date(2027, 1, 1), "/docs", parameter="q"),
        Deprecation("list_actors", date(2027, 1, 1), "/docs", parameter="nope"),
        Deprecation("get_actor", date(2027, 1, 1), "/docs", parameter="id"),
    ],
)
def test_what_is_not_in_the_schema_cannot_be_deprecated(monkeypatch: pytest.MonkeyPatch, wrong: Deprecation) -> None:
    monkeypatch.setattr(deprecation, "DEPRECATIONS", (wrong,))
    with pytest.raises(ValueError, match="is deprecated, and is not in the schema"):
        api(Settings()).openapi()


@pytest.mark.parametrize("sunset", [date(2026, 12, 31), date(2027, 1, 1), date(2027, 12, 31)])
def test_a_sunset_before_or_soon_after_is_refused(sunset: date) -> None:
    with pytest.raises(ValueError, match="list_actors: the sunset is less than 12 months after the deprecation"):
        Deprecation("list_actors", date(2027, 1, 1), "/docs", sunset=sunset)


@pytest.mark.parametrize(
    ("since", "sunset"),
    [
        (date(2027, 1, 1), date(2028, 1, 1)),
        (date(2028, 2, 29), date(2029, 3, 1)),
        (date(2027, 2, 28), date(2028, 2, 29)),
    ],
)
def test_a_sunset_after_twelve_months_is_taken(since: date, sunset: date) -> None:
    assert Deprecation("list_actors", since, "/docs", sunset=sunset).sunset == sunset


def test_today_nothing_is_deprecated(still: httpx.Client) -> None:
    assert DEPRECATIONS == ()
    assert not TOLD & still.get("/v1/actors?limit=1").headers.keys()
    assert not [path for path, one in resolved_operations(DOCUMENT) if one.get("deprecated")]
    assert not TOLD & {name.lower() for name in DOCUMENT["components"]["headers"]}
