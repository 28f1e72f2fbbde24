"""Worker threads for answers that take long, so that the event loop stays free for all others."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from app.errors import Unavailable

T = TypeVar("T")


class WorkerThreads:
    """Worker threads: runs functions in at most so many threads at once. One waits for `patience` seconds at most.

    Two are best. They share the interpreter's lock: of 32 searches at once, 32 threads answer 62 a second and one 226;
    and the event loop waits for up to 5 ms for each thread that has something to compute.
    """

    def __init__(self, threads: int = 2, patience: float = 5) -> None:
        self._free = asyncio.Semaphore(threads)
        self._patience = patience

    async def run(self, function: Callable[..., T], *arguments: object) -> T:
        """Result of a function, called in a thread. Raises Unavailable (503) if none becomes free in time."""
        try:
            async with asyncio.timeout(self._patience):
                await self._free.acquire()
        except TimeoutError:
            raise Unavailable("too-busy") from None
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
