"""The benchmark measures every line of its table, and growth on two sizes; how fast is not tested here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tools.bench.cases import Case
from tools.bench.growth import Growth, Times
from tools.bench.load import Target, side_by_side
from tools.bench.plan import PAGE, ROOT
from tools.bench.programs import found
from tools.bench.servers import bare
from tools.bench.table import HEAD, at_least, at_most, markdown, put

needs_yardsticks = pytest.mark.skipif(
    not all(map(found, ("wrk", "datasette", "sqlite3"))), reason="run `make yardsticks`"
)
CASES = [
    *("list of 50", "item", "timeline page", "search page", "facets page", "CSV of a list", "/openapi.json", "/docs"),
    *("304, list of 50", "304, item"),
    *(f"99th percentile against the median, {number} connections, mixed hot answers" for number in (64, 256)),
    "bytes on the wire, list of 50, gzip against plain",
    *("list of 50 never asked before, N rows, against " + name for name in ("the textbook application", "Datasette")),
    "2 workers against 1, lists never asked before",
    "longest delay of /health/live while one of 15 requests runs",
    *(f"{name} of all events{rest}" for name in ("CSV, 5 columns", "JSON Lines") for rest in ("", ", memory")),
    *("publish new records", "publish unchanged records", "publish one changed record among 100"),
    "publish one changed record among 100, memory",
    *("from start to ready, median of 1", "memory of a worker at rest, 100 events"),
    "highest memory of a worker in 0 s of questions that never repeat, 100 events",
]


@pytest.mark.slow
@needs_yardsticks
def test_every_case_has_a_row_with_a_verdict(tmp_path: Path) -> None:
    page = _page(tmp_path)
    _run("tools.bench", "--quick", "--page", str(page))
    rows = [line.strip("| ").split(" | ") for line in page.read_text().splitlines() if "reached |" in line]
    assert [_plain(row[0]) for row in rows] == CASES
    assert {row[5] for row in rows} <= {"reached", "not reached"}


@pytest.mark.slow
@needs_yardsticks
def test_wrk_asks_each_path_for_a_second(tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / name).write_bytes(b"{}")
    with bare(tmp_path) as server:
        [load] = side_by_side([Target(server, ["/first", "/second"])], seconds=1, rounds=1)
    assert load.rate > 10
    assert 0 < load.p50 <= load.p99


@pytest.mark.slow
@needs_yardsticks
def test_growth_has_a_line_for_each_list_and_kind_of_case(tmp_path: Path) -> None:
    page = _page(tmp_path)
    _run("tools.bench.scale", "100", "400", "--quick", "--page", str(page))
    lines = {tuple(line.strip("| ").split(" | ")[:2]) for line in page.read_text().splitlines()}
    kinds = {cell.partition(" (")[0] for path, cell, *_ in (line for line in lines if len(line) > 1) if "/v1" in path}
    assert kinds >= {"first page", "one filter", "two filters", "sorted", "facets", "far cursor", "pinned revision"}
    assert kinds >= {"item", "history", "search", "whole answer"}


def test_a_row_says_whether_its_goal_is_reached() -> None:
    table = markdown(
        [
            at_least("a list", ("60/s", "100/s"), 0.6, 0.6, cpu="50, 30"),
            at_most("a delay", ("51 ms", ""), 51, 50, unit=" ms"),
        ]
    )
    assert table.splitlines()[0] == f"| {' | '.join(HEAD)} |"
    assert table.splitlines()[2:] == [
        "| a list | 60/s | 100/s | 0.6 | ≥ 0.6 | reached | 50, 30 |",
        "| a delay | 51 ms |  | 51 ms | ≤ 50 ms | not reached |  |",
    ]


def test_growth_counts_the_first_asker_and_the_next_and_forgives_what_is_fast_enough() -> None:
    small, large = Times([1, 2, 9], 1), Times([5, 6, 7], 1.5)
    assert Growth(Case("/v1/a", "sorted", "/v1/a?sort=id", 2), small, large).excess == 1.5
    assert Growth(Case("/v1/a", "one filter", "/v1/a?kind=b", 2, 50), small, large).excess == 0


def test_a_section_of_the_page_is_replaced_and_the_rest_stays(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# Speed\n<!-- bench -->\nold\n<!-- end of bench -->\nafter\n")
    put(page, "bench", "new")
    assert page.read_text() == "# Speed\n<!-- bench -->\nnew\n<!-- end of bench -->\nafter\n"


def _page(folder: Path) -> Path:
    page = folder / "performance.md"
    page.write_bytes(PAGE.read_bytes())
    put(page, "bench", "")
    put(page, "bench-scale", "")
    return page


def _run(*command: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _plain(case: str) -> str:
    """A case without what depends on machine and data: sizes, the dumping tool, and how many rows."""
    case = re.sub(r"before, \d+ rows", "before, N rows", case)
    return case.partition(" (")[0] if "of all events (" in case else case
