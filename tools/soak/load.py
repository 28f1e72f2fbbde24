"""Figure 4: 64 and 256 clients at once, each with one request after the other, of stored answers and new ones.

A search takes a hundred times as long as a stored answer, and clients that wait for nothing else gather there. So each
kind of answer is held against its own median; the figure over all kinds is told beside it.
"""

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path

from tools.processes import service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.raw_client import Client
from tools.soak.servers import generated_database

_CLIENTS = (64, 256)
_RATIO = 10  # most that the 99th percentile may be of the median
_HOT = (
    "/v1/timeline-events",
    "/v1/timeline-events/first-nuclear-test",
    "/v1/timeline",
    "/v1/search?q=nuclear",
    "/v1/timeline-events?facets=kind,actor",
    "/v1/actors?format=csv",
)
_COLD = 20_000  # addresses that are hardly asked twice
_HOT_SHARE = 0.8
_WARM = 20  # new addresses asked for before the measurement, so that the parts of the index that all need are read
_WORDS = ("nuclear", "embassy", "sanctions", "aid", "visit", "food", "treaty", "trade")


def measure(seconds: int, folder: Path) -> Outcome:
    """Each number of clients for so many seconds, on 1,000 events beside the packaged record."""
    paths = mixed()
    holds, parts = True, list[str]()
    with service(generated_database(folder, 1_000)) as server:
        for clients in _CLIENTS:
            delays, faults = asyncio.run(_loaded(server.port, paths, seconds, clients))
            ratios = {kind: _p99(some) / statistics.median(some) for kind, some in delays.items()}
            holds = holds and not faults and len(delays) == len(_KINDS) and max(ratios.values()) <= _RATIO
            parts.append(_text(clients, seconds, delays, faults))
    return Outcome(holds, "; ".join(parts))


def _text(clients: int, seconds: int, delays: Mapping[str, list[float]], faults: Sequence[str]) -> str:
    everything = [delay for some in delays.values() for delay in some]
    kinds = ", ".join(f"{kind} {_measured(some)}" for kind, some in sorted(delays.items()))
    failed = f", {len(faults)} faults ({faults[0]})" if faults else ", 0 errors"
    return f"{clients} clients for {seconds} s: {len(everything):,} requests {_measured(everything)}: {kinds}{failed}"


def _measured(delays: Sequence[float]) -> str:
    p50, p99 = statistics.median(delays), _p99(delays)
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms ({p99 / p50:.1f} times)"


def _p99(delays: Sequence[float]) -> float:
    return sorted(delays)[-1 - len(delays) // 100]


_KINDS = ("stored answers", "new lists", "new searches")


def _kind(path: str) -> str:
    if path in _HOT:
        return _KINDS[0]
    return _KINDS[2] if path.startswith("/v1/search") else _KINDS[1]


def mixed() -> list[str]:
    """Addresses, four of five of them asked for again and again, in an order that looks like chance."""
    chance = random.Random(4)
    cold = list(_cold_paths())
    chance.shuffle(cold)
    return [chance.choice(_HOT) if chance.random() < _HOT_SHARE else path for path in cold]


def _cold_paths() -> Iterator[str]:
    kinds = cycle(
        (
            "/v1/timeline-events?limit={limit}&from={year}",
            "/v1/timeline-events?limit={limit}&to={year}&sort=-title",
            "/v1/timeline?limit={limit}&from={year}&lang=fr",
            "/v1/search?q={word}+{year}&limit={limit}",
        )
    )
    for number in range(_COLD):
        word = _WORDS[number % len(_WORDS)]
        yield next(kinds).format(limit=1 + number % 50, year=1950 + number // 50 % 80, word=word)


async def _loaded(
    port: int, paths: Sequence[str], seconds: int, clients: int
) -> tuple[dict[str, list[float]], list[str]]:
    """Delays in milliseconds by kind of answer, and what failed."""
    first = Client(port)
    for path in (*_HOT, *paths[-_WARM:]):
        await first.get(path)
    first.close()
    delays, faults = defaultdict[str, list[float]](list), list[str]()
    shared, until = cycle(paths), time.monotonic() + seconds

    async def ask() -> None:
        client = Client(port)
        while time.monotonic() < until:
            path, began = next(shared), time.perf_counter()
            try:
                answer = await client.get(path)
            except (OSError, EOFError) as error:
                faults.append(f"{path}: {type(error).__name__}")
                continue
            delays[_kind(path)].append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                faults.append(f"{path}: {answer.status}")
        client.close()

    await asyncio.gather(*(ask() for _ in range(clients)))
    return delays, faults


FIGURES = (
    Figure(
        4,
        "Load",
        f"64 and 256 clients: 0 errors, p99 ≤ {_RATIO} × p50 of each kind of answer",
        Counts(short=3, reduced=25, full=300),
        measure,
    ),
)
