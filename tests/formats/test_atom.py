"""Atom feeds, checked against every MUST of RFC 4287 that a program can check."""

from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.atom import Entry, Feed, feed
from tests.support.atom import A, faults

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

FEED = Feed(
    key="changes",
    title="Changes",
    subtitle="What was published",
    lang="en",
    updated="2026-11-23T12:00:00Z",
    self_path="/v1/changes?format=atom&cursor=a",
    alternate_path="/v1/changes?cursor=a",
    first_path="/v1/changes?format=atom",
    translations={"fr": "/v1/changes?format=atom&lang=fr"},
)
ENTRY = Entry(
    key="changes/1/timeline-events/first-test",
    title="First test",
    summary="A test was announced.",
    updated="2026-11-22T12:00:00Z",
    path="/v1/timeline-events/first-test?revision=1",
    categories=[("regional-security", "/v1/engagement-topics"), ("timeline-events", "/v1")],
)
OTHER = replace(ENTRY, key="changes/2/actors/aland", path="/v1/actors/aland", categories=())
SPECIAL = replace(
    ENTRY,
    title="<b>&amp; \"quoted\" 'single' ]]> 😀 e\u0301",
    summary="a\x00b\ufffec\ud800d\x1be\r\nf\rg",
    path="/v1/x?a=1&b=<\">'",
    categories=[('"<&>', "/v1/topics")],
)


def absolute(path: str) -> str:
    return f"https://dossier.example{path}"


def relative(path: str) -> str:
    return path


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("<feed xmlns=", "<feed xmlns='urn:other' other=", "2: the root"),
        ("<updated>2026-11-23T12:00:00Z</updated>", "", "updated is missing"),
        ("<title>Changes</title>", "<title>A</title><title>B</title>", "title occurs 2 times"),
        ("<title>Changes</title>", "<title type='text/plain'>A</title>", "no type of text"),
        ("<title>Changes</title>", "<title><b/></title>", "elements inside text"),
        ("<name>Maintainers of the dossier</name>", "", "name is missing"),
        ("<author><name>Maintainers of the dossier</name></author>", "", "an author is missing"),
        ("2026-11-22T12:00:00Z", "2026-11-22 12:00", "is no date"),
        ("urn:uuid:", "uuid ", "is no absolute IRI"),
        ("</entry>", "</entry><entry/>", "id is missing"),
        ("</entry>", "<link href='/x'/></entry>", "two alternate links"),
        ('rel="alternate" href="/v1/timeline-events', 'rel="related" href="/v1/timeline-events', "neither content nor"),
        ('rel="first"', 'rel="self"', "a relation occurs twice"),
        ("<summary>", "<content src='/x'/><summary/><summary>", "summary occurs 2 times"),
        ("<summary>A test was announced.</summary>", "<content src='/x'/>", "content elsewhere, and no summary"),
        ('term="regional-security"', "", "a category without term"),
        ('term="regional-security"', 'term="x" scheme="/v1"', "scheme '/v1' is no absolute IRI"),
        ("<generator>dossier</generator>", "<generator/>", "generator without a name"),
        ("<rights>", "<licence/><rights>", "licence has no place here"),
    ],
)
def test_the_checker_sees(old: str, new: str, fault: str) -> None:
    sound = feed(FEED, [ENTRY], relative).decode()
    assert old in sound
    assert any(fault in found for found in faults(sound.replace(old, new).encode()))


def test_the_checker_sees_an_id_used_twice() -> None:
    assert faults(feed(FEED, [ENTRY, replace(OTHER, key=ENTRY.key)], absolute)) == ["4.1.1: two entries have one id"]


@pytest.mark.parametrize("link", [absolute, relative])
@pytest.mark.parametrize("entries", [[], [ENTRY], [ENTRY, OTHER]])
@pytest.mark.parametrize("about", [FEED, replace(FEED, lang="fr", next_path="/v1/changes?format=atom&cursor=b")])
def test_feeds_keep_rfc_4287(about: Feed, entries: list[Entry], link: Any) -> None:
    assert faults(feed(about, entries, link)) == []


