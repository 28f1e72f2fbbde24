"""Bounded answers: however long a request is, the refusal and the line in the log repeat only the start of it."""

import json
import logging
from urllib.parse import quote

import httpx
import pytest

from app.errors import MethodNotAllowed
from app.reading.cursor import Cursor
from app.serving.access_log import AccessLog, FinishedRequest
from app.serving.problems import problem_body
from tests.support.schema import SCHEMA, asking, example_of, parameters_of

LONG, SHORT = 15_000, 150  # characters that take one byte; a path with a query has 16,384
PIECES = ["n", "é", "\1", '"', "\\", "’", "\U0001f600", "<b>", "%"]
NAMES = sorted({one["name"] for path in SCHEMA["paths"] for one in parameters_of(path) if one["in"] == "query"})
FORMS = {
    "name of a parameter": "/v1/actors?{}=1",
    "name without a value": "/v1/actors?{}",
    "unreadable name": "/v1/actors?{}%FF=1",
    "name where there are none": "/health/live?{}=1",
    "path": "/{}",
    "path of a collection": "/v1/{}",
    "id": "/v1/actors/{}",
    "id of a history": "/v1/actors/{}/history",
    "number of a revision": "/v1/revisions/{}",
    "canonical revision": "/v1/revisions/{}/canonical",
    "vocabulary": "/v1/vocabularies/{}",
    "static file": "/static/{}",
}
HEADERS = ["Accept", "Accept-Language", "Accept-Encoding", "If-Match", "If-None-Match", "If-Range", "Range", "Origin",
           "Host", "X-Forwarded-For", "Forwarded", "Referer", "User-Agent", "X-Request-ID", "Cookie"]  # fmt: skip


def filled(form: str, piece: str, length: int) -> str:
    sent = quote(piece)
    return form.format(sent * (length // len(sent)))


def size(answer: httpx.Response) -> int:
    return len(answer.content) + sum(len(name) + len(value) for name, value in answer.headers.raw)


@pytest.mark.parametrize("form", FORMS)
def test_a_refusal_does_not_grow_with_the_request(dossier: httpx.Client, form: str) -> None:
    for piece in PIECES:
        for lang in ("en", "fr"):
            answers = [
                dossier.get(filled(FORMS[form], piece, length), headers={"Accept-Language": lang})
                for length in (LONG, SHORT * len(quote(piece)))
            ]
            assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
            long, short = map(size, answers)
            assert long <= short + 600
            assert long <= 4_000


@pytest.mark.parametrize("name", NAMES)
def test_a_refusal_does_not_grow_with_the_value_of_a_parameter(dossier: httpx.Client, name: str) -> None:
    path = next(one for one in SCHEMA["paths"] if name in [parameter["name"] for parameter in parameters_of(one)])
    for piece in PIECES[:4]:
        for form in (f"{name}={{}}", f"{name}={{}}&{name}={{}}"):
            answer = dossier.get(asking(example_of(path), filled(form.replace("{}", "{0}"), piece, LONG // 2)))
            assert answer.status_code in (404, 422)
            assert size(answer) <= 6_000  # two lists of what is allowed


@pytest.mark.parametrize("name", HEADERS)
def test_an_answer_does_not_grow_with_a_header(dossier: httpx.Client, name: str) -> None:
    for path in ("/v1/actors?limit=1", "/v1/nowhere", "/v1/actors?nope=1"):
        plain, long = dossier.get(path), dossier.get(path, headers={name: "h" * LONG})
        assert size(long) <= size(plain) + 600


def test_a_thousand_faults_are_not_all_told(dossier: httpx.Client) -> None:
    for query in (
        "&".join(f"n{number}=1" for number in range(1_000)),
        "&".join(f"n{number}" for number in range(1_000)),
        "&".join(f"n{number}=%FF" for number in range(1_000)),
        "kind=" + ",".join(f"k{number}" for number in range(50)),
        "&".join(f"{digit * 1_000}=1" for digit in "0123456789abcdef"),
    ):
        answer = dossier.get(f"/v1/timeline-events?{query}")
        assert len(answer.json()["errors"]) <= 10
        assert size(answer) <= 16_384


def test_a_cursor_that_somebody_made_is_not_repeated_whole(dossier: httpx.Client) -> None:
    cursor = Cursor("x" * 300, 1, "id", "", []).encode()
    detail = dossier.get(f"/v1/actors?cursor={cursor}").json()["errors"][0]["detail"]
    assert detail == f"belongs to another list, {'x' * 80}…: leave it out"


def test_a_method_is_not_repeated_whole() -> None:
    assert "X" * 80 + "…" in problem_body(MethodNotAllowed("X" * 15_000), "")["detail"]


def test_a_line_of_the_log_does_not_grow_with_the_path(caplog: pytest.LogCaptureFixture) -> None:
    log = AccessLog("json")
    logger = logging.getLogger("dossier.access")
    logger.addHandler(caplog.handler)
    try:
        log.record(FinishedRequest("GET", b"/\xff" * 8_000, 404, 0, 0.1, "id"))
    finally:
        logger.removeHandler(caplog.handler)
    assert json.loads(caplog.messages[0])["path"] == "/ÿ" * 200 + "…"
    assert len(caplog.messages[0]) < 2_000
