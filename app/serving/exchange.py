"""Exchange: one request, and its answer on the way out with the headers that every answer has."""

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from starlette.responses import Response
from starlette.types import Message, Scope, Send

from app.errors import DossierError, OtherStatus, RangeNotSatisfiable
from app.serving.access_log import AccessLog, FinishedRequest
from app.serving.answer_store import AnswerStore, FinishedResponse, Offer, key_of
from app.serving.deprecation import announced
from app.serving.problems import ALLOW, problem_response
from app.serving.request_checks import raw_path, target, without_tracking
from app.serving.request_ids import new_request_id

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

_CLIENT_LEFT = 499  # status in the log if the client left before there was one, as in nginx


class _CutError(Exception):
    """Stops an application when the rest of its output is not needed."""


class Exchange:
    """Exchange: one request, and its answer on the way out."""

    def __init__(self, scope: Scope, send: Send, shared: Mapping[str, Any]) -> None:
        """Exchange of a request; `shared` is what the state of every request has."""
        self.id = new_request_id()
        self.method: str = scope["method"]
        # A copy: the application answers HEAD like GET, but the server must still see HEAD in its own scope.
        self.scope: Scope = {
            **scope,
            "query_string": without_tracking(scope["query_string"]),
            "state": {**scope.get("state", {}), **shared, "request_id": self.id},
        }
        if self.method == "HEAD":
            self.scope["method"] = "GET"
            # RFC 9110 defines Range only for GET
            self.scope["headers"] = [header for header in scope["headers"] if header[0] != b"range"]
        self.status: int | None = None
        self.cut_short = False
        self._send = send
        self._offer: Offer | None = None  # to the answer store, of the answer on its way
        self._instead: bytes | None = None  # a body that replaces the application's
        self._complete = False
        self._stored = False
        self._bytes = 0
        self._began = time.perf_counter()

    def is_preflight(self) -> bool:
        """Whether it is a CORS preflight: OPTIONS with the two headers by which a browser asks for permission."""
        names = {name for name, _ in self.scope["headers"]} if self.method == "OPTIONS" else ()
        return b"origin" in names and b"access-control-request-method" in names

    def look_up(self, answers: AnswerStore) -> FinishedResponse | None:
        """Finished response of the store. If it has none, the application's answer to a GET is offered to it."""
        if self.method not in ("GET", "HEAD"):
            return None
        found = key_of(target(self.scope), self.scope["headers"])
        if found is None:
            return None
        key, condition = found
        response = answers.find(key, condition)
        if response is None and self.method == "GET":
            self._offer = Offer(answers, key)
        return response

    async def send_finished(self, response: FinishedResponse) -> None:
        """Send a finished response."""
        self.status = response.status
        headers, body = response.headers(self.id), b"" if self.method == "HEAD" else response.body
        await self._send({"type": "http.response.start", "status": response.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})
        self._bytes, self._complete, self._stored = len(body), True, True

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
        dressed = self._dressed(status, headers)
        headers = announced(self.scope, dressed)
        if self._offer:
            self._offer.begin(status, headers, self.scope["state"].get("question") if headers is dressed else None)
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
            body = message.get("body", b"")
            self._complete = not message.get("more_body", False)
            if self._offer and self._complete and not self._bytes:
                self._offer.finish(body)
            self._bytes += len(body)
        if self._complete and more:
            self.cut_short = True
            raise _CutError

    def record(self, log: AccessLog) -> None:
        """Record the finished request in the access log."""
        status, path, seconds = self.status or _CLIENT_LEFT, raw_path(self.scope), time.perf_counter() - self._began
        log.record(
            FinishedRequest(self.method, path, status, self._bytes, seconds, self.id, self._complete, self._stored)
        )


def _as_problem(status: int, headers: list[tuple[bytes, bytes]], request_id: str, scope: Scope) -> Response:
    """Problem in place of the framework's answer in plain text, such as 416 for a range of a file."""
    kept = {name: value for name, value in headers if name not in (b"content-type", b"content-length")}
    decoded = {name.decode("latin-1"): value.decode("latin-1") for name, value in kept.items()}
    unfit = status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    error = RangeNotSatisfiable(decoded) if unfit else OtherStatus(status, decoded)
    return problem_response(error, request_id, scope)


def closing_problem(error: DossierError, headers: list[tuple[bytes, bytes]]) -> bytes:
    """Whole answer of HTTP/1.1 with a problem, for a connection that closes after it: there is no request in a scope.

    `headers` come first, such as the date.
    """
    response = problem_response(error, new_request_id())
    present = {name for name, _ in response.raw_headers}
    others = [header for header in EVERYWHERE if header[0] not in present]
    status_line = f"HTTP/1.1 {response.status_code} {HTTPStatus(response.status_code).phrase}".encode()
    lines = [b": ".join(header) for header in (*headers, *response.raw_headers, *others, (b"connection", b"close"))]
    return b"\r\n".join([status_line, *lines, b"", bytes(response.body)])
