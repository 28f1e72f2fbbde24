"""Problem responses (RFC 9457): every error of the application as one JSON body, in the language of the response."""

import contextlib
import json
import logging
import re
from collections.abc import Callable
from difflib import get_close_matches
from http import HTTPStatus
from typing import Any, NoReturn
from urllib.parse import parse_qsl
from uuid import uuid4

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.routing import compile_path
from starlette.types import Scope

from app.errors import (
    DossierError,
    Fault,
    InvalidParameter,
    MethodNotAllowed,
    OtherStatus,
    RangeNotSatisfiable,
    TooManyRequests,
    Unavailable,
    UnknownPath,
    WithdrawnRecord,
    cut,
    kind_of,
)
from app.messages import located, message, sentence, title
from app.model.fields import LANGUAGES, Language
from app.serving.negotiation import language
from app.serving.validation import validation_faults
from app.store.engines.base import reason_of

ProblemPage = Callable[[DossierError, str, Scope], Response | None]

MEDIA_TYPE = "application/problem+json"
METHODS = ("GET", "HEAD", "OPTIONS")  # every path of this service answers these and no other
ALLOW = ", ".join(METHODS)
RETRY_AFTER = "5"  # seconds

# A path of this service in a sentence; one that has the prefix already is preceded by a letter of it.
_OWN_PATH = re.compile(r"(?<![\w./-])/(?=(?:v1|docs|openapi\.json|health|\.well-known)\b)")

_log = logging.getLogger("dossier")


def problem_body(error: DossierError, request_id: str, lang: Language = "en") -> dict[str, Any]:
    """Problem body (RFC 9457) in one language: its members in the order in which they are served.

    `errors` is there only with 422. Its codes, like `type`, are the same in both languages.
    """
    kind = kind_of(error)
    body: dict[str, Any] = {"type": problem_type(kind.slug), "title": title(kind.slug, lang), "status": kind.status}
    errors = [
        {"parameter": cut(fault.parameter), "code": fault.code, "detail": _detail(fault, lang)}
        for fault in _faults(error)
    ]
    details = [located(one["parameter"], one["detail"], lang) for one in errors]
    body |= {"detail": "; ".join(details) or message(error, lang), "instance": f"urn:uuid:{request_id}"}
    return body | ({"errors": errors} if errors else {}) | error.extra


def problem_type(slug: str) -> str:
    """Problem type: the URN that `type` has, from its end."""
    return f"urn:dossier:problem:{slug}"


def _faults(error: DossierError) -> tuple[Fault, ...]:
    return error.faults if isinstance(error, InvalidParameter) else ()


def _detail(fault: Fault, lang: Language) -> str:
    """Message of a fault in a parameter, with an example of what to write if it has one."""
    detail = message(fault, lang)
    example = fault.values.get("example")
    return sentence("for-example", {"sentence": detail, "example": example}, lang) if example else detail


def problem_response(error: DossierError, request_id: str, scope: Scope | None = None) -> Response:
    """Problem response: JSON in UTF-8, with the request's id in X-Request-ID. No cache keeps it: a 503 may pass.

    It is in the language that the request asks for; in English without a scope, as when the request cannot be read.
    Paths in it have the path prefix in front of the service. A request for a page gets a page.
    """
    prefix: str = scope.get("state", {}).get("path_prefix", "") if scope else ""
    if scope and (page := _page(error, request_id, scope)):
        page.headers.update(_headers(error, prefix))
        return page
    lang, vary = _negotiated(scope) if scope else (LANGUAGES[0], [])
    body = problem_body(error, request_id, lang)
    if prefix and not isinstance(error, UnknownPath):  # whose paths have it: the path asked for may be any
        body = prefixed_paths(body, prefix)
    # backslashreplace: a lone surrogate, which UTF-8 cannot encode, becomes its JSON escape
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    headers = {"Cache-Control": "no-store", "Content-Language": lang, "X-Request-ID": request_id}
    if vary:
        headers["Vary"] = ", ".join(vary)
    return Response(content, kind_of(error).status, headers | _headers(error, prefix), MEDIA_TYPE)


