"""Raw HTTP clients on asyncio, which cost the measuring process little: whole answers, fast readers and slow ones."""

import asyncio
import contextlib
import random
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping

from tools.processes import HOST

_LITTLE = 4096  # bytes that the system keeps for a slow reader
_RETRY = 0.1  # seconds after a refusal, at least; at most a second, or the pause of a slow reader


class Answer:
    """Answer: status, headers by their lower-case names, body."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, head: bytes, body: bytes) -> None:
        first, *lines = head.decode("latin-1").split("\r\n")
        self.status = int(first.split()[1])
        self.headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        self.body = body


class Client:
    """Client with one connection, which it opens anew when the server has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Whole answer to one request; chunks are joined. Raises OSError, EOFError if it is cut short."""
        reused = self._streams is not None
        try:
            return await self._get(path, headers or {})
        except (OSError, EOFError):
            self.close()
            if not reused:
                raise
        return await self._get(path, headers or {})  # the server may close a connection that was idle

    async def _get(self, path: str, headers: Mapping[str, str]) -> Answer:
        if self._streams is None:
            self._streams = await asyncio.open_connection(HOST, self._port, limit=2**20)
        reader, writer = self._streams
        writer.write(request(path, headers))
        head = await reader.readuntil(b"\r\n\r\n")
        answer = Answer(head[:-4], b"")
        if answer.headers.get("transfer-encoding") == "chunked":
            answer.body = b"".join([part async for part in _chunks(reader)])
        elif answer.status not in (204, 304):
            answer.body = await reader.readexactly(int(answer.headers.get("content-length", "0")))
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    def close(self) -> None:
        """Close the connection."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readline(), 16):
        yield await reader.readexactly(size)
        await reader.readline()
    await reader.readline()


def request(path: str, headers: Mapping[str, str] | None = None) -> bytes:
    """Bytes of a GET request."""
    lines = [f"GET {path} HTTP/1.1", f"Host: {HOST}", *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join([*lines, "", ""]).encode()


async def read_for_ever(
    port: int, path: str, statuses: Counter[str], *, pause: float = 0, size: int = 2**18, within: float = 0
) -> None:
    """Ask again and again until cancelled, and count the statuses; `pause` seconds after each read of `size` bytes.

    It begins at some time `within` so many seconds.
    """
    await asyncio.sleep(random.uniform(0, within))
    loop = asyncio.get_running_loop()
    while True:
        status = "no answer"
        with contextlib.closing(socket.socket()) as connection, contextlib.suppress(OSError):
            connection.setblocking(False)
            if pause:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _LITTLE)
            await loop.sock_connect(connection, (HOST, port))
            await loop.sock_sendall(connection, request(path, {"Connection": "close"}))
            status = "cut"
            while part := await loop.sock_recv(connection, size):
                if status == "cut":
                    status = part[9:12].decode("latin-1")
                    statuses[status] += 1
                await asyncio.sleep(pause)
        if status in ("no answer", "cut"):
            statuses[status] += 1
        if status != "200":
            await asyncio.sleep(random.uniform(_RETRY, max(1, pause)))
