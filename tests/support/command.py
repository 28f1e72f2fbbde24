"""The command `dossier`, run as a process of its own or within this one."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import httpx
from typer.testing import CliRunner

from app.cli import cli
from tests.support.engines import engine
from tests.support.servers import client_at
from tests.support.waiting import TIMEOUT, eventually

SCRIPT = Path(sys.executable).with_name("dossier")


class Outcome(NamedTuple):
    """How a command ended: exit code, lines on stdout, lines on stderr."""

    code: int
    out: list[str]
    err: list[str]


def environment(folder: Path | None = None, /, **variables: str) -> dict[str, str]:
    """Our environment, its settings replaced; with a folder, commands use `dossier.db` of that folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DOSSIER_")}
    own = engine().variables(folder / "dossier.db") if folder and "DOSSIER_DATABASE_URL" not in variables else {}
    return kept | {"DOSSIER_BUSY_TIMEOUT_MS": "200"} | own | variables


def copied_home(source: Path, target: Path) -> Path:
    """A copy of a folder in which commands have run, with its database."""
    shutil.copytree(source, target)
    engine().copy(source / "dossier.db", target / "dossier.db")
    return target


def process(folder: Path, *arguments: str, **variables: str) -> Outcome:
    """Run the command in a folder as a process of its own."""
    done = subprocess.run(
        [SCRIPT, *arguments],
        cwd=folder,
        env=environment(folder, **variables),
        capture_output=True,
        text=True,
        timeout=2 * TIMEOUT,
        check=False,
    )
    return Outcome(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


def dossier(folder: Path, *arguments: str, **variables: str) -> Outcome:
    """The same within this process, which saves starting one; an exception that a process would show is raised."""
    with chdir(folder), patch.dict(os.environ, environment(folder, **variables), clear=True):
        result = CliRunner().invoke(cli, arguments, prog_name="dossier")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout.splitlines(), result.stderr.splitlines())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_ports(count: int) -> range:
    """Ports side by side that nobody uses, below those that the system gives to clients, which come at any time."""
    while True:
        ports = range(first := random.randrange(20_000, 30_000), first + count)
        with suppress(OSError), ExitStack() as probes:
            for port in ports:
                probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            return ports


def answers(address: str) -> bool:
    """Whether a server is there by now."""
    with suppress(httpx.TransportError):
        return httpx.get(f"{address}/health/live", timeout=TIMEOUT).status_code == 200
    return False


@contextmanager
def served(folder: Path, *options: str, **variables: str) -> Iterator[tuple[httpx.Client, list[str]]]:
    """A client of `dossier serve` in a folder with options, and the lines that it has written before it answered."""
    port = free_port()
    with subprocess.Popen(
        [SCRIPT, "serve", "--port", str(port), *options],
        cwd=folder,
        env=environment(folder, **variables),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        lines: list[str] = []
        while not lines or "serving on" not in lines[-1]:
            line = process.stderr.readline()
            assert line, f"ended with {process.wait()}: {lines}"
            lines.append(line.rstrip("\n"))
        address = f"http://127.0.0.1:{port}"
        assert eventually(lambda: answers(address))
        try:
            with client_at(address) as client:
                yield client, lines
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(TIMEOUT)
