"""Problem responses (RFC 9457): every error of the application as one JSON body, and its schema in OpenAPI."""

import functools
import json
import logging
from collections.abc import Callable
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, NoReturn
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.errors import (
    KINDS,
    BadRequest,
    DossierError,
    Fault,
    InternalError,
    InvalidParameter,
    Kind,
    MethodNotAllowed,
    NotAcceptable,
    OtherStatus,
    Unavailable,
    UnknownPath,
    UnknownRecord,
    UnknownRevision,
    UriTooLong,
    WithdrawnRecord,
    kind_of,
)
from app.messages import message, sentence, title
from app.serving.validation import validation_faults

MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger("dossier")


def problem_body(error: DossierError, request_id: str) -> dict[str, Any]:
    """The members of a problem (4xx or 5xx, RFC 9457), in the order in which they are served."""
    kind = kind_of(error)
    body: dict[str, Any] = {"type": f"urn:dossier:problem:{kind.slug}", "title": _title(kind), "status": kind.status}
    errors = [{"parameter": fault.parameter, "detail": _detail(fault)} for fault in _faults(error)]
    detail = "; ".join(f"{one['parameter']}: {one['detail']}" for one in errors) or message(error)
    body |= {"detail": detail, "instance": f"urn:uuid:{request_id}"}
    return body | ({"errors": errors} if errors else {}) | error.extra


def _title(kind: Kind) -> str:
    return title(kind.slug) or HTTPStatus(kind.status).phrase


def _faults(error: DossierError) -> tuple[Fault, ...]:
    return error.faults if isinstance(error, InvalidParameter) else ()


def _detail(fault: Fault) -> str:
    """What is wrong with a parameter, and an example of what to write where it has one."""
    detail = message(fault)
    example = fault.values.get("example")
    return sentence("for-example", {"sentence": detail, "example": example}) if example else detail


