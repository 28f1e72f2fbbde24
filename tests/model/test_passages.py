"""Citations: the deep link, and the rule that a passage is compared with its source by."""

import time
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Fault
from app.messages import line
from app.model.passages import SourceText, deep_link
from tests.support.pages import CITED_PAGES, OWN, REAL, CitedPage

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
def test_a_correct_citation_has_no_fault(plain: SourceText, section: str | None, start: str, end: str | None) -> None:
    assert plain.fault(section, start, end) is None


def words_of(fault: Fault | None) -> str:
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
def test_a_wrong_citation_gets_its_fault(
    plain: SourceText, section: str | None, start: str, end: str | None, reason: str
) -> None:
    assert reason in words_of(plain.fault(section, start, end))


def test_overlapping_places_count() -> None:
    assert words_of(
        SourceText.of_plain("to and fro and to and fro and to.").fault(None, "to and fro and to", None)
    ) == ("start: 'to and fro and to' is in the source 2 times: choose words that occur once")


def test_the_last_heading_of_the_name_before_the_start_counts() -> None:
    text = SourceText.of_plain("Aid\nOne came.\nTrade\nTwo came.\nAid\nThree came.")
    assert text.fault("Aid", "One came", None) is None
    assert text.fault("Aid", "Three came", None) is None
    assert text.fault("Aid", "Two came", None) is not None


def test_a_numbered_line_of_plain_text_is_a_list_item_and_no_heading() -> None:
    text = SourceText.of_plain("1. Purpose\nIt helps.\nAims:\n1. peace\n2. trade\n")
    assert words_of(text.fault("1. Purpose", "It helps", None)) == (
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
def test_a_correct_citation_of_a_page_has_no_fault(html: SourceText, section: str, start: str, end: str | None) -> None:
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
def test_a_wrong_citation_of_a_page_gets_its_fault(
    html: SourceText, section: str | None, start: str, reason: str
) -> None:
    assert reason in words_of(html.fault(section, start, None))


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


# --- the rule, on whole pages

RIGHT = [
    (OWN, "Borea", "It left the Customs Treaty", "in 1994"),
    (OWN, "Borea", "In March 2007, Aland", "without an agreement."),
    (OWN, "Relations with Borea", "1949. The two have exchanged", "since 2001"),
    (OWN, "Relations with Borea", "the safety of shipping", "consular cases"),
    (OWN, "Sanctions against Borea", "a ban on the import of apples", None),
    (OWN, "Sanctions against Borea", "a ban on loans", "lighthouses"),
    (OWN, "Human Rights", "See Aland’s 2018 statement.", None),
    (OWN, "Humanitarian Assistance", "Since 2005, Aland has sent grain worth $1.5", None),
    (REAL, "North Korea", "North Korea declared itself a state", "in 1948."),
    (REAL, "North Korea", "The Singapore Summit in June 2018", "February 2019."),
    (REAL, "Bilateral Relations", "2000. Diplomatic relations", "established in 2001."),
    (REAL, "Bilateral Relations", "regional security concerns", "consular issues"),
    (REAL, "Canadian Sanctions Related to North Korea", "an import and export ban", None),
    (REAL, "Canadian Sanctions Related to North Korea", "to build the capacity of states", "allow"),
    (REAL, "Human Rights", "See Canada’s 2019 recommendations.", None),
    (REAL, "Humanitarian Assistance", "Since 2005, Canada has provided $38.9 million", None),
]
WRONG = [
    (OWN, "Relations with Borea", "Borea is an island state", None),  # the breadcrumb is no heading
    (OWN, "Borea", "Aland recognized Borea", None),
    (OWN, "Relations with Borea", "consular cases", "a ban on the import"),
    (OWN, "Humanitarian Assistance", "See Aland’s 2018 statement.", None),
    (OWN, "Borea", "Customs Treaty", None),  # occurs twice
    (OWN, "Human Rights", "See Aland's 2018 statement.", None),  # the page has ’
    (OWN, "Home", "Borea is an island state", None),
    (REAL, "Bilateral Relations", "North Korea declared itself a state", None),
    (REAL, "North Korea", "Canada recognized the Republic of Korea", None),
    (REAL, "Bilateral Relations", "consular issues", "an import and export ban"),
    (REAL, "Humanitarian Assistance", "See Canada’s 2019 recommendations.", None),
    (REAL, "North Korea", "nuclear tests", None),
    (REAL, "North Korea", "the Korean Workers' Party", None),
    (REAL, "Home", "North Korea declared itself a state", None),
]
Case = tuple[CitedPage, str, str, str | None]


def available(cases: list[Case]) -> list[Case]:
    """The cases of the pages whose text is here."""
    return [case for case in cases if case[0] in CITED_PAGES.values()]


@pytest.mark.parametrize(("page", "section", "start", "end"), available(RIGHT))
def test_a_page_has_what_is_cited_from_it(page: CitedPage, section: str, start: str, end: str | None) -> None:
    assert SourceText.of_plain(page.text.read_text()).fault(section, start, end) is None


@pytest.mark.parametrize(("page", "section", "start", "end"), available(WRONG))
def test_a_page_does_not_have_what_is_elsewhere_twice_or_otherwise_written(
    page: CitedPage, section: str, start: str, end: str | None
) -> None:
    assert SourceText.of_plain(page.text.read_text()).fault(section, start, end) is not None


def test_many_passages_are_looked_up_in_a_page_of_many_paragraphs_within_a_second() -> None:
    source = SourceText.of_plain("a\n" * 100_000 + "Canada sent food aid\n")
    begun = time.process_time()
    faults = [source.fault(None, f"words that are not there {number}", None) for number in range(100)]
    assert all(fault and fault.code == "not-in-source" for fault in faults)
    assert source.fault(None, "food aid", None) is None
    assert time.process_time() - begun < 1
