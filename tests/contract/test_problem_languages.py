"""Every kind of refusal in both languages: the same status, type and codes, in other words."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel
from pydantic_core.core_schema import ErrorType

from app.errors import KINDS, PYDANTIC_CODES
from app.main import api as application
from app.main import create_app
from app.messages import PARAMETER_CODES
from app.settings import Settings
from tests.support.problems import URN, in_both
from tests.support.schema import SCHEMA, SHAPES, asking, example_of, parameters_of
from tests.support.servers import client_of, settings_for
from tests.support.waiting import TIMEOUT
from tests.support.world import World

ADDRESSES = [example_of(path) for path in SCHEMA["paths"]]
NBSP = "\N{NO-BREAK SPACE}"


def test_frontends_find_every_type_and_code_in_the_schema() -> None:
    types = SHAPES["Problem"]["properties"]["type"]["x-extensible-enum"]
    codes = SHAPES["ParameterFault"]["properties"]["code"]["x-extensible-enum"]
    assert types == [*(f"{URN}{kind.slug}" for kind in KINDS.values()), f"{URN}http-error"]
    assert codes == [*PARAMETER_CODES]
    statuses = {kind.status for kind in KINDS.values()}
    assert statuses == {400, 404, 405, 406, 410, 412, 414, 416, 422, 429, 431, 500, 503}


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_operation_refuses_in_both_languages(dossier: httpx.Client, address: str) -> None:
    english, french = in_both(dossier, asking(address, "nonsense=1"))
    assert english["status"] == 422
    assert {fault["code"] for fault in french["errors"]} <= {"unknown-parameter", "no-parameters", "required"}
    assert in_both(dossier, address, "POST")[0]["type"] == f"{URN}method-not-allowed"
    assert in_both(dossier, f"{address.partition('?')[0]}/nowhere/x")[0]["status"] == 404


@pytest.mark.parametrize("path", SCHEMA["paths"])
def test_every_operation_refuses_an_unknown_revision_in_both_languages(dossier: httpx.Client, path: str) -> None:
    if any(one["name"] == "revision" for one in parameters_of(path)):
        assert in_both(dossier, asking(example_of(path), "revision=99"))[1]["title"] == "Révision inconnue"


# By the type of a schema of pydantic, the errors that it can give for what is in a query.
ERRORS: dict[str, set[ErrorType]] = {
    "str": {"string_type", "string_too_short", "string_too_long", "string_pattern_mismatch"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float", "greater_than_equal", "less_than_equal"},
    "float": {"float_type", "float_parsing", "finite_number", "greater_than_equal", "less_than_equal"},
    "bool": {"bool_type", "bool_parsing"},
    "list": {"list_type", "too_short", "too_long"},
    "literal": {"literal_error"},  # has `expected`, of which `unknown-value` is made
    "model-fields": {"missing", "extra_forbidden"},
}
AROUND = {"model", "model-field", "nullable", "default", "function-before", "function-after", "no-info", "with-info"}


def schemas_in(part: Any) -> Iterator[str]:
    """The types of all schemas in one of pydantic's."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part["type"]
        part = [value for key, value in part.items() if key != "metadata"]  # that has JSON schemas
    if isinstance(part, list | tuple):
        for one in part:
            yield from schemas_in(one)


