"""The process itself: time from start to ready, and memory at rest and after questions that never repeat."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from tools.bench.cold import OURS, questions
from tools.bench.load import Target, side_by_side
from tools.bench.plan import Plan
from tools.bench.table import Row, at_most
from tools.processes import service

READY, MEMORY = 1.2, 150


def start_rows(plan: Plan, packaged: Path) -> Iterator[Row]:
    """Row of the time from the start of the process to the first answer of /health/ready."""
    times = []
    for _ in range(plan.starts):
        with service(packaged) as server:
            times.append(server.start_seconds)
    sides = f"{statistics.median(times):.2f} s", f"{min(times):.2f} s at least"
    yield at_most(f"from start to ready, median of {plan.starts}", sides, statistics.median(times), READY, unit=" s")


def memory_rows(plan: Plan, database: Path, events: int) -> Iterator[Row]:
    """Rows of the memory of a worker on a database of so many events."""
    with service(database) as server:
        rest = server.memory()
        yield at_most(
            f"memory of a worker at rest, {events:,} events", (f"{rest:.0f} MiB", ""), rest, MEMORY, unit=" MiB"
        )
        side_by_side([Target(server, questions(OURS, plan.questions, seed=3), once=True)], plan.asking, 1)
        asked = server.memory("VmHWM")
    case = f"highest memory of a worker in {plan.asking:g} s of questions that never repeat, {events:,} events"
    yield at_most(case, (f"{asked:.0f} MiB", ""), asked, MEMORY, unit=" MiB")
