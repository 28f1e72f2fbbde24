"""Figure 4: 64 and 256 clients at once, each with one request after the other.

One address in a hundred is new, which makes some hundred new answers a second: many more than people ask for. With
one in five, the clients gather where new searches wait, and the median is that of stored answers, which wait for
nothing: docs/reliability.md says what comes out.
"""

import asyncio
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import count, cycle
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
_NEW_SHARE = 0.01
_WORDS = ("nuclear", "embassy", "sanctions", "aid", "visit", "food", "treaty", "trade")


def measure(seconds: int, folder: Path) -> Outcome:
    """Each number of clients for so many seconds, on 1,000 events beside the packaged record."""
    holds, parts = True, list[str]()
    paths = mixed()
    with service(generated_database(folder, 1_000)) as server:
        for clients in _CLIENTS:
            delays, faults = asyncio.run(_loaded(server.port, paths, seconds, clients))
            together = _together(delays)
            holds = holds and not faults and _p99(together) <= _RATIO * statistics.median(together)
            parts.append(_text(clients, seconds, delays, faults))
    return Outcome(holds, "; ".join(parts))


def _together(delays: Mapping[str, Sequence[float]]) -> list[float]:
    return [delay for some in delays.values() for delay in some]


def _text(clients: int, seconds: int, delays: Mapping[str, list[float]], faults: Sequence[str]) -> str:
    everything = _together(delays)
    kinds = ", ".join(f"{kind} {_measured(some)}" for kind, some in sorted(delays.items()))
    failed = f", {len(faults)} faults ({faults[0]})" if faults else ", 0 errors"
    return f"{clients} clients for {seconds} s: {len(everything):,} requests {_measured(everything)}: {kinds}{failed}"


def _measured(delays: Sequence[float]) -> str:
    p50, p99 = statistics.median(delays), _p99(delays)
    return f"p50 {p50:.0f} ms, p99 {p99:.0f} ms ({p99 / p50:.1f} times)"


def _p99(delays: Sequence[float]) -> float:
    return sorted(delays)[-1 - len(delays) // 100]


def _kind(path: str) -> str:
    if path in _HOT:
        return "stored answers"
    return "new searches" if path.startswith("/v1/search") else "new lists"


def mixed(new_share: float = _NEW_SHARE) -> Iterator[str]:
    """Addresses without end, in an order that looks like chance. The same ones each time; a new one never comes again.

    `new_share` of them are new, from 0 to 1. The others are few, and asked for again and again.
    """
    chance = random.Random(4)
    new = _new_paths()
    while True:
        yield next(new) if chance.random() < new_share else chance.choice(_HOT)


def _new_paths() -> Iterator[str]:
    kinds = cycle(
        (
            "/v1/timeline-events?limit={limit}&from={day}",
            "/v1/timeline-events?limit={limit}&to={day}&sort=-title",
            "/v1/timeline?limit={limit}&from={day}&lang=fr",
            "/v1/search?q={word}+-absent{number}&limit={limit}",
        )
    )
    for number in count():
        day = date(1950, 1, 1) + timedelta(days=number % 28_000)
        limit = 1 + (number % 50 + number // 28_000) % 100
        yield next(kinds).format(limit=limit, day=day, word=_WORDS[number // 4 % len(_WORDS)], number=number)


async def _loaded(
    port: int, paths: Iterator[str], seconds: int, clients: int
) -> tuple[dict[str, list[float]], list[str]]:
    """Delays in milliseconds by kind of answer, and what failed."""
    first = Client(port)
    for path in (
        *_HOT,
        *(f"/v1/search?q={word}" for word in _WORDS),
    ):  # also reads the parts of the index that all need
        await first.get(path)
    first.close()
    delays, faults = defaultdict[str, list[float]](list), list[str]()
    until = time.monotonic() + seconds

    async def ask() -> None:
        client = Client(port)
        while time.monotonic() < until:
            path, began = next(paths), time.perf_counter()
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
        f"64 and 256 clients: 0 errors, p99 ≤ {_RATIO} × p50",
        Counts(short=3, reduced=25, full=300),
        measure,
    ),
)
