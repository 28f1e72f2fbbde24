"""Bounded HTTP/1.1: uvicorn's protocol on httptools, with limits on heads, bodies, pipelining and time.

Uvicorn and httptools have none: they collect header lines of any length, and any number of requests that a client sends
without reading the answers.
"""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.errors import (
    BadRequest,
    DossierError,
    RequestHeadersTooLarge,
    RequestTimeout,
    Unavailable,
    UriTooLong,
    kind_of,
)
from app.serving.connection_limits import HEAD_SECONDS, ConnectionLimits, limit_unsent, limits_of
from app.serving.exchange import closing_problem
from app.serving.flow_control import HeldFlow
from app.serving.middleware import EdgeMiddleware
from app.serving.request_framing import has_clear_end, has_unread_body, head_bytes

MOST_HEAD_BYTES = 65_536
MOST_HEAD_LINES = 100
_PART = 4_096  # bytes that are parsed at a time; most requests are shorter, and are parsed as they come
_MOST_CONNECTIONS = 1_000  # without the settings of this service
_MOST_DISCARDED = 1_048_576  # bytes that are taken from a client that goes on sending after it was refused

_NO_HEADERS: Any = None  # in place of the header list while no head is being read


class RefusalError(Exception):
    """Stops the parser: `error` is the answer, and nothing behind it is read."""

    def __init__(self, error: DossierError) -> None:
        self.error = error


class _LastRequestError(Exception):
    """Stops the parser behind the last request of a connection."""