def test_a_feed_in_full() -> None:
    about = replace(FEED, next_path="/v1/changes?format=atom&cursor=b")
    assert feed(about, [replace(ENTRY, categories=ENTRY.categories[:1])], absolute).decode() == (
        "<?xml version='1.0' encoding='utf-8'?>\n"
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
        "<id>urn:uuid:1ae4bc0e-16a7-589f-b8c0-698ad17925f2</id>"
        "<title>Changes</title>"
        "<subtitle>What was published</subtitle>"
        "<updated>2026-11-23T12:00:00Z</updated>"
        "<author><name>Maintainers of the dossier</name></author>"
        "<rights>Creative Commons Attribution 4.0 International (CC BY 4.0)</rights>"
        "<generator>dossier</generator>"
        '<link rel="self" href="https://dossier.example/v1/changes?format=atom&amp;cursor=a"'
        ' type="application/atom+xml" />'
        '<link rel="alternate" href="https://dossier.example/v1/changes?cursor=a"'
        ' type="application/json" hreflang="en" />'
        '<link rel="alternate" href="https://dossier.example/v1/changes?format=atom&amp;lang=fr"'
        ' type="application/atom+xml" hreflang="fr" />'
        '<link rel="license" href="https://creativecommons.org/licenses/by/4.0/" />'
        '<link rel="first" href="https://dossier.example/v1/changes?format=atom" type="application/atom+xml" />'
        '<link rel="next" href="https://dossier.example/v1/changes?format=atom&amp;cursor=b"'
        ' type="application/atom+xml" />'
        "<entry>"
        "<id>urn:uuid:09d8dfb0-3822-501a-94e4-972046d79edf</id>"
        "<title>First test</title>"
        "<updated>2026-11-22T12:00:00Z</updated>"
        '<link rel="alternate" href="https://dossier.example/v1/timeline-events/first-test?revision=1" />'
        '<category term="regional-security" scheme="https://dossier.example/v1/engagement-topics" />'
        "<summary>A test was announced.</summary>"
        "</entry>"
        "</feed>"
    )


def test_the_same_input_gives_the_same_bytes() -> None:
    assert feed(FEED, [ENTRY, OTHER], absolute) == feed(FEED, iter([ENTRY, OTHER]), absolute)


def test_ids_depend_on_the_key_alone() -> None:
    def ids(about: Feed, entry: Entry, link: Any) -> list[str | None]:
        return [element.text for element in ET.fromstring(feed(about, [entry], link)).iter(f"{A}id")]

    french = replace(FEED, lang="fr", title="Modifications", self_path="/else", updated="2027-01-01T00:00:00Z")
    assert ids(FEED, ENTRY, absolute) == ids(french, replace(ENTRY, title="Essai", path="/x"), relative)
    assert ids(FEED, ENTRY, absolute)[0] != ids(replace(FEED, key="timeline"), ENTRY, absolute)[0]


def test_a_french_feed_says_so_and_names_its_maintainers_in_french() -> None:
    root = ET.fromstring(feed(replace(FEED, lang="fr"), [], absolute))
    assert root.get(XML_LANG) == "fr"
    assert root.findtext(f"{A}author/{A}name") == "Équipe du dossier"


def test_only_a_page_with_a_following_one_links_to_next() -> None:
    root = ET.fromstring(feed(FEED, [], absolute))
    assert [link.get("rel") for link in root.iter(f"{A}link")] == [
        *("self", "alternate", "alternate", "license", "first"),
    ]


def test_without_a_public_address_links_are_paths_and_categories_have_no_scheme() -> None:
    entry = ET.fromstring(feed(FEED, [ENTRY], relative)).find(f"{A}entry")
    assert entry is not None
    assert [link.get("href") for link in entry.iter(f"{A}link")] == ["/v1/timeline-events/first-test?revision=1"]
    assert [part.attrib for part in entry.iter(f"{A}category")] == [
        {"term": "regional-security"},
        {"term": "timeline-events"},
    ]


def test_markup_is_text_and_what_xml_forbids_is_replaced() -> None:
    entry = ET.fromstring(feed(FEED, [SPECIAL], relative)).find(f"{A}entry")
    assert entry is not None
    assert entry.findtext(f"{A}title") == SPECIAL.title
    assert entry.findtext(f"{A}summary") == "a\ufffdb\ufffdc\ufffdd\ufffde\nf\ng"
    assert [part.get("term") for part in entry.iter(f"{A}category")] == ['"<&>']


@given(st.text(st.characters()), st.text(st.characters()))
def test_any_text_comes_back_from_the_xml(title: str, term: str) -> None:
    data = feed(replace(FEED, title=title), [replace(ENTRY, title=title, categories=[(term, "/v1")])], relative)
    root = ET.fromstring(data)
    assert root.findtext(f"{A}title") == root.findtext(f"{A}entry/{A}title") == expected(title)
    assert [part.get("term") for part in root.iter(f"{A}category")] == [expected(term)]


def expected(text: str) -> str:
    """A text as XML 1.0 gives it back."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    forbidden = {*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
    return "".join("\ufffd" if ord(letter) in forbidden else letter for letter in lines)
