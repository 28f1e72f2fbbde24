"""Growth: each case on databases of rising size, for the first who asks it and for the next, with delays of others."""

import http.client
import json
import random
import re
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.bench.cases import Case, cases
from tools.bench.database import generated
from tools.bench.plan import Plan
from tools.bench.slow import probing
from tools.bench.table import quotient
from tools.processes import HOST, get, service

_REPEATS, _REPEATING = 5, 0.3  # the next asker: so many times, for no more than so many seconds
_SLOW = 2_000  # ms: what takes longer is asked in the first pass only
_FAR = 2_000  # pages of 200 rows, at most, to the middle of a list
_FAILED = float("inf")


@dataclass
class Times:
    """Milliseconds of a case on one database: of the first who asked in each pass, of the next, and of others' delay.

    Of the first the median counts, as another case may have left something for it; of the next the least.
    """

    firsts: list[float] = field(default_factory=list)
    next: float = _FAILED
    delay: float = 0

    @property
    def first(self) -> float:
        """Median of the first askers."""
        return statistics.median(self.firsts)


@dataclass(frozen=True)
class Growth:
    """Times of a case on the smallest and on the largest database."""

    case: Case
    small: Times
    large: Times

    @property
    def first(self) -> float:
        """How many times as long the first who asks waits."""
        return quotient(self.large.first, self.small.first)

    @property
    def next(self) -> float:
        """How many times as long the next who asks waits."""
        return quotient(self.large.next, self.small.next)

    @property
    def excess(self) -> float:
        """The greater of both as a part of the goal: 1 or less where it is reached."""
        sides = ((self.first, self.large.first), (self.next, self.large.next))
        return max((ratio if time > self.case.floor else 0) / self.case.goal for ratio, time in sides)


@dataclass(frozen=True)
class Size:
    """Database of a size, what stands for the names in the paths of cases, and the times measured."""

    events: int
    database: Path
    names: Mapping[str, str]
    times: dict[Case, Times] = field(default_factory=lambda: defaultdict(Times))

    def path(self, case: Case) -> str:
        """Path of a case on this database; `{far}` is the cursor of the case's own list."""
        names = {**self.names, "far": self.names.get(case.list, "")}
        return re.sub(r"\{(\w+)\}", lambda found: names[found[1]], case.path)


def measure(events: Sequence[int], plan: Plan) -> tuple[list[Size], list[Growth]]:
    """Times of the cases on a database of each size, and their growth from the first to the last of them."""
    databases = {number: generated(number) for number in events}
    with service(databases[events[0]]) as small, service(databases[events[-1]]) as large:
        document = json.loads(get(small.port, "/openapi.json")[2])

        def growing(path: str) -> bool:
            return _total(large.port, path) > 1.5 * _total(small.port, path)

        found = [*dict.fromkeys(cases(document, lambda path: _json(small.port, path), growing))]
    if not plan.every_case:
        found = [*{(case.list, case.kind): case for case in reversed(found)}.values()]
    sizes = [_size(number, database, found) for number, database in databases.items()]
    for turn in range(plan.passes):
        _ask_all(sizes, random.Random(turn).sample(found, len(found)), probed=turn == 0)
        print(f"Pass {turn + 1} of {plan.passes} over {len(found)} cases is done", file=sys.stderr, flush=True)
    return sizes, [Growth(case, sizes[0].times[case], sizes[-1].times[case]) for case in found]


def _ask_all(sizes: Sequence[Size], found: Sequence[Case], *, probed: bool) -> None:
    """Ask each case on all databases before the next, so that other load on the machine meets all of them."""
    with ExitStack() as stack:
        ports = [stack.enter_context(service(size.database)).port for size in sizes]
        for case in found:
            for port, size in zip(ports, sizes, strict=True):
                _take(port, size.path(case), size.times[case], probed=probed)


def _size(events: int, database: Path, found: Sequence[Case]) -> Size:
    with service(database) as server:
        return Size(events, database, _names(server.port, found))


def _take(port: int, path: str, times: Times, *, probed: bool) -> None:
    """Ask a path on a new connection, the first time with a probe of the delay of others if wanted."""
    if times.firsts and times.firsts[0] > _SLOW:
        return
    connection = http.client.HTTPConnection(HOST, port, timeout=120)
    connection.connect()
    if probed:
        with probing(port) as prober:
            first = _ask(connection, path)
        times.delay = max(times.delay, prober.longest)
    else:
        first = _ask(connection, path)
    times.firsts.append(first)
    until = time.monotonic() + _REPEATING
    for _ in range(_REPEATS):
        times.next = min(times.next, _ask(connection, path))
        if time.monotonic() > until:
            break
    connection.close()


def _ask(connection: http.client.HTTPConnection, path: str) -> float:
    """Milliseconds of a request; infinite if it is refused."""
    began = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    return (time.perf_counter() - began) * 1000 if answer.status == 200 else _FAILED


def _names(port: int, found: Sequence[Case]) -> dict[str, str]:
    """Revisions, and by list a cursor in its middle."""
    newest = _json(port, "/v1/revisions?sort=-number&limit=1")["data"][0]["number"]
    names = {"old": "4", "middle": str(newest - 50), "newest": str(newest)}
    return names | {case.list: _far(port, case.list) for case in found if "{far}" in case.path}


def _far(port: int, path: str) -> str:
    """Cursor in the middle of a list, found by turning its pages."""
    total, cursor = _total(port, path), ""
    for _ in range(min(max(total // 400, 1), _FAR)):
        query = f"{path}?limit=200&cursor={cursor}" if cursor else f"{path}?limit=200"
        if not (following := _json(port, query)["page"]["next"]):
            break
        cursor = following
    return cursor


def _total(port: int, path: str) -> int:
    query = "q=sanctions&limit=1" if path.endswith("/search") else "limit=1"
    return int(_json(port, f"{path}?{query}")["page"]["total"])


def _json(port: int, path: str) -> Any:
    status, _, body = get(port, path)
    if status != 200:
        raise RuntimeError(f"{path}: {status} {body[:300]!r}")
    return json.loads(body)
