"""Server processes that are measured: the service and its yardsticks, with their CPU time and memory from /proc."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tools.bench.programs import program

HOST = "127.0.0.1"
_PATIENCE = 120  # seconds until a server answers
_TICKS = os.sysconf("SC_CLK_TCK")
_MIB = 2**20


class Server:
    """Server process on a free port, ready when its address `probe` answers; ended when the block ends."""

    def __init__(self, command: Sequence[str], probe: str, environment: Mapping[str, str] | None = None) -> None:
        self.port = _free_port()
        self._command = [part.replace("PORT", str(self.port)) for part in command]
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("DOSSIER_")} | {
            **(environment or {})
        }
        self._probe = probe
        self.start_seconds = 0.0

    def __enter__(self) -> Self:
        began = time.monotonic()
        self.process = subprocess.Popen(
            self._command, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while self.process.poll() is None and time.monotonic() - began < _PATIENCE:
            try:
                if get(self.port, self._probe)[0] < 400:
                    self.start_seconds = time.monotonic() - began
                    return self
            except OSError:
                time.sleep(0.01)
        self.__exit__()
        raise RuntimeError(f"{' '.join(self._command)} did not start")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def cpu(self) -> float:
        """CPU seconds, user and system, of the process and its children so far."""
        return sum(_cpu(pid) for pid in _tree(self.process.pid))

    def memory(self, field: str = "VmRSS") -> float:
        """Resident memory of the largest process in MiB; the highest so far with the field `VmHWM`."""
        return max(memory_of(pid, field) for pid in _tree(self.process.pid))


def service(database: Path, *, workers: int = 1) -> Server:
    """The service on a database, with its access log off."""
    command = [str(Path(sys.executable).parent / "dossier"), "serve", "--port", "PORT", "--workers", str(workers)]
    return Server(command, "/health/ready", {"DOSSIER_DATABASE_URL": f"sqlite:///{database}", "DOSSIER_LOG": "off"})


def bare(bodies: Path) -> Server:
    """Bare ASGI function with the files of a folder as its answers."""
    return _uvicorn("tools.bench.bare:app", f"/{next(bodies.iterdir()).name}", {"BENCH_BODIES": str(bodies)})


def textbook(database: Path) -> Server:
    """Textbook application on its own database."""
    return _uvicorn("tools.bench.textbook:app", "/openapi.json", {"BENCH_TEXTBOOK": str(database)})


def datasette(database: Path) -> Server:
    """Datasette on the database of the textbook application. Its limit of a second for a statement is raised."""
    limit = ["--setting", "sql_time_limit_ms", "60000"]
    command = [program("datasette"), "serve", "--immutable", str(database), "--host", HOST, "--port", "PORT", *limit]
    return Server(command, "/-/versions.json")


def _uvicorn(app: str, probe: str, environment: Mapping[str, str]) -> Server:
    command = [sys.executable, "-m", "uvicorn", app, "--port", "PORT", "--no-access-log", "--log-level", "error"]
    return Server(command, probe, environment)


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers by their lower-case names, and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        connection.request("GET", path, headers={**(headers or {})})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _tree(pid: int) -> list[int]:
    """A process and its descendants."""
    children = [int(one) for task in Path(f"/proc/{pid}/task").glob("*/children") for one in task.read_text().split()]
    return [pid, *(one for child in children for one in _tree(child))]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_of(pid: int | str, field: str) -> float:
    """Memory of a process in MiB, by the name of the field in /proc/<pid>/status, such as `VmRSS`."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / _MIB for line in lines if line.startswith(f"{field}:"))
