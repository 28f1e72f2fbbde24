"""Fetching a source: redirects, character sets, limits of size and time, and what is refused."""

import gzip

import pytest

from app.publishing.fetch import MOST_REDIRECTS, Limits, SourceUnavailable, fetch, fetch_bytes
from app.publishing.importers.base import CSV_TYPES, XML_TYPES
from tests.support.source_server import SourceServer, refusal
from tests.support.waiting import TIMEOUT


def words(address: str) -> list[str]:
    return [block.text for block in fetch(address, Limits(TIMEOUT, 100_000, allow_private=True)).blocks]


def test_a_page_is_read_as_html(server: SourceServer) -> None:
    address = server.put(b"<h1>Korea</h1><p>A war.", Content_Type="text/html; charset=utf-8")
    assert words(address) == ["Korea", "A war."]


def test_plain_text_is_read_as_lines(server: SourceServer) -> None:
    assert words(server.put(b"Korea\n\n<p>", Content_Type="text/plain")) == ["Korea", "<p>"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("Korea’s".encode(), "text/html; charset=UTF-8"),
        ("Korea’s".encode(), "text/html"),
        ("Korea’s".encode("cp1252"), "text/html"),
        ("Korea’s".encode("cp1252"), "text/html; charset=ISO-8859-1"),
        ("Korea’s".encode("utf-16"), "text/html; charset=utf-16"),
        (b'<meta charset="windows-1252">' + "Korea’s".encode("cp1252"), "text/html"),
        (b'<meta http-equiv=x content="text/html; charset=utf-8">' + "Korea’s".encode(), "text/html"),
        ("Korea’s".encode(), "text/html; charset=nonsense"),
        ("Korea’s".encode(), "text/html; charset=base64"),
        ("Korea’s".encode(), "text/html; charset=idna"),
    ],
)
def test_the_charset_comes_from_header_then_meta_then_the_bytes(server: SourceServer, body: bytes, kind: str) -> None:
    assert words(server.put(body, Content_Type=kind)) == ["Korea’s"]


def test_a_compressed_page_is_read(server: SourceServer) -> None:
    address = server.put(gzip.compress(b"A war."), Content_Type="text/plain", Content_Encoding="gzip")
    assert words(address) == ["A war."]


def test_a_redirect_is_followed(server: SourceServer) -> None:
    server.put(b"A war.", Content_Type="text/plain")
    server.answers["/old"] = lambda handler: handler.answer(b"", 301, Location="/")
    assert words(f"{server.address}/old#part") == ["A war."]


def test_a_redirect_loop_ends(server: SourceServer) -> None:
    address = server.put(b"", 302, Location="/")
    assert refusal(address) == f"{address} redirects more than {MOST_REDIRECTS} times"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "javascript:/a"])
def test_a_redirect_to_another_scheme_is_not_followed(server: SourceServer, target: str) -> None:
    address = server.put(b"", 302, Location=target)
    assert refusal(address) == f"{target!r}, to which {address} redirects, is not an http or https address"


@pytest.mark.parametrize("target", ["data:text/plain,a", "http://[::1", "http://h:0x/"])
def test_a_redirect_that_cannot_be_read_is_named(server: SourceServer, target: str) -> None:
    address = server.put(b"", 302, Location=target)
    assert refusal(address).startswith(f"{target!r}, to which {address} redirects, is not a")


def test_a_redirect_with_a_password_is_not_followed(server: SourceServer) -> None:
    address = server.put(b"", 302, Location="http://user:secret@127.0.0.1/")
    reason = refusal(address)
    assert f"to which {address} redirects, contains a user name or password" in reason
    assert "secret" not in reason


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.org/", "example.org", "", "//example.org/", "http:///path", "http://h:0x/",
     "http://[::1/", "http://a\nb/", "http://h:99999/"],
)  # fmt: skip
def test_only_web_addresses_are_asked(address: str) -> None:
    assert refusal(address).endswith(("is not an http or https address", "is not a web address"))


