"""deploy/nginx-cluster.conf: a shared cache that gives what the nodes gave, and goes on when one of them does not."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from tests.support.servers import begun, client_at, serving, settings_for
from tests.support.waiting import TIMEOUT, eventually
from tests.support.world import World
from tools.cluster.nginx import MISSING, Nginx, find_nginx

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_nginx() is None, reason=MISSING)]

LIST = "/v1/timeline-events"
NO_LIMIT = ("rate=50r/s", "rate=5000r/s")


def status_of(answer: httpx.Response) -> str:
    """What the cache did, in the words of nginx's configuration."""
    return answer.headers["cache-status"].removeprefix("dossier; ")


class Node:
    """Node that answers as a test says, and keeps the requests that reached it."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str]]] = []
        self.status, self.headers, self.body, self.delay = 200, {"Cache-Control": "public, max-age=60"}, b"answer", 0.0
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                node.requests.append((self.path, {name.lower(): text for name, text in self.headers.items()}))
                time.sleep(node.delay)
                tag = node.headers.get("ETag")
                same = tag is not None and self.headers.get("If-None-Match") == tag
                body = b"" if same else node.body
                self.send_response(304 if same else node.status)
                for name, text in (node.headers | {"Content-Length": str(len(body))}).items():
                    self.send_header(name, text)
                self.end_headers()
                with contextlib.suppress(OSError):  # nginx did not wait for it
                    self.wfile.write(body)

            do_POST = do_GET  # noqa: N815 - the name that http.server looks for

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening: further connections are refused."""
        self.server.shutdown()
        self.server.server_close()
        self._thread.join(TIMEOUT)


@pytest.fixture
def node() -> Iterator[Node]:
    node = Node()
    yield node
    node.stop()


@contextmanager
def through(folder: Path, *ports: int, changes: tuple[tuple[str, str], ...] = ()) -> Iterator[httpx.Client]:
    """Client of nginx in front of one or two nodes."""
    nodes = ports if len(ports) == 2 else ports * 2
    with Nginx(folder, nodes, (NO_LIMIT, *changes)) as nginx, client_at(f"http://127.0.0.1:{nginx.port}") as client:
        yield client


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, httpx.Client, httpx.Client]]:
    """A world, a client of a node that serves it, and one of nginx before it."""
    world = begun(tmp_path_factory.mktemp("service") / "world.db")
    with (
        serving(create_app(settings_for(world.db.path))) as address,
        through(tmp_path_factory.mktemp("nginx"), int(address.rpartition(":")[2])) as cached,
        client_at(address) as straight,
    ):
        yield world, straight, cached
    world.db.close()


