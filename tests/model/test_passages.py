"""Citations: the deep link, the rule that a passage is held against, the fetching of what it stands in."""

import gzip
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Fault
from app.messages import line, message
from app.model.passages import SourceText, deep_link
from app.publishing.fetch import MOST_REDIRECTS, SourceUnavailable, fetch
from tests.support.paths import PAGE
from tests.support.waiting import TIMEOUT

PLAIN = """
  1. Home
  2. >
  3. Relations

Korea

The war ended in 1953.\u00a0 The first nuclear test was in 2006.

Relations

Canada’s embassy in Seoul is cross-accredited. Contact is limited to:

  • regional security concerns
  • consular issues

A second nuclear test followed, then more nuclear tests. It cost $38.9 million, not 26,000.

Sanctions

A ban stands on:

  - exports
  - new investment
"""

HTML = """<!DOCTYPE html>
<html><head><title>Relations</title><style>p { color: red }</style>
<script>document.write("<p>The war ended in 1953.</p>")</script></head>
<body><nav><ol><li><a href="/">Home</a><li>Relations</ol></nav><div hidden>Consular issues are hidden.</div>
<h1>Korea</h1><p>The <b>war</b> ended<br>in&nbsp;1953.<p>The first <i>nuc</i>lear test was in&#32;2006.
<h2>Relations</h2><p>Canada&rsquo;s embassy in Seoul is cross-accredited. Contact is limited to:</p>
<ul><li>regional security concerns<li>consular issues</ul>
<h3>Visits</h3><p>No visit took place.
<h2>Sanctions</h2><p>A ban stands on exports.</p><![endif]-->
<p><strong>Aid</strong></p><p>Food was sent.</p><![unknown]></body></html>"""


@pytest.fixture(scope="module")
def plain() -> SourceText:
    return SourceText.of_plain(PLAIN)


@pytest.fixture(scope="module")
def html() -> SourceText:
    return SourceText.of_html(HTML)


# --- the link


def test_a_link_names_start_and_end() -> None:
    link = deep_link("https://example.org/page?lang=eng", "The war", "in 2006.")
    assert link == "https://example.org/page?lang=eng#:~:text=The%20war,in%202006."


def test_a_link_without_an_end_names_the_start_alone() -> None:
    assert deep_link("https://example.org/", "The war", None) == "https://example.org/#:~:text=The%20war"


def test_signs_that_a_text_fragment_gives_a_meaning_are_encoded() -> None:
    link = deep_link("https://example.org/", "cross-accredited, here & there", "Korea’s 100% #1 a_b.c~d")
    assert link == (
        "https://example.org/#:~:text=cross%2Daccredited%2C%20here%20%26%20there,"
        "Korea%E2%80%99s%20100%25%20%231%20a_b.c~d"
    )


def test_a_link_keeps_the_section_of_the_address() -> None:
    assert deep_link("https://example.org/#h2", "a", None) == "https://example.org/#h2:~:text=a"


def test_a_link_replaces_the_text_fragment_of_the_address() -> None:
    assert deep_link("https://example.org/#h2:~:text=old", "a", "b") == "https://example.org/#h2:~:text=a,b"


def test_a_link_has_single_spaces() -> None:
    assert deep_link("https://example.org/", " in\u00a02000.\n  We ", None).endswith("#:~:text=in%202000.%20We")


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_link_reads_back_as_start_and_end(start: str, end: str) -> None:
    passage = deep_link("https://example.org/", start, end).partition(":~:text=")[2]
    assert [unquote(part) for part in passage.split(",")] == [" ".join(start.split()), " ".join(end.split())]
    assert "-" not in passage
    assert "&" not in passage


# --- the rule, on plain text


@pytest.mark.parametrize(
    ("section", "start", "end"),
    [
        ("Korea", "The war ended", "in 2006."),
        ("Korea", "in 1953. The first", None),
        ("Relations", "Canada’s embassy", "consular issues"),
        ("Relations", "regional security concerns", None),
        (" Relations\n", "  A second\nnuclear   test ", "nuclear tests"),
        ("Relations", "$38.9 million", "26,000"),
        ("Sanctions", "exports", "new investment"),
        (None, "consular issues", "new investment"),
    ],
)
def test_a_true_citation_holds(plain: SourceText, section: str | None, start: str, end: str | None) -> None:
    assert plain.fault(section, start, end) is None


def told(fault: Fault | None) -> str:
    """A fault in one line; there must be one."""
    assert fault is not None
    return line(fault)


