"""Cases of growth, derived from the OpenAPI document and the resource declarations: a new filter is measured unnamed.

A case is a path in which `{old}`, `{middle}`, `{newest}` and `{far}` are revisions and a cursor of the database that
is asked. Values of filters are those of the smallest database, frequent and rare ones, by its facets.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import quote

from app.model.fields import References
from app.resources.registry import COLLECTIONS
from tools.bench.records import event

Fetch = Callable[[str], Any]
JSON_FORMAT = "application/json"
GROWTH, SEARCH_GROWTH = 2, 4
FILTER_FLOOR = 50  # ms: what a filter may take at any size, as exact totals of rare pairs are counted
_CONTROLS = {
    "sort",
    "limit",
    "cursor",
    "facets",
    "include",
    "fields",
    "lang",
    "format",
    "revision",
    "as_of",
    "group_by",
}
_DAYS, _PERIODS = ("2018-06-12", "1946-01-01"), {"from": ("2006-10", "2026-10"), "to": ("2018-06", "1945-02")}
_WORDS = ("sanctions", event(1)["id"].partition("-")[0], "sanctions nuclear", "sanct")  # common, own, two, a beginning
_LAST_ROWS = "&limit=1"


class Case(NamedTuple):
    """What is asked: its list, kind, path, how much it may grow, and milliseconds that are not too many at any size."""

    list: str
    kind: str
    path: str
    goal: float = GROWTH
    floor: float = 0


@dataclass(frozen=True)
class Listing:
    """List of the OpenAPI document: its path, its parameters by name, and what every request has to send."""

    path: str
    parameters: Mapping[str, Mapping[str, Any]]
    values: Mapping[str, Sequence[str]]  # of each filter, the most frequent first
    required: str = ""

    def case(self, kind: str, query: str, goal: float = GROWTH, floor: float = 0) -> Case:
        """Case that asks this list."""
        names = {part.partition("=")[0] for part in query.split("&")}
        needed = "&".join(part for part in self.required.split("&") if part.partition("=")[0] not in names)
        joined = "&".join(part for part in (needed, query) if part)
        searching = SEARCH_GROWTH if "q=" in joined or "facets=" in joined else goal
        return Case(self.path, kind, f"{self.path}?{joined}" if joined else self.path, max(goal, searching), floor)


def cases(document: Mapping[str, Any], fetch: Fetch, growing: Callable[[str], bool]) -> Iterator[Case]:
    """Cases of all paths; pairs, pinned revisions and far cursors only of lists that grow with the database."""
    for path, item in document["paths"].items():
        operation = item["get"]
        parameters = {one["name"]: one for one in map(_resolver(document), operation.get("parameters", []))}
        if JSON_FORMAT not in operation["responses"]["200"]["content"] or path == "/v1/catalog":
            continue  # downloads, and the catalogue that describes them
        if "{" in path:
            yield from _single(path, fetch)
        elif "cursor" in parameters:
            yield from _of_list(_listing(path, parameters, fetch), grows=growing(path))
        elif path.startswith("/v1"):
            yield Case(path, "whole answer", path)


def _resolver(document: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    shared = document["components"]["parameters"]
    return lambda one: shared[one["$ref"].rpartition("/")[2]] if "$ref" in one else one


def _single(path: str, fetch: Fetch) -> Iterator[Case]:
    """Item and history of the record of a collection that others name most often; revisions by their number."""
    collection = path.split("/")[2]
    kind = "history" if path.endswith("/history") else "item"
    if "{number}" in path:
        yield Case("/v1/revisions", kind, path.replace("{number}", "{newest}"))
    elif collection in COLLECTIONS:
        yield Case(f"/v1/{collection}", kind, path.replace("{id}", _most_named(collection, fetch)))


def _most_named(collection: str, fetch: Fetch) -> str:
    """Id of the record that most events name; of a collection that events do not name, the first id."""
    fields = COLLECTIONS["timeline-events"].params.model_fields.items()
    targets = {mark.collection: name for name, info in fields for mark in info.metadata if isinstance(mark, References)}
    if name := targets.get(collection):
        return str(fetch(f"/v1/timeline-events?facets={name}{_LAST_ROWS}")["facets"][name][0]["value"])
    return str(fetch(f"/v1/{collection}?sort=id{_LAST_ROWS}")["data"][0]["id"])


def _listing(path: str, parameters: Mapping[str, Mapping[str, Any]], fetch: Fetch) -> Listing:
    facets = parameters["facets"]["schema"]["items"]["enum"] if "facets" in parameters else []
    needed = {name: one for name, one in parameters.items() if one.get("required")}
    required = "&".join(f"{name}={quote(_known(name, one)[0])}" for name, one in needed.items())
    counted = fetch(f"{path}?{required}&facets={','.join(facets)}{_LAST_ROWS}")["facets"] if facets else {}
    values: dict[str, Sequence[str]] = {}
    for name, one in parameters.items():
        if name in _CONTROLS:
            continue
        if name == "id":
            rows = fetch(f"{path}?{required}&limit=3")["data"]
            values[name] = [",".join(dict.fromkeys(str(row["id"]) for row in rows))]
        else:
            found = [str(value["value"]) for value in counted.get(name, [])]
            values[name] = [found[0], found[-1]][: len(found)] if found else _known(name, one)
    return Listing(path, parameters, {name: some for name, some in values.items() if some != [""]}, required)


def _known(name: str, parameter: Mapping[str, Any]) -> Sequence[str]:
    """Values of a filter whose values are not counted, by its schema. Raises SystemExit for one that has none."""
    schema = parameter["schema"]
    kind = schema.get("items", schema)
    if name == "q":
        return _WORDS
    if name in _PERIODS:
        return _PERIODS[name]
    if kind.get("format") == "date":
        return _DAYS
    if kind["type"] == "boolean":
        return ["true"]
    if kind["type"] == "integer":
        return ["{middle}", "{old}"]
    known = [
        *kind.get("enum", ()),
        *itertools.chain(*(e if isinstance(e, list) else [e] for e in schema.get("examples", ()))),
    ]
    if not known:
        raise SystemExit(f"no value is known for the filter {name}: give its declaration an example")
    return [known[0], known[-1]][: len(known)]


def _of_list(listing: Listing, *, grows: bool) -> Iterator[Case]:
    parameters = listing.parameters
    filters = [name for name in listing.values if name not in listing.required.split("=")]
    yield listing.case("first page", "")
    for name in filters:
        for value in listing.values[name]:
            yield listing.case("one filter", _query({name: value}), floor=FILTER_FLOOR)
    for sort in parameters["sort"]["schema"]["enum"] if "sort" in parameters else ():
        yield listing.case("sorted", f"sort={sort}&limit=40")  # another question than the first page has
    for facet in parameters["facets"]["schema"]["items"]["enum"] if "facets" in parameters else ():
        yield listing.case("facets", f"facets={facet}")
    for value in listing.values.get("q", ()) if listing.required else ():
        yield listing.case("search", f"q={quote(value)}")
    if grows:
        yield from _pairs(listing, filters)
        yield from _pinned(listing, filters)
        if not listing.required:
            yield listing.case("far cursor", "cursor={far}")


def _pairs(listing: Listing, filters: Sequence[str]) -> Iterator[Case]:
    """Each two filters, with frequent values of both and with a rare value of the second."""
    for one, other in itertools.combinations(filters, 2):
        for value in listing.values[other][:2]:
            chosen = {one: listing.values[one][0], other: value}
            if chosen.get("from", "") <= chosen.get("to", "9"):
                yield listing.case("two filters", _query(chosen), floor=FILTER_FLOOR)


def _pinned(listing: Listing, filters: Sequence[str]) -> Iterator[Case]:
    """Old, middle and newest revision, without a filter and with one."""
    first = next((name for name in filters if name != "id"), None)
    for revision in ("old", "middle", "newest"):
        yield listing.case("pinned revision", f"revision={{{revision}}}")
        if first:
            query = f"revision={{{revision}}}&{first}={quote(listing.values[first][0], safe='{}')}"
            yield listing.case("pinned revision", query, floor=FILTER_FLOOR)


def _query(chosen: Mapping[str, str]) -> str:
    """Query of filters. `certain` is refused without a period: it gets one."""
    needed = "certain" in chosen and not {"from", "to", "in_force_on"} & chosen.keys()
    all_of_them = {**chosen, **({"from": _PERIODS["from"][0]} if needed else {})}
    return "&".join(f"{name}={quote(value, safe='{},')}" for name, value in all_of_them.items())