def problem_response(error: DossierError, request_id: str) -> Response:
    """A problem as an answer: JSON in UTF-8 that no cache keeps, with the request's id in X-Request-ID."""
    # backslashreplace: a lone surrogate, which UTF-8 cannot encode, becomes its JSON escape
    content = json.dumps(problem_body(error, request_id), ensure_ascii=False)
    headers = {"Cache-Control": "no-store", "Content-Language": "en", "X-Request-ID": request_id}
    status = kind_of(error).status
    return Response(content.encode("utf-8", "backslashreplace"), status, headers | error.headers, MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of an application a problem. Uncaught ones go on to the shell, which answers 500."""
    # A redirect from /v1/ to /v1 would take its address from the request's Host: /v1/ is unknown instead.
    app.router.redirect_slashes = False
    for cls in _TRANSLATIONS:
        app.add_exception_handler(cls, _refuse)
    app.add_exception_handler(Exception, _raise)
    generate = app.openapi
    # FastAPI's documented way to extend the schema
    app.openapi = functools.cache(lambda: with_problems(generate()))  # type: ignore[method-assign]  # its documented hook


async def _refuse(request: Request, exc: Exception) -> Response:
    request_id = getattr(request.state, "request_id", None) or str(uuid4())
    error = next(_TRANSLATIONS[cls] for cls in type(exc).__mro__ if cls in _TRANSLATIONS)(request, exc)
    if isinstance(error, Unavailable) and error is not exc:
        _log.error("request %s: the database does not answer", request_id, exc_info=exc)
    return problem_response(error, request_id)


async def _raise(_: Request, exc: Exception) -> NoReturn:
    try:
        raise exc  # otherwise Starlette answers in plain text before the shell can
    finally:
        del exc  # traceback and frame would refer to each other, and keep open all that the request had open


def _from_status(request: Request, exc: HTTPException) -> DossierError:
    if exc.status_code == HTTPStatus.NOT_FOUND:
        return _unknown_path(request)
    if exc.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        return MethodNotAllowed(request.method)
    return OtherStatus(exc.status_code, exc.headers)


def _unknown_path(request: Request) -> UnknownPath:
    path = request.scope["path"][:200]  # the time of a comparison grows with the square of the length
    routes = [route.path for route in iter_route_contexts(request.app.routes) if route.path and route.methods]
    near = get_close_matches(path, [known for known in routes if "{" not in known], 1, 0.8)
    return UnknownPath("unknown-path", path=path, suggestion=near[0] if near else None)


def _from_validation(request: Request, exc: RequestValidationError) -> DossierError:
    return InvalidParameter(*validation_faults(request, exc.errors()))


_TRANSLATIONS: dict[type[Exception], Callable[[Request, Any], DossierError]] = {
    DossierError: lambda _, error: error,
    RequestValidationError: _from_validation,
    HTTPException: _from_status,
    DBAPIError: lambda _request, _error: Unavailable(),
    PoolTimeoutError: lambda _request, _error: Unavailable(),
}


class ParameterFault(BaseModel):
    """A parameter that cannot be used."""

    parameter: str = Field(description="Its name, as it stands in the address.", examples=["from"])
    detail: str = Field(description="What is wrong, what to write.", examples=["must be at most 200"])


class Problem(BaseModel):
    """Why a request was not answered (RFC 9457). Clients must accept further members."""

    type: str = Field(
        description="Its kind, to be compared.",
        examples=["urn:dossier:problem:unknown-path"],
        json_schema_extra={"x-extensible-enum": [f"urn:dossier:problem:{kind.slug}" for kind in KINDS.values()]},
    )
    title: str = Field(description="Its kind in words.", examples=["Unknown path"])
    status: int = Field(description="HTTP status of the answer.", examples=[404])
    detail: str = Field(description="What is wrong here, and what to do.", examples=["Nothing is at /v2."])
    instance: str = Field(
        description="This one request: `urn:uuid:` and what the header X-Request-ID holds.",
        examples=["urn:uuid:0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f"],
    )
    errors: list[ParameterFault] = Field([], description="The parameters that cannot be used; only with 422.")
    reason: str = Field("", description="Why the record was withdrawn; only with 410.")
    last_version: str = Field("", description="Path of the record's last version; only with 410.")


def problem_responses(*faults: int | type[DossierError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route that can fail with these: classes, or statuses (ValueError if no problem has it)."""
    kinds = [kind for fault in faults for kind in _kinds(fault)]
    return {kind.status: _response_schema([one for one in kinds if one.status == kind.status]) for kind in kinds}


def _kinds(fault: int | type[DossierError]) -> list[Kind]:
    kinds = [kind for cls, kind in KINDS.items() if fault in (cls, kind.status)]
    if not kinds:
        raise ValueError(f"no problem has the status {fault}")
    return kinds


def _response_schema(kinds: list[Kind]) -> dict[str, Any]:
    examples = {kind.slug: {"$ref": f"#/components/examples/{kind.slug}"} for kind in kinds}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    return {"description": " or ".join(map(_title, kinds)).capitalize(), "content": {MEDIA_TYPE: content}}


def with_problems(document: dict[str, Any]) -> dict[str, Any]:
    """The OpenAPI document, changed in place, with the components that its problem responses point to."""
    used = json.dumps(document)  # linters report components that nothing points to
    components = document.setdefault("components", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    components.setdefault("schemas", {}).update(problem.pop("$defs"), Problem=problem)
    for error in _samples():
        kind = kind_of(error)
        if f'"#/components/examples/{kind.slug}"' in used:
            example = {"summary": _title(kind), "value": problem_body(error, _SAMPLE_ID)}
            components.setdefault("examples", {})[kind.slug] = example
    return document


_SAMPLE_ID = "0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f"


def _samples() -> list[DossierError]:
    return [
        BadRequest("unreadable-request"),
        UnknownPath("unknown-path", path="/v1/timeline-event", suggestion="/v1/timeline-events"),
        UnknownRecord("unknown-record", id="korea", collection="actors", revision=1),
        UnknownRevision("unknown-revision", number=99),
        MethodNotAllowed("POST"),
        NotAcceptable({"json": "application/json"}),
        WithdrawnRecord(3, "Recorded twice.", "/v1/actors/dprk?revision=2"),
        UriTooLong(16_384),
        InvalidParameter("limit", "too-large", most=200),
        InternalError(),
        Unavailable(),
    ]