@pytest.mark.parametrize(
    ("section", "start", "end", "reason"),
    [
        (None, "The peace", None, "start: 'The peace' is not in the source"),
        (None, "nuclear test", None, "start: 'nuclear test' is in the source 3 times"),
        (None, "Relations", None, "start: 'Relations' is in the source 2 times"),
        (None, "ar ended", None, "start: 'ar ended' begins or ends inside a word"),
        (None, "The war end", None, "start: 'The war end' begins or ends inside a word"),
        (None, "s embassy", None, "start: 's embassy' begins or ends inside a word"),
        (None, "9 million", None, "start: '9 million' begins or ends inside a word"),
        (None, "not 26", None, "start: 'not 26' begins or ends inside a word"),
        (None, "", None, "start: '' has 0 words: write 1 to 8"),
        (None, "exports", " ", "end: '' has 0 words: write 1 to 8"),
        (None, "The first nuclear test was in 2006. Relations too", None, "has 9 words: write 1 to 8"),
        (None, "The war", "a b c d e f g h i", "end: 'a b c d e f g h i' has 9 words: write 1 to 8"),
        (None, "exports", "The war", "end: 'The war' does not follow the start of the passage"),
        (None, "The war ended", "war", "end: 'war' does not follow the start"),
        (None, "exports", "new invest", "end: 'new invest' does not follow the start"),
        (None, "exports new", None, "is not in the source within one paragraph or list item"),
        (
            None,
            "exports",
            "A ban stands on: exports",
            "is not in the source within one paragraph or list item",
        ),
        (None, "canada's embassy", None, "in the source only with other capitals, quotation marks or dashes"),
        (None, "• consular issues", None, "start: '• consular issues' is not in the source"),
        (
            "Korea",
            "Canada’s embassy",
            None,
            "section: 'Korea' ends before the passage does, at the heading 'Rel",
        ),
        ("Korea", "The war ended", "consular issues", "section: 'Korea' ends before the passage does"),
        ("Relations", "The war ended", None, "'Relations' comes before the passage; the nearest is 'Korea'"),
        ("Relations", "exports", None, "at the heading 'Sanctions'"),
        ("relations", "consular issues", None, "no heading 'relations' comes before the passage"),
        ("consular issues", "A second nuclear", None, "no heading 'consular issues' comes before"),
        ("Sanctions", "Sanctions", None, "'Sanctions' comes before the passage; the nearest is 'Relations'"),
    ],
)
def test_a_false_citation_is_told_its_fault(
    plain: SourceText, section: str | None, start: str, end: str | None, reason: str
) -> None:
    assert reason in told(plain.fault(section, start, end))


def test_overlapping_places_count() -> None:
    assert told(SourceText.of_plain("to and fro and to and fro and to.").fault(None, "to and fro and to", None)) == (
        "start: 'to and fro and to' is in the source 2 times: choose words that occur once"
    )


def test_the_last_heading_of_the_name_before_the_start_counts() -> None:
    text = SourceText.of_plain("Aid\nOne came.\nTrade\nTwo came.\nAid\nThree came.")
    assert text.fault("Aid", "One came", None) is None
    assert text.fault("Aid", "Three came", None) is None
    assert text.fault("Aid", "Two came", None) is not None


def test_a_numbered_line_of_plain_text_is_a_list_item_and_no_heading() -> None:
    text = SourceText.of_plain("1. Purpose\nIt helps.\nAims:\n1. peace\n2. trade\n")
    assert told(text.fault("1. Purpose", "It helps", None)) == (
        "section: no heading '1. Purpose' comes before the passage"
    )
    assert SourceText.of_plain("Aims\n1. peace\n2. trade\n").fault("Aims", "trade", None) is None


def test_plain_text_may_begin_with_a_byte_order_mark() -> None:
    assert SourceText.of_plain("\ufeffKorea\nA war.").fault("Korea", "A war", None) is None


# --- the rule, on HTML


@pytest.mark.parametrize(
    ("section", "start", "end"),
    [
        ("Korea", "The war ended in 1953.", None),
        ("Korea", "The first nuclear test", "in 2006."),
        ("Korea", "Food was sent", None),  # the heading of the page covers all below it
        ("Relations", "Canada’s embassy", "consular issues"),
        ("Relations", "No visit", None),
        ("Visits", "No visit", None),
        ("Sanctions", "A ban", "Food was sent."),
        ("Aid", "Food was sent", None),  # only bold, as older pages have it
    ],
)
def test_a_true_citation_of_a_page_holds(html: SourceText, section: str, start: str, end: str | None) -> None:
    assert html.fault(section, start, end) is None


