"""Connection limits of a worker: how many there are, how long one may be silent, how slowly its client may read.

Uvicorn has none of them: its timer runs only between two requests, and its `limit_concurrency` refuses everyone alike.
"""

import asyncio
import contextlib
import logging
import math
import socket
import struct
import sys
import time
import typing
from collections import Counter
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from uvicorn.server import ServerState

from app.serving.descriptors import open_files_limit
from app.serving.metrics import Metrics

HEAD_SECONDS = 10.0  # for the head of a request, from the opening of the connection or from the answer before it
LINGER_SECONDS = 2.0  # for a client to read a refusal, before the connection closes over what it still sends
LEAST_BYTES = 32_768  # that a client takes of an answer in each DRAIN_SECONDS: some 1 kB/s
DRAIN_SECONDS = 30.0
MOST_BUFFERED = 67_108_864  # bytes in the write buffers of a worker: answers of up to 1 MiB go there at once
_STALLED_SECONDS = 2.0  # without a byte taken: then a connection may be closed if another one needs its place
_LOG_SECONDS = 60.0  # between two lines of the log: strangers cause them
_SWEEP_SECONDS = 1.0

# Descriptors for the database, temporary files, the log and the event loop; half of all where there are fewer than
# twice as many.
_RESERVED = 192
_UNSENT = 128 * 1024  # bytes
# In Linux's struct tcp_info: tcpi_bytes_acked, 64 bits.
_ACKNOWLEDGED = struct.Struct("=120xQ")

_log = logging.getLogger("dossier")
_now = time.perf_counter


class Connection(typing.Protocol):
    """Connection as its limits see it. Times are those of `time.perf_counter`."""

    transport: asyncio.Transport
    waits_since: float  # when it was opened, or its last answer was complete
    lingers_since: float | None  # when it was refused

    def is_waiting(self) -> bool:
        """Whether no request is being answered."""

    def has_begun(self) -> bool:
        """Whether a part of the head of a request has come."""

    def was_served(self) -> bool:
        """Whether it has had a request."""

    def idle_seconds(self) -> float:
        """How long it may be silent now."""

    def time_out(self) -> None:
        """Answer 408 to the part of a head that has come."""


@dataclass(slots=True)
class _Drain:
    """What a client takes of what waits for it: since when it is watched, bytes then and now, time of the last one."""

    began: float
    first: int
    last: int
    moved: float


