"""Problem responses (RFC 9457): every error of the application as one JSON body."""

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
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException

from app.errors import (
    DossierError,
    Fault,
    InvalidParameter,
    Kind,
    MethodNotAllowed,
    OtherStatus,
    RangeNotSatisfiable,
    Unavailable,
    UnknownPath,
    WithdrawnRecord,
    kind_of,
)
from app.messages import message, sentence, title
from app.serving.validation import validation_faults

MEDIA_TYPE = "application/problem+json"
ALLOW = "GET, HEAD, OPTIONS"  # every path of this service answers these and no other
RETRY_AFTER = "5"  # seconds

_log = logging.getLogger("dossier")


def problem_body(error: DossierError, request_id: str) -> dict[str, Any]:
    """Problem body (RFC 9457): its members in the order in which they are served; `errors` only with 422."""
    kind = kind_of(error)
    body: dict[str, Any] = {"type": f"urn:dossier:problem:{kind.slug}", "title": title_of(kind), "status": kind.status}
    errors = [{"parameter": fault.parameter, "detail": _detail(fault)} for fault in _faults(error)]
    detail = "; ".join(f"{one['parameter']}: {one['detail']}" for one in errors) or message(error)
    body |= {"detail": detail, "instance": f"urn:uuid:{request_id}"}
    return body | ({"errors": errors} if errors else {}) | error.extra


def title_of(kind: Kind) -> str:
    """Title of a problem type: its message, or else the phrase of its HTTP status."""
    return title(kind.slug) or HTTPStatus(kind.status).phrase


def _faults(error: DossierError) -> tuple[Fault, ...]:
    return error.faults if isinstance(error, InvalidParameter) else ()


def _detail(fault: Fault) -> str:
    """Message of a fault in a parameter, with an example of what to write if it has one."""
    detail = message(fault)
    example = fault.values.get("example")
    return sentence("for-example", {"sentence": detail, "example": example}) if example else detail


def problem_response(error: DossierError, request_id: str) -> Response:
    """Problem response: JSON in UTF-8, with the request's id in X-Request-ID. No cache keeps it: a 503 may pass."""
    # backslashreplace: a lone surrogate, which UTF-8 cannot encode, becomes its JSON escape
    content = json.dumps(problem_body(error, request_id), ensure_ascii=False)
    headers = {"Cache-Control": "no-store", "Content-Language": "en", "X-Request-ID": request_id}
    status = kind_of(error).status
    return Response(content.encode("utf-8", "backslashreplace"), status, headers | _headers(error), MEDIA_TYPE)


def _headers(error: DossierError) -> dict[str, str]:
    """The headers that one kind of error has and others lack."""
    match error:
        case MethodNotAllowed():
            return {"Allow": ALLOW}
        case Unavailable():
            return {"Retry-After": RETRY_AFTER}
        case WithdrawnRecord():
            languages = dict.fromkeys(("en", error.lang))  # the problem is in English, its reason in the other
            return {"Link": f'<{error.last_version}>; rel="memento"', "Content-Language": ", ".join(languages)}
        case RangeNotSatisfiable() | OtherStatus():
            return error.headers
    return {}


def install(app: FastAPI) -> None:
    """Exception handlers that make every error a problem. Uncaught ones go on to EdgeMiddleware, which answers 500."""
    # A redirect from /v1/ to /v1 would take its address from the request's Host: /v1/ is unknown instead.
    app.router.redirect_slashes = False
    for cls in _TRANSLATIONS:
        app.add_exception_handler(cls, _refuse)
    app.add_exception_handler(Exception, _raise)


async def _refuse(request: Request, exc: Exception) -> Response:
    request_id = getattr(request.state, "request_id", None) or str(uuid4())
    error = next(_TRANSLATIONS[cls] for cls in type(exc).__mro__ if cls in _TRANSLATIONS)(request, exc)
    if isinstance(error, Unavailable) and error is not exc:
        # A database that cannot be reached is no fault of the code: its reason in one line is enough for each request.
        trace = None if isinstance(exc, OperationalError) else exc
        reason = str(getattr(exc, "orig", exc)).splitlines()[0]
        _log.error("request %s: the database does not answer: %s", request_id, reason, exc_info=trace)
    return problem_response(error, request_id)


async def _raise(_: Request, exc: Exception) -> NoReturn:
    try:
        raise exc  # otherwise Starlette answers in plain text before EdgeMiddleware can
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
