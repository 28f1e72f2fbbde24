"""Run of a figure: in a process and session of its own, with an empty folder and a hard time limit."""

import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tools.processes import kill_session
from tools.soak.figure import Outcome
from tools.soak.figures import Entry

ROOT = Path(__file__).parent.parent.parent
STDERR = 2  # file descriptor; what a figure prints is not among the results on stdout


class Extent(StrEnum):
    """Which of a figure's counts is measured."""

    SHORT = "short"
    REDUCED = "reduced"
    FULL = "full"


# Seconds after which a figure hangs: many times what it should take, as other work may delay it.
LIMITS = {Extent.SHORT: 300, Extent.REDUCED: 600, Extent.FULL: 3600}


@dataclass(frozen=True, slots=True)
class Result:
    """Result of a run: the figure, its outcome, and the seconds it took."""

    entry: Entry
    outcome: Outcome
    seconds: float
    cpu: float  # seconds of the figure and of all that it started and waited for

    def __str__(self) -> str:
        figure = self.entry.figure
        times = f"{self.seconds:.0f} s, {self.cpu:.0f} s of CPU"
        return f"{figure.number} {figure.name}: {verdict(self.outcome)} in {times}: {self.outcome.text}"


def verdict(outcome: Outcome) -> str:
    """Word for whether a figure holds."""
    return "holds" if outcome.holds else "does not hold"


def run(entry: Entry, extent: Extent, limit: float | None = None) -> Result:
    """Result of one figure. It does not hold if it takes longer than the limit, fails, or leaves processes behind.

    What it leaves is killed with its children, by the id of its session, which no process of it may change.
    """
    began, cpu_before = time.monotonic(), _cpu_of_children()
    count = getattr(entry.figure.counts, extent)
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as place:
        outcome = _outcome(entry, count, Path(place), limit or LIMITS[extent])
    return Result(entry, outcome, time.monotonic() - began, _cpu_of_children() - cpu_before)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _outcome(entry: Entry, count: int, place: Path, limit: float) -> Outcome:
    folder, file = place / "folder", place / "outcome.json"
    folder.mkdir()
    command = [sys.executable, "-m", "tools.soak.child", entry.module, str(entry.index), str(count)]
    process = subprocess.Popen([*command, folder, file], cwd=ROOT, stdout=STDERR, start_new_session=True)
    try:
        process.wait(limit)
    except subprocess.TimeoutExpired:
        return Outcome(holds=False, text=f"hangs: not over after {limit:g} s")
    finally:
        left = kill_session(process.pid)
        process.wait()
    if not file.exists():
        return Outcome(holds=False, text=f"ended with exit code {process.returncode}")
    outcome = Outcome(**json.loads(file.read_text(encoding="utf-8")))
    return Outcome(holds=False, text=f"left {left} processes behind; {outcome.text}") if left else outcome
