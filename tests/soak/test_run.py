"""A figure that hangs, fails or leaves something behind does not hold, and ends with all that it started."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.waiting import eventually
from tools.processes import of_session
from tools.soak.figure import Outcome
from tools.soak.figures import Entry, chosen, entries_of
from tools.soak.page import write
from tools.soak.run import Extent, Result, run

ENTRIES = list(entries_of(["tests.support.soak_figures"]))
HOLDS, RAISES, HANGS, DIES, LEAVES = ENTRIES
PAGE = "# Reliability\n<!-- soak -->\n<!-- end of soak -->\nafter\n"


def test_the_outcome_is_what_the_measurement_returned_for_the_count_of_the_extent() -> None:
    assert run(HOLDS, Extent.SHORT).outcome == Outcome(holds=True, text="2 counted")
    assert run(HOLDS, Extent.FULL).outcome == Outcome(holds=True, text="4 counted")


def test_a_measurement_that_raises_does_not_hold() -> None:
    outcome = run(RAISES, Extent.REDUCED).outcome
    assert outcome == Outcome(holds=False, text="broke off: ValueError: cannot count to 3")


def test_a_measurement_that_ends_its_process_does_not_hold() -> None:
    assert run(DIES, Extent.SHORT).outcome == Outcome(holds=False, text="ended with exit code 7")


def test_a_measurement_that_hangs_is_killed_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert run(HANGS, Extent.SHORT, limit=1).outcome == Outcome(holds=False, text="hangs: not over after 1 s")
    [child] = [int(file.read_text()) for file in tmp_path.glob("child-*")]
    assert eventually(lambda: not _runs(child))


def test_a_process_left_behind_is_killed_and_the_figure_does_not_hold() -> None:
    outcome = run(LEAVES, Extent.SHORT).outcome
    assert outcome == Outcome(holds=False, text="left 1 processes behind; counted")


def test_a_runner_that_is_ended_ends_the_figure_that_runs() -> None:
    code = (
        "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); "
        "from tests.soak.test_run import HANGS, Extent, run; run(HANGS, Extent.SHORT)"
    )
    runner = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    assert eventually(lambda: _children(runner.pid))
    [session] = _children(runner.pid)
    assert eventually(lambda: len(of_session(session)) == 2)
    runner.send_signal(signal.SIGTERM)
    assert runner.wait() == 143
    assert of_session(session) == []


def test_figures_are_chosen_by_number_and_by_module() -> None:
    assert chosen(ENTRIES, []) == ENTRIES
    assert chosen(ENTRIES, ["4", "1"]) == [HOLDS, DIES]
    assert chosen(ENTRIES, ["soak_figures"]) == ENTRIES
    with pytest.raises(SystemExit, match="99"):
        chosen(ENTRIES, ["1", "99"])


def test_the_page_shows_each_figure_and_keeps_the_rows_that_are_not_measured_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    write(page, [_result(HOLDS, True, "2 counted"), _result(LEAVES, False, "a | b\nc")], ENTRIES)
    write(page, [_result(LEAVES, True, "d | e")], ENTRIES)
    lines = page.read_text().splitlines()
    assert lines[2] == "Figures that hold: 2 of 5."
    rows = {line.split(" | ")[0]: line for line in lines if line.startswith("| ")}
    assert "| 1 | holds | as it says | 2 counted | holds | " in rows["| 1"]
    assert "`make soak-full FIGURES=soak_figures` |" in rows["| 1"]
    assert "not measured" in rows["| 2"]
    assert "| 5 | leaves a process \\| and a bar | as it says | d \\| e | holds | " in rows["| 5"]
    assert lines[-2:] == ["<!-- end of soak -->", "after"]


def test_a_figure_that_is_no_more_leaves_the_page(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(PAGE)
    write(page, [_result(HOLDS, True, "2 counted")], ENTRIES)
    write(page, [], ENTRIES[1:])
    assert "| holds |" not in page.read_text()


def _result(entry: Entry, holds: bool, text: str) -> Result:
    return Result(entry, Outcome(holds=holds, text=text), 61.5, 30)


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
