"""The error contract: one body for every refusal, words that say what to do, a schema that shows them all."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Path, Query
from openapi_spec_validator import validate
from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app import errors
from app.api.problem_schemas import Problem, problem_components, problem_responses
from app.errors import (
    KINDS,
    BadRequest,
    DossierError,
    Fault,
    InternalError,
    InvalidParameter,
    InvalidValue,
    MethodNotAllowed,
    NotAcceptable,
    Unavailable,
    UnknownPath,
    UnknownRecord,
    UnknownRevision,
    UriTooLong,
    WithdrawnRecord,
    kind_of,
)
from app.serving import problems
from app.serving.problems import problem_body, problem_response
from tests.support.servers import client_of


class Kind(StrEnum):
    """What the small world's records can be."""

    TEST = "nuclear-test"
    SUMMIT = "summit"


class Asked(BaseModel):
    """A query model with a parameter of each sort."""

    model_config = ConfigDict(extra="forbid")

    kind: list[Kind] = Field([])
    lang: Literal["en", "fr"] | None = None
    limit: int = Field(50, ge=1, le=200)
    since: str | None = Field(None, alias="from", pattern=r"^\d{4}(-\d\d)?$", examples=["2017-09"])
    q: str | None = Field(None, min_length=2, max_length=5)
    certain: bool = False
    day: date | None = None
    instant: datetime | None = None
    topic: list[str] = Field([], max_length=1, examples=[["security"]])
    either: int | Literal["all"] | None = None

    @field_validator("q")
    @classmethod
    def _has_letters(cls, text: str) -> str:
        if not any(character.isalpha() for character in text):
            raise InvalidValue("no-words")
        return text


WITHDRAWN = WithdrawnRecord(3, "Recorded twice.", "/v1/events/b?revision=2")
RAISED: dict[str, Exception] = {
    "bad": BadRequest("unreadable-request"),
    "record": UnknownRecord("unknown-record", id="x", collection="events", revision=1),
    "revision": UnknownRevision("unknown-revision", number=9),
    "format": NotAcceptable({"json": "application/json"}),
    "withdrawn": WITHDRAWN,
    "several": InvalidParameter(Fault("as_of", "with-revision"), Fault("limit", "too-large", {"most": 200})),
    "surrogate": InvalidParameter("q", "not-a-text", value="\ud83d"),
    "database": OperationalError("SELECT secret", {}, Exception("secret.db is locked")),
    "pool": PoolTimeoutError("QueuePool limit of secret"),
    "unavailable": Unavailable("nothing-published-yet"),
    "framework": HTTPException(451, "secret words", {"X-Kept": "yes"}),
    "framework-400": HTTPException(400, "secret words"),
}


async def asked(query: Annotated[Asked, Query()]) -> Asked:
    """The query model at one remove, as routes take it that check more than it can."""
    return query


def application() -> FastAPI:
    """A small world with a list, the same list by a dependency, an item, and every way to fail."""
    app, router = FastAPI(title="World", version="1"), APIRouter(prefix="/v1")
    problems.install(app)

    @router.get("/events", responses=problem_responses(404, 406, 414, 422, 500, 503))
    async def events(query: Annotated[Asked, Query()]) -> Asked:
        return query

    @router.get("/actors", responses=problem_responses(422))
    async def actors(query: Annotated[Asked, Depends(asked)]) -> Asked:
        return query

    @router.get("/events/{id}", responses=problem_responses(404, 410, 422))
    async def event(id: Annotated[str, Path(pattern="^[a-z]+$")], revision: int = 1) -> str:
        return f"{id}@{revision}"

    @router.get("/raises/{name}", responses=problem_responses(400, 405, 422))
    async def raises(name: str) -> None:
        raise RAISED[name]

    app.include_router(router)
    return app


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """A client of the application itself, without the shell: handlers must keep the contract alone."""
    with client_of(application()) as client:
        yield client


