"""HTTP protocol: requests that no parser or router takes, and answers to HTTP/1.0."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx
import pytest

from app.serving.protocol import PROTOCOL
from tests.support.waiting import TIMEOUT

pytestmark = pytest.mark.skipif(PROTOCOL == "auto", reason="httptools is not installed: h11 answers in plain text")
END = b"Host: x\r\nConnection: close\r\n\r\n"
EVENTS = "/v1/timeline-events"


class Answer(NamedTuple):
    """What came back on a connection that the server closed."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def problem(self) -> Any:
        """The problem that the answer is."""
        assert self.headers["content-type"] == "application/problem+json"
        assert self.headers["access-control-allow-origin"] == "*"
        assert self.headers["cache-control"] == "no-store"
        return json.loads(self.body)


@contextmanager
def connected(client: httpx.Client) -> Iterator[socket.socket]:
    parts = urlsplit(str(client.base_url))
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=TIMEOUT) as connection:
        yield connection


def sent(client: httpx.Client, *pieces: bytes) -> Answer:
    """The answer to bytes that no client has tidied, sent piece by piece."""
    with connected(client) as connection:
        for piece in pieces:
            connection.sendall(piece)
        head, _, body = b"".join(iter(lambda: connection.recv(65536), b"")).partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    return Answer(int(status.split()[1]), {k.lower(): v for k, _, v in (line.partition(": ") for line in lines)}, body)


@pytest.mark.parametrize("path", [b"/v1", b"/v1/actors", b"/nowhere", b"/static/docs.js", b"/v1/actors?limit=0", b"*"])
@pytest.mark.parametrize("method", [b"FOO", b"get", b"GETS", b"POST", b"TRACE", b"QUERY", b"M-SEARCH", b"X" * 30])
def test_any_other_method_on_any_path_is_405_with_those_allowed(
    still: httpx.Client, method: bytes, path: bytes
) -> None:
    answer = sent(still, method + b" " + path + b" HTTP/1.1\r\n" + END)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.problem["type"] == "urn:dossier:problem:method-not-allowed"
    assert method.decode() in answer.problem["detail"]


def test_connect_is_405(still: httpx.Client) -> None:
    answer = sent(still, b"CONNECT example.org:443 HTTP/1.1\r\n" + END)
    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.problem["status"] == 405


def test_options_of_the_server_itself_names_the_methods(still: httpx.Client) -> None:
    answer = sent(still, b"OPTIONS * HTTP/1.1\r\n" + END)
    assert (answer.status, answer.headers["allow"], answer.body) == (204, "GET, HEAD, OPTIONS", b"")


@pytest.mark.parametrize("size", [20_000, 66_000, 300_000])
@pytest.mark.parametrize("start", [b"/v1/actors?q=", b"/"])
def test_an_address_of_any_length_is_414(still: httpx.Client, start: bytes, size: int) -> None:
    answer = sent(still, b"GET " + start + b"a" * size + b" HTTP/1.1\r\n" + END)
    assert answer.status == 414
    assert answer.problem["detail"].startswith("Path and query together are longer than 16384 bytes")


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /v1 HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET /v1 HTTP/1.1\r\nHost: a\r\nHost: a\r\nConnection: close\r\n\r\n", 400),
        (b"HEAD /v1 HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"POST /v1 HTTP/1.1\r\nConnection: close\r\n\r\n", 400),
        (b"GET /v1 HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 200),
        (b"GET /v1 HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n", 200),
        (b"GET /v1 HTTP/1.1\r\nHost: [::1]:8000\r\nConnection: close\r\n\r\n", 200),
        (b"GET /v1 HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n", 400),
        (b"GET * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", 404),
        (b"GET /v1 HTTP/1.0\r\n\r\n", 200),
        (b"GET /v1 HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ],
)
def test_http_1_1_needs_one_host(still: httpx.Client, head: bytes, status: int) -> None:
    answer = sent(still, head)
    assert answer.status == status
    if status == 400 and answer.body:
        assert answer.problem["type"] == "urn:dossier:problem:bad-request"
        assert "Host" in answer.problem["detail"]


@pytest.mark.parametrize("request_line", [b"\x16\x03\x01", b"GET /v1 HTTP/3.0", b"GET", b"PRI * HTTP/2.0"])
def test_what_is_not_http_is_400_without_a_word_about_letters(still: httpx.Client, request_line: bytes) -> None:
    answer = sent(still, request_line + b"\r\n" + END)
    assert answer.status == 400
    assert answer.problem["detail"] == "The request is not in the form of HTTP/1.1."


def test_an_address_with_letters_outside_ascii_is_400_and_says_how_to_write_them(still: httpx.Client) -> None:
    answer = sent(still, "GET /v1/search?q=nucléaire HTTP/1.1\r\n".encode() + END)
    assert answer.status == 400
    assert answer.problem["detail"].endswith("percent-encoding, as in %C3%A9.")


def test_http_1_0_gets_a_stream_without_chunks_that_ends_with_the_connection(
    still: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = still.get(f"{EVENTS}?format=csv").content
    monkeypatch.setattr("app.serving.responses.MOST_WHOLE", 1_100)
    monkeypatch.setattr("app.serving.streaming.CHUNK", 500)
    old = sent(still, f"GET {EVENTS}?format=csv HTTP/1.0\r\n\r\n".encode())
    assert "transfer-encoding" not in old.headers
    assert "content-length" not in old.headers
    assert old.headers["connection"] == "close"
    assert old.body == whole
    new = sent(still, f"GET {EVENTS}?format=csv HTTP/1.1\r\n".encode() + END)
    assert new.headers["transfer-encoding"] == "chunked"
    head = sent(still, f"HEAD {EVENTS}?format=csv HTTP/1.0\r\n\r\n".encode())
    assert (head.status, head.body) == (200, b"")


def test_http_1_0_gets_the_length_where_there_is_one(still: httpx.Client) -> None:
    answer = sent(still, f"GET {EVENTS} HTTP/1.0\r\n\r\n".encode())
    assert answer.headers["content-length"] == str(len(answer.body))
    assert json.loads(answer.body)["page"]["limit"] == 50


def test_what_is_unreadable_after_a_request_does_not_take_its_answer(still: httpx.Client) -> None:
    answer = sent(still, b"GET /v1?lang=FR HTTP/1.1\r\nHost: x\r\n\r\nFOO /v1 HTTP/1.1\r\n" + END)
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert len(answer.body) == int(answer.headers["content-length"])


def test_a_request_line_may_come_in_pieces(still: httpx.Client) -> None:
    assert sent(still, b"FOO /v1 ", b"HTTP/1.1\r\n" + END).status == 405
    assert sent(still, b"GET /v1 HT", b"TP/1.1\r\n" + END).status == 200
