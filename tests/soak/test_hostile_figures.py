"""The figures of injections and of altered cursors fail where a service is wrong."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.reading.cursor import Cursor
from tools.soak import cursors, pipeline
from tools.soak.injections import Place, fault_of, places, strings
from tools.soak.pipeline import Answer, BrokenAnswer, answers

GOOD = {"content-type": "application/problem+json", "x-content-type-options": "nosniff"}


def test_there_are_two_thousand_different_strings_and_the_seeds_are_the_first() -> None:
    made = strings(2_000)
    assert len(set(made)) == 2_000
    assert made[:10] == strings(10)


def test_every_parameter_of_every_operation_and_every_segment_has_a_place() -> None:
    found = places()
    assert {Place("/v1/actors?cursor={}&limit=1"), Place("/v1/{}"), Place("/v1/actors/{}"), Place("/{}/live")} <= {
        *found
    }
    assert Place("/v1/actors?{}=1&limit=1") in found
    assert len(found) > 500


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (Answer(422, GOOD, b"{}"), None),
        (Answer(304, {}, b""), None),
        (Answer(500, GOOD, b"{}"), "status 500"),
        (Answer(200, GOOD | {"x-injected": "1"}, b"{}"), "an injected header"),
        (Answer(200, GOOD | {"set-cookie": "a=b"}, b"{}"), "an injected header"),
        (Answer(200, GOOD | {"content-type": "text/html; charset=utf-8"}, b"a"), "reflected as HTML"),
        (Answer(200, {"content-type": "text/plain"}, b"a"), "its type may be guessed"),
    ],
)
def test_a_wrong_answer_to_an_injection_is_a_fault(answer: Answer, fault: str | None) -> None:
    assert fault_of(answer) == fault


class Known(cursors.Lists):
    """Whole lists that need no server."""

    def _whole(self, *_: object) -> str:
        return cursors._joined([{"id": name} for name in "abcd"])


@pytest.mark.parametrize(
    ("ids", "fault"),
    [("ab", None), ("cd", None), ("", None), ("ac", True), ("ba", True), ("aa", True), ("e", True), ("da", True)],
)
def test_a_page_that_is_no_part_of_its_list_is_a_fault(ids: str, fault: bool | None) -> None:
    page = {"data": [{"id": name} for name in ids], "dataset": {"revision": 1}}
    answer = Answer(200, {}, json.dumps(page).encode())
    assert bool(cursors.fault_of("/v1/actors", answer, Known(0))) is bool(fault)


def test_a_server_error_or_a_refusal_that_is_no_problem_is_a_fault() -> None:
    assert cursors.fault_of("/v1/actors", Answer(500, GOOD, b"{}"), Known(0)) == "status 500"
    assert cursors.fault_of("/v1/actors", Answer(422, {}, b"{}"), Known(0)) == "422 that is no problem"
    assert cursors.fault_of("/v1/actors", Answer(422, GOOD, b"{}"), Known(0)) is None


@contextmanager
def sending(*connections: bytes) -> Iterator[int]:
    """A server that sends these bytes on its connections, one after the other; gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for data in connections:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(data)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    thread.join(10)
    listener.close()


OK = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbc\r\n1\r\nd\r\n0\r\n\r\n"


def test_answers_are_told_apart_and_a_closed_connection_is_followed_by_another() -> None:
    requests = [(number, b"GET / HTTP/1.1\r\n\r\n") for number in range(4)]
    with sending(OK + CHUNKED, b"HTTP/1.1 304 Not Modified\r\n\r\n" + OK) as port:
        told = [(name, answer.status, answer.body) for name, answer in answers(port, requests)]
    assert told == [(0, 200, b"a"), (1, 200, b"bcd"), (2, 304, b""), (3, 200, b"a")]


@pytest.mark.parametrize("sent", [b"", b"nonsense", b"HTTP/1.1 200 OK\r\nA\r\n\r\n"])
def test_bytes_that_are_no_answer_are_a_fault(sent: bytes) -> None:
    with sending(sent) as port, pytest.raises(BrokenAnswer):
        list(pipeline.answers(port, [("x", b"GET / HTTP/1.1\r\n\r\n")]))


def test_a_split_answer_counts_as_broken() -> None:
    request = b"GET / HTTP/1.1\r\n\r\n"
    split = OK + b"<html>HTTP/1.1 200 OK\r\n\r\n"
    with sending(split) as port, pytest.raises(BrokenAnswer):
        list(answers(port, [("x", request), ("y", request)]))


def test_the_altered_cursors_are_the_same_in_each_run() -> None:
    asked = [cursors.Question("/v1/actors?limit=3", (a_cursor(),))]
    first, second = iter(cursors.Mutants(asked)), iter(cursors.Mutants(asked))
    assert [next(first) for _ in range(50)] == [next(second) for _ in range(50)]


def a_cursor() -> str:
    return Cursor("actors", 1, "id", "08c253c6e9043030", ["canada"]).encode()
