"""Connection limits: silence, slow heads, slow readers, and more connections than there is room for."""

import contextlib
import logging
import resource
import select
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.serving import bounded_protocol, connection_limits
from app.serving.connection_limits import connection_bound
from app.serving.protocol import PROTOCOL
from tests.serving.test_fast_path import read_answers, request
from tests.serving.test_protocol import connected
from tests.support.servers import begun, client_of, settings_for
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(PROTOCOL == "auto", reason="httptools is not installed: h11 has no such limits")
SHORT = 0.3  # seconds
ROOM = 8
LIVE = request("/health/live")
LONG = request("/v1/timeline-events?limit=200")  # some 20 kB
SCRIPT = "/static/swagger-ui/swagger-ui-bundle.js"  # 1.4 MB: more than the kernel takes


@contextlib.contextmanager
def small_server(folder: Path) -> Iterator[httpx.Client]:
    """A client of a server that has room for eight connections, and looks at them often."""
    world = begun(folder / "world.db")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connection_limits, "_SWEEP_SECONDS", 0.05)
        with client_of(create_app(settings_for(world.db.path, max_connections=ROOM))) as client:
            yield client
    world.db.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a small server for all tests that do not need one of their own."""
    with small_server(tmp_path_factory.mktemp("limits")) as client:
        yield client


def received(connection: socket.socket) -> bytes:
    """All that comes until the server closes the connection, or resets it."""
    parts = list[bytes]()
    with contextlib.suppress(ConnectionError):
        parts.extend(iter(lambda: connection.recv(65_536), b""))
    return b"".join(parts)


def is_open(connection: socket.socket) -> bool:
    """Whether the server has not closed a connection on which nothing comes."""
    connection.setblocking(False)
    try:
        return bool(connection.recv(1, socket.MSG_PEEK))
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
    finally:
        connection.setblocking(True)


def unread(stack: contextlib.ExitStack, client: httpx.Client, target: str = SCRIPT) -> socket.socket:
    """A connection whose client asks for much and reads nothing."""
    connection = stack.enter_context(connected(client))
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    connection.sendall(request(target) * 5)
    return connection


@pytest.mark.parametrize("sent", [b"", b"\r\n", b"\r\n\r\n\r\n"])
def test_a_connection_without_a_request_is_closed_without_a_word(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(bounded_protocol, "HEAD_SECONDS", SHORT)
    with connected(server) as connection:
        connection.sendall(sent)
        assert received(connection) == b""


@pytest.mark.parametrize("sent", [b"G", b"GET /v1 HTTP/1.1", b"GET /v1 HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_is_not_complete_in_time_is_408(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch, sent: bytes
) -> None:
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", SHORT)
    with connected(server) as connection:
        connection.sendall(sent)
        head, _, body = received(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in head
    assert b"The request was not complete in time: send it again." in body


def test_a_byte_now_and_then_gives_a_head_no_more_time(server: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "HEAD_SECONDS", SHORT)
    with connected(server) as connection:
        connection.sendall(b"GET /v1 HTTP/1.1\r\nX: ")

        def is_answered() -> bool:
            with contextlib.suppress(ConnectionError):
                connection.sendall(b"a")
            return bool(select.select([connection], [], [], 0)[0])

        assert eventually(is_answered)
        assert received(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("more", [b"", b"\r\n", b"a"])
def test_a_kept_connection_is_closed_when_no_further_request_begins(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch, more: bytes
) -> None:
    monkeypatch.setattr(PROTOCOL, "idle_seconds", lambda _: SHORT)
    length = ["Content-Length: 9"] if more == b"a" else []
    with connected(server) as connection:
        connection.sendall(request("/health/live", *length))
        read_answers(connection, 1)
        connection.sendall(more)
        assert received(connection) == b""


def test_the_connection_that_waits_longest_makes_room_for_the_next(server: httpx.Client) -> None:
    with contextlib.ExitStack() as stack:
        silent = [stack.enter_context(connected(server)) for _ in range(5 * ROOM)]
        healthy = stack.enter_context(connected(server))
        healthy.sendall(LIVE)
        assert read_answers(healthy, 1)[0][0].startswith(b"HTTP/1.1 200 ")
        assert eventually(lambda: sum(map(is_open, silent)) < ROOM)
        assert not any(map(is_open, silent[: 3 * ROOM]))


def test_silent_connections_do_not_push_out_one_that_had_an_answer(server: httpx.Client) -> None:
    with contextlib.ExitStack() as stack:
        healthy = stack.enter_context(connected(server))
        healthy.sendall(LIVE)
        read_answers(healthy, 1)
        silent = [stack.enter_context(connected(server)) for _ in range(5 * ROOM)]
        assert eventually(lambda: sum(map(is_open, silent)) < ROOM)
        healthy.sendall(LIVE)
        assert read_answers(healthy, 1)[0][0].startswith(b"HTTP/1.1 200 ")


def test_where_every_connection_is_in_use_the_next_gets_503_and_says_when_to_come_back(server: httpx.Client) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(ROOM):
            unread(stack, server)
        time.sleep(0.5)  # their answers have begun
        with connected(server) as next_one:
            head, _, body = received(next_one).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 ")
    assert b"\r\nRetry-After: 5\r\n".lower() in head.lower()
    assert b"urn:dossier:problem:unavailable" in body


def test_clients_that_read_nothing_make_room_after_two_seconds(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "_STALLED_SECONDS", SHORT)
    with contextlib.ExitStack() as stack:
        for _ in range(ROOM):
            unread(stack, server)
        time.sleep(3 * SHORT)
        with connected(server) as healthy:
            healthy.sendall(LIVE)
            assert read_answers(healthy, 1)[0][0].startswith(b"HTTP/1.1 200 ")


def test_a_client_that_takes_less_than_the_least_rate_is_cut_off(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "DRAIN_SECONDS", SHORT)
    with contextlib.ExitStack() as stack:
        connection = unread(stack, server)
        for _ in range(8):  # 200 bytes now and then
            connection.recv(200)
            time.sleep(SHORT / 4)
        assert len(received(connection)) < 1_000_000


def test_a_client_that_reads_slowly_but_steadily_gets_all(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_limits, "DRAIN_SECONDS", SHORT)
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(connected(server))
        connection.sendall(request(SCRIPT) * 3)
        whole = len(server.get(SCRIPT).content)
        size, began = 0, time.monotonic()
        while size < 2 * whole:
            part = connection.recv(65_536)
            assert part
            size += len(part)
            time.sleep(len(part) / 2_000_000)
        assert time.monotonic() - began > 2 * SHORT


def test_answers_that_nobody_reads_fill_a_bounded_memory(server: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_limits, "MOST_BUFFERED", 6_000_000)
    with contextlib.ExitStack() as stack:
        connections = [unread(stack, server) for _ in range(ROOM)]  # each has 1.6 MB in its buffer
        poll = select.poll()
        for connection in connections:
            poll.register(connection, 0)
        assert eventually(lambda: poll.poll(0))
        time.sleep(SHORT)
        assert len(poll.poll(0)) < ROOM


@pytest.mark.parametrize(
    ("files", "bound"),
    [(1_024, 832), (400, 208), (64, 32), (20_000, 1_000), (resource.RLIM_INFINITY, 1_000)],
)
def test_the_bound_leaves_files_for_the_database(monkeypatch: pytest.MonkeyPatch, files: int, bound: int) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert connection_bound(1_000) == bound


def test_many_broken_requests_make_one_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with small_server(tmp_path) as client, caplog.at_level(logging.WARNING):
        for _ in range(20):
            with connected(client) as connection:
                connection.sendall(b"\x16\x03\x01\r\n\r\n")
                assert received(connection).startswith(b"HTTP/1.1 400 ")
        assert eventually(lambda: caplog.messages)
        time.sleep(SHORT)
    assert len(caplog.messages) == 1
    assert "refused with 400" in caplog.messages[0]


def test_a_client_that_leaves_its_pipeline_writes_nothing_to_the_log(
    server: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    def leave() -> None:
        with connected(server) as connection:
            connection.setblocking(False)
            ends = time.monotonic() + SHORT
            while time.monotonic() < ends:
                with contextlib.suppress(BlockingIOError, ConnectionError):  # the server may close it first
                    connection.send(request("/v1/actors") * 2_000)
                with contextlib.suppress(BlockingIOError, ConnectionError):  # the server may close it first
                    connection.recv(65_536)

    with caplog.at_level(logging.ERROR), ThreadPoolExecutor(ROOM) as executor:
        for future in [executor.submit(leave) for _ in range(5 * ROOM)]:
            future.result()
    assert not caplog.messages


def test_requests_of_a_client_that_reads_nothing_are_not_begun(
    server: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, start = 0, PROTOCOL.start_application

    def counting(self: Any) -> None:
        nonlocal started
        started += 1
        start(self)

    monkeypatch.setattr(PROTOCOL, "start_application", counting)
    with connected(server) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(1)
        with contextlib.suppress(TimeoutError):
            connection.sendall(LONG * 100_000)
        before = started
        time.sleep(SHORT)
        assert started == before < 1_000
