"""Longest delay: how long /health/live waits while another request runs."""

import http.client
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tools.bench.table import Row, at_most
from tools.processes import HOST, get, service

GOAL = 50  # ms
# The requests that blocked release 0.2.0 for longest, and the formats that read every record.
REQUESTS = (
    "/v1/timeline-events?kind=policy&kind=summit",
    "/v1/timeline-events?sort=title",
    "/v1/timeline-events?sort=-date",
    "/v1/timeline-events?from=2006-10&topic=topic-0",
    "/v1/timeline-events?revision=5&kind=policy",
    "/v1/timeline-events?q=sanctions",
    "/v1/timeline-events?facets=kind,actor,topic",
    "/v1/timeline-events?format=csv",
    "/v1/timeline-events?format=jsonl",
    "/v1/sanctions-measures?in_force_on=2018-06-12",
    "/v1/timeline?actor=actor-0",
    "/v1/timeline?facets=actor",
    "/v1/actors/actor-0",
    "/v1/search?q=sanctions",
    "/v1",
)


class Prober:
    """Probe of /health/live on a connection of its own, every two milliseconds; `longest` is in milliseconds."""

    def __init__(self, port: int) -> None:
        self.longest = 0.0
        self._over = threading.Event()
        self._connection = http.client.HTTPConnection(HOST, port, timeout=120)

    def run(self) -> None:
        """Ask until `stop` is called."""
        while not self._over.is_set():
            began = time.perf_counter()
            self._connection.request("GET", "/health/live")
            self._connection.getresponse().read()
            self.longest = max(self.longest, (time.perf_counter() - began) * 1000)
            self._over.wait(0.002)

    def stop(self) -> None:
        """Let `run` end after the request that it waits for."""
        self._over.set()


@contextmanager
def probing(port: int) -> Iterator[Prober]:
    """Probe in a thread of its own while the block runs."""
    prober = Prober(port)
    thread = threading.Thread(target=prober.run)
    thread.start()
    time.sleep(0.01)  # so that the probe is under way
    try:
        yield prober
    finally:
        prober.stop()
        thread.join()


def rows(database: Path) -> Iterator[Row]:
    """The longest delay of any of the requests, each asked for the first time."""
    delays = {}
    with service(database) as server:
        for path in REQUESTS:
            with probing(server.port) as prober:
                get(server.port, path)
            delays[path] = prober.longest
    yield row(delays)


def row(delays: Mapping[str, float]) -> Row:
    """Row of the longest of the delays, in milliseconds by the request that caused them."""
    worst = max(delays, key=lambda path: delays[path])
    case = f"longest delay of /health/live while one of {len(delays)} requests runs"
    return at_most(case, (f"{delays[worst]:.0f} ms", worst), delays[worst], GOAL, unit=" ms")