@pytest.mark.parametrize("address", ["http://user:secret@example.org/", "ftp://secret@example.org/"])
def test_an_address_with_a_password_is_refused_without_repeating_it(address: str) -> None:
    assert refusal(address).endswith("contains a user name or password; leave it out")
    assert "secret" not in refusal(address)


def test_a_password_is_not_repeated_where_the_address_is_wrong_too() -> None:
    assert refusal("http://user:secret@example.org:port/") == ("'http://…@example.org:port/' is not a web address")


@pytest.mark.parametrize(("status", "reason"), [(404, "404 Not Found"), (503, "503 Service Unavailable"), (204, "204")])
def test_any_status_but_200_is_named(server: SourceServer, status: int, reason: str) -> None:
    address = server.put(b"", status, Content_Type="text/html")
    assert refusal(address).startswith(f"{address} answered {reason}")


def test_another_type_than_text_is_refused(server: SourceServer) -> None:
    address = server.put(b"%PDF-1.7", Content_Type="application/pdf")
    assert (
        refusal(address)
        == f"{address} is application/pdf; only text/html, application/xhtml+xml and text/plain are read"
    )


def test_a_page_without_a_type_is_refused(server: SourceServer) -> None:
    assert "states no type" in refusal(server.put(b"A war."))


@pytest.mark.parametrize("media_types", [CSV_TYPES, XML_TYPES])
def test_a_file_to_import_is_read_with_no_type_or_as_text(server: SourceServer, media_types: tuple[str, ...]) -> None:
    limits = Limits(TIMEOUT, 1000, allow_private=True)
    assert fetch_bytes(server.put(b"a,b"), limits, media_types).body == b"a,b"
    text = server.put(b"a,b", Content_Type="text/plain; charset=utf-8")
    assert fetch_bytes(text, limits, media_types).body == b"a,b"
    with pytest.raises(SourceUnavailable, match="text/html"):
        fetch_bytes(server.put(b"<p>Log in</p>", Content_Type="text/html"), limits, media_types)


def test_a_page_of_just_the_largest_size_is_read(server: SourceServer) -> None:
    address = server.put(b"a" * 1000, Content_Type="text/plain")
    assert fetch(address, Limits(TIMEOUT, 1000, allow_private=True)).blocks[0].text == "a" * 1000
    assert refusal(address, max_bytes=999) == f"{address} is longer than 999 bytes"


def test_the_size_counts_after_decompression(server: SourceServer) -> None:
    address = server.put(gzip.compress(bytes(10**6)), Content_Type="text/plain", Content_Encoding="gzip")
    assert refusal(address, max_bytes=10_000) == f"{address} is longer than 10000 bytes"


def test_a_page_without_end_is_left_at_the_limit(server: SourceServer) -> None:
    address = server.trickle(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"a" * 9_990)
    assert refusal(address, max_bytes=10_000) == f"{address} is longer than 10000 bytes"


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"HTTP/1.0 200 OK\r\nX-Slow: "],
    ids=["body", "header"],
)
def test_the_time_out_bounds_a_slow_trickle(server: SourceServer, head: bytes) -> None:
    address = server.trickle(head)
    assert refusal(address, timeout=0.3) == f"{address} gave no complete answer within 0.3 s"


def test_a_silent_server_is_given_up(server: SourceServer) -> None:
    server.answers["/"] = lambda _: server.over.wait(TIMEOUT)
    assert "gave no complete answer within 0.2 s" in refusal(f"{server.address}/", timeout=0.2)


def test_a_server_that_is_not_there_is_named(server: SourceServer) -> None:
    free = SourceServer()
    free.http.server_close()
    assert refusal(f"{free.address}/").startswith(f"{free.address}/ cannot be read: ")


@pytest.mark.parametrize("head", [b"", b"nonsense\r\n\r\n"])
def test_a_broken_answer_is_named(server: SourceServer, head: bytes) -> None:
    server.answers["/"] = lambda handler: handler.wfile.write(head)
    assert refusal(f"{server.address}/").startswith(f"{server.address}/ cannot be read: ")


def test_a_host_name_that_cannot_be_written_is_named() -> None:
    assert refusal("http://a..b/").startswith("http://a..b/ cannot be read: ")
