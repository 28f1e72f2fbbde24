"""HTTP protocol of the server: stored answers at once, problems (RFC 9457) for what the parser refuses, HTTP/1.0."""

import re
import time
from types import SimpleNamespace
from typing import Any

from app.errors import BadRequest, DossierError, MethodNotAllowed
from app.serving.access_log import FinishedRequest
from app.serving.answer_store import FinishedResponse, key_of
from app.serving.problems import METHODS
from app.serving.request_ids import new_request_id

try:
    import httptools
    from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

    from app.serving.bounded_protocol import BoundedProtocol
except ImportError:  # httptools is a C extension without wheels for some systems: h11 then answers in plain text
    PROTOCOL: Any = "auto"
else:
    # Bytes of an address that httptools can take apart. This service refuses shorter ones already, with 414.
    _LONGEST = 65_535
    _METHOD = re.compile(rb"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]{1,40}) ")
    # What uvicorn sees of a request that was answered from the store: a cycle that is complete.
    _ANSWERED: Any = SimpleNamespace(response_complete=True, message_event=SimpleNamespace(set=lambda: None))

    class Protocol(BoundedProtocol):
        """HTTP protocol that answers from the store, and gives problems to people who send `?q=nucléaire` as it is."""

        _dates: list[tuple[bytes, bytes]] | None = None
        _date_lines = b""

        def start_application(self) -> None:
            """Start the application with the request. What httptools cannot take apart is replaced, to be refused."""
            method = self.parser.get_method()
            if method == b"CONNECT" or (self.url == b"*" and method == b"OPTIONS"):  # a host and a port; the server
                self.url = b"/"
            elif self.url == b"*":
                self.url = b"/*"  # which is not found: only OPTIONS can be asked of the server as a whole
            self.url = self.url[:_LONGEST]
            super().start_application()
            if self.scope["http_version"] != "1.1":
                self.cycle.__class__ = CloseDelimitedCycle  # uvicorn has no parameter for it; the task has not begun

        def answer_at_once(self, *, is_first: bool) -> bool:
            """Whether the store had the answer. The application gets an unusual request, or one that has to wait."""
            began = time.perf_counter()
            edge = self._edge
            if edge is None or edge.answers is None or not self._is_idle():
                return False
            method = self.parser.get_method()
            if method not in (b"GET", b"HEAD") or (found := key_of(self.url, self.headers)) is None:
                return False
            if found[0] not in edge.answers:
                return False
            if is_first:
                edge.answers.remember_token()
            else:
                edge.answers.expire()  # it may have been sent after the database was looked at
            response = edge.answers.find(*found)
            # The application refuses a request beyond the rate limit.
            if response is None or (edge.rate_limit and edge.rate_limit.refusal(self.client, self.headers)):
                return False
            request_id = new_request_id()
            body = response.body if method == b"GET" else b""
            self._send(response, request_id, body)
            path, seconds = self.url.partition(b"?")[0], time.perf_counter() - began
            finished = FinishedRequest(
                method.decode(), path, response.status, len(body), seconds, request_id, stored=True
            )
            edge.access_log.record(finished)
            self.cycle = _ANSWERED
            self.server_state.total_requests += 1
            self.waits_since = began + seconds
            return True

        def _is_idle(self) -> bool:
            """Whether an answer can be sent now, on a connection that stays open: HTTP/1.1, nothing waits before it."""
            return (
                getattr(self.cycle, "response_complete", True)  # there is none before the first request
                and not self.flow.write_paused
                and not self.transport.is_closing()
                and self.limit_concurrency is None
                and not self.root_path
                and self.parser.get_http_version() == "1.1"
                and self.parser.should_keep_alive()
            )

        def _send(self, response: FinishedResponse, request_id: str, body: bytes) -> None:
            dates = self.server_state.default_headers  # a new list each second
            if dates is not self._dates:
                self._dates = dates
                self._date_lines = b"".join(b"%b: %b\r\n" % header for header in dates)
            head = (
                STATUS_LINE[response.status],
                self._date_lines,
                response.before,
                request_id.encode(),
                response.after,
            )
            self.transport.write(b"".join((*head, body)))

        def error_of(self, fault: Exception) -> DossierError:
            """Answer to what the parser refuses: 405 where it does not know the method."""
            if isinstance(fault, httptools.HttpParserInvalidMethodError):
                method = _METHOD.match(self.received)
                if method and method[1].decode() not in METHODS:  # a known one is of an earlier request
                    return MethodNotAllowed(method[1].decode())
            return BadRequest("unreadable-request") if _is_about_the_address(fault) else super().error_of(fault)

    class CloseDelimitedCycle(RequestResponseCycle):
        """Response to HTTP/1.0: without a length it ends with the connection. Uvicorn would send it in chunks."""

        _by_length = True

        async def send(self, message: Any) -> None:
            """ASGI `send`: each part of a body without length is announced to uvicorn as the length that is left."""
            if message["type"] == "http.response.start":
                self._by_length = any(name.lower() == b"content-length" for name, _ in message["headers"])
                if not self._by_length:
                    self.chunked_encoding = False
            elif not self._by_length:
                self.expected_content_length = len(message.get("body", b""))
            await super().send(message)

    def _is_about_the_address(fault: BaseException | None) -> bool:
        return isinstance(fault, httptools.HttpParserInvalidURLError) or isinstance(
            getattr(fault, "__context__", None), httptools.HttpParserInvalidURLError
        )

    PROTOCOL = Protocol
