"""Worker threads for answers that take long, so that the event loop stays free for all others."""

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from app.errors import Unavailable

T = TypeVar("T")

# Seconds after which a thread has to give the interpreter's lock to one that waits for it. The event loop takes it some
# ten times for an answer: with Python's own 5 ms and exports in two threads, a plain answer takes twice as long.
_SWITCH_INTERVAL = 0.0005


@contextlib.contextmanager
def short_switch_interval() -> Iterator[None]:
    """Thread switches: shorter ones while the context lasts, for the event loop's sake. It is the whole process's."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


class WorkerThreads:
    """Worker threads: runs functions in at most so many threads at once. One waits for `patience` seconds at most.

    Two are best. They share the interpreter's lock: of 32 searches at once, 32 threads answer 62 a second and one 226;
    and the event loop waits for each thread that has something to compute. At most `queue` functions wait: more would
    mostly wait for nothing, and when they gave up together, all other answers would wait for their refusals.
    """

    def __init__(self, threads: int = 2, patience: float = 5, queue: int = 1000) -> None:
        self._free = asyncio.Semaphore(threads)
        self._patience = patience
        self._queue = queue
        self._waiting = 0

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Result of a function, called in a thread. Raises Unavailable (503) if none becomes free in time."""
        if self._waiting >= self._queue:
            raise Unavailable("too-busy")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable("too-busy") from None
        finally:
            self._waiting -= 1
        try:
            return await run_in_threadpool(function, *arguments)
        finally:
            self._free.release()

    async def iterate(self, parts: Iterator[T]) -> AsyncIterator[T]:
        """The elements of an iterator, each made in a thread. Between two of them others get their turn."""
        while True:
            async with self._free:
                part = await run_in_threadpool(next, parts, None)
            if part is None:
                return
            yield part
