"""Data tools: the lines that docs/integrate.md shows for pandas, polars, DuckDB, jq and SQLite read what is served."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT

PAGE = re.search(r"^## Data tools\n.*?(?=^## )", (ROOT / "docs" / "integrate.md").read_text(), re.DOTALL | re.MULTILINE)
assert PAGE is not None
SHOWN = "http://127.0.0.1:8000"
PYTHON = ROOT / ".venv-readers" / "bin" / "python"
# Prints the rows that each line gives, and the types of their columns.
RUN = """
import json, sys
import duckdb, pandas, polars
for line in json.load(sys.stdin):
    table = eval(line)
    types = table.dtypes if isinstance(table.dtypes, list) else list(table.dtypes)
    print(json.dumps([len(table), dict(zip(table.columns, map(str, types)))]))
"""
pytestmark = pytest.mark.slow


def lines(language: str) -> list[str]:
    """The lines of the blocks in a language."""
    assert PAGE is not None
    return [
        line for block in re.findall(rf"```{language}\n(.*?)```", PAGE[0], re.DOTALL) for line in block.splitlines()
    ]


@pytest.fixture
def folder(dossier: httpx.Client, tmp_path: Path) -> Path:
    """A folder with the downloads."""
    for name in ("dataset.sqlite", "dataset.jsonl"):
        (tmp_path / name).write_bytes(dossier.get(f"/v1/{name}").content)
    return tmp_path


def total(client: httpx.Client, collection: str) -> int:
    return int(client.get(f"/v1/{collection}").json()["page"]["total"])


@pytest.mark.readers
@pytest.mark.skipif(not (ROOT / ".venv-readers" / ".made").exists(), reason="run `make readers`")
def test_the_lines_for_python_read_every_row(dossier: httpx.Client, dossier_address: str, folder: Path) -> None:
    shown = lines("python")
    assert {line.partition(".")[0] for line in shown} == {"pandas", "polars", "duckdb"}
    command = [str(PYTHON), "-c", RUN]
    sent = json.dumps([line.replace(SHOWN, dossier_address) for line in shown])
    done = subprocess.run(
        command, cwd=folder, input=sent, capture_output=True, text=True, check=False, timeout=3 * TIMEOUT
    )
    assert done.returncode == 0, done.stderr
    for line, printed in zip(shown, done.stdout.splitlines(), strict=True):
        rows, types = json.loads(printed)
        collection = re.search("timeline-events|funding-records", line)
        expected = total(dossier, collection[0]) if collection else len(dossier.get("/v1").json()["collections"])
        assert rows == expected, line
        if '"amount"' in line:
            assert types["amount"].lower() == "string"
        if "parse_dates" in line:
            assert types["earliest"].startswith("datetime64")


@pytest.mark.parametrize("line", lines("sh"))
def test_the_lines_for_a_shell_find_what_they_say(
    dossier: httpx.Client, dossier_address: str, folder: Path, line: str
) -> None:
    tool = "jq" if "| jq " in line else "sqlite3"
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line.replace(SHOWN, dossier_address)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
    )
    found = done.stdout.splitlines()
    if "nuclear-test" in line:
        assert found[0] == "2006-10-09\tNorth Korea carries out its first nuclear test"
        assert len(found) == dossier.get("/v1/timeline-events?kind=nuclear-test").json()["page"]["total"]
    elif tool == "jq":
        rows = map(json.loads, dossier.get("/v1/timeline-events?format=jsonl").text.splitlines())
        assert found == [row["id"] for row in rows if "canada" in row["actors"]] != []
    else:
        rows = dossier.get("/v1/funding-records?limit=200").json()["data"]
        large = [row for row in rows if float(row["amount"]) > 5_000_000]
        most = max(large, key=lambda row: float(row["amount"]))
        assert found[0] == f"{most['id']}|{most['amount']}|{most['currency']}"
        assert len(found) == len(large)
