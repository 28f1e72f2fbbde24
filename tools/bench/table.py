"""Tables of results: case, ours, yardstick, ratio, goal and verdict; and the page docs/performance.md with them."""

import math
import platform
import re
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import cpu_count
from pathlib import Path

HEAD = ("case", "ours", "yardstick", "ratio", "goal", "verdict", "CPU µs a request, ours and yardstick")


@dataclass(frozen=True)
class Row:
    """One measured case. `value` is held against the goal: a ratio, or a figure with the unit that the goal has."""

    case: str
    ours: str
    yardstick: str
    value: float
    goal: str
    reached: bool
    cpu: str = ""
    unit: str = ""

    def cells(self) -> tuple[str, ...]:
        """Cells of the table, in the order of `HEAD`."""
        verdict = "reached" if self.reached else "not reached"
        ratio = f"{self.value:.3g}{self.unit}"
        return (self.case, self.ours, self.yardstick, ratio, self.goal, verdict, self.cpu)


def at_least(case: str, sides: tuple[str, str], value: float, goal: float, *, cpu: str = "", unit: str = "") -> Row:
    """Row whose value must not be below the goal; `sides` are our figure and the yardstick's."""
    return Row(case, *sides, value, f"≥ {goal:g}{unit}", value >= goal, cpu, unit)


def at_most(case: str, sides: tuple[str, str], value: float, goal: float, *, cpu: str = "", unit: str = "") -> Row:
    """Row whose value must not be above the goal; `sides` are our figure and the yardstick's."""
    return Row(case, *sides, value, f"≤ {goal:g}{unit}", value <= goal, cpu, unit)


def quotient(ours: float, theirs: float) -> float:
    """Quotient of two figures; infinite where the second is zero, as on a machine too busy to answer at all."""
    return ours / theirs if theirs else math.inf


def markdown(rows: Iterable[Row]) -> str:
    """Markdown table of rows."""
    return grid(HEAD, [row.cells() for row in rows])


def grid(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """Markdown table of texts; a `|` in them is escaped."""
    rule = "|".join(["---"] * len(head))
    return "\n".join([_line(head), f"|{rule}|", *map(_line, lines)])


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def machine(sqlite: str) -> str:
    """Date, machine and versions of a measurement, one sentence. `sqlite` is the version that the service uses."""
    date, python = f"{datetime.now(UTC):%Y-%m-%d}", platform.python_version()
    return f"Measured on {date}: {hardware()}, Python {python}, SQLite {sqlite}."


def hardware() -> str:
    """Cores and processor of this machine."""
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return f"{cpu_count()} cores, {model[1] if model else platform.machine()}"


def sqlite_version() -> str:
    """Version of the SQLite that the service uses: that of the wheel where there is one."""
    try:
        from pysqlite3 import dbapi2
    except ImportError:
        return sqlite3.sqlite_version
    return str(dbapi2.sqlite_version)


def section(page: Path, name: str) -> str:
    """Text of a section of a page: the lines between `<!-- name -->` and `<!-- end of name -->`."""
    return _divided(page, name)[1]


def put(page: Path, name: str, text: str) -> None:
    """Replace a section of a page."""
    before, _, after = _divided(page, name)
    page.write_text(f"{before}{text.strip()}\n{after}", encoding="utf-8")


def _divided(page: Path, name: str) -> tuple[str, str, str]:
    """What stands before a section of a page, in it, and after it; the marks belong to the outer parts."""
    start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(start)
    text, found, after = rest.partition(end)
    if not found:
        raise RuntimeError(f"{page.name} has no section {name}")
    return before + start, text, end + after
