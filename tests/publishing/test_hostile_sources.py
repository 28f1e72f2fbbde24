"""Sources that are made to cost memory or time: packed bombs, codings in codings, charsets, endless heads."""

import codecs
import gzip
import time
import tracemalloc
import zlib

import pytest

from app.publishing.decoding import _CHARSETS, BodyDecoder, BrokenCoding, TooLarge, UnknownCoding, decoded
from app.publishing.fetch import TEXTS, Limits, fetch, fetch_bytes
from tests.support.source_server import Handler, SourceServer, refusal
from tests.support.waiting import TIMEOUT

PACKED = gzip.compress(b"A war.", mtime=0)  # xdist wants the same parameters in each process


def packed_zeros(megabytes: int) -> bytes:
    """Zeros packed by gzip, about 1 kB for each megabyte. A block after a full flush needs none of those before it."""
    packer = zlib.compressobj(9, wbits=31)
    head = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + block * megabytes


def test_memory_stays_flat_for_two_gigabytes_of_packed_zeros() -> None:
    bomb = packed_zeros(2000)
    decoder = BodyDecoder("gzip", 5_000_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        decoder.feed(bomb)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 15_000_000


@pytest.mark.parametrize("coding", ["gzip, gzip", "gzip,deflate", "br", "zstd", "compress", "gzip, identity", "x"])
def test_other_codings_than_one_gzip_or_deflate_are_refused(server: SourceServer, coding: str) -> None:
    address = server.put(gzip.compress(PACKED), Content_Type="text/plain", Content_Encoding=coding)
    assert refusal(address) == f"{address} is encoded as {coding!r}; only one of gzip and deflate is decoded"


def test_codings_in_two_headers_count_as_two(server: SourceServer) -> None:
    head = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\nContent-Encoding: gzip\r\n\r\n"
    server.answers["/"] = lambda handler: handler.wfile.write(head + gzip.compress(PACKED))
    assert "is encoded as 'gzip, gzip'" in refusal(f"{server.address}/")


@pytest.mark.parametrize(
    ("coding", "body"),
    [("gzip", PACKED), ("X-GZIP", PACKED), ("deflate", zlib.compress(b"A war."))],
)
def test_one_coding_is_decoded(server: SourceServer, coding: str, body: bytes) -> None:
    address = server.put(body, Content_Type="text/plain", Content_Encoding=coding)
    assert fetch_bytes(address, Limits(TIMEOUT, 1000, allow_private=True), TEXTS).body == b"A war."


@pytest.mark.parametrize(
    "body",
    [PACKED[:-3], PACKED + b"x", PACKED * 2, b"A war.", b"\x1f"],
    ids=["cut", "more after its end", "two of them", "not packed", "one byte"],
)
def test_a_body_that_is_not_as_its_coding_says_is_refused(server: SourceServer, body: bytes) -> None:
    address = server.put(body, Content_Type="text/plain", Content_Encoding="gzip")
    assert refusal(address) == f"{address} is not what it says it is: 'gzip' cannot be decoded"


def test_packed_bytes_that_unpack_to_nothing_have_the_same_limit() -> None:
    decoder = BodyDecoder("deflate", 10_000)
    with pytest.raises(TooLarge):
        decoder.feed(b"\x78\x9c" + b"\0\0\0\xff\xff" * 2_000)


@pytest.mark.parametrize("pieces", [1, 7, 1000])
def test_a_packed_body_is_decoded_however_it_arrives(pieces: int) -> None:
    text = b"".join(f"{number} ".encode() for number in range(40_000))
    packed, decoder = gzip.compress(text), BodyDecoder("gzip", 1_000_000)
    for start in range(0, len(packed), len(packed) // pieces):
        decoder.feed(packed[start : start + len(packed) // pieces])
    assert decoder.body() == text


def test_a_body_that_goes_on_after_its_end_is_refused_in_a_later_piece_too() -> None:
    decoder = BodyDecoder("gzip", 1000)
    decoder.feed(PACKED)
    with pytest.raises(BrokenCoding):
        decoder.feed(b"x")


def test_an_empty_body_has_no_coding_to_break() -> None:
    assert BodyDecoder("gzip", 1000).body() == b""
    with pytest.raises(UnknownCoding):
        BodyDecoder("gzip, gzip", 1000)


# --- charsets


@pytest.mark.parametrize("label", ["punycode", "idna", "unicode_escape", "raw_unicode_escape", "utf-7", "rot13", "bz2",
                                   "undefined", "mbcs", "zlib", "../utf-8", "a\0b", "x" * 40_000])  # fmt: skip
def test_what_is_no_charset_of_the_web_is_not_decoded_by(label: str) -> None:
    assert decoded("Korea’s \\x41".encode(), label) == "Korea’s \\x41"


def test_every_charset_that_is_decoded_is_known_to_python() -> None:
    assert {codecs.lookup(name).name for name in _CHARSETS} == _CHARSETS


@pytest.mark.slow
@pytest.mark.parametrize("charset", sorted(_CHARSETS))
def test_decoding_takes_time_that_grows_with_the_length(charset: str) -> None:
    for piece in (b"\xff", b"\x1b$B", b"\x1b", b"a", b"\x81\x30", b"+A-", b"\xed\xa0\x80", b"\xd8\x00"):
        begun = time.process_time()
        decoded(piece * (1_000_000 // len(piece)), charset)
        assert time.process_time() - begun < 2, piece  # a second for none; quadratic time would be minutes


def test_a_meta_that_never_ends_is_looked_for_in_no_time() -> None:
    begun = time.process_time()
    for page in (
        b"<meta " * 170,
        b"<meta charset" + b" " * 1000,
        b"<metacharset=" * 80,
        b"<meta charset=" + b" " * 999,
    ):
        for _ in range(20):
            decoded(page * 1000, None)
    assert time.process_time() - begun < 2


# --- heads, messages, and pages as a whole


@pytest.mark.slow
def test_a_page_that_unpacks_to_the_limit_and_is_made_to_be_slow_is_read_in_seconds(server: SourceServer) -> None:
    for piece in (b"<![", b"<!--", b"<p><b>", b"&"):
        packed = gzip.compress(piece * (4_800_000 // len(piece)))
        address = server.put(packed, Content_Type="text/html", Content_Encoding="gzip")
        begun = time.process_time()
        fetch(address, Limits(TIMEOUT, 5_000_000, allow_private=True))
        assert time.process_time() - begun < 5


def test_a_head_without_end_is_left(server: SourceServer) -> None:
    def endless(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            handler.wfile.write(b"X-A: " + b"a" * 60_000 + b"\r\n")

    server.answers["/"] = endless
    tracemalloc.start()
    assert "cannot be read" in refusal(f"{server.address}/")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10_000_000


def test_what_a_source_says_reaches_the_terminal_without_its_controls(server: SourceServer) -> None:
    for head in (
        b"HTTP/1.0 500 a\x9b31m" + b"b" * 9000 + b"\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: a/\x9b31m" + b"b" * 9000 + b"\r\n\r\n",
        b"HTTP/1.0 302 OK\r\nLocation: nowhere://\x9b31m" + b"b" * 9000 + b"\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: \x9b31m" + b"b" * 9000 + b"\r\n\r\n",
    ):
        server.answers["/"] = lambda handler, head=head: handler.wfile.write(head)  # type: ignore[misc]
        message = refusal(f"{server.address}/")
        assert message.isprintable()
        assert len(message) < 600


def test_a_page_nested_too_deeply_is_refused(server: SourceServer) -> None:
    address = server.put(b"<div>" * 50_000, Content_Type="text/html")
    assert refusal(address, max_bytes=10**6) == f"{address} has more than 1000 elements inside each other"


def test_a_file_of_another_type_is_fetched_where_it_is_wanted(server: SourceServer) -> None:
    address = server.put(b"<a/>", Content_Type='Application/XML; Charset="UTF-8"')
    fetched = fetch_bytes(address, Limits(TIMEOUT, 1000, allow_private=True), ("application/xml", "text/csv"))
    assert (fetched.media_type, fetched.charset, fetched.body) == ("application/xml", "UTF-8", b"<a/>")
    assert "only text/html, application/xhtml+xml and text/plain are read" in refusal(address)