def connection_bound(most: int) -> int:
    """Bound on connections: `most`, or fewer where the limit of open files (RLIMIT_NOFILE) asks for it."""
    files = open_files_limit()
    return most if files == math.inf else min(most, int(files - min(files // 2, _RESERVED)))


class ConnectionLimits:
    """Connection limits: admits connections, and looks once a second at all of them, which costs a request nothing.

    A connection closes if it stays silent, if the head of a request is not complete in time, or if its client takes
    less of an answer than the least rate. If there are too many, the one that waits longest makes room for the next.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self._open: dict[Connection, None] = {}  # in the order of their opening
        self._drains: dict[Connection, _Drain] = {}
        self._full: dict[Connection, None] = {}  # write buffers, in the order in which they became full
        self._timer: asyncio.TimerHandle | None = None
        self._counts: Counter[str] = Counter()  # for the next line of the log
        self._totals: Counter[str] = Counter()
        self._logged = -_LOG_SECONDS

    def __len__(self) -> int:
        return len(self._open)

    def admit(self, connection: Connection) -> bool:
        """Whether there is room for one more connection, if need be in place of others. It is watched in any case."""
        has_room = len(self._open) < self.most or self._make_room()
        self._open[connection] = None
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep)
        return has_room

    def remove(self, connection: Connection) -> None:
        """Forget a connection that was closed."""
        self._open.pop(connection, None)
        self._drains.pop(connection, None)
        self._full.pop(connection, None)

    def pause(self, connection: Connection) -> None:
        """Full write buffer. If all take too much memory, those close whose clients have taken nothing for longest."""
        self._full.pop(connection, None)
        self._full[connection] = None
        sizes = {one: one.transport.get_write_buffer_size() for one in self._full}
        total = sum(sizes.values())
        for one, size in sizes.items():
            if total <= MOST_BUFFERED:
                break
            total -= size
            self.count("closed because answers that nobody took filled the memory")
            self.remove(one)
            _reset(one.transport)

    def resume(self, connection: Connection) -> None:
        """Write buffer that is empty enough again."""
        self._full.pop(connection, None)

    def count(self, event: str) -> None:
        """Count what a stranger did wrong, for a line in the log: at most one a minute."""
        self._counts[event] += 1
        self._totals[event] += 1

    def report_to(self, metrics: Metrics) -> None:
        """Let metrics show how many connections there are, and what was counted."""
        metrics.watch("open_connections", "Connections that are open.", self.__len__)
        meaning = "Connections that were refused or closed, by the reason."
        metrics.tally("connection_events", meaning, "event", lambda: self._totals)

    def _make_room(self) -> bool:
        """Close connections that nobody misses: refused, waiting longest, or with a client that takes nothing.

        Several at once, because looking for them takes 0.2 ms.
        """
        lingering = [one for one in self._open if one.lingers_since is not None]
        waiting = [one for one in self._open if one.lingers_since is None and self._is_idle(one)]
        unserved = [one for one in waiting if not one.was_served()]
        if 2 * len(unserved) > len(waiting):  # a flood of silent ones does not push out those that had an answer
            waiting = unserved
        waiting.sort(key=lambda one: one.waits_since)
        late = _now() - _STALLED_SECONDS
        stalled = [one for one, drain in self._drains.items() if drain.moved < late]
        victims = lingering or waiting[: len(waiting) // 16 + 1] or stalled
        for one in victims:
            # What a client has not taken would delay an orderly end.
            _reset(one.transport) if one.transport.get_write_buffer_size() else one.transport.close()
            self.remove(one)
            self.count("closed to make room for others")
        return bool(victims)

    def _is_idle(self, one: Connection) -> bool:
        return one.is_waiting() and one not in self._drains and not one.transport.get_write_buffer_size()

    def _sweep(self) -> None:
        now = _now()
        for connection in list(self._open):
            self._look_at(connection, now)
        self._report(now)
        again = bool(self._open or self._counts)
        self._timer = asyncio.get_running_loop().call_later(_SWEEP_SECONDS, self._sweep) if again else None

    def _look_at(self, one: Connection, now: float) -> None:
        if one.transport.get_write_buffer_size():
            self._look_at_drain(one, now)
            return
        if self._drains.pop(one, None):  # all of it went out: only now the client can think of its next request
            one.waits_since = max(one.waits_since, now)
        if one.lingers_since is not None:
            if now - one.lingers_since > LINGER_SECONDS:
                one.transport.close()
        elif one.is_waiting() and not one.transport.is_closing():
            waited = now - one.waits_since
            if not one.has_begun():
                if waited > one.idle_seconds():
                    one.transport.close()
            elif waited > HEAD_SECONDS:
                one.time_out()

    def _look_at_drain(self, one: Connection, now: float) -> None:
        taken = _acknowledged(one.transport)
        drain = self._drains.get(one)
        if drain is None or taken - drain.first >= LEAST_BYTES:
            self._drains[one] = _Drain(now, taken, taken, now)
        elif now - drain.began > DRAIN_SECONDS:
            self.count("read too slowly")
            _reset(one.transport)
        elif taken != drain.last:
            drain.last, drain.moved = taken, now

    def _report(self, now: float) -> None:
        if self._counts and now - self._logged >= _LOG_SECONDS:
            self._logged = now
            _log.warning("connections: %s", ", ".join(f"{n} {event}" for event, n in sorted(self._counts.items())))
            self._counts.clear()


_LIMITS: WeakKeyDictionary[ServerState, ConnectionLimits] = WeakKeyDictionary()


def limits_of(server: ServerState, most: int, metrics: Metrics | None) -> ConnectionLimits:
    """Connection limits of a server. Its first connection makes them, and adds them to the metrics."""
    limits = _LIMITS.get(server)
    if limits is None:
        limits = _LIMITS[server] = ConnectionLimits(connection_bound(most))
        if metrics:
            limits.report_to(metrics)
    return limits


def limit_unsent(transport: asyncio.Transport) -> None:
    """Limit the bytes that the kernel buffers before it can send them (TCP_NOTSENT_LOWAT), else 4 MB each."""
    with contextlib.suppress(OSError, AttributeError):  # closed already; no TCP; a system without TCP_NOTSENT_LOWAT
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)


def _reset(transport: asyncio.Transport) -> None:
    """Reset a connection (RST): an orderly close would keep in the kernel what the client has not taken."""
    with contextlib.suppress(OSError, AttributeError):
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _acknowledged(transport: asyncio.Transport) -> int:
    """Bytes that the client's system has acknowledged (TCP_INFO); on other systems a number that grows alike.

    The write buffer alone says too little: the kernel takes megabytes of an answer at once, then nothing for a minute.
    """
    if sys.platform == "linux":
        try:
            info = transport.get_extra_info("socket").getsockopt(
                socket.IPPROTO_TCP, socket.TCP_INFO, _ACKNOWLEDGED.size
            )
            return int(_ACKNOWLEDGED.unpack(info)[0])
        except (OSError, struct.error):  # closed meanwhile, or no TCP
            pass
    return -transport.get_write_buffer_size()
