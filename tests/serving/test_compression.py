"""Compression: which coding an answer has, and that each has its own tag and the same bytes inside."""

import gzip
from collections.abc import Generator

import httpx
import pytest

from app.serving.compression import codings, compressed, compressed_stream
from app.serving.responses import MOST_WHOLE
from tests.support.world import tag

EVENTS = "/v1/timeline-events"
ENCODED = {"Accept-Encoding": "gzip"}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ("identity",)),
        ("", ("identity",)),
        ("identity", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("GZIP", ("gzip", "identity")),
        ("x-gzip", ("gzip", "identity")),
        ("gzip, deflate, br, zstd", ("gzip", "identity")),
        ("br, deflate", ("identity",)),
        ("gzip;q=0", ("identity",)),
        ("gzip;q=0.5, identity;q=0.9", ("identity", "gzip")),
        ("gzip;q=0.5, identity;q=0.5", ("gzip", "identity")),
        ("gzip;q=0.001", ("gzip", "identity")),
        ("identity;q=0, gzip", ("gzip",)),
        ("*", ("gzip", "identity")),
        ("*;q=0", ("identity",)),
        ("*;q=0, gzip", ("gzip",)),
        ("gzip;q=0, *", ("identity",)),
        ("gzip;q=nonsense", ("identity",)),
    ],
)
def test_the_coding_preferred_is_first_and_those_refused_are_left_out(
    header: str | None, expected: tuple[str, ...]
) -> None:
    assert codings(header) == expected


def test_a_body_has_the_same_bytes_in_gzip_whenever_it_is_compressed() -> None:
    body = b"nuclear test " * 1000
    assert compressed(body) == compressed(bytes(bytearray(body)))
    assert compressed(body)[4:8] == b"\0\0\0\0"  # no time
    assert gzip.decompress(compressed(body)) == body


def test_a_stream_in_gzip_is_what_it_was_and_closes_what_is_inside() -> None:
    closed: list[bool] = []

    def parts() -> Generator[bytes, None, None]:
        try:
            yield b"a" * 100_000
            yield b"b" * 100_000
        finally:
            closed.append(True)

    assert gzip.decompress(b"".join(compressed_stream(parts()))) == b"a" * 100_000 + b"b" * 100_000
    broken_off = compressed_stream(parts())
    next(broken_off)
    broken_off.close()
    assert closed == [True, True]


@pytest.mark.parametrize(
    "path",
    [
        f"{EVENTS}?lang=en",
        f"{EVENTS}?lang=en&format=csv",
        f"{EVENTS}?lang=en&format=jsonl",
        "/v1/timeline?lang=en&format=ics",
        "/v1/timeline?lang=en&format=atom",
        "/v1/revisions/1/canonical",
        "/v1/catalog",
        "/openapi.json",
        "/docs.css",
        "/static/docs.js",
        "/static/swagger-ui/swagger-ui.css",
    ],
)
def test_an_answer_in_gzip_is_the_same_answer_with_a_tag_of_its_own(still: httpx.Client, path: str) -> None:
    path = path.replace("/docs.css", "/static/docs.css")
    plain, packed = still.get(path), still.get(path, headers=ENCODED)
    assert plain.status_code == packed.status_code == 200
    if len(plain.content) < 1024:
        assert "content-encoding" not in packed.headers
        assert packed.headers["etag"] == plain.headers["etag"]
        return
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert packed.headers["etag"] == plain.headers["etag"].replace("-identity", "-gzip")
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) == len(plain.content)
    assert "Accept-Encoding" in packed.headers["vary"]
    assert packed.headers["vary"] == plain.headers["vary"]
    for answer, taken in ((plain, {}), (packed, ENCODED), (plain, ENCODED)):
        again = still.get(path, headers={**taken, "If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.headers["etag"]) == (304, answer.headers["etag"])
    assert still.get(path, headers={"If-None-Match": packed.headers["etag"]}).status_code == 200  # gzip is not taken
    assert still.head(path, headers=ENCODED).headers["content-length"] == packed.headers["content-length"]


def test_what_fits_one_packet_is_not_compressed(still: httpx.Client) -> None:
    for path in (f"{EVENTS}?fields=id&format=csv", "/health/live", f"{EVENTS}/war?nope=1"):
        answer = still.get(path, headers=ENCODED)
        assert len(answer.content) < 1024
        assert "content-encoding" not in answer.headers
    assert still.get(f"{EVENTS}/war?lang=en", headers=ENCODED).headers["etag"] in (
        tag(still, 1, "en", "json"),
        tag(still, 1, "en", "json").replace("identity", "gzip"),
    )


def test_an_export_beyond_a_mebibyte_is_streamed_in_gzip_too(
    still: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = still.get(f"{EVENTS}?format=jsonl")
    assert whole.headers["content-length"] == str(len(whole.content))
    assert MOST_WHOLE == 1_048_576
    monkeypatch.setattr("app.serving.responses.MOST_WHOLE", 1_100)
    monkeypatch.setattr("app.serving.streaming.CHUNK", 500)
    streamed, packed = still.get(f"{EVENTS}?format=jsonl"), still.get(f"{EVENTS}?format=jsonl", headers=ENCODED)
    assert "content-length" not in streamed.headers
    assert "content-length" not in packed.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == streamed.content == whole.content
    assert streamed.headers["etag"] == whole.headers["etag"]
    assert packed.headers["etag"] == whole.headers["etag"].replace("identity", "gzip")
    assert "content-length" not in still.head(f"{EVENTS}?format=jsonl").headers
