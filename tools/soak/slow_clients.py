"""Figure 7, slow clients: endless heads, silent connections and readers of a few bytes, beside a healthy client."""

import asyncio
import contextlib
import random
import resource
import socket
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from tools.processes import HOST, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.servers import generated_database, watching

_MOST_DELAY = 250  # milliseconds, p99 of a healthy client
_MOST_MEMORY = 400  # MiB
_DESCRIPTORS = 1_024  # of the server in full
_SILENT = 2.2  # silent connections for each slow head: 1,100 for 500
_SECONDS = 0.12  # for each slow head: a minute for 500
_AGAIN = 5  # seconds, on average, until a client whose connection was closed opens the next one
_ARRIVAL = 0.02  # seconds for each slow head, in which all come: they are slow, and no stampede
_LEAST_ARRIVAL = 4.0  # seconds
_READS = 1_000  # of a slow reader: more than it comes to
_EXPORT = b"GET /v1/timeline-events?format=jsonl HTTP/1.1\r\nHost: x\r\n\r\n"
_HEALTHY = ("/v1/timeline-events", "/health/live", "/v1/actors?limit=2")


class _Crowd:
    """Slow clients of one server, each of which opens a connection again when it is closed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._arrival = 0.0  # seconds
        self.opened = Counter[str]()

    async def run(self, count: int, seconds: float) -> None:
        """So many slow heads and slow readers, and more silent ones, for so many seconds."""
        loop = asyncio.get_running_loop()
        self._arrival = max(count * _ARRIVAL, _LEAST_ARRIVAL)
        kinds = ((self._silent, round(count * _SILENT)), (self._head, count), (self._reader, count))
        clients = [loop.create_task(self._for_ever(kind)) for kind, number in kinds for _ in range(number)]
        await asyncio.sleep(seconds)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    async def _for_ever(self, kind: Callable[[socket.socket], Awaitable[None]]) -> None:
        await asyncio.sleep(random.uniform(0, self._arrival))
        while True:
            with socket.socket() as connection, contextlib.suppress(OSError):
                connection.setblocking(False)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
                await asyncio.get_running_loop().sock_connect(connection, (HOST, self._port))
                self.opened[kind.__name__] += 1
                await kind(connection)
            await asyncio.sleep(random.uniform(0.5, 1.5) * _AGAIN)  # not all at once

    async def _silent(self, connection: socket.socket) -> None:
        await asyncio.get_running_loop().sock_recv(connection, 1)

    async def _head(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, b"GET /health/live HTTP/1.1\r\nX: ")
        while True:
            await loop.sock_sendall(connection, b"a")
            await asyncio.sleep(1)

    async def _reader(self, connection: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_sendall(connection, _EXPORT)
        for _ in range(_READS):
            if not await loop.sock_recv(connection, 200):
                return
            await asyncio.sleep(5)


def _measure(count: int, folder: Path) -> Outcome:
    share = count / FIGURES[0].counts.full
    needed = round((2 + _SILENT) * count) + 100
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < needed:
        return Outcome(holds=False, text=f"{needed} descriptors are needed for the clients, {hard} are allowed")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(needed, resource.getrlimit(resource.RLIMIT_NOFILE)[0]), hard))
    # 5,000 events are some 12 MB in JSON Lines.
    database = generated_database(folder, max(1_000, round(5_000 * share)))
    limits = {resource.RLIMIT_NOFILE: max(128, round(_DESCRIPTORS * share))}
    with service(database, limits=limits) as server:
        crowd = _Crowd(server.port)
        with watching(server.port, _HEALTHY) as watch:
            asyncio.run(crowd.run(count, count * _SECONDS))
            descriptors = server.descriptors()
        memory = server.memory("VmHWM")
    opened = crowd.opened
    text = (
        f"{opened['_head']} slow heads, {opened['_reader']} slow readers and {opened['_silent']} silent connections, "
        f"{count}, {count} and {round(count * _SILENT)} at once, at {limits[resource.RLIMIT_NOFILE]} descriptors: "
        f"{watch}; memory at most {memory:.0f} MiB, {descriptors} descriptors at the end"
    )
    came = min(opened["_head"], opened["_reader"], opened["_silent"]) >= count
    return Outcome(came and not watch.failures and watch.own_p99 < _MOST_DELAY and memory < _MOST_MEMORY, text)


FIGURES = (
    Figure(
        number=7,
        name="Slow heads, slow readers, silent connections",
        goal="500 slow heads, 500 slow readers, 1,100 silent at 1,024 descriptors: a healthy client's p99 is below "
        "250 ms, memory below 400 MB",
        counts=Counts(short=50, reduced=250, full=500),
        measure=_measure,
        has_delays=True,
    ),
)
