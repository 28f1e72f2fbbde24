"""The shell around the application: what every answer has, whatever was asked, seen through a real server."""

import asyncio
import errno
import http.client
import json
import logging
import socket
import threading
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse

from app import errors
from app.serving import problems
from app.serving.access_log import AccessLog, FinishedRequest
from app.serving.middleware import EdgeMiddleware
from app.serving.request_checks import refusal
from app.serving.streaming import Stream
from app.settings import Settings
from tests.support.problems import in_both
from tests.support.waiting import TIMEOUT, eventually

EVERYWHERE = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Link, Dataset-Revision, Memento-Datetime, Content-Disposition, "
    "Content-Language, X-Request-ID, Deprecation, Sunset, Accept-Ranges, Content-Range, Retry-After, RateLimit",
    "content-language": "en",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "cross-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}

CHAINED = ValueError("I/O on a closed file")
CHAINED.__context__ = MemoryError()
SHORTAGES: dict[str, Exception] = {
    "memory": MemoryError(),
    "thread": RuntimeError("can't start new thread"),
    "bitmap": ValueError("Could not deserialize bitmap"),
    "system": OSError(errno.ENOMEM, "Cannot allocate memory"),
    "chained": CHAINED,
}

begun, closed = threading.Event(), threading.Event()


def application() -> FastAPI:
    """A small world: plain answers, faults, and streams that never end."""
    app = FastAPI()
    problems.install(app)

    @app.get("/echo")
    async def echo(request: Request, word: Annotated[list[str], Query()] = []) -> dict[str, Any]:  # noqa: B006 - FastAPI copies it
        return {"method": request.method, "word": word, "id": request.state.request_id}

    @app.get("/shortage/{kind}")
    async def shortage(kind: str) -> None:
        raise SHORTAGES[kind]

    @app.get("/items/{id}")
    async def item(id: str) -> dict[str, str]:
        return {"id": id}

    @app.get("/own")
    async def own() -> Response:
        headers = {"Content-Security-Policy": "script-src 'self'", "Content-Language": "fr", "Vary": "Accept"}
        return JSONResponse({}, headers=headers | {"Cache-Control": "public, max-age=60"})

    @app.get("/cached-error")
    async def cached_error() -> Response:
        return JSONResponse({}, 410, {"Cache-Control": "public", "X-Request-ID": "mine"})

    @app.get("/fails")
    async def fails() -> None:
        raise RuntimeError("the password is hunter2")

    @app.get("/breaks-off")
    async def breaks_off() -> StreamingResponse:
        def chunks() -> Iterator[str]:
            yield "half"
            raise RuntimeError("no more")

        return StreamingResponse(chunks())

    @app.get("/file")
    async def file() -> FileResponse:
        return FileResponse(Path(__file__))

    add_streams(app)
    return app


