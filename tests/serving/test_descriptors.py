"""File descriptors: streams and files are as many as there are descriptors for; without one an answer is 503."""

import asyncio
import contextlib
import errno
import http.client
import math
import socket
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.serving.connection_limits import connection_bound
from app.serving.descriptors import FILES_PER_STREAM, stream_bound
from app.serving.middleware import EdgeMiddleware
from tests.support.servers import client_of, settings_for
from tests.support.world import World

FILE = "/v1/dataset.jsonl"
NO_DESCRIPTOR = OSError(errno.EMFILE, "Too many open files")


@pytest.mark.parametrize(("files", "streams"), [(64, 1), (128, 3), (256, 10), (1024, 16), (65536, 16), (math.inf, 16)])
def test_streams_and_files_fit_beside_the_connections(
    monkeypatch: pytest.MonkeyPatch, files: float, streams: int
) -> None:
    for module in ("descriptors", "connection_limits"):
        monkeypatch.setattr(f"app.serving.{module}.open_files_limit", lambda: files)
    connections = connection_bound(1000)
    assert stream_bound(16, connections) == streams
    assert connections + (5 + FILES_PER_STREAM) * streams + 22 <= files  # a worker has 22 when it does nothing


@pytest.fixture
def client(world: World) -> Iterator[httpx.Client]:
    with client_of(create_app(settings_for(world.db.path))) as client:
        assert client.get(FILE).status_code == 200
        yield client


def fail_with(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let opening a file fail."""

    def require_readable(_: Path) -> None:
        raise error

    monkeypatch.setattr("app.api.downloads._require_readable", require_readable)


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_answer_for_which_there_is_no_descriptor_is_503_and_one_line_of_the_log_for_all(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, wrapped: bool
) -> None:
    outer = RuntimeError("a library failed")
    outer.__cause__ = NO_DESCRIPTOR
    fail_with(monkeypatch, outer if wrapped else NO_DESCRIPTOR)
    for _ in range(3):
        answer = client.get(FILE)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.json()["type"] == "urn:dossier:problem:unavailable"
    assert [(one.message, one.exc_info) for one in caplog.records] == [
        ("no file descriptor is left: raise the limit of open files, or lower DOSSIER_MAX_CONNECTIONS", None)
    ]


def test_any_other_error_of_the_system_is_a_failure(client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, OSError(errno.EIO, "Input/output error"))
    assert client.get(FILE).status_code == 500


def test_an_answer_that_has_begun_without_a_descriptor_left_ends_without_its_end(tmp_path: Path) -> None:
    sent: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"a part", "more_body": True})
        raise NO_DESCRIPTOR

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    edge = EdgeMiddleware(app, settings_for(tmp_path / "none.db"))
    scope = {"type": "http", "method": "GET", "path": "/v1", "raw_path": b"/v1", "query_string": b"", "headers": []}
    asyncio.run(edge(scope, receive, send))
    assert [message.get("more_body") for message in sent] == [None, True]


@pytest.mark.slow
@pytest.mark.parametrize("files", [64, 128])
def test_slow_downloads_under_a_low_limit_of_open_files_give_no_500_and_no_traceback(
    world: World, tmp_path: Path, files: int
) -> None:
    resource = pytest.importorskip("resource")
    from tools.processes import HOST, get, service

    output, statuses = tmp_path / "output.txt", Counter[int]()
    world.db.close()
    with service(world.db.path, limits={resource.RLIMIT_NOFILE: files}, output=output) as server:
        get(server.port, "/v1/dataset.jsonl")
        with contextlib.ExitStack() as stack:
            for number in range(200):
                client = stack.enter_context(contextlib.closing(socket.socket()))
                client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
                client.settimeout(5)
                with contextlib.suppress(OSError):  # without room the newest connection is refused or closed
                    client.connect((HOST, server.port))
                    path = ("/v1/dataset.jsonl", "/v1/dataset.sqlite", "/v1/timeline-events?format=xlsx")[number % 3]
                    client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                    statuses[http_status(client)] += 1
        time.sleep(0.5)
        assert get(server.port, "/v1/dataset.jsonl")[0] == 200
    assert statuses[200] > 0
    assert set(statuses) <= {200, 503}
    assert "Traceback" not in output.read_text(encoding="utf-8")


def http_status(client: socket.socket) -> int:
    """Status of an answer, of which no more is taken. Raises OSError if the connection was closed."""
    answer = http.client.HTTPResponse(client)
    try:
        answer.begin()
    except http.client.HTTPException as error:
        raise ConnectionError from error
    return answer.status