@pytest.mark.parametrize(
    ("section", "start", "reason"),
    [
        ("Visits", "A ban", "section: 'Visits' ends before the passage does, at the heading 'Sanctions'"),
        (
            "Relations",
            "A ban",
            "section: 'Relations' ends before the passage does, at the heading 'Sanctions'",
        ),
        (
            "Relations",
            "The first",
            "no heading 'Relations' comes before the passage; the nearest is 'Korea'",
        ),
        (None, "in 1953. The first", "within one paragraph or list item"),
        (None, "concerns consular", "within one paragraph or list item"),
        (None, "Home", "start: 'Home' is not in the source"),
        (None, "Consular issues are hidden", "is not in the source"),
        (None, "document.write", "is not in the source"),
        (None, "color: red", "is not in the source"),
    ],
)
def test_a_false_citation_of_a_page_is_told_its_fault(
    html: SourceText, section: str | None, start: str, reason: str
) -> None:
    assert reason in told(html.fault(section, start, None))


def test_what_is_hidden_until_found_can_be_cited() -> None:
    text = SourceText.of_html('<div hidden="until-found">A war.</div><div hidden="">None.</div>')
    assert [block.text for block in text.blocks] == ["A war."]


def test_a_menu_left_open_ends_with_what_is_around_it() -> None:
    text = SourceText.of_html("<div><nav><ul><li>Home</div></b><p>A war.")
    assert [block.text for block in text.blocks] == ["A war."]


@given(st.one_of(st.text(), st.text(alphabet="<>!/[-]ph2li a'=\"&;?", max_size=60)))
def test_any_text_can_be_read_as_a_page(text: str) -> None:
    SourceText.of_html(text).fault("a", "p", None)
    SourceText.of_plain(text).fault("a", "p", None)


# --- the rule, on the page that the dossier is made from


@pytest.fixture(scope="module")
def page() -> SourceText:
    if not PAGE.exists():
        pytest.skip(f"{PAGE} is not there")
    return SourceText.of_plain(PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "start", "end"),
    [
        ("North Korea", "North Korea declared itself a state", "in 1948."),
        ("North Korea", "The Singapore Summit in June 2018", "February 2019."),
        ("Bilateral Relations", "2000. Diplomatic relations", "established in 2001."),
        ("Bilateral Relations", "regional security concerns", "consular issues"),
        ("Canadian Sanctions Related to North Korea", "an import and export ban", None),
        ("Canadian Sanctions Related to North Korea", "to build the capacity of states", "allow"),
        ("Human Rights", "See Canada’s 2019 recommendations.", None),
        ("Humanitarian Assistance", "Since 2005, Canada has provided $38.9 million", None),
    ],
)
def test_the_real_page_holds_what_it_says(page: SourceText, section: str, start: str, end: str | None) -> None:
    assert page.fault(section, start, end) is None


@pytest.mark.parametrize(
    ("section", "start", "end"),
    [
        ("Bilateral Relations", "North Korea declared itself a state", None),  # the breadcrumb is no heading
        ("North Korea", "Canada recognized the Republic of Korea", None),
        ("Bilateral Relations", "consular issues", "an import and export ban"),
        ("Humanitarian Assistance", "See Canada’s 2019 recommendations.", None),
        ("North Korea", "nuclear tests", None),
        ("North Korea", "the Korean Workers' Party", None),  # the page has ’
        ("Home", "North Korea declared itself a state", None),
    ],
)
def test_the_real_page_does_not_hold_what_stands_elsewhere(
    page: SourceText, section: str, start: str, end: str | None
) -> None:
    assert page.fault(section, start, end) is not None


# --- fetching


class Handler(BaseHTTPRequestHandler):
    """Answers with what the test has put under the path."""

    answers: dict[str, Callable[["Handler"], object]]

    def do_GET(self) -> None:
        try:
            self.answers[self.path](self)
        except OSError:  # the other side has gone, as it should
            self.close_connection = True

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        pass


