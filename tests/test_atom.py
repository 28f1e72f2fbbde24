"""Atom feeds, held against every MUST of RFC 4287 that a program can see."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.formats.atom import Entry, Feed, feed

A = "{http://www.w3.org/2005/Atom}"
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


# The checker: what each construct may and must hold, by section of RFC 4287.
FEED_ONCE = {"id", "title", "updated"}
FEED_AT_MOST_ONCE = FEED_ONCE | {"generator", "icon", "logo", "rights", "subtitle"}
FEED_ANY = {"author", "category", "contributor", "link", "entry"}
ENTRY_ONCE = {"id", "title", "updated"}
ENTRY_AT_MOST_ONCE = ENTRY_ONCE | {"content", "published", "rights", "source", "summary"}
ENTRY_ANY = {"author", "category", "contributor", "link"}

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
REFERENCE = re.compile(r"[^\s<>\"{}|\\^`]+")
MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]+")
LANGUAGE_TAG = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
REGISTERED = re.compile(r"[a-z][a-z0-9.-]*")


def faults(data: bytes) -> list[str]:
    """Every breach of RFC 4287 in a feed document, in words."""
    root = ET.fromstring(data)
    return [*_feed_faults(root)] if root.tag == f"{A}feed" else ["2: the root is no feed"]


def _feed_faults(root: ET.Element) -> Iterator[str]:
    entries = root.findall(f"{A}entry")
    yield from _children(root, FEED_ONCE, FEED_AT_MOST_ONCE, FEED_ANY)
    yield from _constructs(root)
    if root.find(f"{A}author") is None and any(entry.find(f"{A}author") is None for entry in entries):
        yield "4.1.1: an author is missing"
    if any(count > 1 for count in Counter(entry.findtext(f"{A}id") for entry in entries).values()):
        yield "4.1.1: two entries have one id"
    relations = Counter(link.get("rel") for link in root.findall(f"{A}link"))
    if any(relations[name] > 1 for name in ("self", "first", "previous", "next", "last")):
        yield "RFC 5005 3: a relation occurs twice"
    for entry in entries:
        yield from _entry_faults(entry)


def _entry_faults(entry: ET.Element) -> Iterator[str]:
    yield from _children(entry, ENTRY_ONCE, ENTRY_AT_MOST_ONCE, ENTRY_ANY)
    yield from _constructs(entry)
    content = entry.find(f"{A}content")
    if content is None and not any(link.get("rel", "alternate") == "alternate" for link in entry.findall(f"{A}link")):
        yield "4.1.2: neither content nor an alternate link"
    if content is not None and content.get("src") is not None and entry.find(f"{A}summary") is None:
        yield "4.1.2: content elsewhere, and no summary"


def _children(parent: ET.Element, once: set[str], at_most_once: set[str], others: set[str]) -> Iterator[str]:
    found = Counter(child.tag.removeprefix(A) for child in parent)
    yield from (f"4.1: {name} is missing" for name in once if not found[name])
    yield from (f"4.1: {name} occurs {found[name]} times" for name in at_most_once if found[name] > 1)
    yield from (f"4.1: {name} has no place here" for name in set(found) - at_most_once - others)


def _constructs(parent: ET.Element) -> Iterator[str]:
    for child in parent:
        match child.tag.removeprefix(A):
            case "title" | "subtitle" | "summary" | "rights":
                yield from _text_faults(child)
            case "author" | "contributor":
                yield from _person_faults(child)
            case "updated" | "published" if not RFC_3339.fullmatch(child.text or ""):
                yield f"3.3: {child.text!r} is no date"
            case "id" if not IRI.fullmatch(child.text or ""):
                yield f"4.2.6: {child.text!r} is no absolute IRI"
            case "generator" if not child.text or not REFERENCE.fullmatch(child.get("uri", "x")):
                yield "4.2.4: generator without a name, or with a broken address"
            case "category":
                yield from _category_faults(child)
    yield from _link_faults(parent.findall(f"{A}link"))


def _text_faults(text: ET.Element) -> Iterator[str]:
    if text.get("type", "text") not in {"text", "html", "xhtml"}:
        yield f"3.1.1: {text.get('type')} is no type of text"
    elif text.get("type") != "xhtml" and len(text):
        yield "3.1.1: elements inside text"


def _person_faults(person: ET.Element) -> Iterator[str]:
    yield from _children(person, {"name"}, {"name", "uri", "email"}, set())
    if not re.fullmatch(r".+@.+", person.findtext(f"{A}email", "a@b")):
        yield "3.2.3: no mail address"


def _category_faults(category: ET.Element) -> Iterator[str]:
    if not category.get("term"):
        yield "4.2.2: a category without term"
    if not IRI.fullmatch(category.get("scheme", "urn:x")):
        yield f"4.2.2: scheme {category.get('scheme')!r} is no absolute IRI"


def _link_faults(links: list[ET.Element]) -> Iterator[str]:
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    if len({(link.get("type"), link.get("hreflang")) for link in alternates}) < len(alternates):
        yield "4.1: two alternate links of one type and language"
    for link in links:
        rel = link.get("rel", "alternate")
        if not REFERENCE.fullmatch(link.get("href", "")):
            yield f"4.2.7: href {link.get('href')!r}"
        if not (REGISTERED.fullmatch(rel) or IRI.fullmatch(rel)):
            yield f"4.2.7: rel {rel!r}"
        if not MEDIA.fullmatch(link.get("type", "text/plain")):
            yield f"4.2.7: type {link.get('type')!r}"
        if not LANGUAGE_TAG.fullmatch(link.get("hreflang", "en")):
            yield f"4.2.7: hreflang {link.get('hreflang')!r}"


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
        '<link rel="alternate" href="https://dossier.example/v1/changes?cursor=a" type="application/json" />'
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
    assert [link.get("rel") for link in root.iter(f"{A}link")] == ["self", "alternate", "license", "first"]


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
def test_any_text_gives_xml_that_holds_it(title: str, term: str) -> None:
    data = feed(replace(FEED, title=title), [replace(ENTRY, title=title, categories=[(term, "/v1")])], relative)
    root = ET.fromstring(data)
    assert root.findtext(f"{A}title") == root.findtext(f"{A}entry/{A}title") == held(title)
    assert [part.get("term") for part in root.iter(f"{A}category")] == [held(term)]


def held(text: str) -> str:
    """What of a text XML 1.0 can hold."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    forbidden = {*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF}
    return "".join("\ufffd" if ord(letter) in forbidden else letter for letter in lines)
