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


def head_of(size: int) -> bytes:
    """A head of so many bytes, which asks for the connection to be closed."""
    start = b"GET /v1/actors HTTP/1.1\r\nX: "
    return start + b"a" * (size - len(start) - len(b"\r\n" + END)) + b"\r\n" + END


@pytest.mark.parametrize(("size", "status"), [(65_536, 200), (65_537, 431), (70_000, 431), (1_000_000, 431)])
def test_a_head_over_64_kib_is_431(still: httpx.Client, size: int, status: int) -> None:
    answer = sent(still, head_of(size))
    assert answer.status == status
    if status == 431:
        assert answer.problem["type"] == "urn:dossier:problem:request-headers-too-large"
        assert answer.problem["detail"].startswith("The headers of the request are longer than 65536 bytes")


@pytest.mark.parametrize(("more", "status"), [(98, 200), (99, 431), (5_000, 431)])
def test_a_head_with_more_than_100_lines_is_431(still: httpx.Client, more: int, status: int) -> None:
    answer = sent(still, b"GET /v1/actors HTTP/1.1\r\n" + b"X: a\r\n" * more + END)
    assert answer.status == status
    if status == 431:
        assert answer.problem["detail"] == "The request has more than 100 header lines: send fewer."


@pytest.mark.parametrize("endless", [b"X: ", b"X:  ", b"X", b""])
def test_the_refusal_comes_before_the_end_of_the_head(still: httpx.Client, endless: bytes) -> None:
    with connected(still) as connection:
        connection.sendall(b"GET /v1/actors HTTP/1.1\r\n" + endless + (b"a" if endless else b"X: a\r\n") * 80_000)
        assert connection.recv(12) == b"HTTP/1.1 431"


def test_the_refusal_of_an_address_comes_before_its_end(still: httpx.Client) -> None:
    with connected(still) as connection:
        connection.sendall(b"GET /" + b"a" * 80_000)
        assert connection.recv(12) == b"HTTP/1.1 414"


def test_a_client_that_goes_on_sending_can_read_the_refusal(still: httpx.Client) -> None:
    assert sent(still, *[b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000] * 8).status == 431


def test_many_small_requests_at_once_are_no_long_head(still: httpx.Client) -> None:
    with connected(still) as connection:
        connection.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n" * 300 + b"GET /v1 HTTP/1.1\r\n" + END)
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 301


def test_a_short_body_is_dropped_and_the_connection_stays(still: httpx.Client) -> None:
    first = b"POST /v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + b"GET " * 15_000
    with connected(still) as connection:
        connection.sendall(first + b"GET /v1 HTTP/1.1\r\n" + END)
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert [answers.count(status) for status in (b"HTTP/1.1 405", b"HTTP/1.1 200", b"HTTP/1.1 4")] == [1, 1, 1]


@pytest.mark.parametrize(
    "lines",
    [
        b"Content-Length: 65537\r\n",
        b"Content-Length: 10737418240\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Content-Length: 36\r\nExpect: 100-continue\r\n",
        b"Connection: Upgrade\r\nUpgrade: websocket\r\n",
        b"Connection: close\r\n",
    ],
)
def test_nothing_behind_such_a_head_is_taken_for_a_request(still: httpx.Client, lines: bytes) -> None:
    with connected(still) as connection:
        connection.sendall(b"GET /v1 HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n" + b"GET /smuggled HTTP/1.1\r\n" + END)
        answers = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answers.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answers.count(b"HTTP/1.1 ") == 1
    assert b"connection: close" in answers


@pytest.mark.parametrize(
    "coding", [b"identity", b"gzip", b"chunked, gzip", b"chunked, chunked", b"xchunked", b"", b"chunked;a=b"]
)
def test_a_body_whose_last_coding_is_not_chunked_is_400(still: httpx.Client, coding: bytes) -> None:
    answer = sent(still, b"GET /v1 HTTP/1.1\r\nTransfer-Encoding: " + coding + b"\r\n" + END)
    assert (answer.status, answer.problem["detail"]) == (400, "The request is not in the form of HTTP/1.1.")


@pytest.mark.parametrize("version", [b"0.9", b"1.2", b"2.0"])
def test_another_version_of_http_is_400(still: httpx.Client, version: bytes) -> None:
    assert sent(still, b"GET /v1 HTTP/" + version + b"\r\n" + END).status == 400


def test_a_refusal_of_the_parser_has_a_date(still: httpx.Client) -> None:
    assert "date" in sent(still, b"\x16\x03\x01\r\n" + END).headers
