"""HTTP protocol of the server: answers requests that its parser refuses with a problem (RFC 9457), like all errors."""

from typing import Any
from uuid import uuid4

from app.errors import BadRequest
from app.serving.middleware import EVERYWHERE
from app.serving.problems import problem_response

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:  # httptools is a C extension without wheels for some systems: h11 then answers in plain text
    PROTOCOL: Any = "auto"
else:

    class Protocol(HttpToolsProtocol):
        """HTTP protocol with problem responses: people get one for `?q=nucléaire` sent without percent-encoding."""

        def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words say only that it is invalid
            """Answer 400 as a problem, then close the connection: the start of the next request cannot be found."""
            response = problem_response(BadRequest("unreadable-request"), str(uuid4()))
            present = {name for name, _ in response.raw_headers}
            headers = [*response.raw_headers, *(one for one in EVERYWHERE if one[0] not in present)]
            lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(header) for header in headers), b"connection: close"]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
            self.transport.close()

    PROTOCOL = Protocol