class Server:
    """A web server on a free port; `put` says what a path answers."""

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[Handler], object]] = {}
        handler = type("Bound", (Handler,), {"answers": self.answers})
        self.http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        self.over = threading.Event()

    def put(self, body: bytes, status: int = 200, **headers: str) -> str:
        self.answers["/"] = lambda handler: handler.answer(body, status, **headers)
        return f"{self.address}/"

    def trickle(self, head: bytes) -> str:
        """Begin with `head`, then a byte every 20 ms without end."""

        def drip(handler: Handler) -> None:
            handler.wfile.write(head)
            while not self.over.wait(0.02):
                handler.wfile.write(b"a")

        self.answers["/"] = drip
        return f"{self.address}/"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "*")
    here = Server()
    thread = threading.Thread(target=here.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    here.over.set()
    here.http.shutdown()
    thread.join()
    here.http.server_close()


def refusal(address: str, *, timeout: float = TIMEOUT, max_bytes: int = 100_000) -> str:
    with pytest.raises(SourceUnavailable) as caught:
        fetch(address, timeout=timeout, max_bytes=max_bytes)
    assert "\n" not in message(caught.value)
    return message(caught.value)


def words(address: str) -> list[str]:
    return [block.text for block in fetch(address, timeout=TIMEOUT, max_bytes=100_000).blocks]


def test_a_page_is_read_as_html(server: Server) -> None:
    address = server.put(b"<h1>Korea</h1><p>A war.", Content_Type="text/html; charset=utf-8")
    assert words(address) == ["Korea", "A war."]


def test_plain_text_is_read_as_lines(server: Server) -> None:
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
def test_the_charset_comes_from_header_then_meta_then_the_bytes(server: Server, body: bytes, kind: str) -> None:
    assert words(server.put(body, Content_Type=kind)) == ["Korea’s"]


def test_a_compressed_page_is_read(server: Server) -> None:
    address = server.put(gzip.compress(b"A war."), Content_Type="text/plain", Content_Encoding="gzip")
    assert words(address) == ["A war."]


def test_a_redirect_is_followed(server: Server) -> None:
    server.put(b"A war.", Content_Type="text/plain")
    server.answers["/old"] = lambda handler: handler.answer(b"", 301, Location="/")
    assert words(f"{server.address}/old#part") == ["A war."]


def test_a_redirect_loop_ends(server: Server) -> None:
    address = server.put(b"", 302, Location="/")
    assert refusal(address) == f"{address} redirects more than {MOST_REDIRECTS} times"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "javascript:/a"])
def test_a_redirect_to_another_scheme_is_not_followed(server: Server, target: str) -> None:
    address = server.put(b"", 302, Location=target)
    assert refusal(address) == f"{target!r}, to which {address} redirects, is not an http or https address"


@pytest.mark.parametrize("target", ["data:text/plain,a", "http://[::1", "http://h:0x/"])
def test_a_redirect_that_cannot_be_read_is_named(server: Server, target: str) -> None:
    address = server.put(b"", 302, Location=target)
    assert refusal(address).startswith(f"{address} cannot be read: ")


def test_a_redirect_with_a_password_is_not_followed(server: Server) -> None:
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
def test_any_status_but_200_is_named(server: Server, status: int, reason: str) -> None:
    address = server.put(b"", status, Content_Type="text/html")
    assert refusal(address).startswith(f"{address} answered {reason}")


def test_another_type_than_text_is_refused(server: Server) -> None:
    address = server.put(b"%PDF-1.7", Content_Type="application/pdf")
    assert refusal(address) == f"{address} is application/pdf; only HTML and plain text are read"


def test_no_type_is_refused(server: Server) -> None:
    assert "states no type" in refusal(server.put(b"A war."))


def test_a_page_of_just_the_largest_size_is_read(server: Server) -> None:
    address = server.put(b"a" * 1000, Content_Type="text/plain")
    assert fetch(address, timeout=TIMEOUT, max_bytes=1000).blocks[0].text == "a" * 1000
    assert refusal(address, max_bytes=999) == f"{address} is longer than 999 bytes"


def test_the_size_counts_after_decompression(server: Server) -> None:
    address = server.put(gzip.compress(bytes(10**6)), Content_Type="text/plain", Content_Encoding="gzip")
    assert refusal(address, max_bytes=10_000) == f"{address} is longer than 10000 bytes"


def test_a_page_without_end_is_left_at_the_limit(server: Server) -> None:
    address = server.trickle(b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n" + b"a" * 9_990)
    assert refusal(address, max_bytes=10_000) == f"{address} is longer than 10000 bytes"


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n", b"HTTP/1.0 200 OK\r\nX-Slow: "],
    ids=["body", "header"],
)
def test_the_time_out_bounds_a_slow_trickle(server: Server, head: bytes) -> None:
    address, begun = server.trickle(head), monotonic()
    assert refusal(address, timeout=0.3) == f"{address} gave no complete answer within 0.3 s"
    assert monotonic() - begun < 2


def test_a_silent_server_is_given_up(server: Server) -> None:
    server.answers["/"] = lambda _: server.over.wait(5)
    assert "gave no complete answer within 0.2 s" in refusal(f"{server.address}/", timeout=0.2)


def test_a_server_that_is_not_there_is_named(server: Server) -> None:
    free = Server()
    free.http.server_close()
    assert refusal(f"{free.address}/").startswith(f"{free.address}/ cannot be read: ")


@pytest.mark.parametrize("head", [b"", b"nonsense\r\n\r\n"])
def test_a_broken_answer_is_named(server: Server, head: bytes) -> None:
    server.answers["/"] = lambda handler: handler.wfile.write(head)
    assert refusal(f"{server.address}/").startswith(f"{server.address}/ cannot be read: ")


def test_a_host_name_that_cannot_be_written_is_named() -> None:
    assert refusal("http://a..b/").startswith("http://a..b/ cannot be read: ")
