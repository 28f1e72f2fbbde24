"""Hot answers: addresses that were asked before at this revision, against a bare ASGI function with the same bytes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.bench.load import Load, Target, side_by_side
from tools.bench.plan import Plan
from tools.bench.servers import bare
from tools.bench.table import Row, at_least, at_most, quotient
from tools.processes import Server, get, service

LIST, ITEM = "/v1/timeline-events", "/v1/timeline-events/first-nuclear-test"
CASES = {
    "list of 50": LIST,
    "item": ITEM,
    "timeline page": "/v1/timeline",
    "search page": "/v1/search?q=nuclear",
    "facets page": "/v1/timeline-events?facets=kind,actor",
    "CSV of a list": "/v1/timeline-events?format=csv",
    "/openapi.json": "/openapi.json",
    "/docs": "/docs",
}
UNCHANGED = {"304, list of 50": LIST, "304, item": ITEM}
MIXED = [CASES[name] for name in ("list of 50", "item", "timeline page", "search page", "facets page")]
GOAL = 0.60
_WARM = 10  # requests before the measurement, so that what is kept is there


def rows(plan: Plan, packaged: Path) -> Iterator[Row]:
    """Rows of hot answers, on the packaged record; its database is made if it does not exist."""
    with tempfile.TemporaryDirectory() as folder, service(packaged) as ours:
        etags = {}
        for number, path in enumerate(CASES.values()):
            _, headers, body = get(ours.port, path)
            etags[path] = headers.get("etag", "")
            Path(folder, str(number)).write_bytes(body)
        names = {path: f"/{number}" for number, path in enumerate(CASES.values())}
        with bare(Path(folder)) as theirs:
            for case, path in CASES.items():
                yield _row(plan, case, Target(ours, [path]), Target(theirs, [names[path]]))
            for case, path in UNCHANGED.items():
                asked = Target(ours, [path], {"If-None-Match": etags[path]})
                yield _row(plan, case, asked, Target(theirs, [names[path]]))
        yield from _delays(plan, ours)
        yield _compressed(ours)


def _row(plan: Plan, case: str, ours: Target, theirs: Target) -> Row:
    for _ in range(_WARM):
        get(ours.server.port, ours.paths[0], ours.headers)
    mine, bare = side_by_side([ours, theirs], plan.seconds, plan.rounds)
    return at_least(case, rates(mine, bare), quotient(mine.rate, bare.rate), GOAL, cpu=cpu(mine, bare))


def rates(ours: Load, theirs: Load) -> tuple[str, str]:
    """Requests a second, ours and theirs, as texts."""
    return _rate(ours), _rate(theirs)


def _rate(load: Load) -> str:
    return f"{load.rate:,.0f}/s" if load.rate >= 10 else f"{load.rate:.1f}/s"


def cpu(ours: Load, theirs: Load) -> str:
    """CPU time of a request, ours and theirs, and the ratio of what they answer in the same CPU time."""
    ratio = f" ({theirs.cpu / ours.cpu:.2g})" if ours.cpu else ""
    return f"{ours.cpu:,.0f}, {theirs.cpu:,.0f}{ratio}"


def _delays(plan: Plan, ours: Server) -> Iterator[Row]:
    """99th percentile of delays against the median, at 64 and 256 connections."""
    mixed = Target(ours, MIXED)
    for connections, goal in ((64, 5), (256, 10)):
        load = side_by_side([mixed], plan.seconds, plan.rounds, connections)[0]
        case = f"99th percentile against the median, {connections} connections, mixed hot answers"
        yield at_most(case, (f"{load.p99:.1f} ms", f"{load.p50:.1f} ms"), quotient(load.p99, load.p50), goal)


def _compressed(ours: Server) -> Row:
    """Bytes of the list of 50, plain and as gzip."""
    _, _, plain = get(ours.port, LIST)
    _, headers, coded = get(ours.port, LIST, {"Accept-Encoding": "gzip"})
    case = f"bytes on the wire, list of 50, {headers.get('content-encoding', 'plain')} against plain"
    return at_most(case, (f"{len(coded):,} B", f"{len(plain):,} B"), len(coded) / len(plain), 0.2)