class BoundedProtocol(HttpToolsProtocol):
    """Bounded HTTP/1.1: a client can neither fill the memory of the server nor hold a connection without limit.

    A head that is too long is refused (431, or 414 where the address is) before more is read, and the connection
    closes. No request here needs a body: a short one is read and dropped. After the answer to a longer one the
    connection closes, so that no byte of a body is ever taken for a request. `ConnectionLimits` limits time and number.
    """

    flow: HeldFlow
    received: bytes | memoryview = b""  # what is parsed now
    waits_since = 0.0
    lingers_since: float | None = None
    _edge: EdgeMiddleware | None
    _limits: ConnectionLimits
    _is_first = True  # whether the next request is the first in the data that came
    _reads_all = True  # whether what comes is parsed at once
    _unparsed = memoryview(b"")
    _is_last = False  # whether the last request has come: what follows it is dropped
    _is_postponed = False  # whether a request waits for the client to take the answers before it
    _has_unread = False  # whether the last request has a body
    _dropped = 0  # bytes
    _pending: Any = None  # header list of a head of which a part has come
    _answered: RequestResponseCycle | None = None  # the request that is being answered
    _pending_bytes = 0  # of it so far, without its first part

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Opened connection: watched from now on; refused with 503 if there is no room for it."""
        super().connection_made(transport)
        self.flow = HeldFlow(transport)
        self.waits_since = time.perf_counter()
        limit_unsent(transport)
        self._edge = self.app_state.get("edge")
        most, metrics = (self._edge.max_connections, self._edge.metrics) if self._edge else (_MOST_CONNECTIONS, None)
        self._limits = limits_of(self.server_state, most, metrics)
        if not self._limits.admit(self):
            self.refuse(Unavailable("too-many-connections"))

    def connection_lost(self, exc: Exception | None) -> None:
        """Closed connection."""
        self._limits.remove(self)
        self._unparsed = memoryview(b"")
        self.pipeline.clear()
        if self._answered and not self._answered.response_complete:
            # Uvicorn informs only the newest request, but an earlier one may be the one that is being answered.
            self._answered.disconnected = True
            self._answered.message_event.set()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Data from the client: parsed in parts, so that what the parser collects can be counted."""
        if self._reads_all and len(data) <= _PART:
            self._parse(data)
        elif self._is_last:
            self._dropped += len(data)
            if self._dropped > _MOST_DISCARDED:
                self.flow.pause_reading()
        else:
            self._unparsed = memoryview(self._unparsed.tobytes() + data)
            self._parse_parts()

    def _parse(self, data: bytes | memoryview) -> None:
        self.received = data
        self._is_first = True
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserError as fault:
            if not self._is_last:
                self.refuse(self.error_of(fault))
            return
        if self.headers is not self._pending:
            self._pending, self._pending_bytes = self.headers, 0
        elif self.headers is not None:
            self._pending_bytes += len(data)
            if self._pending_bytes > MOST_HEAD_BYTES:
                self.refuse(self._too_long())

    def _parse_parts(self) -> None:
        """Parse what has come until a request has to wait for the answer to another; then read no more until it may.

        A part can hold more than a hundred requests, each of which takes 3 kB of memory while it waits.
        """
        while self._unparsed and not (self._is_held() or self._is_last or self.transport.is_closing()):
            part, self._unparsed = self._unparsed[:_PART], self._unparsed[_PART:]
            self._parse(part)
        if self._is_last or self.transport.is_closing():
            self._unparsed = memoryview(b"")
            return
        self.flow.is_held = bool(self._unparsed)
        self._reads_all = not (self._unparsed or self.flow.write_paused)
        if self._unparsed:
            self.flow.pause_reading()
        elif not self._is_held():
            self.flow.resume_reading()

    def _is_held(self) -> bool:
        """Whether a further request would have to wait: for an answer, or for the client to take what it has got."""
        return bool(self.pipeline) or self.flow.write_paused

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Start the application with a request, as soon as the client has taken the answers before it."""
        if self.transport.is_closing():
            return
        self._answered = cycle
        if self.flow.write_paused:
            self._is_postponed = True
            self.pipeline.append((cycle, app))
            self.flow.pause_reading()
        else:
            super()._start_asgi_task(cycle, app)

    def pause_writing(self) -> None:
        """Full write buffer: no further request is begun."""
        super().pause_writing()
        self._reads_all = False
        self._limits.pause(self)

    def resume_writing(self) -> None:
        """Write buffer that is empty enough again."""
        super().resume_writing()
        self._limits.resume(self)
        if self._is_postponed and not self.transport.is_closing():
            self._is_postponed = False
            self._start_asgi_task(*self.pipeline.pop())
        self._parse_parts()

    def on_headers_complete(self) -> None:
        """Start of a request: its head is checked, and it is answered at once or by the application."""
        is_first, self._is_first = self._is_first, False
        headers = self.headers
        if len(headers) > MOST_HEAD_LINES:
            raise RefusalError(self._too_long())
        if headers is self._pending and head_bytes(self.parser.get_method(), self.url, headers) > MOST_HEAD_BYTES:
            raise RefusalError(self._too_long())
        if self.answer_at_once(is_first=is_first):
            self.headers = _NO_HEADERS
            return
        # The parser takes 0.9 and 2.0 too, and looks at the coding of the body only when it comes to that.
        if self.parser.get_http_version() not in ("1.0", "1.1") or not has_clear_end(headers):
            raise RefusalError(BadRequest("malformed-request"))
        self._has_unread = has_unread_body(headers)
        is_last = self._has_unread or self.parser.should_upgrade() or not self.parser.should_keep_alive()
        if self._has_unread:
            self.expect_100_continue = False  # the answer comes without the body
        self.start_application()
        self.headers = _NO_HEADERS
        if is_last:
            self._end_with(self.cycle)
            raise _LastRequestError  # what follows may be a body, or another protocol: it is not parsed

    def answer_at_once(self, *, is_first: bool) -> bool:  # noqa: ARG002 - for protocols that can
        """Whether the request was answered without the application. `is_first`: of those in the data that came."""
        return False

    def start_application(self) -> None:
        """Start the application with the request."""
        super().on_headers_complete()

    def error_of(self, fault: Exception) -> DossierError:
        """Answer to what the parser refuses."""
        refusal = fault.__context__
        return refusal.error if isinstance(refusal, RefusalError) else BadRequest("malformed-request")

    def _should_upgrade(self) -> bool:
        return False  # to nothing: a server may pass over the wish (RFC 9110 §7.8)

    def on_body(self, body: bytes) -> None:
        """Body of a request: dropped, because nothing here takes one."""

    def on_response_complete(self) -> None:
        """Sent answer: the next request that came already is begun; else the time for the next one begins to run."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        if self.pipeline:
            self._start_asgi_task(*self.pipeline.pop())
            return
        self.waits_since = time.perf_counter()
        if self._unparsed:
            self.loop.call_soon(self._parse_parts)
        else:
            self.flow.resume_reading()

    def is_waiting(self) -> bool:
        """Whether no request is being answered."""
        return getattr(self.cycle, "response_complete", True)  # there is none before the first request

    def has_begun(self) -> bool:
        """Whether a part of the head of a request has come."""
        return self.headers is not None

    def was_served(self) -> bool:
        """Whether it has had a request."""
        return self.cycle is not None

    def idle_seconds(self) -> float:
        """How long it may be silent: less between two requests than before the first one."""
        return self.timeout_keep_alive if self.was_served() else HEAD_SECONDS

    def time_out(self) -> None:
        """Answer 408 to the part of a head that has come."""
        self.refuse(RequestTimeout())

    def refuse(self, error: DossierError) -> None:
        """Answer with a problem, read no more, and close the connection.

        If an earlier request has not been answered yet, its answer is the last one.
        """
        self._limits.count(f"refused with {kind_of(error).status}")
        self._has_unread = True
        if not self.is_waiting():
            self._end_with(self.cycle)
            return
        self.transport.write(closing_problem(error, self.server_state.default_headers))
        self._linger()

    def _end_with(self, cycle: Any) -> None:
        """Make a request the last of the connection, which closes when it is answered."""
        self._is_last, self._reads_all = True, False
        cycle.keep_alive = False
        cycle.transport = SimpleNamespace(
            write=self.transport.write, is_closing=self.transport.is_closing, close=self._linger
        )

    def _linger(self) -> None:
        """Lingering close: no more is sent, but for a while what comes is read and dropped.

        A socket that is closed over bytes that nobody has read resets the connection, and the client may lose the
        answer.
        """
        self._is_last, self._reads_all = True, False
        if not ((self._has_unread or self._dropped) and self.transport.can_write_eof()):
            self.transport.close()
        elif not self.transport.is_closing():
            self.lingers_since = time.perf_counter()
            self.transport.write_eof()
            self.flow.is_held = False
            self.flow.resume_reading()

    def _too_long(self) -> DossierError:
        most = self._edge.max_url_bytes if self._edge else MOST_HEAD_BYTES
        if len(self.url) > most:
            return UriTooLong(most)
        if len(self.headers) > MOST_HEAD_LINES:
            return RequestHeadersTooLarge(MOST_HEAD_LINES, "too-many-header-lines")
        return RequestHeadersTooLarge(MOST_HEAD_BYTES)
