"""Streaming responses: answers sent in parts, so many at once, whose resources are released however they end.

A slow client must not hold up the rest. So a stream reads rows in batches, each from where the last one ended, and has
no transaction while it waits (`Database.pause`). It costs 3 MB and a connection: a bound on the number of streams
(`StreamSlots`) bounds memory. Two other ways were left out. A spool to a temporary file needs a disk as large as all
exports together, and makes the whole of an export for clients that leave. A least rate alone lets each slow client keep
its snapshot for a minute, and 200 clients by turns for ever.
"""

import asyncio
import contextlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from threading import Lock

from sqlalchemy.exc import DBAPIError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.errors import Unavailable
from app.serving.problems import log_database_error
from app.serving.worker_threads import WorkerThreads

CHUNK = 256 * 1024  # bytes sent at a time, at least: each chunk costs a switch to a worker thread
_PATIENCE = 60  # seconds that a client may read nothing of a stream, which keeps a database connection for that time


class StreamSlots:
    """Stream slots: a bound on the streams and files that are sent at once. Worker threads and the event loop share it.

    Those that wait for a slot would have to keep what they have made, so nobody waits: 503.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self.in_use = 0

    @property
    def is_full(self) -> bool:
        """Whether all slots are taken."""
        return self.in_use >= self._most

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """One slot until the context ends. Raises Unavailable (503) if none is free."""
        with self._lock:
            if self.is_full:
                raise Unavailable("too-busy")
            self.in_use += 1
        try:
            yield
        finally:
            with self._lock:
                self.in_use -= 1


def in_chunks(parts: Iterable[bytes]) -> Generator[bytes, None, None]:
    """The same bytes in chunks of at least 256 KiB, apart from the last."""
    buffer = bytearray()
    for part in parts:
        buffer += part
        if len(buffer) >= CHUNK:
            yield bytes(buffer)
            buffer.clear()
    if buffer:
        yield bytes(buffer)


class _TakesNothing(Exception):  # noqa: N818 - what a client does
    """Ends a stream whose client reads nothing."""


class Stream(StreamingResponse):
    """Streaming response whose resources are released however it ends: complete, failed, or cut off.

    Starlette leaves that to the garbage collector; until then the generator's database connection stays open. Servers
    wait without limit for a client that reads nothing: here the stream ends after 60 seconds of that, and the server
    closes the connection.
    """

    def __init__(
        self,
        content: Generator[bytes, None, None],
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
        close: Callable[[], None] = lambda: None,
        threads: WorkerThreads | None = None,
    ) -> None:
        super().__init__((threads or WorkerThreads()).iterate(content), headers=headers, media_type=media_type)
        self._content = content
        self._close = close

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await send(message)
            except TimeoutError as fault:
                raise _TakesNothing from fault

        try:
            await super().__call__(scope, receive, send_in_time)
        except (_TakesNothing, Unavailable):
            # Incomplete, so that the server closes the connection. The log has nothing more to say: a client left its
            # answer lying, or a statement took too long, which is logged where it is ended.
            return
        except DBAPIError as error:
            log_database_error(error, scope["state"]["request_id"])
            return
        finally:
            await run_in_threadpool(self._release)

    def _release(self) -> None:
        try:
            self._content.close()
        finally:
            self._close()
