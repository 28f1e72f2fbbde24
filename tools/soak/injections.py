"""Figure 10: strings that attack databases, pages, paths, heads and templates, in every parameter there is."""

import itertools
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from app.api.openapi import packaged_document
from app.api.openapi_components import resolved_operations
from app.settings import Settings
from tools.processes import service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.injection_strings import AROUND, MARK, SEEDS
from tools.soak.pipeline import Answer, BrokenAnswer, answers
from tools.soak.servers import packaged_database

_SEED = 10
_WORKERS = 2
_SHOWN = 3  # failures that the outcome names
_SERVER_ERROR = 500


class Place(NamedTuple):
    """Where a string is put: `{}` in a request target, or in the header of this name."""

    target: str
    header: str = ""


_HEADERS = (
    "Accept", "Accept-Language", "Accept-Encoding", "If-None-Match", "If-Match", "Range", "If-Range", "Host", "Origin",
    "X-Request-ID", "X-Forwarded-For", "Forwarded", "Cookie", "Referer", "Access-Control-Request-Headers", "User-Agent",
)  # fmt: skip
_OF_HEADERS = ("/v1/actors", "/v1/dataset.jsonl")
_NO_HEADER = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")  # signs that end or break a head: the client would inject itself


def strings(count: int) -> list[str]:
    """So many strings, all different, the same in each run; the first are the seeds as they stand."""
    seeds = list(dict.fromkeys(SEEDS))
    made = dict.fromkeys(seeds)
    pairs = [*itertools.product(seeds, AROUND)]
    random.Random(_SEED).shuffle(pairs)
    for seed, (before, after) in pairs:
        if len(made) >= count:
            break
        made[f"{before}{seed}{after}"] = None
    return list(made)[:count]


def places() -> list[Place]:
    """Every parameter of every operation, a name of a parameter, every segment of every path, and the headers read."""
    found = []
    for path, operation in resolved_operations(packaged_document(Settings())):
        filled, parameters = path, operation.get("parameters", [])
        for one in parameters:
            if one["in"] == "path":
                filled = filled.replace(f"{{{one['name']}}}", str(one["example"]))
        found += [Place(f"{filled}?{rest}") for rest in _queries(parameters)]
        segments = filled.split("/")
        for place in range(1, len(segments)):
            found.append(Place("/".join([*segments[:place], "{}", *segments[place + 1 :]])))
    return list(dict.fromkeys([*found, *(Place(path, name) for path in _OF_HEADERS for name in _HEADERS)]))


def _queries(parameters: list[dict[str, Any]]) -> Iterator[str]:
    """Queries with a place for a string: as the value of each parameter, and as the name of one."""
    names = [one["name"] for one in parameters if one["in"] == "query"]
    needed = {one["name"]: f"{one['name']}={one['example']}" for one in parameters if one.get("required")}
    needed = {name: text for name, text in needed.items() if name in names}
    if "limit" in names:  # short answers, so that more can be asked
        needed["limit"] = "limit=1"
    for name in names:
        yield "&".join([f"{name}={{}}", *(text for other, text in needed.items() if other != name)])
    yield "&".join(["{}=1", *needed.values()])


def _request(place: Place, string: str) -> bytes | None:
    """Request with a string in its place; None if a header cannot have it."""
    if place.header:
        if _NO_HEADER.search(string):
            return None
        host = "" if place.header == "Host" else "Host: x\r\n"
        return f"GET {place.target} HTTP/1.1\r\n{host}{place.header}: {string}\r\n\r\n".encode()
    target = place.target.replace("{}", quote(string.encode(), safe=""))
    return f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def fault_of(answer: Answer) -> str | None:
    """What is wrong with an answer, whatever was asked; None if nothing is."""
    if answer.status >= _SERVER_ERROR:
        return f"status {answer.status}"
    if {MARK, "set-cookie"} & answer.headers.keys():
        return "an injected header"
    if "html" in answer.headers.get("content-type", ""):
        return "reflected as HTML"
    if answer.body and answer.headers.get("x-content-type-options") != "nosniff":
        return "its type may be guessed"
    return None


@dataclass
class Told:
    """What was answered: number by status, and what was wrong."""

    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


def _ask(port: int, where: Sequence[Place], texts: Sequence[str]) -> Told:
    """Ask with every string in every one of some places."""
    told = Told()
    asked = (((place, text), _request(place, text)) for place, text in itertools.product(where, texts))
    try:
        for (place, text), answer in answers(port, ((name, request) for name, request in asked if request)):
            told.statuses[answer.status] += 1
            if fault := fault_of(answer):
                told.faults.append(f"{place.header or place.target} with {text[:60]!r}: {fault}")
    except BrokenAnswer as error:
        told.faults.append(str(error))
    return told


def measure(count: int, folder: Path) -> Outcome:
    """Ask with so many strings in every place of one server, on as many connections as it has workers."""
    texts, where, log = strings(count), places(), folder / "log"
    with service(packaged_database(folder), workers=_WORKERS, output=log) as server, ThreadPoolExecutor() as pool:
        parts = [where[start::_WORKERS] for start in range(_WORKERS)]
        told = list(pool.map(_ask, itertools.repeat(server.port), parts, itertools.repeat(texts)))
    statuses = sum((one.statuses for one in told), Counter[int]())
    faults = [fault for one in told for fault in one.faults]
    traces = log.read_text().count("Traceback")
    counted = ", ".join(f"{number:,} x {status}" for status, number in sorted(statuses.items()))
    text = f"{len(texts):,} strings in {len(where)} places, {statuses.total():,} answers ({counted})"
    text += f"; {len(faults)} wrong, {traces} tracebacks in the log"
    return Outcome(not faults and not traces, "; ".join([text, *faults[:_SHOWN]]))


FIGURES = (
    Figure(
        number=10,
        name="Injections",
        goal="2,000 injection strings for every parameter of every operation: 0 5xx, 0 reflected as HTML",
        counts=Counts(short=4, reduced=100, full=2_000),
        measure=measure,
    ),
)