def as_sent(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """An answer without what differs from request to request, and what a proxy says about itself."""
    left_out = {"date", "server", "connection", "x-request-id", "transfer-encoding", "cache-status"}
    body = answer.content if answer.status_code < 400 else b""  # a problem has the request's id
    fields = {name: text for name, text in answer.headers.items() if name not in left_out}
    if not body:
        fields.pop("content-length", None)
    return answer.status_code, body, fields


@pytest.mark.parametrize(
    "path",
    [LIST, f"{LIST}?format=csv&lang=fr", f"{LIST}?nope=1", f"{LIST}?format=jsonl", f"{LIST}?revision=1",
     "/v1/actors/x-x", "/v1/dataset.jsonl", "/v1/search?q=korea", "/v1", "/nowhere", "/en/", "/health/ready"],
)  # fmt: skip
@pytest.mark.parametrize("headers", [{}, {"Accept-Encoding": "gzip", "Accept-Language": "fr-CA,en;q=0.5"}])
def test_what_the_cache_gives_is_what_the_node_gave(
    world: tuple[World, httpx.Client, httpx.Client], path: str, headers: dict[str, str]
) -> None:
    _, straight, cached = world
    expected = as_sent(straight.get(path, headers=headers))
    assert as_sent(cached.get(path, headers=headers)) == expected
    assert as_sent(cached.get(path, headers=headers)) == expected


@pytest.mark.parametrize(
    ("path", "second"),
    [(f"{LIST}?limit=3", "hit"), (f"{LIST}?limit=3&revision=1", "hit"), ("/health/ready", "fwd=uri-miss"),
     ("/v1/actors/nobody", "fwd=uri-miss"), ("/v1/dataset.jsonl", "fwd=bypass")],
)  # fmt: skip
def test_what_the_service_lets_caches_keep_is_kept(
    world: tuple[World, httpx.Client, httpx.Client], path: str, second: str
) -> None:
    cached = world[2]
    cached.get(path)
    assert status_of(cached.get(path)) == second


def test_each_language_media_type_and_coding_has_an_entry_of_its_own(
    world: tuple[World, httpx.Client, httpx.Client],
) -> None:
    _, straight, cached = world
    asked = [{"Accept-Language": "fr"}, {"Accept-Language": "en"}, {"Accept": "text/csv"}, {"Accept-Encoding": "gzip"}]
    for headers in asked * 2:
        assert as_sent(cached.get("/v1/actors", headers=headers)) == as_sent(
            straight.get("/v1/actors", headers=headers)
        )
    assert [status_of(cached.get("/v1/actors", headers=headers)) for headers in asked] == ["hit"] * 4


@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_a_client_with_the_tag_of_a_stored_answer_gets_304(
    world: tuple[World, httpx.Client, httpx.Client], coding: str
) -> None:
    cached = world[2]
    headers = {"Accept-Encoding": coding}
    first = cached.get(f"{LIST}?limit=2", headers=headers)
    again = cached.get(f"{LIST}?limit=2", headers=headers | {"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, status_of(again)) == (304, b"", "hit")
    assert again.headers["etag"] == first.headers["etag"]


def test_preconditions_and_parts_are_answered_by_the_service(
    world: tuple[World, httpx.Client, httpx.Client],
) -> None:
    cached = world[2]
    whole = cached.get(f"{LIST}?format=jsonl")
    failed = cached.get(f"{LIST}?format=jsonl", headers={"If-Match": '"another"'})
    assert (failed.status_code, failed.headers["content-type"]) == (412, "application/problem+json")
    part = cached.get(f"{LIST}?format=jsonl", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content, status_of(part)) == (206, whole.content[10:20], "fwd=bypass")


def test_head_is_answered_from_the_entry_of_get(world: tuple[World, httpx.Client, httpx.Client]) -> None:
    cached = world[2]
    get = cached.get(f"{LIST}?limit=4")
    head = cached.head(f"{LIST}?limit=4")
    assert (status_of(head), head.content, head.headers["etag"]) == ("hit", b"", get.headers["etag"])


def test_every_answer_has_a_request_id_of_its_own(world: tuple[World, httpx.Client, httpx.Client]) -> None:
    cached = world[2]
    answers = [cached.get(f"{LIST}?limit=5") for _ in range(3)]
    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == 3
    problem = cached.get("/v1/actors/nobody")
    assert problem.headers["x-request-id"] in problem.text


def test_the_log_has_no_query(tmp_path: Path, node: Node) -> None:
    with through(tmp_path, node.port) as client:
        client.get("/v1/designations/screen?name=somebody")
        log = tmp_path / "access.log"
        assert eventually(lambda: log.exists() and log.read_text())
    entry = json.loads(log.read_text())
    assert (entry["path"], entry["status"], entry["cache"]) == ("/v1/designations/screen", 200, "MISS")
    assert "somebody" not in log.read_text()


@contextmanager
def expiring(folder: Path, node: Node) -> Iterator[httpx.Client]:
    """Client whose first answer, one second old at most, is in the cache."""
    node.headers = {"Cache-Control": "public, max-age=1", "ETag": '"one"'}
    with through(folder, node.port) as client:
        client.get(LIST)
        time.sleep(2.1)
        yield client


def test_what_is_too_old_is_given_at_once_and_asked_for_by_its_tag(tmp_path: Path, node: Node) -> None:
    with expiring(tmp_path, node) as client:
        node.delay = 0.5
        began = time.monotonic()
        answer = client.get(LIST)
        assert answer.content == b"answer"
        assert status_of(answer) in ("hit; ttl=-1; detail=UPDATING", "hit; ttl=-1; detail=STALE")
        assert time.monotonic() - began < 0.5
        assert eventually(lambda: status_of(client.get(LIST)) == "hit")
        assert [headers.get("if-none-match") for _, headers in node.requests][:2] == [None, '"one"']


def test_a_new_answer_takes_the_place_of_one_that_is_too_old(tmp_path: Path, node: Node) -> None:
    with expiring(tmp_path, node) as client:
        node.body, node.headers["ETag"] = b"newer", '"two"'
        assert client.get(LIST).content == b"answer"
        assert eventually(lambda: client.get(LIST).content == b"newer")


@pytest.mark.parametrize("status", [500, 503])
def test_while_no_node_can_answer_readers_get_what_was_stored(tmp_path: Path, node: Node, status: int) -> None:
    with expiring(tmp_path, node) as client:
        node.status, node.headers = status, {"Cache-Control": "no-store"}
        answers = [client.get(LIST) for _ in range(5)]
        assert {(answer.status_code, answer.content) for answer in answers} == {(200, b"answer")}
        assert client.get("/v1/actors").status_code == status


def test_what_nobody_asks_for_is_not_given_out_of_date(tmp_path: Path, node: Node) -> None:
    node.headers = {"Cache-Control": "public, max-age=1"}
    soon = ("inactive=2m", "inactive=1s manager_sleep=200ms")
    with through(tmp_path, node.port, changes=(soon,)) as client:
        client.get(LIST)
        client.get(f"{LIST}?revision=1")
        node.body = b"newer"
        assert eventually(lambda: not [path for path in (tmp_path / "newest").rglob("*") if path.is_file()])
        assert client.get(LIST).content == b"newer"
        assert [path for path in (tmp_path / "pinned").rglob("*") if path.is_file()]


def test_one_of_many_readers_of_a_new_answer_asks_a_node(tmp_path: Path, node: Node) -> None:
    node.delay = 0.3
    with through(tmp_path, node.port) as client:
        threads = [threading.Thread(target=client.get, args=(LIST,)) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(TIMEOUT)
    assert len(node.requests) == 1


def gone(other: Node) -> None:
    other.stop()


def without_database(other: Node) -> None:
    other.status, other.headers = 503, {"Cache-Control": "no-store", "Retry-After": "5"}


@pytest.mark.parametrize("fault", [gone, without_database])
def test_the_other_node_answers_where_one_fails(tmp_path: Path, node: Node, fault: Callable[[Node], None]) -> None:
    other = Node()
    with through(tmp_path, node.port, other.port) as client:
        fault(other)
        statuses = [client.get(f"{LIST}?limit={number}").status_code for number in range(1, 41)]
    assert set(statuses) == {200}
    if fault is without_database:
        other.stop()


def test_a_request_that_may_change_something_is_not_repeated(tmp_path: Path, node: Node) -> None:
    other = Node()
    for each in (node, other):
        without_database(each)
    with through(tmp_path, node.port, other.port) as client:
        assert client.post(LIST).status_code == 503
    assert len(node.requests) + len(other.requests) == 1
    other.stop()


def test_a_silent_node_is_left_for_the_other(tmp_path: Path, node: Node) -> None:
    other = Node()
    other.delay = 3
    with through(
        tmp_path, node.port, other.port, changes=(("proxy_read_timeout 15s", "proxy_read_timeout 1s"),)
    ) as client:
        answers = [client.get(f"{LIST}?limit={number}") for number in range(1, 5)]
    assert [answer.status_code for answer in answers] == [200] * 4
    other.stop()


def test_an_answer_that_breaks_off_is_noticed_and_not_kept(tmp_path: Path) -> None:
    broken = b"HTTP/1.1 200 OK\r\nCache-Control: public, max-age=60\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
    listener = socket.create_server(("127.0.0.1", 0))
    asked: list[bytes] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                asked.append(connection.recv(65_536))
                connection.sendall(broken)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with through(tmp_path, listener.getsockname()[1]) as client:
        for _ in range(2):
            with pytest.raises(httpx.RemoteProtocolError):
                client.get(LIST)
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(TIMEOUT)
    assert len(asked) == 2


def test_without_any_node_the_answer_is_a_503_that_says_when_to_come_again(tmp_path: Path, node: Node) -> None:
    lost = Node()
    lost.stop()
    with through(tmp_path, lost.port) as client:
        answer = client.get(LIST)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert (answer.headers["retry-after"], answer.headers["cache-control"]) == ("5", "no-store")
    assert answer.headers["x-request-id"]
