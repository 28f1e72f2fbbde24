"""deploy/nginx.conf: what the service answers comes through nginx as it was, and what slows a server down does not."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from tests.support.paths import ROOT
from tests.support.servers import begun, serving, settings_for
from tests.support.waiting import TIMEOUT

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(NGINX is None, reason="nginx is not installed")]

LONG_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Long: " + b"a" * 3_500 + b"\r\n\r\nok"
BROKEN = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"


@contextmanager
def nginx(folder: Path, service: str, change: Callable[[str], str] = str) -> Iterator[httpx.Client]:
    """Proxy with the file that users get, for a service at an address; gives a client of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = (ROOT / "deploy" / "nginx.conf").read_text()
    config = config.replace("127.0.0.1:8080", f"127.0.0.1:{port}").replace("127.0.0.1:8000", service.split("//")[1])
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds if kind in {"client_body", "proxy"})
    config = change(config.replace("http {", f"http {{\naccess_log off;\n{places}", 1))
    (folder / "nginx.conf").write_text(config)
    user = "user root;" if os.geteuid() == 0 else ""
    command: list[str | Path] = [NGINX or "", "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
    command += ["-g", f"daemon off; pid {folder}/pid; {user}"]
    process = subprocess.Popen(command)
    try:
        base = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=base, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}) as client:
            _wait(client, process, folder)
            yield client
    finally:
        process.terminate()
        process.wait(TIMEOUT)


def _wait(client: httpx.Client, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(200):
        assert process.poll() is None, (folder / "error.log").read_text()
        with socket.socket() as trial:
            if not trial.connect_ex((client.base_url.host, client.base_url.port or 80)):
                return
        time.sleep(0.02)
    raise AssertionError((folder / "error.log").read_text())


@contextmanager
def raw_service(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A service that answers always the same and closes; gives its address and the heads that reached it."""
    heads: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                heads.append(connection.recv(65_536))
                connection.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", heads
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(TIMEOUT)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    world = begun(tmp_path_factory.mktemp("service") / "world.db")
    with serving(create_app(settings_for(world.db.path))) as address:
        yield address
    world.db.close()


@pytest.fixture(scope="module")
def through(service: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with nginx(tmp_path_factory.mktemp("nginx"), service) as client:
        yield client


def as_sent(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """An answer without what differs from request to request, and what a proxy says about itself."""
    left_out = {"date", "server", "connection", "x-request-id", "transfer-encoding"}
    body = re.sub(rb'"instance":\s*"[^"]*"', b"", answer.content)
    return answer.status_code, body, {name: text for name, text in answer.headers.items() if name not in left_out}


@pytest.mark.parametrize(
    "path",
    [f"/v1/{rest}" for rest in ("timeline-events", "timeline-events?format=csv&lang=fr", "timeline-events?nope=1",
                                "timeline-events?cursor=abc", "timeline-events.jsonl", "dataset.jsonl", "actors/x-x",
                                "search?q=korea")]
    + ["/v1", "/nowhere", "/openapi.json", "/docs"],
)  # fmt: skip
def test_answers_and_problems_come_through_as_they_were(service: str, through: httpx.Client, path: str) -> None:
    with httpx.Client(base_url=service, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}) as straight:
        assert as_sent(through.get(path)) == as_sent(straight.get(path))


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_304_comes_through_in_each_coding(through: httpx.Client, coding: str) -> None:
    first = through.get("/v1/timeline-events", headers={"Accept-Encoding": coding})
    tag = {"If-None-Match": first.headers["etag"], "Accept-Encoding": coding}
    again = through.get("/v1/timeline-events", headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_a_part_of_a_download_comes_through(through: httpx.Client) -> None:
    whole = through.get("/v1/dataset.sqlite")
    part = through.get("/v1/dataset.sqlite", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])


def test_an_answer_that_breaks_off_is_noticed(tmp_path: Path) -> None:
    with (
        raw_service(BROKEN) as (address, _),
        nginx(tmp_path, address) as client,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        client.get("/v1/timeline-events.jsonl")


def test_the_longest_head_of_an_answer_fits(tmp_path: Path) -> None:
    with raw_service(LONG_HEAD) as (address, _), nginx(tmp_path, address) as client:
        answer = client.get("/v1")
    assert (answer.content, len(answer.headers["x-long"])) == (b"ok", 3_500)


def test_slow_heads_do_not_reach_the_service(tmp_path: Path) -> None:
    with raw_service(LONG_HEAD) as (address, heads), nginx(tmp_path, address) as client:
        where = (client.base_url.host, client.base_url.port or 80)
        slow = [socket.create_connection(where, timeout=TIMEOUT) for _ in range(30)]
        for connection in slow:
            connection.sendall(b"GET /v1 HTTP/1.1\r\nHost: slow.example\r\nX-A: ")
        assert client.get("/v1").status_code == 200
        for connection in slow:
            connection.close()
    assert len(heads) == 1
    assert b"slow.example" not in heads[0]


def test_the_service_is_told_the_address_of_the_client(tmp_path: Path) -> None:
    with raw_service(LONG_HEAD) as (address, heads), nginx(tmp_path, address) as client:
        client.get("/v1", headers={"X-Forwarded-For": "203.0.113.9"})
    assert b"X-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n" in heads[0]


def test_a_path_of_the_host_can_be_given_to_the_service(tmp_path: Path) -> None:
    def under_a_path(config: str) -> str:
        config = config.replace("location / {", "location /dossier/ {")
        return config.replace("proxy_pass http://dossier;", "proxy_pass http://dossier/;")

    world = begun(tmp_path / "world.db")
    settings = settings_for(world.db.path, public_url="https://example.org/dossier")
    with serving(create_app(settings)) as address, nginx(tmp_path, address, under_a_path) as client:
        answer = client.get("/dossier/v1/timeline-events?limit=1")
        following = answer.links["next"]["url"].removeprefix("https://example.org")
        assert following.startswith("/dossier/v1/timeline-events?")
        assert client.get(following).status_code == 200
        assert client.get("/v1").status_code == 404
    world.db.close()


def status_and_type(client: httpx.Client, head: bytes) -> tuple[int, str | None, int]:
    """Status, media type, and the status in the body of an answer to a raw request."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=TIMEOUT) as connection:
        connection.sendall(head)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        return answer.status, answer.getheader("content-type"), json.loads(answer.read())["status"]


def test_what_nginx_refuses_itself_is_a_problem_too(through: httpx.Client) -> None:
    kind = "application/problem+json"
    host = b"Host: x\r\n"
    for head, status in (
        (b"GET /v1?q=" + b"a" * 30_000 + b" HTTP/1.1\r\n" + host + b"\r\n", 414),
        (b"GET /v1 HTTP/1.1\r\n" + host + b"X-A: " + b"a" * 30_000 + b"\r\n\r\n", 431),
        (b"GET /v1 HTTP/1.1\r\n\r\n", 400),
        (b"POST /v1 HTTP/1.1\r\n" + host + b"Content-Length: 5000\r\n\r\n", 413),
    ):
        assert status_and_type(through, head) == (status, kind, status)


def test_a_service_that_is_down_is_a_503_that_says_when_to_come_again(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with nginx(tmp_path, address) as client:
        answer = client.get("/v1")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("5", "no-store")


def test_more_requests_than_the_limit_are_refused_with_429(tmp_path: Path) -> None:
    with raw_service(LONG_HEAD) as (address, _), nginx(tmp_path, address) as client:
        answers = [client.get("/v1") for _ in range(400)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}
