"""Figure 7, readers: slow readers of a large export, and 64 exporters at once, while revisions are published."""

import asyncio
import resource
from collections import Counter
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.processes import Server, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.raw_client import read_for_ever
from tools.soak.servers import generated_database, publishing, watching

_P99, _MEMORY, _LOG = 250, 400, 32  # milliseconds, MiB, MiB
_EVENTS = 1_000
_EXPORT = "/v1/changes?format=csv"  # the longest answer of this database, made row by row in Python
_PLAIN = tuple(f"/v1/timeline-events?limit={limit}&sort=-title" for limit in range(1, 41))
_LEAST, _MOST = 4, 120  # seconds of the attack
_EXPORTERS = 64


@dataclass
class _Peak:
    """Highest values seen: memory of the worker in MiB, its descriptors, the write-ahead log in MiB."""

    memory: float = 0
    descriptors: int = 0
    log: float = 0

    def __str__(self) -> str:
        return f"at most {self.memory:.0f} MiB, {self.descriptors} descriptors, a log of {self.log:.1f} MiB"


def slow_readers(count: int, folder: Path) -> Outcome:
    """So many clients, who come within two seconds, take 200 bytes every 5 s of an export; whose ends begins anew."""

    def attack(port: int, statuses: Counter[str]) -> list[Coroutine[Any, Any, None]]:
        return [read_for_ever(port, _EXPORT, statuses, pause=5, size=200, within=2) for _ in range(count)]

    return _measured(f"{count} slow readers", folder, min(max(count // 5, _LEAST), _MOST), attack)


def exporters(seconds: int, folder: Path) -> Outcome:
    """64 clients export without a pause, for so many seconds."""

    def attack(port: int, statuses: Counter[str]) -> list[Coroutine[Any, Any, None]]:
        return [read_for_ever(port, _EXPORT, statuses) for _ in range(_EXPORTERS)]

    return _measured(f"{_EXPORTERS} exporters", folder, seconds, attack)


def _measured(who: str, folder: Path, seconds: int, attack: Any) -> Outcome:
    database = generated_database(folder, _EVENTS)
    statuses, peak = Counter[str](), _Peak()
    with (
        service(database, limits={resource.RLIMIT_NOFILE: 1024}) as server,
        watching(server.port, _PLAIN) as watch,
        publishing(database, milliseconds=500) as publisher,
    ):
        asyncio.run(_run(attack(server.port, statuses), seconds, server, database, peak))
    begun, refused = statuses.pop("200", 0), statuses.pop("503", 0)
    cut = statuses.pop("cut", 0) + statuses.pop("no answer", 0)
    faults = [*watch.failures, *publisher.failures, *(f"status {status}" for status in statuses)]
    holds = not faults and begun > 0 and publisher.published > 0 and watch.own_p99 < _P99
    holds = holds and peak.memory < _MEMORY and peak.log < _LOG
    text = (
        f"{who} for {seconds} s: {begun} streams begun, {refused} refused with 503, {cut} connections ended; "
        f"{watch}; {publisher.published} revisions published; {peak}"
    )
    return Outcome(holds, f"{text}; {len(faults)} faults ({faults[0]})" if faults else text)


async def _run(
    clients: Sequence[Coroutine[Any, Any, None]], seconds: float, server: Server, database: Path, peak: _Peak
) -> None:
    tasks = [asyncio.create_task(client) for client in clients]
    until = asyncio.get_running_loop().time() + seconds
    log = database.with_name(f"{database.name}-wal")
    while asyncio.get_running_loop().time() < until:
        peak.memory = max(peak.memory, server.memory())
        peak.descriptors = max(peak.descriptors, server.descriptors())
        with suppress(OSError):
            peak.log = max(peak.log, log.stat().st_size / 2**20)
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):  # a fault of this program: cancelled tasks end otherwise
            raise ended


_GOAL = (
    f"a healthy client's p99 < {_P99} ms, memory < {_MEMORY} MiB, the log < {_LOG} MiB, nothing but 200 and 503, "
    "while revisions are published"
)
FIGURES = (
    Figure(7, "Slow readers", _GOAL, Counts(short=40, reduced=250, full=500), slow_readers, has_delays=True),
    Figure(7, f"{_EXPORTERS} exporters", _GOAL, Counts(short=8, reduced=30, full=300), exporters, has_delays=True),
)
