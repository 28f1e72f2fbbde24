"""HTTP protocol of uvicorn, whose answer to a request that it cannot parse becomes a problem (RFC 9457)."""

from typing import Any
from uuid import uuid4

from app.errors import BadRequest
from app.serving.middleware import EVERYWHERE
from app.serving.problems import problem_response

try:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
except ImportError:  # httptools is in C and not available everywhere: uvicorn then uses h11 and answers plain text
    PROTOCOL: Any = "auto"
else:

    class Protocol(HttpToolsProtocol):
        """Answers a problem where uvicorn answers plain text; the usual case is `?q=nucléaire` sent as it is typed."""

        def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words say only that it is invalid
            """Answer 400 as a problem, and close the connection: where the next request begins is not known."""
            response = problem_response(BadRequest("unreadable-request"), str(uuid4()))
            present = {name for name, _ in response.raw_headers}
            headers = [*response.raw_headers, *(one for one in EVERYWHERE if one[0] not in present)]
            lines = [b"HTTP/1.1 400 Bad Request", *(b": ".join(header) for header in headers), b"connection: close"]
            self.transport.write(b"\r\n".join([*lines, b"", bytes(response.body)]))
            self.transport.close()

    PROTOCOL = Protocol
