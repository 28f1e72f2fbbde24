"""Figures that the tests of the runner measure: one that holds, and each way not to."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tools.soak.figure import Counts, Figure, Outcome

ENDLESS = [sys.executable, "-c", "import time; time.sleep(600)"]


def _holds(count: int, folder: Path) -> Outcome:
    sys.stdout.write("this is not the outcome")
    return Outcome(holds=count > 1 and not list(folder.iterdir()), text=f"{count} counted")


def _raises(count: int, folder: Path) -> Outcome:
    raise ValueError(f"cannot count to {count}")


def _hangs(count: int, folder: Path) -> Outcome:
    _start_child(folder)
    time.sleep(600)
    raise AssertionError


def _dies(count: int, folder: Path) -> Outcome:
    os._exit(7)


def _leaves(count: int, folder: Path) -> Outcome:
    """A process of another group, whose parent has ended."""
    code = "import subprocess, sys; subprocess.Popen(sys.argv[1:], process_group=0)"
    subprocess.run([sys.executable, "-c", code, *ENDLESS], check=True)
    return Outcome(holds=True, text="counted")


def _start_child(folder: Path) -> None:
    child = subprocess.Popen(ENDLESS, process_group=0)
    (folder.parent.parent / f"child-{folder.parent.name}").write_text(str(child.pid))


_COUNTS = Counts(short=2, reduced=3, full=4)
FIGURES = tuple(
    Figure(number, name, "as it says", _COUNTS, measure)
    for number, name, measure in (
        (1, "holds", _holds),
        (2, "raises", _raises),
        (3, "hangs", _hangs),
        (4, "dies", _dies),
        (5, "leaves a process | and a bar", _leaves),
    )
)
