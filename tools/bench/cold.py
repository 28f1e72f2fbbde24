"""Cold answers: lists of 50 for a kind and a start day that were never asked before, against other servers."""

import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import get_args

from app.resources.events import EventKind
from tools.bench.hot import cpu, rates
from tools.bench.load import Target, side_by_side
from tools.bench.plan import Plan
from tools.bench.servers import datasette, textbook
from tools.bench.table import Row, at_least, quotient
from tools.processes import get, service

_DAYS = [date(1940, 1, 1) + timedelta(days=day) for day in range(31_000)]
OURS = "/v1/timeline-events?kind={kind}&from={day}"
TEXTBOOK = "/events?kind={kind}&from={day}"
DATASETTE = "/{name}/event.json?kind={kind}&latest__gte={day}&_sort=earliest&_size=50"


def questions(form: str, number: int, seed: int = 0) -> list[str]:
    """So many addresses of a form with `{kind}` and `{day}`, each another question, chosen by the seed."""
    chosen = random.Random(seed).sample([*product(get_args(EventKind), _DAYS)], number)
    return [form.format(kind=kind, day=day) for kind, day in chosen]


def rows(plan: Plan, databases: Sequence[Path]) -> Iterator[Row]:
    """Rows of cold answers on each database, then what a second worker adds on the first."""
    for database in dict.fromkeys(databases):
        with tempfile.TemporaryDirectory() as folder:
            yield from _rows(plan, database, Path(folder) / "textbook.db")
    yield _workers(plan, databases[0])


def _rows(plan: Plan, database: Path, copy: Path) -> Iterator[Row]:
    with service(database) as ours:
        events = _fill(ours.port, copy)
        with textbook(copy) as book, datasette(copy) as datasettes:
            forms = (ours, OURS), (book, TEXTBOOK), (datasettes, DATASETTE.replace("{name}", copy.stem))
            targets = [Target(server, questions(form, plan.questions), once=True) for server, form in forms]
            mine, *others = side_by_side(targets, plan.seconds, plan.rounds)
            for name, goal, theirs in zip(("the textbook application", "Datasette"), (8, 15), others, strict=True):
                case = f"list of 50 never asked before, {events:,} rows, against {name}"
                yield at_least(case, rates(mine, theirs), quotient(mine.rate, theirs.rate), goal, cpu=cpu(mine, theirs))


def _fill(port: int, copy: Path) -> int:
    """Database of the textbook application with the events that a server has; returns their number."""
    lines = get(port, "/v1/timeline-events?format=jsonl")[2]
    command = [sys.executable, "-m", "tools.bench.textbook"]
    subprocess.run(command, input=lines, env=os.environ | {"BENCH_TEXTBOOK": str(copy)}, check=True)
    return lines.count(b"\n")


def _workers(plan: Plan, database: Path) -> Row:
    with service(database) as one, service(database, workers=2) as two:
        targets = [
            Target(server, questions(OURS, plan.questions, seed), once=True)
            for seed, server in enumerate((one, two), 1)
        ]
        single, double = side_by_side(targets, plan.seconds, plan.rounds)
    case = "2 workers against 1, lists never asked before"
    return at_least(case, rates(double, single), quotient(double.rate, single.rate), 1.8, cpu=cpu(double, single))