WAYS = {
    "/nowhere": (404, "unknown-path", "Unknown path"),
    "/v1/events/": (404, "unknown-path", "Unknown path"),
    "/v1/events?limit=0": (422, "invalid-parameter", "Invalid parameter"),
    "/v1/events/A": (422, "invalid-parameter", "Invalid parameter"),
    "/v1/raises/bad": (400, "bad-request", "Unreadable request"),
    "/v1/raises/record": (404, "unknown-record", "Unknown record"),
    "/v1/raises/revision": (404, "unknown-revision", "Unknown revision"),
    "/v1/raises/format": (406, "not-acceptable", "No acceptable format"),
    "/v1/raises/withdrawn": (410, "withdrawn-record", "Withdrawn record"),
    "/v1/raises/several": (422, "invalid-parameter", "Invalid parameter"),
    "/v1/raises/surrogate": (422, "invalid-parameter", "Invalid parameter"),
    "/v1/raises/database": (503, "unavailable", "Temporarily unavailable"),
    "/v1/raises/pool": (503, "unavailable", "Temporarily unavailable"),
    "/v1/raises/unavailable": (503, "unavailable", "Temporarily unavailable"),
    "/v1/raises/framework": (451, "http-error", "HTTP error"),
    "/v1/raises/framework-400": (400, "bad-request", "Unreadable request"),
}


