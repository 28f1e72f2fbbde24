"""Two engines (`python -m tools.bench.engines 1000 100000`): new answers on SQLite and on PostgreSQL, at rising sizes.

Each kind of answer is asked at addresses that nobody asked before, on both engines by turns, and timed from the client.
PostgreSQL runs on the same machine, with its own settings but for more memory, and writes to the disk for certain.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from tools.bench.database import generated
from tools.bench.table import grid, hardware, put
from tools.bench.table_copy import copy_tables
from tools.postgres.server import PostgresServer
from tools.processes import Server, get, service

PAGE = Path(__file__).parent.parent.parent / "docs" / "scale.md"
_TIMES = 15  # addresses of each kind
KINDS = {  # by kind: an address with a number in it, so that each is a new one
    "item": "/v1/timeline-events/first-nuclear-test?as_of=2026-11-27T00:{:02d}:00Z",
    "list of 50": "/v1/timeline-events?limit=50&from=1{:03d}",
    "list in another order": "/v1/timeline-events?limit=50&sort=-title&from=1{:03d}",
    "two filters, with counts": "/v1/timeline-events?kind=agreement,negotiation&actor=canada&facets=kind&to=2{:03d}",
    "in force on a day": "/v1/sanctions-measures?limit=50&in_force_on=20{:02d}-06-12",
    "timeline of ten years": "/v1/timeline?limit=50&from=19{:02d}&to=2025",
    "search, a common word": "/v1/search?q=korea&limit={:d}",
    "search, two words": "/v1/search?q=nuclear+test&limit={:d}",
    "search, a phrase": "/v1/search?q=%22north+korea%22&limit={:d}",
    "search, a beginning": "/v1/search?q=emba&limit={:d}",
    "changes since a revision": "/v1/changes?since=1&limit={:d}",
    "sums of funding": "/v1/funding-records/totals?group_by=year&from=1{:03d}",
}
_SQLITE, _POSTGRESQL = "SQLite", "PostgreSQL"
# Vacuum runs once, after the copy: in the middle of it, it takes the time of the measurement.
_SETTINGS = {
    "shared_buffers": "512MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "4GB",
    "autovacuum": "off",
}


def main() -> None:
    """Measure, print the table, and put it into the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.engines", description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int, help="numbers of events, rising")
    parser.add_argument("--page", type=Path, default=PAGE, help="page to write; default: docs/scale.md")
    options = parser.parse_args()
    with PostgresServer(durable=True, settings=_SETTINGS) as server:
        figures = _measured(server, options.sizes)
    text = _text(options.sizes, figures)
    print(text)
    put(options.page, "scale-engines", text)


_Node = tuple[str, int]  # engine and number of events
_Figures = dict[tuple[str, _Node], float]  # milliseconds, by kind and node


def _url(server: PostgresServer, file: Path, events: int) -> str:
    """URL of a PostgreSQL database with the rows of a SQLite file."""
    name = f"events_{events}"
    server.sql(f"CREATE DATABASE {name} TEMPLATE template0")
    began = time.monotonic()
    copy_tables(file, server.url_of(name))
    server.sql("VACUUM ANALYZE", database=name)
    print(f"{events:,} events copied in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return server.url_of(name)


def _measured(server: PostgresServer, sizes: Sequence[int]) -> _Figures:
    """All databases first, then all answers by turns: what else the machine does concerns each alike."""
    files = {events: generated(events) for events in sizes}
    urls = {events: _url(server, file, events) for events, file in files.items()}
    with ExitStack() as stack:
        nodes: dict[_Node, Server] = {}
        for events, file in files.items():
            patient = {"DOSSIER_STATEMENT_TIMEOUT_MS": "0"}  # a slow answer is a figure, not a 503
            nodes[_SQLITE, events] = stack.enter_context(service(file, settings=patient))
            settings = {"DOSSIER_DATABASE_URL": urls[events]} | patient
            nodes[_POSTGRESQL, events] = stack.enter_context(service(file, settings=settings))
        return {(kind, node): value for kind in KINDS for node, value in _times(nodes, kind)}


def _times(nodes: dict[_Node, Server], kind: str) -> Iterator[tuple[_Node, float]]:
    """Median of each node, asked by turns."""
    found: dict[_Node, list[float]] = {node: [] for node in nodes}
    for number in range(1, _TIMES + 1):
        path = KINDS[kind].format(number + 9)
        for node, server in nodes.items():
            began = time.perf_counter()
            status, _, body = get(server.port, path)
            found[node].append((time.perf_counter() - began) * 1000)
            if status >= 400:
                raise RuntimeError(f"{path}: {status} {body.decode()[:200]}")
    return ((node, statistics.median(times)) for node, times in found.items())


def _text(sizes: Sequence[int], figures: _Figures) -> str:
    first, last = sizes[0], sizes[-1]
    head = ["new answer, ms", *(f"{engine}, {size:,}" for engine in (_SQLITE, _POSTGRESQL) for size in sizes), "growth"]
    rows = []
    for kind in KINDS:
        cells = [kind]
        ratios = []
        for engine in (_SQLITE, _POSTGRESQL):
            cells += [f"{figures[kind, (engine, size)]:.1f}" for size in sizes]
            ratios.append(figures[kind, (engine, last)] / figures[kind, (engine, first)])
        rows.append((*cells, " and ".join(f"{ratio:.1f}" for ratio in ratios)))
    date = time.strftime("%Y-%m-%d", time.gmtime())
    return f"Measured on {date}: {hardware()}, which the client shares; median of {_TIMES}.\n\n{grid(head, rows)}"


if __name__ == "__main__":
    main()
