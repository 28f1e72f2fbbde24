"""Page docs/reliability.md: one row for each figure, with its newest full measurement."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tools.bench.table import grid, hardware, put, section
from tools.soak.figures import Entry
from tools.soak.run import ROOT, Result, verdict

PAGE = ROOT / "docs" / "reliability.md"
SECTION = "soak"
HEAD = ("figure", "what", "goal", "counted", "verdict", "measured", "command that repeats it")
_CELL = re.compile(r"(?<!\\)\|")


def write(page: Path, results: Iterable[Result], entries: Iterable[Entry]) -> None:
    """Replace the rows of these results. Rows of other figures stay; those of figures that are no more go."""
    rows = {(row[0], row[1]): row for row in _rows(section(page, SECTION))}
    rows |= {_key(result.entry): _row(result) for result in results}
    lines = [rows.get(_key(entry)) or _unmeasured(entry) for entry in entries]
    held = sum(line[4] == "holds" for line in lines)
    put(page, SECTION, f"Figures that hold: {held} of {len(lines)}.\n\n{grid(HEAD, lines)}")


def _key(entry: Entry) -> tuple[str, str]:
    return str(entry.figure.number), entry.figure.name


def _row(result: Result) -> tuple[str, ...]:
    where = f"{datetime.now(UTC):%Y-%m-%d} in {result.seconds:,.0f} s, {hardware()}"
    command = f"`make soak-full FIGURES={result.entry.short_module}`"
    goal, outcome = result.entry.figure.goal, result.outcome
    return (*_key(result.entry), goal, _one_line(outcome.text), verdict(outcome), where, command)


def _unmeasured(entry: Entry) -> tuple[str, ...]:
    command = f"`make soak-full FIGURES={entry.short_module}`"
    return (*_key(entry), entry.figure.goal, "", "not measured", "", command)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _rows(table: str) -> list[tuple[str, ...]]:
    """Cells of the rows of a table that `grid` wrote."""
    lines = [line for line in table.splitlines() if re.match(r"\| \d", line)]
    return [tuple(cell.strip().replace("\\|", "|") for cell in _CELL.split(line)[1:-1]) for line in lines]