def add_streams(app: FastAPI) -> None:
    """A stream without end, which records when it begins and when it is closed."""

    @app.get("/endless")
    async def endless() -> Stream:
        def chunks() -> Generator[bytes, None, None]:
            begun.set()
            try:
                while True:
                    time.sleep(0.01)
                    yield b"more\n"
            finally:
                closed.set()

        return Stream(chunks())


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server on a free port, its log on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        shell = EdgeMiddleware(application(), Settings(log="json", max_url_bytes=1024))
        logging.getLogger("dossier.access").handlers.clear()  # or lines come between those of pytest
        server = uvicorn.Server(uvicorn.Config(shell, log_config=None, access_log=False, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://{address}", timeout=TIMEOUT) as client:
        yield client


@pytest.fixture
def lines() -> Iterator[list[dict[str, Any]]]:
    """The access log's lines, as they come."""
    found: list[dict[str, Any]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(record.getMessage()))

    handler = Keep()
    logging.getLogger("dossier.access").addHandler(handler)
    yield found
    logging.getLogger("dossier.access").removeHandler(handler)


def raw(address: str, target: str, method: str = "GET", headers: dict[str, str] | None = None) -> Any:
    """Status and problem of a request whose target no client has tidied."""
    connection = http.client.HTTPConnection(address, timeout=TIMEOUT)
    connection.request(method, target, headers=headers or {})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, json.loads(body)


@pytest.mark.parametrize("path", ["/echo", "/nowhere", "/fails", "/echo?word=", "/echo?nope=%FF", "/openapi.json"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_every_answer_has_the_headers_that_are_promised_for_all(client: httpx.Client, path: str, method: str) -> None:
    answer = client.request(method, path)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert UUID(answer.headers["x-request-id"]).version == 4


def test_an_answer_keeps_what_it_says_itself(client: httpx.Client) -> None:
    headers = client.get("/own").headers
    assert headers.get_list("content-security-policy") == ["script-src 'self'"]
    assert headers.get_list("content-language") == ["fr"]
    assert headers.get_list("vary") == ["Accept"]
    assert headers.get_list("cache-control") == ["public, max-age=60"]


def test_no_cache_keeps_an_error_and_its_request_id_is_ours(client: httpx.Client) -> None:
    headers = client.get("/cached-error").headers
    assert headers.get_list("cache-control") == ["no-store"]
    assert UUID(headers["x-request-id"]).version == 4


def test_the_application_knows_the_request_id_and_each_request_has_its_own(client: httpx.Client) -> None:
    first, second = client.get("/echo"), client.get("/echo", headers={"X-Request-ID": "forged"})
    assert first.json()["id"] == first.headers["x-request-id"]
    assert len({first.headers["x-request-id"], second.headers["x-request-id"], "forged"}) == 3


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    got, head = client.get("/echo?word=a"), client.head("/echo?word=a")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == got.headers["content-length"] == str(len(got.content))
    assert head.headers["content-type"] == "application/json"


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/fails", 500), ("/echo?word=", 422)])
def test_head_of_an_error_has_its_status_and_no_body(client: httpx.Client, path: str, status: int) -> None:
    head = client.head(path)
    assert (head.status_code, head.content) == (status, b"")
    assert head.headers["content-type"] == "application/problem+json"
    assert int(head.headers["content-length"]) > 100


def test_head_of_an_endless_stream_does_not_even_begin_it(client: httpx.Client) -> None:
    begun.clear()
    head = client.head("/endless")
    assert (head.status_code, head.content) == (200, b"")
    assert client.get("/echo").status_code == 200
    assert not begun.is_set()


def test_a_stream_whose_client_left_is_closed_and_logged_as_aborted(
    client: httpx.Client, lines: list[dict[str, Any]]
) -> None:
    closed.clear()
    with client.stream("GET", "/endless") as answer:
        assert next(answer.iter_raw()) == b"more\n"
    assert eventually(closed.is_set)
    assert eventually(lambda: lines)
    assert (lines[0]["status"], lines[0]["aborted"]) == (200, True)


def test_a_stream_that_fails_breaks_the_connection_off(
    client: httpx.Client, lines: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        client.get("/breaks-off")
    assert eventually(lambda: lines)
    assert (lines[0]["status"], lines[0]["aborted"], lines[0]["bytes"]) == (200, True, 4)
    assert f"request {lines[0]['request_id']}: the answer broke off" in caplog.text


def test_a_preflight_admits_what_readers_send(client: httpx.Client) -> None:
    asked = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "if-none-match",
    }
    for path in ("/echo", "/nowhere", "/echo?word="):
        answer = client.options(path, headers=asked)
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
        assert answer.headers["access-control-allow-headers"] == "*, Authorization"
        assert answer.headers["access-control-max-age"] == "86400"


def test_options_names_the_methods_of_a_known_path(client: httpx.Client) -> None:
    answer = client.options("/items/a")
    assert (answer.status_code, answer.content, answer.headers["allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert "content-type" not in answer.headers
    assert client.options("/nowhere").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_any_other_method_is_refused_with_those_allowed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/items/a")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.json()["detail"] == f"{method} is not supported: this service is read with GET."


def test_a_large_body_is_neither_read_nor_waited_for(address: str) -> None:
    with socket.create_connection(tuple(address.split(":")), timeout=TIMEOUT) as connection:  # type: ignore[arg-type]  # port as text
        connection.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nstart")
        assert connection.recv(1000).startswith(b"HTTP/1.1 405 ")


@pytest.mark.parametrize("kind", SHORTAGES)
def test_a_shortage_of_memory_is_503_and_one_line_in_the_log(
    client: httpx.Client, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    answer = client.get(f"/shortage/{kind}")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["detail"] == "There is not enough memory for this answer now. Try again in a few seconds."
    (entry,) = [one for one in caplog.records if one.name == "dossier"]
    assert entry.getMessage().startswith(f"request {answer.headers['x-request-id']}: not enough memory: ")
    assert entry.exc_info is None


def test_an_uncaught_error_is_a_problem_that_shows_nothing_internal(
    client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = client.get("/fails")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "urn:dossier:problem:internal-error",
        "title": "Internal error",
        "status": 500,
        "detail": "The service failed to answer this request and has logged the failure. Try again later.",
        "instance": f"urn:uuid:{answer.headers['x-request-id']}",
    }
    assert f"request {answer.headers['x-request-id']} failed" in caplog.text
    assert "the password is hunter2" in caplog.text


PLAIN: dict[str, dict[str, str]] = {"/fails": {}, "/file": {"Range": "bytes=99999999-"}, "/echo?a": {}}


@pytest.mark.parametrize("path", PLAIN)
def test_what_the_middleware_refuses_is_in_both_languages(client: httpx.Client, path: str) -> None:
    headers = PLAIN[path]
    english, french = in_both(client, path, **headers)
    assert english["status"] in (416, 422, 500)
    answer = client.get(f"{path}{'&' if '?' in path else '?'}lang=fr", headers=headers)
    assert answer.json()["detail"] == french["detail"]
    assert answer.headers.get_list("vary") == ["Accept"]


def test_what_the_framework_answers_in_plain_text_is_a_problem_too(client: httpx.Client) -> None:
    answer = client.get("/file", headers={"Range": "bytes=99999999-"})
    assert answer.status_code == 416
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-range"].startswith("bytes */")
    assert answer.json()["type"] == "urn:dossier:problem:range-not-satisfiable"
    assert int(client.head("/file").headers["content-length"]) == Path(__file__).stat().st_size
    assert client.get("/file").text.startswith('"""The shell around')


def test_an_address_longer_than_the_limit_is_414(address: str) -> None:
    fits = "/echo?word=" + "a" * (1024 - len("/echo?word="))
    assert raw(address, fits)[0] == 200
    status, problem = raw(address, fits + "a")
    assert (status, problem["type"]) == (414, "urn:dossier:problem:uri-too-long")
    assert problem["detail"] == "Path and query together are longer than 1024 bytes: shorten the query."
    assert raw(address, "/" + "a" * 1024)[0] == 414


@pytest.mark.parametrize(
    "target",
    ["/items/%00", "/items/%FF", "/items/%", "/items/%4", "/items/%zz", "/items/%ED%A0%80", "/items/a%2Fb"],
)
def test_an_unreadable_path_is_404(address: str, target: str) -> None:
    status, problem = raw(address, target)
    assert (status, problem["type"]) == (404, "urn:dossier:problem:unknown-path")
    assert problem["detail"] == (
        "Nothing is at this path: paths here are in UTF-8 and contain neither NUL nor a slash written as %2F."
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [("/items/%C3%A9", "é"), ("/items/..", ".."), ("/items/a%25b", "a%b"), ("/items/%41", "A")],
)
def test_a_readable_path_reaches_the_application(address: str, target: str, expected: str) -> None:
    assert raw(address, target) == (200, {"id": expected})


UNREADABLE = "cannot be read: write it as UTF-8 in percent-encoding (% is %25), without NUL"
EMPTY = "has no value: give it one, or leave it out"


@pytest.mark.parametrize(
    ("query", "parameter", "detail"),
    [
        ("word=%FF", "word", UNREADABLE),
        ("word=100%", "word", UNREADABLE),
        ("word=%4", "word", UNREADABLE),
        ("word=a%00b", "word", UNREADABLE),
        ("word=%ED%A0%80", "word", UNREADABLE),
        ("word=%C0%80", "word", UNREADABLE),
        ("%FF=1", "%FF", UNREADABLE),
        ("w%00=1", "w%00", UNREADABLE),
        ("word", "word", EMPTY),
        ("word=", "word", EMPTY),
        ("word=a&word=", "word", EMPTY),
        ("word=+%20", "word", EMPTY),
        ("a%20b=", "a b", EMPTY),
    ],
)
def test_an_unreadable_or_empty_parameter_is_422_and_named(
    address: str, query: str, parameter: str, detail: str
) -> None:
    status, problem = raw(address, f"/echo?{query}")
    assert (status, problem["type"]) == (422, "urn:dossier:problem:invalid-parameter")
    code = "no-value" if detail.startswith("has no value") else "unreadable-parameter"
    assert problem["errors"] == [{"parameter": parameter, "code": code, "detail": detail}]
    assert problem["detail"] == f"{parameter}: {detail}"


def test_all_faults_of_a_query_are_named_up_to_ten(address: str) -> None:
    _, problem = raw(address, "/echo?a=&b=%FF&c")
    assert [fault["parameter"] for fault in problem["errors"]] == ["a", "b", "c"]
    _, problem = raw(address, "/echo?" + "&".join("abcdefghijklmno"))
    assert [fault["parameter"] for fault in problem["errors"]] == list("abcdefghij")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("word=S%C3%A9oul", ["Séoul"]),
        ("&&word=a+b&", ["a b"]),
        ("word=%3D%26%25", ["=&%"]),
        ("word=a=b", ["a=b"]),
    ],
)
def test_a_readable_query_reaches_the_application(address: str, query: str, words: list[str]) -> None:
    assert raw(address, f"/echo?{query}")[1]["word"] == words


def test_a_server_that_leaves_the_raw_path_out_is_served_too() -> None:
    request = {"method": "GET", "headers": [(b"host", b"x")], "query_string": b""}
    assert refusal({**request, "path": "/é%"}, 1024) is None
    assert isinstance(refusal({**request, "path": "/\0"}, 1024), errors.UnknownPath)
    assert isinstance(refusal({**request, "path": "/a", "query_string": b"q=\xe9"}, 1024), errors.InvalidParameter)


def test_the_log_has_one_json_line_a_request(
    client: httpx.Client, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger("dossier.access"), "handlers", [])
    EdgeMiddleware(application(), Settings(log="json"))
    EdgeMiddleware(application(), Settings(log="json"))
    answer = client.get("/items/%C3%A9?word=secret")
    written = ""

    def is_written() -> bool:
        nonlocal written
        written += capsys.readouterr().out
        return written.endswith("\n")

    assert eventually(is_written)
    line = json.loads(written)
    assert list(line) == ["time", "method", "path", "status", "duration_ms", "request_id", "bytes"]
    assert line["time"].endswith("Z")
    assert line | {"time": 0, "duration_ms": 0} == {
        "time": 0,
        "method": "GET",
        "path": "/items/%C3%A9",
        "status": 200,
        "duration_ms": 0,
        "request_id": answer.headers["x-request-id"],
        "bytes": len(answer.content),
    }
    assert line["duration_ms"] >= 0
    assert written.count("\n") == 1


def test_refusals_and_failures_and_head_are_logged(client: httpx.Client, lines: list[dict[str, Any]]) -> None:
    for method, path in [("GET", "/fails"), ("GET", "/echo?word="), ("HEAD", "/echo"), ("OPTIONS", "/echo")]:
        client.request(method, path)
    assert eventually(lambda: len(lines) == 4)
    assert [(line["method"], line["status"]) for line in lines] == [
        ("GET", 500),
        ("GET", 422),
        ("HEAD", 200),
        ("OPTIONS", 204),
    ]
    assert lines[2]["bytes"] == 0


@pytest.mark.parametrize(
    ("mode", "terminal", "logs"),
    [
        ("json", True, True),
        ("json", False, True),
        ("auto", True, False),
        ("auto", False, True),
        ("off", False, False),
    ],
)
def test_the_log_is_on_by_setting_and_quiet_in_a_terminal(
    monkeypatch: pytest.MonkeyPatch, mode: Any, terminal: bool, logs: bool
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: terminal)
    monkeypatch.setattr(logging.getLogger("dossier.access"), "handlers", [])
    lines: list[str] = []
    monkeypatch.setattr(logging.getLogger("dossier.access"), "info", lines.append)
    AccessLog(mode).record(FinishedRequest("GET", b"/v1", 200, 15, 0.001, "id"))
    assert len(lines) == logs


def test_other_protocols_pass_through_untouched() -> None:
    seen = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope, receive, send))

    shell, scope = EdgeMiddleware(inner, Settings(log="off")), {"type": "lifespan"}
    asyncio.run(shell(scope, "receive", "send"))  # type: ignore[arg-type]  # words are enough to compare
    assert seen == [({"type": "lifespan"}, "receive", "send")]
