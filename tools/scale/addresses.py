"""Addresses of the packaged record, in the order of a reader's way in: pages, lists, filters, items, search, exports.

They come from the service itself: its sitemap, its OpenAPI document and the links of its lists.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.api.openapi import packaged_document
from app.settings import Settings
from tools.scale.asking import Asker

WORDS = 500  # that are searched for: the most frequent ones of the records' ids
LETTERS = 4  # that such a word has at least
_FILES = ("csv", "jsonl", "xlsx", "ics", "atom")
_WHOLE = ("/v1/dataset.sqlite", "/v1/dataset.jsonl", "/v1/catalog", "/v1/datapackage.json")
_LOCATION = re.compile(r"<loc>([^<]+)</loc>")
_UNSTORED = "/screen"  # never cached: it speaks of persons


@dataclass(frozen=True, slots=True)
class Address:
    """Address of the service with the kind of thing that is there."""

    kind: str
    path: str


def addresses(asker: Asker) -> list[Address]:
    """All addresses, the ways in first: those who begin there are most."""
    located = [*_sitemap(asker)]
    pages = [Address("page", path) for path in located if not _record(path)]
    records = dict.fromkeys(filter(None, map(_record, located)))
    document = packaged_document(Settings())
    lists = {path: parameters for path, parameters in _operations(document) if "limit" in parameters}
    lists = {path: parameters for path, parameters in lists.items() if "{" not in path}
    firsts = [path for path in lists if path != "/v1/search"]
    found = [Address("document", path) for path in ("/v1", "/docs", "/openapi.json")]
    found += pages
    found += [Address("list", path) for path in firsts]
    found += [Address("list", path) for first in firsts for path in _next_pages(asker, first)]
    found += [Address("filter", path) for path in _filtered(lists)]
    found += [Address("export", path) for path in [*_exports(lists), *_WHOLE]]
    newest = asker.get("/v1").revision
    found += [Address("pinned list", f"{path}?revision={n}") for path in firsts for n in range(1, newest + 1)]
    for record in records:
        found += [Address("page", f"/{lang}{record}") for lang in ("en", "fr")]
        found += [Address("item", f"/v1{record}"), Address("history", f"/v1{record}/history")]
        found.append(Address("pinned item", f"/v1{record}?revision={newest}"))
    found += [Address("search", f"/v1/search?q={word}") for word in _words(records)]
    return [*dict.fromkeys(found)]


def _sitemap(asker: Asker) -> Iterator[str]:
    for part in _LOCATION.findall(asker.text("/sitemap.xml")):
        for location in _LOCATION.findall(asker.text(urlsplit(part).path)):
            yield urlsplit(location).path


def _record(path: str) -> str | None:
    """Path of a record without language; None for a page that is no record."""
    parts = path.split("/")
    return "/" + "/".join(parts[2:]) if len(parts) == len(["", "en", "collection", "id"]) else None


def _operations(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, list[str]]]]:
    """Paths that are read, each with the allowed values of its query parameters."""
    for path, item in document["paths"].items():
        if "get" not in item or path.endswith(_UNSTORED):
            continue
        given = (_resolved(document, one) for one in item["get"].get("parameters", []))
        yield path, {one["name"]: [*_values(document, one["schema"])] for one in given if one["in"] == "query"}


def _resolved(document: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        found: Any = document
        for name in node["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        node = found
    return node


def _values(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    schema = _resolved(document, schema)
    for value in schema.get("enum", []):
        yield str(value)
    for name in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(name, []):
            yield from _values(document, one)
    if "items" in schema:
        yield from _values(document, schema["items"])


def _next_pages(asker: Asker, path: str) -> Iterator[str]:
    following = asker.get(path).following
    while following:
        yield following
        following = asker.get(following).following


def _filtered(lists: Mapping[str, Mapping[str, list[str]]]) -> Iterator[str]:
    """Lists with one value of one parameter: a filter, an order, facets."""
    for path, parameters in lists.items():
        if path == "/v1/search":
            continue
        for name, values in parameters.items():
            if name not in ("format", "lang", "fields"):
                yield from (f"{path}?{name}={value}" for value in values)


def _exports(lists: Mapping[str, Mapping[str, list[str]]]) -> Iterator[str]:
    for path, parameters in lists.items():
        if path != "/v1/search":
            yield from (f"{path}?format={name}" for name in _FILES if name in parameters.get("format", []))


def _words(records: Mapping[str, Any]) -> list[str]:
    """Words of the ids of records, the most frequent first; of equal ones, the first in the alphabet."""
    words = Counter(word for record in records for word in re.split(r"[/-]", record))
    known = [word for word in words if len(word) >= LETTERS and word.isalpha()]
    return sorted(known, key=lambda word: (-words[word], word))[:WORDS]
