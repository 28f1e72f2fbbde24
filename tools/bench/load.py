"""Load: requests by wrk (https://github.com/wg/wrk), side by side on several servers, with their CPU time."""

import http.client
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.bench.programs import environment, program
from tools.processes import HOST, Server

CONNECTIONS = 32
_FEW = 3  # requests of a run of 0 seconds
_SCRIPT = Path(__file__).parent / "load.lua"


@dataclass(frozen=True)
class Target:
    """What is asked of which server. `once`: each path is asked only once, so that each answer is made anew."""

    server: Server
    paths: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


@dataclass(frozen=True)
class Load:
    """Requests a second, delays in milliseconds, and the server's CPU time of a request in microseconds."""

    rate: float
    p50: float
    p99: float
    cpu: float


def side_by_side(targets: Sequence[Target], seconds: float, rounds: int, connections: int = CONNECTIONS) -> list[Load]:
    """Load of each target: the medians of several rounds, in each of which every target has its turn.

    With 0 seconds the first paths are asked once each, on one connection.
    """
    loads: list[list[Load]] = [[] for _ in targets]
    for turn in range(rounds):
        for mine, target in zip(loads, targets, strict=True):
            mine.append(_run(target, _part(target, turn, rounds), seconds, connections))
    return [_median(mine) for mine in loads]


def _part(target: Target, turn: int, rounds: int) -> Sequence[str]:
    """Paths of a round: for `once`, other ones in each round."""
    if not target.once:
        return target.paths
    size = len(target.paths) // rounds
    return target.paths[turn * size : (turn + 1) * size]


def _run(target: Target, paths: Sequence[str], seconds: float, connections: int) -> Load:
    before = target.server.cpu()
    requests, taken, p50, p99 = _wrk(target, paths, seconds, connections) if seconds else _few(target, paths)
    if target.once and requests > len(paths):
        raise RuntimeError(f"{requests} requests, but only {len(paths)} paths that were not asked before")
    cpu = target.server.cpu() - before
    return Load(requests / taken, p50 / 1000, p99 / 1000, cpu / max(requests, 1) * 1e6)


def _few(target: Target, paths: Sequence[str]) -> tuple[int, float, int, int]:
    """The same as `_wrk` for some requests one after the other."""
    connection, delays = http.client.HTTPConnection(HOST, target.server.port), list[float]()
    for path in paths[:_FEW]:
        began = time.perf_counter()
        connection.request("GET", path, headers={**target.headers})
        answer = connection.getresponse()
        answer.read()
        delays.append(time.perf_counter() - began)
        if answer.status >= 400:
            raise RuntimeError(f"{path}: {answer.status}")
    connection.close()
    return len(delays), sum(delays), round(statistics.median(delays) * 1e6), round(max(delays) * 1e6)


def _wrk(target: Target, paths: Sequence[str], seconds: float, connections: int) -> tuple[int, float, int, int]:
    """Requests, seconds, and the 50th and 99th percentile of their delays in microseconds. wrk takes whole seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths) + "\n")
        file.flush()
        headers = [part for name, value in target.headers.items() for part in ("-H", f"{name}: {value}")]
        command = [program("wrk"), "-t1", f"-c{connections}", f"-d{max(round(seconds), 1)}s", "--timeout", "60s"]
        done = subprocess.run(
            [*command, "-s", str(_SCRIPT), *headers, f"http://{HOST}:{target.server.port}"],
            env=environment() | {"BENCH_PATHS": file.name},
            capture_output=True,
            text=True,
            check=True,
        )
    result = next(line for line in done.stdout.splitlines() if line.startswith("result "))
    requests, microseconds, p50, p99, errors = map(int, result.split()[1:])
    if errors:
        raise RuntimeError(f"{errors} of {requests} requests failed: {paths[0]}")
    return requests, microseconds / 1e6, p50, p99


def _median(loads: Sequence[Load]) -> Load:
    values = [[getattr(load, name) for load in loads] for name in ("rate", "p50", "p99", "cpu")]
    return Load(*map(statistics.median, values))
