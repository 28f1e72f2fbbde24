"""A web server that answers what a test says, and how a fetch refuses it."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.messages import message
from app.publishing.fetch import Limits, SourceUnavailable, fetch
from tests.support.waiting import TIMEOUT


class Handler(BaseHTTPRequestHandler):
    """Answers with what the test has put under the path."""

    answers: dict[str, Callable[["Handler"], object]]

    def do_GET(self) -> None:
        try:
            self.answers[self.path](self)
        except OSError:  # the other side has gone, as it should
            self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


class SourceServer:
    """A web server on a free port; `put` says what a path answers."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Handler], object]] = {}
        handler = type("Bound", (Handler,), {"answers": self.answers})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.over = threading.Event()

    def put(self, body: bytes, status: int = 200, **headers: str) -> str:
        self.answers["/"] = lambda handler: handler.answer(body, status, **headers)
        return f"{self.address}/"

    def trickle(self, head: bytes) -> str:
        """Begin with `head`, then a byte every 20 ms without end."""

        def drip(handler: Handler) -> None:
            handler.wfile.write(head)
            while not self.over.wait(0.02):
                handler.wfile.write(b"a")

        self.answers["/"] = drip
        return f"{self.address}/"


def refusal(address: str, *, timeout: float = TIMEOUT, max_bytes: int = 100_000) -> str:
    with pytest.raises(SourceUnavailable) as caught:
        fetch(address, Limits(timeout, max_bytes, allow_private=True))
    assert "\n" not in message(caught.value)
    return message(caught.value)