def _page(error: DossierError, request_id: str, scope: Scope) -> Response | None:
    """Problem as a page, made by the renderer that EdgeMiddleware was given; None where a page was not asked for.

    None too where it cannot be made, such as without a file descriptor for a template: JSON is better than no answer.
    """
    render: ProblemPage | None = scope.get("state", {}).get("problem_page")
    try:
        return render(error, request_id, scope) if render else None
    except Exception:  # noqa: BLE001 - whatever it is, the client gets the problem that it is about
        _log.exception("request %s: the page of its problem cannot be made", request_id)
        return None


def _negotiated(scope: Scope) -> tuple[Language, list[str]]:
    """Language of a problem, and the headers of the request that it may depend on.

    A `lang` that is wrong, or given twice, decides nothing.
    """
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    vary = [] if any(name == "format" for name, _ in query) else ["Accept"]
    tags = [value for name, value in query if name == "lang"]
    header = ", ".join(Headers(scope=scope).getlist("accept-language"))
    if len(tags) == 1:
        with contextlib.suppress(InvalidParameter):
            return language(tags[0], header), vary
    return language(None, header), [*vary, "Accept-Language"]


def prefixed_paths(value: Any, prefix: str) -> Any:
    """JSON value with a path prefix in front of the paths of this service, in sentences too."""
    if isinstance(value, dict):
        return {name: prefixed_paths(one, prefix) for name, one in value.items()}
    if isinstance(value, list):
        return [prefixed_paths(one, prefix) for one in value]
    return _OWN_PATH.sub(rf"{prefix}\g<0>", value) if isinstance(value, str) else value


def _headers(error: DossierError, prefix: str) -> dict[str, str]:
    """The headers that one kind of error has and others lack."""
    match error:
        case MethodNotAllowed():
            return {"Allow": ALLOW}
        case Unavailable():
            return {"Retry-After": RETRY_AFTER}
        case WithdrawnRecord():
            return {"Link": f'<{prefix}{error.last_version}>; rel="memento"'}
        case TooManyRequests() | RangeNotSatisfiable() | OtherStatus():
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
        log_database_error(exc, request_id)
    return problem_response(error, request_id, request.scope)


def log_database_error(error: Exception, request_id: str) -> None:
    """Log an error of the database: in one line if it cannot be reached or read, which is no fault of the code."""
    trace = None if type(error) in (OperationalError, DatabaseError) else error
    _log.error("request %s: the database does not answer: %s", request_id, reason_of(error), exc_info=trace)


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
    prefix, near = request.scope["state"].get("path_prefix", ""), _nearest_path(request, path)
    return UnknownPath("unknown-path", path=prefix + path, suggestion=near and prefix + near, root=f"{prefix}/v1")


def _nearest_path(request: Request, path: str) -> str | None:
    """Path without a needless slash at its end or capitals, if something is there, else the closest without an id."""
    tidy = f"/{path.strip('/').lower()}"
    routes = [route.path for route in iter_route_contexts(request.app.routes) if route.path and route.methods]
    if tidy != path and any(compile_path(route)[0].match(tidy) for route in routes):
        return tidy
    near = get_close_matches(tidy, [route for route in routes if "{" not in route], 1, 0.8)
    return near[0] if near else None


def _from_validation(request: Request, exc: RequestValidationError) -> DossierError:
    return InvalidParameter(*validation_faults(request, exc.errors()))


_TRANSLATIONS: dict[type[Exception], Callable[[Request, Any], DossierError]] = {
    DossierError: lambda _, error: error,
    RequestValidationError: _from_validation,
    HTTPException: _from_status,
    DBAPIError: lambda _request, _error: Unavailable(),
    PoolTimeoutError: lambda _request, _error: Unavailable(),
}
