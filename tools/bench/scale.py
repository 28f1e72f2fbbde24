"""Scale (`make bench-scale`): growth from 1,000 to 1,000,000 events, and what the largest database costs.

Prints tables and writes them to docs/performance.md; every case is in build/bench/scale.csv. The databases that it
needs are made first and kept in build/bench.
"""

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tools.bench import exports, process, publishing, slow
from tools.bench.growth import Growth, Size, measure
from tools.bench.plan import BUILD, PAGE, QUICK, Plan
from tools.bench.table import Row, grid, machine, markdown, put, sqlite_version

_SHOWN = 30  # cases above their goal that the page lists
_HEAD = ("list", "cases", "first asker", "ratio", "next", "ratio", "goal", "verdict")


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench.scale", description=__doc__)
    parser.add_argument("sizes", nargs="+", type=int, help="numbers of events, rising")
    parser.add_argument("--page", type=Path, default=PAGE, help="page to write; default: docs/performance.md")
    parser.add_argument("--quick", action="store_true", help="each case once, to see that everything can be measured")
    options = parser.parse_args()
    plan = QUICK if options.quick else Plan()
    sizes, growth = measure(options.sizes, plan)
    _keep(sizes, growth)
    text = "\n\n".join([machine(sqlite_version()), *tables(growth, options.sizes)])
    print(text)
    rows = []
    for row in _largest(plan, sizes[-1]):
        print(" | ".join(row.cells()), file=sys.stderr, flush=True)
        rows.append(row)
    put(options.page, "bench-scale", f"{text}\n\nOn the largest database:\n\n{markdown(rows)}")


def tables(growth: Sequence[Growth], events: Sequence[int]) -> Iterator[str]:
    """Table of the worst case of each list and kind, then the cases above their goal."""
    above = sorted((one for one in growth if one.excess > 1), key=lambda one: -one.excess)
    yield (
        f"From {events[0]:,} to {events[-1]:,} events: {len(growth)} cases, {len(growth) - len(above)} within "
        "their goal. Each line is the worst case of its kind; times are milliseconds."
    )
    ordered = sorted(growth, key=_group)
    yield grid(_HEAD, [_line(list(some), *key) for key, some in groupby(ordered, _group)])
    if above:
        yield "The cases furthest above their goal:"
        cells = [(f"`{one.case.path}`", *_cells(one)) for one in above[:_SHOWN]]
        yield grid(("case", *_HEAD[2:]), cells)


def _group(growth: Growth) -> tuple[str, str]:
    return growth.case.list, growth.case.kind


def _line(some: Sequence[Growth], path: str, kind: str) -> tuple[str, ...]:
    worst = max(some, key=lambda one: (one.excess, one.next))
    return (f"`{path}`", f"{kind} ({len(some)})", *_cells(worst))


def _cells(one: Growth) -> tuple[str, ...]:
    floor = f" or {one.case.floor:g} ms" if one.case.floor else ""
    return (
        f"{one.small.first:.1f} → {one.large.first:.1f}",
        f"{one.first:.2g}",
        f"{one.small.next:.1f} → {one.large.next:.1f}",
        f"{one.next:.2g}",
        f"≤ {one.case.goal:g}{floor}",
        "reached" if one.excess <= 1 else "not reached",
    )


def _largest(plan: Plan, size: Size) -> Iterator[Row]:
    """Rows of what is measured on the largest database alone."""
    yield slow.row({size.path(case): times.delay for case, times in size.times.items()})
    yield from exports.rows(size.database)
    yield from publishing.changed_rows(size.database, size.events)
    yield from process.memory_rows(plan, size.database, size.events)


def _keep(sizes: Sequence[Size], growth: Sequence[Growth]) -> None:
    """Write every case with its times on every database, in milliseconds."""
    with (BUILD / "scale.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        parts = [f"{name} {size.events}" for size in sizes for name in ("first", "next", "delay")]
        writer.writerow(["list", "kind", "path", *parts])
        for one in growth:
            times = [size.times[one.case] for size in sizes]
            figures = [f"{value:.2f}" for some in times for value in (some.first, some.next, some.delay)]
            writer.writerow([one.case.list, one.case.kind, one.case.path, *figures])


if __name__ == "__main__":
    main()
