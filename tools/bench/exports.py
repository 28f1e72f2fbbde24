"""Exports: CSV and JSON Lines of all events against a dump of the same columns by the sqlite3 shell."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tools.bench.programs import environment, found
from tools.bench.table import Row, at_least, at_most
from tools.processes import HOST, Server, service

GOAL, MEMORY = 0.25, 64
_COLUMNS = ("id", "kind", "date", "title", "summary")
CASES = {
    "CSV, 5 columns": (
        f"/v1/timeline-events?format=csv&fields={','.join(_COLUMNS)}",
        "SELECT id, kind, " + ", ".join(f"json_extract(body_en, '$.{name}')" for name in _COLUMNS[2:]),
    ),
    "JSON Lines": ("/v1/timeline-events?format=jsonl", "SELECT CAST(body_en AS TEXT)"),
}
_CURRENT = " FROM timeline_events WHERE superseded_in IS NULL"
_DRIVER = (
    "import csv, sqlite3, sys; csv.writer(sys.stdout).writerows(sqlite3.connect(sys.argv[1]).execute(sys.argv[2]))"
)


class Dump(NamedTuple):
    """What a dump wrote: bytes, CPU seconds of its process, and how much more memory that took at most, MiB."""

    size: int
    cpu: float
    memory: float = 0

    @property
    def rate(self) -> float:
        """MB for a second of CPU time."""
        return self.size / max(self.cpu, 0.01) / 1e6


def rows(database: Path) -> Iterator[Row]:
    """Rows of exports: bytes for a second of CPU time against the shell's, and memory."""
    for name, (path, sql) in CASES.items():
        with service(database) as server:
            mine = _export(server, path)
        theirs = _dump(database, sql + _CURRENT, csv=name.startswith("CSV"))
        sides = f"{mine.rate:.1f} MB a CPU-second", f"{theirs.rate:.1f} MB a CPU-second"
        dumper = "the sqlite3 shell" if found("sqlite3") else "the same SQL in Python's driver"
        yield at_least(
            f"{name} of all events ({mine.size / 1e6:.0f} MB) against {dumper}", sides, mine.rate / theirs.rate, GOAL
        )
        sides = f"{mine.memory:.0f} MiB more", ""
        yield at_most(f"{name} of all events, memory", sides, mine.memory, MEMORY, unit=" MiB")


def _export(server: Server, path: str) -> Dump:
    """An export that a server streams; memory is sampled, as the highest value includes what starting took."""
    before, began = server.memory(), server.cpu()
    highest, over = before, threading.Event()
    size = 0

    def watch() -> None:
        nonlocal highest
        while not over.wait(0.02):
            highest = max(highest, server.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        size = sum(map(len, _stream(server.port, path)))
    finally:
        over.set()
        watcher.join()
    return Dump(size, server.cpu() - began, highest - before)


def _stream(port: int, path: str) -> Iterator[bytes]:
    connection = http.client.HTTPConnection(HOST, port, timeout=600)
    connection.request("GET", path)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    while part := answer.read(2**18):
        yield part
    connection.close()


def _dump(database: Path, sql: str, *, csv: bool) -> Dump:
    """The same columns by the sqlite3 shell; by Python's driver where there is no shell."""
    shell = found("sqlite3")
    command = [shell, "-readonly", *(["-csv"] if csv else []), str(database), sql] if shell else None
    return _run(command or [sys.executable, "-c", _DRIVER, str(database), sql])


def _run(command: Sequence[str]) -> Dump:
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        size = 0
        while part := process.stdout.read(2**18):
            size += len(part)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or not size:
        raise RuntimeError(f"{command[0]} failed after {time.monotonic() - began:.1f} s")
    return Dump(size, usage.ru_utime + usage.ru_stime)
