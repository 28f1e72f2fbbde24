"""Atom feeds: a checker of RFC 4287, and a feed read page by page."""

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import httpx

A = "{http://www.w3.org/2005/Atom}"

# The checker: what each construct may and must have, by section of RFC 4287.
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


def pages(client: httpx.Client, path: str) -> Iterator[ET.Element]:
    """The pages of a feed, by its own links to the next; each one valid."""
    following: str | None = path
    while following is not None:
        answer = client.get(following.removeprefix("https://dossier.example")).raise_for_status()
        assert faults(answer.content) == []
        root = ET.fromstring(answer.content)
        yield root
        following = next((link.get("href") for link in root.iter(f"{A}link") if link.get("rel") == "next"), None)
        assert (answer.links.get("next", {}).get("url") is None) == (following is None)


def entries(client: httpx.Client, path: str) -> list[ET.Element]:
    return [entry for page in pages(client, path) for entry in page.iter(f"{A}entry")]


def links(element: ET.Element) -> dict[str | None, str | None]:
    """Addresses by relation, without those of the feed in other languages."""
    found = [link for link in element.findall(f"{A}link") if not is_translation(link)]
    return {link.get("rel"): link.get("href") for link in found}


def translations(feed: ET.Element) -> dict[str | None, str | None]:
    """Addresses of the feed in other languages, by language."""
    return {link.get("hreflang"): link.get("href") for link in feed.findall(f"{A}link") if is_translation(link)}


def is_translation(link: ET.Element) -> bool:
    return link.get("rel") == "alternate" and link.get("type") == "application/atom+xml"