def query_models(dependant: Any) -> Iterator[type[BaseModel]]:
    """The query models of a route."""
    yield from (field.field_info.annotation for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from query_models(inner)


def test_every_error_that_a_query_model_can_raise_has_a_code_of_its_own() -> None:
    routes = [one for one in iter_route_contexts(application(Settings()).routes) if hasattr(one, "dependant")]
    models = {model for route in routes for model in query_models(route.dependant)}
    assert len(models) > 20
    used = {name for model in models for name in schemas_in(model.__pydantic_core_schema__)}
    assert used - AROUND <= ERRORS.keys()
    for error in set().union(*ERRORS.values()) - {"literal_error"}:
        assert {error, error.partition("_")[0]} & PYDANTIC_CODES.keys()


BAD = ["x y", "NaN", "1e999", "-1", "9" * 50, "2017-02-30", "é", "a,b", "true", "null", "..", "A" * 300]


@pytest.mark.slow
@pytest.mark.parametrize("path", SCHEMA["paths"])
def test_no_value_gets_words_of_the_libraries(dossier: httpx.Client, path: str) -> None:
    names = [one["name"] for one in parameters_of(path) if one["in"] == "query" and one["name"] not in ("q", "lang")]
    for name in names:
        for value in BAD:
            if dossier.get(asking(example_of(path), f"{name}={value}")).status_code != 200:
                english, _ = in_both(dossier, asking(example_of(path), f"{name}={value}"))
                assert "invalid-value" not in [fault["code"] for fault in english.get("errors", [])]


KINDS_ASKED: dict[str, tuple[str, str, dict[str, str]]] = {
    "unknown-path": ("GET", "/v1/actor", {}),
    "unknown-record": ("GET", "/v1/actors/nobody", {}),
    "unknown-revision": ("GET", "/v1/actors?revision=9", {}),
    "method-not-allowed": ("DELETE", "/v1/actors", {}),
    "not-acceptable": ("GET", "/v1/actors", {"Accept": "image/png"}),
    "uri-too-long": ("GET", f"/v1/actors?q={'a' * 20_000}", {}),
    "range-not-satisfiable": ("GET", "/v1/dataset.jsonl", {"Range": "bytes=999999999-"}),
    "invalid-parameter": ("GET", "/v1/actors?from=17&limit=0&q=", {}),
}


@pytest.mark.parametrize("slug", KINDS_ASKED)
def test_every_kind_of_refusal_is_in_both_languages(dossier: httpx.Client, slug: str) -> None:
    method, address, headers = KINDS_ASKED[slug]
    assert in_both(dossier, address, method, **headers)[0]["type"] == f"{URN}{slug}"


def test_a_withdrawn_record_gives_its_reason_in_the_language_of_the_problem(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "tie")
    world.publish()
    english, french = in_both(api, "/v1/timeline-events/tie")
    assert (english["status"], english["type"]) == (410, f"{URN}withdrawn-record")
    assert english["reason"] != french["reason"]
    assert english["last_version"] == french["last_version"]


def test_a_database_that_is_not_ready_says_so_in_both_languages(tmp_path: Path) -> None:
    with client_of(create_app(settings_for(tmp_path / "none.db"))) as client:
        for address in ("/v1/actors", "/health/ready"):
            assert in_both(client, address)[0]["type"] == f"{URN}unavailable"


@pytest.mark.parametrize(
    ("query", "accepted", "lang", "varies"),
    [
        ("", "fr-CA, en;q=0.5", "fr", True),
        ("", "de", "en", True),
        ("lang=fr", "en", "fr", False),
        ("lang=FR", "en", "fr", False),
        ("lang=fr-CA", "en", "fr", False),
        ("lang=en-GB", "fr", "en", False),
        ("lang=de", "fr", "fr", True),
        ("lang=", "fr", "fr", True),
        ("lang=fr_", "en", "en", True),
        ("lang=en&lang=en", "fr", "fr", True),
        ("lang=fr&q=%FF", "en", "fr", False),
        ("lang=%FF", "fr", "fr", True),
    ],
)
@pytest.mark.parametrize("path", ["/v1/actors", "/v2", "/v1/actors/nobody"])
def test_lang_decides_the_language_else_the_header_else_english(
    dossier: httpx.Client, path: str, query: str, accepted: str, lang: str, varies: bool
) -> None:
    answer = dossier.get(asking(path, query, "limit=0", "nope=1"), headers={"Accept-Language": accepted})
    assert answer.headers["content-language"] == lang
    assert ("Accept-Language" in answer.headers["vary"]) is varies
    assert (
        answer.json()["title"]
        in {
            "en": ("Invalid parameter", "Unknown path"),
            "fr": ("Paramètre non valide", "Chemin inconnu"),
        }[lang]
    )


def test_a_problem_in_french_word_for_word(dossier: httpx.Client) -> None:
    answer = dossier.get("/v1/timeline-events?kind=sumit&limit=500&form=2017&lang=fr")
    body = answer.json()
    assert body["title"] == "Paramètre non valide"
    by_name = {fault["parameter"]: fault for fault in body["errors"]}
    assert by_name["limit"] == {
        "parameter": "limit",
        "code": "too-large",
        "detail": f"doit être d’au plus 200. Par exemple{NBSP}: 10",
    }
    assert by_name["kind"]["code"] == "unknown-value"
    assert by_name["kind"]["detail"].startswith(
        f"«{NBSP}sumit{NBSP}» ne figure pas parmi les valeurs admises. Vouliez-vous dire summit? "
        f"Valeurs admises{NBSP}: nuclear-test, "
    )
    assert by_name["form"]["code"] == "unknown-parameter"
    assert f"limit{NBSP}: doit être d’au plus 200" in body["detail"]


def test_what_the_parser_refuses_is_in_english(dossier_address: str) -> None:
    parts = urlsplit(dossier_address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=TIMEOUT) as connection:
        connection.sendall(b"GET /v1/\xe9 HTTP/1.1\r\nHost: x\r\nAccept-Language: fr\r\nConnection: close\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert b"content-language: en" in answer
    assert b'"title": "Unreadable request"' in answer
