"""Routing: the table finds what the router would find, and the route class reads what FastAPI would read."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Match

from app.api.routing import QueryReader, QueryRoute, RouteTable
from app.main import api as application
from app.resources.params import ListParams
from app.resources.registry import COLLECTIONS
from tests.support.servers import settings_for

PATHS = [
    *("/", "/v1", "/v1/timeline", "/v1/search", "/v1/actors", "/v1/actors/borea", "/v1/actors/borea/history"),
    *("/v1/funding-records/totals", "/v1/funding-records/totals/history", "/v1/revisions/1", "/health/live"),
    *("/v1/revisions/1/canonical", "/v1/dataset.sqlite", "/v1/actors/histoire é", "/v1/actors/history"),
    # Nothing is there
    *("", "/v1/", "/v1/actors/", "/v1/actors//history", "/v1/actors/a/b", "/v1/Actors", "/v1/actors/a/history/", "/v2"),
]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """An application, of which only the routes are looked at."""
    return application(settings_for(Path(tmp_path_factory.mktemp("routes")) / "none.db"), described=False)


def request_for(path: str, method: str = "GET") -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": [], "query_string": b""}


@pytest.mark.parametrize("path", PATHS)
def test_the_table_finds_the_route_and_the_id_that_the_router_would_find(app: FastAPI, path: str) -> None:
    table, *routes = app.routes
    assert isinstance(table, RouteTable)
    match, found = table.matches(request_for(path))
    expected = [scope for route in routes for one, scope in [route.matches(request_for(path))] if one == Match.FULL]
    assert (match == Match.FULL) is bool(expected)
    if expected:
        assert found["route"] is expected[0]["route"]
        assert found["path_params"] == expected[0]["path_params"]


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "HEAD"])
def test_the_table_leaves_other_methods_to_the_router(app: FastAPI, method: str) -> None:
    assert app.routes[0].matches(request_for("/v1", method)) == (Match.NONE, {})


def test_lists_items_and_histories_are_read_without_dependencies(app: FastAPI) -> None:
    usual = {route.path for route in app.routes if isinstance(route, QueryRoute) and route.app != route._answer}
    assert usual == {"/v1/revisions/{number}", "/v1/revisions/{number}/canonical"}


READER = QueryReader(COLLECTIONS["timeline-events"].params)


def test_parameters_are_those_of_the_model_and_only_those_that_were_sent_count_as_set() -> None:
    params = READER.read([("kind", "summit,meeting"), ("kind", "summit"), ("from", "1950"), ("limit", "7")])
    assert isinstance(params, ListParams)
    assert params.model_fields_set == {"kind", "from_", "limit"}
    assert params.model_dump(include={"kind", "limit"}) == {"kind": ["summit", "meeting"], "limit": 7}


@pytest.mark.parametrize(
    "pairs",
    [
        [("limit", "1"), ("limit", "1")],
        [("nope", "1")],
        [("from_", "1950")],
        [("limit", "0")],
        [("kind", "no-such-kind")],
        [("from", "1950"), ("from", "")],
    ],
)
def test_what_has_to_be_refused_is_left_to_fastapi(pairs: list[tuple[str, str]]) -> None:
    assert READER.read(pairs) is None
