"""ASGI middleware around the whole application, for every request: request ids, CORS, HEAD, security headers, log.

It is not added by FastAPI's `add_middleware`: Starlette answers uncaught exceptions outside of that, and those answers
would lack the headers that all answers are promised to have.
"""

import contextlib
import json
import logging
import sys
import time
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal
from uuid import uuid4

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import InternalError, OtherStatus, RangeNotSatisfiable
from app.serving.deprecation import announced
from app.serving.problems import ALLOW, problem_response
from app.serving.request_checks import raw_path, refusal, without_tracking
from app.settings import Settings

_EXPOSED = (
    b"ETag, Link, Dataset-Revision, Memento-Datetime, Content-Disposition, Content-Language, X-Request-ID, "
    b"Deprecation, Sunset, Accept-Ranges, Content-Range, Retry-After, RateLimit"
)

# Headers of every answer that does not set them itself.
EVERYWHERE = [
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", _EXPOSED),
    (b"content-language", b"en"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]

_PREFLIGHT = {
    "Access-Control-Allow-Methods": ALLOW,
    "Access-Control-Allow-Headers": "*, Authorization",  # `*` has all but that one
    "Access-Control-Max-Age": "86400",  # seconds
}

_CLIENT_LEFT = 499  # status in the log if the client left before there was one, as in nginx

_log = logging.getLogger("dossier")


class EdgeMiddleware:
    """Edge middleware: request ids, HEAD, OPTIONS, CORS, security headers, URL checks, uncaught errors, access log.

    It never reads the body of a request. Only HTTP is wrapped: lifespan and websockets pass through.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._max_url_bytes = settings.max_url_bytes
        self._path_prefix = settings.path_prefix
        self._access_log = _access_log(settings.log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send, self._path_prefix)
        try:
            await self._answer(exchange, receive)
        finally:
            if self._access_log:
                self._access_log.info(exchange.log_line())

    async def _answer(self, exchange: "_Exchange", receive: Receive) -> None:
        try:
            if exchange.is_preflight():  # first: a script sees the problem of its request only if its preflight passes
                await exchange.reply(Response(status_code=204, headers=_PREFLIGHT))
            elif error := refusal(exchange.scope, self._max_url_bytes):
                await exchange.reply(problem_response(error, exchange.id, exchange.scope))
            else:
                await self._app(exchange.scope, receive, exchange.send)
        except Exception:
            if exchange.cut_short:
                return
            if exchange.status is not None:
                _log.error("request %s: the answer broke off", exchange.id)
                raise  # so that the server closes the connection, and no client takes a part for the whole answer
            _log.exception("request %s failed", exchange.id)
            await exchange.reply(problem_response(InternalError(), exchange.id, exchange.scope))


class _CutError(Exception):
    """Stops an application when the rest of its output is not needed."""


class _Exchange:
    """Exchange: one request, and its answer on the way out."""

    def __init__(self, scope: Scope, send: Send, path_prefix: str) -> None:
        self.id = str(uuid4())
        self.method: str = scope["method"]
        # A copy: the application answers HEAD like GET, but the server must still see HEAD in its own scope.
        self.scope: Scope = {
            **scope,
            "method": "GET" if self.method == "HEAD" else self.method,
            "query_string": without_tracking(scope["query_string"]),
            # RFC 9110 defines Range only for GET
            "headers": [header for header in scope["headers"] if self.method != "HEAD" or header[0] != b"range"],
            "state": {**scope.get("state", {}), "request_id": self.id, "path_prefix": path_prefix},
        }
        self.status: int | None = None
        self.cut_short = False
        self._send = send
        self._instead: bytes | None = None  # a body that replaces the application's
        self._complete = False
        self._bytes = 0
        self._began = time.perf_counter()

    def is_preflight(self) -> bool:
        """Whether it is a CORS preflight: OPTIONS with the two headers by which a browser asks for permission."""
        names = {name for name, _ in self.scope["headers"]} if self.method == "OPTIONS" else ()
        return b"origin" in names and b"access-control-request-method" in names

    async def reply(self, response: Response) -> None:
        """Send a whole answer that the middleware itself made: a preflight, a refusal (4xx), or a problem with 500."""
        start = {"status": response.status_code, "headers": response.raw_headers}
        await self._send_start({"type": "http.response.start", **start})
        await self._send_body({"type": "http.response.body", "body": bytes(response.body)})

    async def send(self, message: Message) -> None:
        """ASGI `send` for the application: adds the headers that every answer has. Raises _CutError to stop it."""
        if message["type"] == "http.response.start":
            await self._send_start(message)
            if self.method == "HEAD":  # the body is not needed, so it should not be made
                await self._send_body({"type": "http.response.body", "more_body": True})
        elif message["type"] == "http.response.body":
            await self._send_body(message)
        else:
            await self._send(message)

    async def _send_start(self, message: Message) -> None:
        status, headers = message["status"], list(message.get("headers", ()))
        if self.method == "OPTIONS" and status == HTTPStatus.METHOD_NOT_ALLOWED:  # the path exists: otherwise it is 404
            status, headers, self._instead = 204, [(b"allow", ALLOW.encode())], b""
        elif status >= HTTPStatus.BAD_REQUEST and dict(headers).get(b"content-type", b"").startswith(b"text/plain"):
            problem = _as_problem(status, headers, self.id, self.scope)
            headers, self._instead = problem.raw_headers, bytes(problem.body)
        if self.method == "HEAD":
            self._instead = b""
        self.status = status
        # The router has now put the route into the scope, which `announced` needs to know the operation.
        headers = announced(self.scope, self._dressed(status, headers))
        await self._send({**message, "status": status, "headers": headers})

    def _dressed(self, status: int, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        ours = [(b"x-request-id", self.id.encode())]
        if status >= HTTPStatus.BAD_REQUEST:
            ours.append((b"cache-control", b"no-store"))
        replaced, present = {name for name, _ in ours} | {b"last-modified"}, {name for name, _ in headers}
        added = [header for header in EVERYWHERE if header[0] not in present]
        return [header for header in headers if header[0] not in replaced] + ours + added

    async def _send_body(self, message: Message) -> None:
        more = message.get("more_body", False)
        if self._instead is not None:
            message = {"type": "http.response.body", "body": self._instead}
        if not self._complete:
            await self._send(message)
            self._bytes += len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
        if self._complete and more:
            self.cut_short = True
            raise _CutError

    def log_line(self) -> str:
        """Access log line: a JSON object with the UTC time of the end, the path as sent, milliseconds, and body bytes.

        It has `aborted` if the answer was not sent completely.
        """
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": self.method,
            "path": raw_path(self.scope).decode("latin-1"),
            "status": self.status or _CLIENT_LEFT,
            "duration_ms": round((time.perf_counter() - self._began) * 1000, 1),
            "request_id": self.id,
            "bytes": self._bytes,
        }
        return json.dumps(line if self._complete else {**line, "aborted": True})


def _as_problem(status: int, headers: list[tuple[bytes, bytes]], request_id: str, scope: Scope) -> Response:
    """Problem in place of the framework's answer in plain text, such as 416 for a range of a file."""
    kept = {name: value for name, value in headers if name not in (b"content-type", b"content-length")}
    decoded = {name.decode("latin-1"): value.decode("latin-1") for name, value in kept.items()}
    unfit = status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    error = RangeNotSatisfiable(decoded) if unfit else OtherStatus(status, decoded)
    return problem_response(error, request_id, scope)


class _Stdout(logging.Handler):
    """Access log handler: writes to the current stdout. A line that cannot be written is lost."""

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(self.format(record) + "\n")
            sys.stdout.flush()


def _access_log(mode: Literal["auto", "json", "off"]) -> logging.Logger | None:
    if mode == "off" or (mode == "auto" and sys.stdout.isatty()):
        return None
    logger = logging.getLogger("dossier.access")
    if not logger.handlers:  # one process may build several applications
        logger.addHandler(_Stdout())
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return logger
