"""TCP proxy between a node and a server, whose link can be cut, stalled or delayed while connections are open."""

import asyncio
import contextlib
import enum
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Self

from tools.processes import HOST

_PIECE = 65_536  # bytes read at once
_RESET = struct.pack("ii", 1, 0)  # a connection that is closed is reset
_PATIENCE = 30  # seconds until the loop has begun or ended


class Link(enum.Enum):
    """State of the link."""

    OPEN = "open"
    CUT = "cut"  # open connections are reset, new ones are refused
    STALLED = "stalled"  # connections are taken and stay open, and nothing comes through


class TcpProxy:
    """TCP proxy on a port of this machine to another one, in a thread of its own while the block runs."""

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._link = Link.OPEN
        self._delay = 0.0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._moved = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._call(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_PATIENCE)
        self._loop.close()

    def set(self, link: Link = Link.OPEN, *, delay: float = 0) -> None:
        """State of the link from now on; `delay` in seconds for each piece that comes through, in each direction.

        After a stall, what was sent meanwhile comes through.
        """
        self._call(self._set(link, delay))

    def _call(self, coroutine: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(_PATIENCE)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._connected, HOST, self.port, reuse_address=True)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _set(self, link: Link, delay: float) -> None:
        self._link, self._delay = link, delay
        self._moved.set()
        self._moved = asyncio.Event()
        if link is Link.CUT:
            await self._close()
        elif self._server is None:
            await self._listen()

    async def _close(self) -> None:
        if self._server:
            self._server.close()
            self._server = None
        for writer in self._writers:
            with contextlib.suppress(OSError):  # it may be closed already
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _stop(self) -> None:
        await self._close()
        own = asyncio.current_task()
        tasks = [task for task in asyncio.all_tasks() if task is not own]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        onward = None
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._passable()
            from_server, onward = await asyncio.open_connection(HOST, self._target)
            self._writers.add(onward)
            await asyncio.gather(self._pass(reader, onward), self._pass(from_server, writer))
        for one in filter(None, (writer, onward)):
            one.transport.abort()
            self._writers.discard(one)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pieces of one direction. At its end the other side is told, so that both directions end."""
        while piece := await reader.read(_PIECE):
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._passable()
            writer.write(piece)
            await writer.drain()
        writer.close()

    async def _passable(self) -> None:
        while self._link is Link.STALLED:
            await self._moved.wait()