@pytest.mark.parametrize("path", WAYS)
def test_every_way_to_fail_has_the_one_body_and_its_headers(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    status, slug, title = WAYS[path]
    body = answer.json()
    assert (answer.status_code, body["status"]) == (status, status)
    assert (body["type"], body["title"]) == (f"urn:dossier:problem:{slug}", title)
    assert list(body)[:5] == ["type", "title", "status", "detail", "instance"]
    assert ("errors" in body) is (status == 422)
    assert body["instance"] == f"urn:uuid:{UUID(answer.headers['x-request-id'])}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "en"
    assert "secret" not in answer.text
    Problem.model_validate(body)


def test_a_withdrawn_record_says_why_and_where_its_last_version_is(client: httpx.Client) -> None:
    answer = client.get("/v1/raises/withdrawn")
    assert answer.json()["reason"] == "Recorded twice."
    assert answer.json()["last_version"] == "/v1/events/b?revision=2"
    assert answer.headers["link"] == '</v1/events/b?revision=2>; rel="memento"'


def test_several_parameters_are_named_each_with_its_fault(client: httpx.Client) -> None:
    body = client.get("/v1/raises/several").json()
    assert body["errors"] == [
        {
            "parameter": "as_of",
            "code": "with-revision",
            "detail": "cannot be combined with revision: give one of the two",
        },
        {"parameter": "limit", "code": "too-large", "detail": "must be at most 200"},
    ]
    assert body["detail"] == (
        "as_of: cannot be combined with revision: give one of the two; limit: must be at most 200"
    )


def test_a_lone_surrogate_is_repeated_as_an_escape(client: httpx.Client) -> None:
    assert rb'"q: \ud83d is not a text"' in client.get("/v1/raises/surrogate").content


@pytest.mark.parametrize("way", ["database", "pool"])
def test_a_database_that_fails_is_503_and_only_the_log_says_how(
    client: httpx.Client, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    answer = client.get(f"/v1/raises/{way}")
    assert answer.json()["detail"] == "The data cannot be read now. Try again in a few seconds."
    assert answer.headers["retry-after"] == "5"
    assert f"request {answer.headers['x-request-id']}: the database does not answer" in caplog.text
    assert "secret" in caplog.text


def test_what_the_domain_says_itself_is_not_logged_as_a_failing_database(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert client.get("/v1/raises/unavailable").json()["detail"] == "Nothing has been published in this database yet."
    assert "database" not in caplog.text


def test_an_error_of_the_framework_keeps_its_headers_and_none_of_its_words(client: httpx.Client) -> None:
    answer = client.get("/v1/raises/framework")
    assert answer.headers["x-kept"] == "yes"
    assert answer.json()["detail"] == "The answer to this request is the HTTP status 451."


@pytest.mark.parametrize(
    ("path", "detail"),
    [
        ("/v1/event", "Nothing is at /v1/event. Did you mean /v1/events?"),
        ("/v1/events/", "Nothing is at /v1/events/. Did you mean /v1/events?"),
        ("/openapi.jsn", "Nothing is at /openapi.jsn. Did you mean /openapi.json?"),
        ("/", "Nothing is at /. The collections are listed at /v1."),
        ("/" + "x" * 300, f"Nothing is at /{'x' * 199}. The collections are listed at /v1."),
    ],
)
def test_an_unknown_path_gets_the_nearest_known(client: httpx.Client, path: str, detail: str) -> None:
    assert client.get(path).json()["detail"] == detail


def test_no_address_is_built_from_the_host_of_a_request(client: httpx.Client) -> None:
    answer = client.get("/v1/events/", headers={"Host": "evil.example"})
    assert answer.status_code == 404
    assert "evil.example" not in answer.text + str(answer.headers)


@pytest.mark.parametrize("method", ["POST", "DELETE", "HEAD"])
def test_405_allows_all_that_the_service_answers(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/v1/events")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


ALL = "certain, day, either, from, instant, kind, lang, limit, q, topic"


@pytest.mark.parametrize(
    ("query", "parameter", "code", "detail"),
    [
        ("form=2017", "form", "unknown-parameter", f"is unknown. Did you mean from? Known here: {ALL}"),
        ("Limit=5", "Limit", "unknown-parameter", f"is unknown. Did you mean limit? Known here: {ALL}"),
        ("since=2017", "since", "unknown-parameter", f"is unknown. Known here: {ALL}"),
        (
            "kind=sumit",
            "kind",
            "unknown-value",
            '"sumit" is not known. Did you mean summit? Allowed: nuclear-test, summit',
        ),
        ("kind=x&kind=summit", "kind", "unknown-value", '"x" is not known. Allowed: nuclear-test, summit'),
        ("lang=de", "lang", "unknown-value", '"de" is not known. Allowed: en, fr'),
        ("limit=0", "limit", "too-small", "must be at least 1"),
        ("limit=201", "limit", "too-large", "must be at most 200"),
        ("limit=99999999999999999999999", "limit", "too-large", "must be at most 200"),
        ("limit=1e3", "limit", "not-an-integer", '"1e3" is not a whole number'),
        ("limit=1.5", "limit", "not-an-integer", '"1.5" is not a whole number'),
        ("limit=" + "9" * 5000, "limit", "not-an-integer", f'"{"9" * 79}…" is not a whole number'),
        ("from=17", "from", "wrong-form", '"17" does not have the form that is needed here. For example: 2017-09'),
        ("q=a", "q", "too-short", "must have 2 or more characters"),
        ("q=abcdef", "q", "too-long", "must have at most 5 characters"),
        ("q=12", "q", "no-words", "has no letter or digit to search for: write a word"),
        ("certain=maybe", "certain", "not-a-boolean", '"maybe" cannot be used: write true or false'),
        ("day=2017-02-30", "day", "not-a-day", '"2017-02-30" is not a day of the calendar, written YYYY-MM-DD'),
        ("day=2017", "day", "not-a-day", '"2017" is not a day of the calendar, written YYYY-MM-DD'),
        ("instant=today", "instant", "not-a-time", '"today" is not a time, written YYYY-MM-DDThh:mm:ssZ'),
        ("topic=a&topic=b", "topic", "too-many-values", "must have at most 1 values. For example: security"),
        ("either=some", "either", "not-an-integer", '"some" is not a whole number'),
    ],
)
@pytest.mark.parametrize("path", ["/v1/events", "/v1/actors"])
def test_a_wrong_parameter_is_named_with_what_to_write(
    client: httpx.Client, path: str, query: str, parameter: str, code: str, detail: str
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"parameter": parameter, "code": code, "detail": detail}]
    assert answer.json()["detail"] == f"{parameter}: {detail}"


def test_parameters_of_the_path_and_scalars_are_named_too(client: httpx.Client) -> None:
    body = client.get("/v1/events/A?revision=x").json()
    assert body["errors"] == [
        {"parameter": "id", "code": "wrong-form", "detail": '"A" does not have the form that is needed here'},
        {"parameter": "revision", "code": "not-an-integer", "detail": '"x" is not a whole number'},
    ]


def test_two_wrong_values_of_one_parameter_are_both_reported(client: httpx.Client) -> None:
    body = client.get("/v1/events?kind=x&kind=y").json()
    assert [fault["detail"][:4] for fault in body["errors"]] == ['"x" ', '"y" ']


def test_a_flood_of_unknown_parameters_gets_a_short_answer(client: httpx.Client) -> None:
    answer = client.get("/v1/events?" + "&".join(f"a{number}=1" for number in range(1000)))
    assert len(answer.json()["errors"]) == 10
    assert len(answer.content) < 5000


def descendants(cls: type[DossierError]) -> set[type[DossierError]]:
    """All classes below one."""
    return set(cls.__subclasses__()).union(*map(descendants, cls.__subclasses__()))


def test_every_error_of_the_domain_has_its_row_and_no_two_share_a_slug() -> None:
    assert descendants(DossierError) - set(KINDS) == {errors.OtherStatus, errors.RequestTimeout}
    assert len({kind.slug for kind in KINDS.values()}) == len(KINDS) == 15


def test_an_error_without_a_row_has_the_kind_of_the_class_above_it(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not item by item: one that is put back comes last, and the schema has them in their order.
    others = {error: kind for error, kind in KINDS.items() if error is not UriTooLong}
    monkeypatch.setattr(errors, "KINDS", others | {DossierError: KINDS[InternalError]})
    assert kind_of(UriTooLong(5)).status == 500


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UnknownPath("unreadable-path"), 404),
        (MethodNotAllowed("PUT"), 405),
        (UriTooLong(9), 414),
        (InternalError(), 500),
    ],
)
def test_the_shell_can_make_a_problem_by_itself(error: DossierError, status: int) -> None:
    answer = problem_response(error, "0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f")
    assert json.loads(bytes(answer.body)) == problem_body(error, "0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f")
    assert (answer.status_code, answer.headers["x-request-id"]) == (
        status,
        "0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f",
    )


def test_a_problem_is_these_members_in_this_order() -> None:
    body = problem_body(InvalidParameter("limit", "too-large", most=200), "0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f")
    assert json.dumps(body) == (
        '{"type": "urn:dossier:problem:invalid-parameter", "title": "Invalid parameter", "status": 422, '
        '"detail": "limit: must be at most 200", "instance": "urn:uuid:0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f",'
        ' "errors": [{"parameter": "limit", "code": "too-large", "detail": "must be at most 200"}]}'
    )


def test_the_schema_shows_each_problem_of_a_route_with_an_example() -> None:
    document = application().openapi()
    for kind, named in problem_components().items():
        document["components"].setdefault(kind, {}).update(named)
    validate(document)
    answers = document["paths"]["/v1/events/{id}"]["get"]["responses"]
    assert list(answers) == ["200", "404", "410", "422"]
    assert answers["404"]["description"] == "Unknown path (404), unknown record (404), unknown revision (404)"
    assert answers["422"] == {
        "description": "Invalid parameter (422)",
        "content": {
            "application/problem+json": {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {"invalid-parameter": {"$ref": "#/components/examples/invalid-parameter"}},
            }
        },
    }
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_there_is_an_example_for_every_type_of_problem() -> None:
    components = problem_components()
    assert set(components["examples"]) == {kind.slug for kind in KINDS.values()}
    for slug, example in components["examples"].items():
        assert Problem.model_validate(example["value"]).type == f"urn:dossier:problem:{slug}"
    assert components["schemas"]["Problem"]["required"] == ["type", "title", "status", "detail", "instance"]


def test_a_route_cannot_promise_a_problem_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="no problem has the status 418"):
        problem_responses(418)


def test_a_problem_whose_page_cannot_be_made_is_json(caplog: pytest.LogCaptureFixture) -> None:
    def broken(*_: object) -> None:
        raise OSError(24, "Too many open files")

    scope = {"type": "http", "path": "/en/", "query_string": b"", "headers": [], "state": {"problem_page": broken}}
    answer = problem_response(Unavailable("too-busy"), "one", scope)
    assert (answer.status_code, answer.media_type) == (503, "application/problem+json")
    assert answer.headers["retry-after"]
    assert [record.message for record in caplog.records] == ["request one: the page of its problem cannot be made"]
