"""Benchmark (`make bench`): the goals of the service as ratios to yardsticks, measured side by side in six minutes.

Prints a table and writes it to docs/performance.md. The databases that it needs are made first and kept in build/bench.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from tools.bench import cold, exports, hot, process, publishing, slow
from tools.bench.database import generated, packaged
from tools.bench.plan import PAGE, QUICK, Plan
from tools.bench.table import Row, machine, markdown, put, sqlite_version


def main() -> None:
    """Measure, print each row when it is there, and write the page."""
    parser = argparse.ArgumentParser(prog="python -m tools.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="some seconds, to see that everything can be measured")
    parser.add_argument("--page", type=Path, default=PAGE, help="page to write; default: docs/performance.md")
    options = parser.parse_args()
    found = []
    for row in rows(QUICK if options.quick else Plan()):
        print(" | ".join(row.cells()), file=sys.stderr, flush=True)
        found.append(row)
    table = markdown(found)
    print(table)
    reached = sum(row.reached for row in found)
    put(options.page, "bench", f"{machine(sqlite_version())} Goals reached: {reached} of {len(found)}.\n\n{table}")


def rows(plan: Plan) -> Iterator[Row]:
    """All rows of the table."""
    record, small, large = packaged(), generated(plan.small), generated(plan.large)
    yield from hot.rows(plan, record)
    yield from cold.rows(plan, [small, large])
    yield from slow.rows(large)
    yield from exports.rows(large)
    yield from publishing.rows(plan.published, large.parent)
    yield from publishing.changed_rows(large, plan.large)
    yield from process.start_rows(plan, record)
    yield from process.memory_rows(plan, large, plan.large)


if __name__ == "__main__":
    main()
