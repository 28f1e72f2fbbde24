"""Answers from the store in the protocol class: their order, their connections, and their lines in the log."""

import json
import logging
import socket
import threading
import time
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.serving.answer_store import AnswerStore
from app.serving.middleware import EdgeMiddleware
from app.serving.protocol import PROTOCOL
from tests.serving.test_protocol import connected, sent
from tests.support.servers import client_of, settings_for
from tests.support.waiting import eventually
from tests.support.world import World

pytestmark = pytest.mark.skipif(PROTOCOL == "auto", reason="httptools is not installed: h11 asks the store in ASGI")
ACTORS = "/v1/actors?limit=1"
HEAD = b" HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def stored(still: httpx.Client) -> httpx.Client:
    """A server that has the answer to ACTORS in its store, for requests without Accept-Encoding."""
    for _ in range(3):
        assert sent(still, b"GET /v1/actors?limit=1" + HEAD + b"Connection: close\r\n\r\n").status == 200
    return still


def read_answers(connection: socket.socket, count: int) -> list[tuple[bytes, bytes]]:
    """Head and body of so many answers that come on one connection."""
    received = b""
    found: list[tuple[bytes, bytes]] = []
    while len(found) < count:
        head, parted, rest = received.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0) if parted else 0
        if parted and len(rest) >= length:
            found.append((head, rest[:length]))
            received = rest[length:]
        else:
            part = connection.recv(65536)
            assert part, "the server closed the connection"
            received += part
    return found


def request(target: str, *lines: str, method: str = "GET") -> bytes:
    return "".join(f"{line}\r\n" for line in (f"{method} {target} HTTP/1.1", "Host: x", *lines, "")).encode()


def test_pipelined_requests_are_answered_in_their_order_wherever_the_answers_come_from(stored: httpx.Client) -> None:
    limits = [1, 2, 1, 1, 3, 1, 2, 1, 1]  # only the answer to 1 is in the store
    with connected(stored) as connection:
        connection.sendall(b"".join(request(f"/v1/actors?limit={limit}") for limit in limits))
        bodies = [json.loads(body) for _, body in read_answers(connection, len(limits))]
    assert [body["page"]["limit"] for body in bodies] == limits


def test_the_database_is_looked_at_again_for_each_request_behind_another(world: World) -> None:
    app = create_app(settings_for(world.db.path))
    assert isinstance(app, EdgeMiddleware)
    looks = 0

    def look() -> int:
        nonlocal looks
        looks += 1
        return 1

    app.answers = AnswerStore(look)
    with client_of(app) as client, connected(client) as connection:
        for _ in range(3):
            connection.sendall(request(ACTORS))
            read_answers(connection, 1)
        before = looks
        connection.sendall(request(ACTORS) * 3)
        read_answers(connection, 3)
        assert looks - before == 3


def test_a_request_may_come_in_pieces_and_with_another_behind_it(stored: httpx.Client) -> None:
    whole = request(ACTORS) * 3
    with connected(stored) as connection:
        for start in range(0, len(whole), 7):
            connection.sendall(whole[start : start + 7])
        assert len({body for _, body in read_answers(connection, 3)}) == 1


def test_what_is_unreadable_after_a_stored_answer_gets_its_problem(stored: httpx.Client) -> None:
    with connected(stored) as connection:
        connection.sendall(request(ACTORS) + b"FOO /v1 HTTP/1.1\r\nHost: x\r\n\r\n")
        (first, _), (second, _) = read_answers(connection, 2)
        assert first.startswith(b"HTTP/1.1 200 ")
        assert second.startswith(b"HTTP/1.1 400 ")
        assert connection.recv(1) == b""


def test_a_body_that_comes_with_a_request_is_not_taken_for_the_next_request(stored: httpx.Client) -> None:
    with connected(stored) as connection:
        connection.sendall(request(ACTORS, "Content-Length: 3") + b"GET" + request("/health/live"))
        assert [head[:12] for head, _ in read_answers(connection, 2)] == [b"HTTP/1.1 200"] * 2


@pytest.mark.parametrize("line", ["Connection: close", "Range: bytes=0-9", "If-Match: *", 'If-Match: "other"'])
def test_unusual_requests_get_what_the_application_answers(stored: httpx.Client, line: str) -> None:
    stored_now = sent(stored, request(ACTORS, line, *([] if "close" in line else ["Connection: close"])))
    fresh = sent(stored, request("/v1/actors?lang=en&limit=1", line, "Connection: close"))
    assert stored_now.status == fresh.status
    assert stored_now.headers["connection"] == "close"


def test_http_1_0_gets_the_answer_and_the_end_of_the_connection(stored: httpx.Client) -> None:
    answer = sent(stored, b"GET /v1/actors?limit=1 HTTP/1.0\r\nHost: x\r\n\r\n")
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert len(answer.body) == int(answer.headers["content-length"])


def test_a_host_that_is_missing_or_given_twice_is_refused_though_the_answer_is_stored(stored: httpx.Client) -> None:
    for lines in ([], ["Host: a", "Host: b"], ["Host: a b/c"]):
        head = "".join(f"{line}\r\n" for line in [f"GET {ACTORS} HTTP/1.1", *lines, "Connection: close", ""])
        assert sent(stored, head.encode()).status == 400


def test_a_client_that_reads_slowly_gets_every_answer_and_fills_no_memory(
    stored: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = 0
    answer = PROTOCOL.answer_at_once

    def counting(self: Any, *, is_first: bool) -> bool:
        nonlocal answered
        found: bool = answer(self, is_first=is_first)
        answered += found
        return found

    monkeypatch.setattr(PROTOCOL, "answer_at_once", counting)
    count = 20_000  # 32 MB of answers: the kernel takes some 4 MB of them
    with connected(stored) as connection:
        sending = threading.Thread(target=connection.sendall, args=(request(ACTORS) * count,))
        sending.start()
        assert eventually(lambda: answered)
        time.sleep(0.2)
        before = answered
        assert len(read_answers(connection, count)) == count
        sending.join()
    assert before < count // 2  # the others waited until the client read


def test_the_lines_of_the_log_are_those_of_other_answers(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(logging.getLogger("dossier.access"), "info", lambda line: found.append(json.loads(line)))
    with client_of(create_app(settings_for(world.db.path, log="json"))) as client:
        answers = [client.get(ACTORS) for _ in range(4)]
        held = {"If-None-Match": answers[0].headers["etag"]}
        answers += [client.get(ACTORS, headers=held) for _ in range(3)] + [client.head(ACTORS)]
        assert eventually(lambda: len(found) == 8)
    for line, answer in zip(found, answers, strict=True):
        assert list(line) == ["time", "method", "path", "status", "duration_ms", "request_id", "bytes"]
        assert line["request_id"] == answer.headers["x-request-id"]
        assert (line["status"], line["bytes"]) == (answer.status_code, len(answer.content))
        assert (line["method"], line["path"]) == (answer.request.method, "/v1/actors")
    assert len({line["request_id"] for line in found}) == 8


def test_every_stored_answer_has_the_date_of_its_second(stored: httpx.Client) -> None:
    with connected(stored) as connection:
        dates = set()
        for _ in range(3):
            connection.sendall(request(ACTORS))
            ((head, _),) = read_answers(connection, 1)
            dates.add(next(line for line in head.split(b"\r\n") if line.startswith(b"date: ")))
            time.sleep(1.05)
    assert len(dates) >= 2
