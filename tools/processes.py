"""Server processes that are measured: started on a free port with their limits, watched through /proc, and ended."""

import contextlib
import http.client
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

HOST = "127.0.0.1"
_PATIENCE = 120  # seconds until a server answers
_END = 40  # seconds until a server has ended: it gives its clients 30
_Number = TypeVar("_Number", int, float)
_TICKS = os.sysconf("SC_CLK_TCK")
_MIB = 2**20
_FAILURE = 400  # status codes from here on


class Server:
    """Server process on a free port, ready when its address `probe` answers; ended when the block ends.

    It has a process group of its own, in the session of whoever starts it. `PORT` in the command is replaced by the
    port. `limits` are by the constants of the module resource, such as `{resource.RLIMIT_NOFILE: 1024}`; its children
    inherit them. What it writes goes to the file `output`, if there is one.
    """

    def __init__(
        self,
        command: Sequence[str],
        probe: str,
        environment: Mapping[str, str] | None = None,
        *,
        limits: Mapping[int, int] | None = None,
        output: Path | None = None,
    ) -> None:
        self.port = free_port()
        self._command = [part.replace("PORT", str(self.port)) for part in command]
        self._environment = clean_environment() | {**(environment or {})}
        self._probe = probe
        self._limits = {**(limits or {})}
        self._output = output
        self.start_seconds = 0.0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the process and wait until it answers. Raises RuntimeError if it does not."""
        began = time.monotonic()
        with self._output.open("ab") if self._output else open(os.devnull, "ab") as output:  # noqa: PTH123 - one form
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdout=output, stderr=subprocess.STDOUT, process_group=0
            )
        # Within the first milliseconds of the interpreter, which it survives; a shell's `ulimit` costs a process more.
        for limit, value in self._limits.items():
            resource.prlimit(self.process.pid, limit, (value, value))
        while self.process.poll() is None and time.monotonic() - began < _PATIENCE:
            try:
                if get(self.port, self._probe)[0] < _FAILURE:
                    self.start_seconds = time.monotonic() - began
                    return
            except OSError:
                time.sleep(0.01)
        self.stop()
        raise RuntimeError(f"{' '.join(self._command)} did not start")

    def stop(self, signal_number: int = signal.SIGTERM) -> int:
        """Exit code after a signal. What is left of the process group after that is killed."""
        if self.process.poll() is None:
            self.process.send_signal(signal_number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(_END)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.wait()

    def pids(self) -> list[int]:
        """Ids of the process and its descendants."""
        return tree(self.process.pid)

    def cpu(self) -> float:
        """CPU seconds, user and system, of the process and its children so far."""
        return sum(_of_each(self.pids(), _cpu))

    def memory(self, field: str = "VmRSS") -> float:
        """Resident memory of the largest process in MiB; the highest so far with the field `VmHWM`."""
        return max(_of_each(self.pids(), lambda pid: memory_of(pid, field)))

    def descriptors(self) -> int:
        """Open file descriptors of the process that has most of them."""
        return max(_of_each(self.pids(), lambda pid: len([*Path(f"/proc/{pid}/fd").iterdir()])))


def service(
    database: Path,
    *,
    workers: int = 1,
    settings: Mapping[str, str] | None = None,
    limits: Mapping[int, int] | None = None,
    output: Path | None = None,
) -> Server:
    """The service on a database, with its access log off. `settings` are DOSSIER_* variables."""
    variables = {"DOSSIER_DATABASE_URL": f"sqlite:///{database}", "DOSSIER_LOG": "off", **(settings or {})}
    command = [str(DOSSIER), "serve", "--port", "PORT", "--workers", str(workers)]
    return Server(command, "/health/ready", variables, limits=limits, output=output)


DOSSIER = Path(sys.executable).parent / "dossier"


def clean_environment() -> dict[str, str]:
    """Our environment without settings of the service."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DOSSIER_")}


def get(port: int, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers by their lower-case names, and body of one request on a connection of its own."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_PATIENCE)
    try:
        connection.request("GET", path, headers={**(headers or {})})
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
    finally:
        connection.close()


def free_port() -> int:
    """A port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def tree(pid: int) -> list[int]:
    """Ids of a process and its descendants."""
    children: list[int] = []
    with contextlib.suppress(OSError):  # it has ended meanwhile
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            children += map(int, task.read_text().split())
    return [pid, *(one for child in children for one in tree(child))]


def _of_each(pids: Iterable[int], measure: Callable[[int], _Number]) -> list[_Number]:
    """Measure of each process, without those that have ended meanwhile: they have no memory in /proc any more."""
    found = []
    for pid in pids:
        with contextlib.suppress(OSError, StopIteration):
            found.append(measure(pid))
    return found


def of_session(session: int) -> list[int]:
    """Ids of the processes of a session, without those that have ended. Finds orphans too, which have no parent."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            state, _, _, its_session = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
            if int(its_session) == session and state not in "ZX":
                found.append(int(folder.name))
    return found


def kill_session(session: int) -> int:
    """Kill what is left of a session, and count it. Repeated, as a process may start another one meanwhile."""
    killed = set[int]()
    while left := of_session(session):
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed.update(left)
        time.sleep(0.01)
    return len(killed)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory_of(pid: int | str, field: str) -> float:
    """Memory of a process in MiB, by the name of the field in /proc/<pid>/status, such as `VmRSS`."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 / _MIB for line in lines if line.startswith(f"{field}:"))
