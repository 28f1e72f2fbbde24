"""Figure 8: hostile shapes of HTTP are refused or answered rightly in bounded time and memory, and smuggle nothing."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from pathlib import Path

from tools.processes import HOST, Server, get, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.servers import packaged_database

_AT_ONCE = 40
_MOST_SECONDS = 15.0  # from the first byte to the end of the connection: a slow head has ten
_MOST_MEMORY = 100  # MiB that the server may grow by
_MOST_CPU = 0.5  # seconds of a try, on average
_FLOOD = 24 * 2**20  # bytes of what has no end, unless the server closes before
_PATHS = ("/health/live", "/v1/actors?limit=1")  # by the application; from the store of answers

_HOST = b"Host: x\r\n"
# It is only ever sent in places where it is no request.
_SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
_PROBE = b"GET /probe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
_REFUSED = (400,)
_OK = (200,)
_CLOSED = (0,)  # without an answer


@dataclass(frozen=True)
class Shape:
    """Hostile shape: `{path}` in its data is a path of the service, and data that repeats is a flood.

    `right` are the statuses that its first answer may have, 0 for none; `answers` is how many it may get at most.
    """

    name: str
    data: bytes
    right: tuple[int, ...] = _REFUSED
    answers: int = 1
    again: bytes = b""  # repeated after the data, without end
    pause: float = 0.0  # seconds between two bytes of the end, which is repeated
    seconds: float = _MOST_SECONDS
    ends: str = "probe"  # or "eof" (half-close), "reset", "silence"

    def pieces(self, path: str, cuts: random.Random | None) -> Iterator[bytes]:
        """What is sent, in pieces: cut anywhere if there is `cuts`."""
        data = self.data.replace(b"{path}", path.encode())
        points = sorted(cuts.randrange(len(data)) for _ in range(cuts.randrange(1, 6))) if cuts and data else []
        yield from (data[a:b] for a, b in zip([0, *points], [*points, len(data)], strict=True))
        if self.again and not self.pause:
            block = self.again * (65_536 // len(self.again) + 1)
            yield from islice(repeat(block), _FLOOD // len(block))


def _get(headers: bytes, body: bytes = b"", line: bytes = b"GET {path} HTTP/1.1") -> bytes:
    return line + b"\r\n" + _HOST + headers + b"\r\n" + body


_CHUNKED = b"Transfer-Encoding: chunked\r\n"
_LENGTH = b"Content-Length: %d\r\n" % len(_SMUGGLED)
_CHUNK = b"%x\r\n%b\r\n0\r\n\r\n" % (len(_SMUGGLED), _SMUGGLED)
_HIDDEN = b"0\r\n\r\n" + _SMUGGLED

# A line of a header that says how long the body is, what it is followed by, and which statuses are right.
_FRAMING: list[tuple[str, bytes, bytes, tuple[int, ...]]] = [
    ("length and chunks", b"Content-Length: 5\r\n" + _CHUNKED, _HIDDEN, _REFUSED),
    ("chunks and length", _CHUNKED + b"Content-Length: 5\r\n", _HIDDEN, _REFUSED),
    ("two different lengths", b"Content-Length: 0\r\n" + _LENGTH, _SMUGGLED, _REFUSED),
    ("two equal lengths", _LENGTH * 2, _SMUGGLED, _REFUSED),
    ("a list of lengths", b"Content-Length: 38, 38\r\n", _SMUGGLED, _REFUSED),
    ("a length with a plus", b"Content-Length: +38\r\n", _SMUGGLED, _REFUSED),
    ("a negative length", b"Content-Length: -1\r\n", _SMUGGLED, _REFUSED),
    ("a hexadecimal length", b"Content-Length: 0x26\r\n", _SMUGGLED, _REFUSED),
    ("a length with a fraction", b"Content-Length: 38.0\r\n", _SMUGGLED, _REFUSED),
    ("a length with a blank in it", b"Content-Length: 3 8\r\n", _SMUGGLED, _REFUSED),
    ("a length with a line break in it", b"Content-Length: 3\n8\r\n", _SMUGGLED, _REFUSED),
    ("an empty length", b"Content-Length:\r\n", _SMUGGLED, _REFUSED),
    ("a length of 2**64 and more", b"Content-Length: 18446744073709551654\r\n", _SMUGGLED, _REFUSED),
    ("a length of 10 GB", b"Content-Length: 10737418240\r\n", _SMUGGLED, _OK),
    ("a length with NUL", b"Content-Length: 38\0\r\n", _SMUGGLED, _REFUSED),
    ("a length with a vertical tab", b"Content-Length:\x0b38\r\n", _SMUGGLED, _REFUSED),
    ("a blank before the colon of a length", b"Content-Length : 38\r\n", _SMUGGLED, _REFUSED),
    ("a tab before the colon of a length", b"Content-Length\t: 38\r\n", _SMUGGLED, _REFUSED),
    ("a folded length", b"Content-Length:\r\n 38\r\n", _SMUGGLED, _REFUSED),
    ("a length as the continuation of a line", b"X: 1\r\n Content-Length: 38\r\n", b"", (200, 400)),
    ("a right length", _LENGTH, _SMUGGLED, _OK),
    ("right chunks", _CHUNKED, _CHUNK, _OK),
    ("chunks in capitals", b"TRANSFER-ENCODING: CHUNKED\r\n", _CHUNK, _OK),
    ("chunks twice", b"Transfer-Encoding: chunked, chunked\r\n", _HIDDEN, _REFUSED),
    ("chunks in two lines", _CHUNKED * 2, _HIDDEN, _REFUSED),
    ("chunks and identity", _CHUNKED + b"Transfer-Encoding: identity\r\n", _HIDDEN, _REFUSED),
    ("identity", b"Transfer-Encoding: identity\r\n", _SMUGGLED, _REFUSED),
    ("gzip and chunks", b"Transfer-Encoding: gzip, chunked\r\n", _HIDDEN, (200, 400)),
    ("chunks and gzip", b"Transfer-Encoding: chunked, gzip\r\n", _HIDDEN, _REFUSED),
    ("an unknown coding", b"Transfer-Encoding: xchunked\r\n", _SMUGGLED, _REFUSED),
    ("chunks with a parameter", b"Transfer-Encoding: chunked;a=b\r\n", _HIDDEN, _REFUSED),
    ("chunks in quotes", b'Transfer-Encoding: "chunked"\r\n', _HIDDEN, _REFUSED),
    ("chunks after a vertical tab", b"Transfer-Encoding:\x0bchunked\r\n", _HIDDEN, _REFUSED),
    ("a blank before the colon of chunks", b"Transfer-Encoding : chunked\r\n", _HIDDEN, _REFUSED),
    ("folded chunks", b"Transfer-Encoding:\r\n chunked\r\n", _HIDDEN, (200, 400)),
    ("chunks behind a bare line feed", b"X: 1\nTransfer-Encoding: chunked\r\n", _HIDDEN, _REFUSED),
    ("an empty coding", b"Transfer-Encoding:\r\n", _SMUGGLED, _REFUSED),
    ("a negative chunk", _CHUNKED, b"-5\r\n" + _SMUGGLED, (200, 400)),
    ("a chunk with 0x", _CHUNKED, b"0x26\r\n" + _SMUGGLED, (200, 400)),
    ("a chunk of 2**68", _CHUNKED, b"FFFFFFFFFFFFFFFFF\r\n" + _SMUGGLED, (200, 400)),
    ("a chunk with a blank", _CHUNKED, b"0 \r\n\r\n" + _SMUGGLED, (200, 400)),
    ("a chunk with a line feed in its extension", _CHUNKED, b"0;a\n\r\n" + _SMUGGLED, (200, 400)),
    ("a chunk longer than it says", _CHUNKED, b"1\r\nabcdef\r\n0\r\n\r\n" + _SMUGGLED, (200, 400)),
    ("a chunk without its end", _CHUNKED, b"3\r\nabc0\r\n\r\n" + _SMUGGLED, (200, 400)),
    ("chunks with bare line feeds", _CHUNKED, b"0\n\n" + _SMUGGLED, (200, 400)),
    ("a trailer that is a length", _CHUNKED, b"0\r\nContent-Length: 38\r\n\r\n" + _SMUGGLED, (200, 400)),
    ("Expect with a body", b"Expect: 100-continue\r\n" + _LENGTH, _SMUGGLED, _OK),
    ("another expectation", b"Expect: 200-ok\r\n" + _LENGTH, _SMUGGLED, (200, 417)),
    ("an upgrade to WebSocket", b"Connection: Upgrade\r\nUpgrade: websocket\r\n" + _LENGTH, _SMUGGLED, _OK),
    (
        "an upgrade to HTTP/2",
        b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + _SMUGGLED,
        _OK,
    ),
    ("a request behind the last", b"Connection: close\r\n", _SMUGGLED, _OK),
    ("a length that Connection names", b"Connection: Content-Length\r\n" + _LENGTH, _SMUGGLED, _OK),
]

_LINES: list[tuple[str, bytes, tuple[int, ...]]] = [
    ("TRACE", b"TRACE {path} HTTP/1.1", (405,)),
    ("a method in small letters", b"get {path} HTTP/1.1", (400, 405)),  # cut within the method, its rest is not read
    ("a method of 100 kB", b"G" * 100_000 + b" {path} HTTP/1.1", (400, 405)),
    ("a method with NUL", b"G\0T {path} HTTP/1.1", (400, 405)),
    ("no method", b" {path} HTTP/1.1", (400, 405)),
    ("no address", b"GET  HTTP/1.1", _REFUSED),
    ("HTTP/1.2", b"GET {path} HTTP/1.2", _REFUSED),
    ("HTTP/2.0", b"GET {path} HTTP/2.0", _REFUSED),
    ("HTTP/0.9 with headers", b"GET {path} HTTP/0.9", _REFUSED),
    ("HTTP/9.9", b"GET {path} HTTP/9.9", _REFUSED),
    ("HTTP/1.10", b"GET {path} HTTP/1.10", _REFUSED),
    ("http/1.1", b"GET {path} http/1.1", _REFUSED),
    ("ICY", b"SOURCE {path} ICE/1.0", (400, 405)),
    ("more after the version", b"GET {path} HTTP/1.1 x", _REFUSED),
    ("another host in the address", b"GET http://evil.example{path} HTTP/1.1", _OK),
    ("a user in the address", b"GET http://a:b@evil.example{path} HTTP/1.1", (200, 400)),
    ("another scheme", b"GET gopher://evil.example{path} HTTP/1.1", (200, 400)),
    ("no slash", b"GET health HTTP/1.1", (400, 404)),
    ("a blank in the address", b"GET {path} /smuggled HTTP/1.1", _REFUSED),
    ("letters outside ASCII", "GET /é HTTP/1.1".encode(), _REFUSED),
    ("NUL in the address", b"GET /\0 HTTP/1.1", _REFUSED),
    ("a bare CR in the address", b"GET /\rGET HTTP/1.1", _REFUSED),
    ("a fragment", b"GET {path}#x HTTP/1.1", (200, 400)),
    ("an address of 60,000 bytes", b"GET /" + b"a" * 60_000 + b" HTTP/1.1", (414,)),
    ("an address of 300,000 bytes", b"GET /" + b"a" * 300_000 + b" HTTP/1.1", (414,)),
    ("steps out of the root", b"GET /../../etc/passwd HTTP/1.1", (400, 404)),
]

_HEADERS: list[tuple[str, bytes, tuple[int, ...]]] = [
    ("two hosts", b"Host: y\r\n", _REFUSED),
    ("a folded line", b"X: 1\r\n 2\r\n", (200, 400)),
    ("a line without a colon", b"X\r\n", _REFUSED),
    ("a line without a name", b": x\r\n", _REFUSED),
    ("a name with a blank", b"X Y: 1\r\n", _REFUSED),
    ("a name outside ASCII", "é: 1\r\n".encode(), _REFUSED),
    ("NUL in a value", b"X: a\0b\r\n", _REFUSED),
    ("a bare CR in a value", b"X: a\rContent-Length: 5\r\n", _REFUSED),
    ("a bare line feed in a value", b"X: a\nY: b\r\n", _REFUSED),
    ("letters outside ASCII in a value", "X: é\r\n".encode(), _OK),
    ("101 lines", b"X: 1\r\n" * 100, (431,)),
    ("10,000 lines", b"X: 1\r\n" * 10_000, (431,)),
    ("100 lines", b"X: 1\r\n" * 99, _OK),
    ("a line of 60,000 bytes", b"X: " + b"a" * 60_000 + b"\r\n", _OK),
    ("a line of 70,000 bytes", b"X: " + b"a" * 70_000 + b"\r\n", (431,)),
    ("1,000 ranges", b"Range: bytes=" + b"0-," * 1_000 + b"0-\r\n", (200, 206, 416)),
    ("10,000 languages", b"Accept-Language: " + b"fr;q=0.1," * 6_000 + b"en\r\n", _OK),
]

_OTHERS = [
    Shape("no host", b"GET {path} HTTP/1.1\r\n\r\n"),
    Shape("a host that is none", b"GET {path} HTTP/1.1\r\nHost: a b\r\n\r\n"),
    Shape("HTTP/0.9", b"GET /health/live\r\n\r\n"),
    Shape("HTTP/1.0 and a request behind it", _get(b"", _SMUGGLED, b"GET {path} HTTP/1.0"), _OK),
    Shape("chunks in HTTP/1.0", _get(_CHUNKED, _HIDDEN, b"GET {path} HTTP/1.0"), (200, 400)),
    Shape("CONNECT", b"CONNECT x:443 HTTP/1.1\r\n" + _HOST + b"\r\n" + _SMUGGLED, (405,)),
    Shape("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\4\0\0\0\0\0"),
    Shape("bare line feeds", b"GET {path} HTTP/1.1\nHost: x\n\n"),
    Shape("bare carriage returns", b"GET {path} HTTP/1.1\rHost: x\r\r", ends="silence", right=(400, 408)),
    Shape("a line break first", b"\r\n" + _get(b""), _OK),
    Shape("a line feed first", b"\n" + _get(b""), (200, 400)),
    Shape("blanks first", b"  " + _get(b""), (200, 400, 405)),
    Shape("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2),
    Shape("SSH", b"SSH-2.0-OpenSSH_9.9\r\n", (400, 405)),
    Shape("zeros", b"", again=b"\0"),
    Shape("noise", random.Random(8).randbytes(4_096), (400, 405)),
    Shape("10,000 requests at once", _get(b"") * 10_000, _OK, 10_000, seconds=60),
    Shape("a bad request behind good ones", _get(b"") * 3 + b"GET / HTTP/7\r\n\r\n" + _SMUGGLED, _OK, 4),
    Shape("a header line without end", b"GET {path} HTTP/1.1\r\n" + _HOST + b"X: ", (431,), again=b"a"),
    Shape("blanks without end in a header line", b"GET {path} HTTP/1.1\r\n" + _HOST + b"X:", (431,), again=b" "),
    Shape("a header name without end", b"GET {path} HTTP/1.1\r\n" + _HOST, (400, 431), again=b"a"),
    Shape("header lines without end", b"GET {path} HTTP/1.1\r\n" + _HOST, (431,), again=b"X: 1\r\n"),
    Shape("an address without end", b"GET /", (414,), again=b"a"),
    Shape("a method without end", b"", (400, 405, 431), again=b"A"),
    Shape("trailers without end", _get(_CHUNKED, b"0\r\n"), _OK, again=b"X: 1\r\n"),
    Shape("a trailer without end", _get(_CHUNKED, b"0\r\nX: "), _OK, again=b"a"),
    Shape("a chunk extension without end", _get(_CHUNKED, b"5;a="), _OK, again=b"a"),
    Shape("chunks without end", _get(_CHUNKED), _OK, again=b"1\r\na\r\n"),
    Shape("a body without end", _get(b"Content-Length: 10737418240\r\n"), _OK, again=b"a"),
    Shape("line breaks without end", b"", _CLOSED, again=b"\r\n", ends="silence"),
    Shape("silence", b"", _CLOSED, ends="silence"),
    Shape("a head that stops", b"GET {path} HTTP/1.1\r\nHos", (408,), ends="silence"),
    Shape("a head byte by byte", b"GET {path} HTTP/1.1\r\nX: ", (408,), again=b"a", pause=0.5, ends="silence"),
    Shape("line breaks one by one", b"", _CLOSED, again=b"\r\n", pause=0.5, ends="silence"),
    Shape("a body byte by byte", _get(b"Content-Length: 60000\r\n"), _OK, again=b"a", pause=0.5, ends="silence"),
    Shape("trailers byte by byte", _get(_CHUNKED, b"0\r\n"), _OK, again=b"X: 1\r\n", pause=0.5, ends="silence"),
    Shape("a body that stops", _get(b"Content-Length: 60000\r\n"), _OK, ends="silence"),
    Shape("a half-close behind a request", _get(b""), (0, 200), ends="eof"),
    Shape("a half-close in a head", b"GET {path} HT", (0, 400), ends="eof"),
    Shape("a reset in a head", b"GET {path} HT", _CLOSED, ends="reset"),
    Shape("a reset in a body", _get(b"Content-Length: 60000\r\n", b"a"), (0, 200), ends="reset"),
    Shape("a reset behind a request", _get(b""), (0, 200), ends="reset"),
]

SHAPES: Sequence[Shape] = [
    *(Shape(name, _get(header, body), right) for name, header, body, right in _FRAMING),
    *(Shape(name, _get(b"", line=line), right) for name, line, right in _LINES),
    *(Shape(name, _get(headers), right) for name, headers, right in _HEADERS),
    *_OTHERS,
]


@dataclass
class Try:
    """One shape on one connection: what came back, and in which time it ended."""

    shape: Shape
    received: bytearray = field(default_factory=bytearray)
    seconds: float = 0.0

    def faults(self) -> Iterator[str]:
        """What is wrong."""
        answers = list(_answers(bytes(self.received)))
        statuses = [status for status, _ in answers]
        if self.seconds > self.shape.seconds:
            yield f"took {self.seconds:.0f} s"
        if any(b"/smuggled" in body for _, body in answers):
            yield "smuggled a request"
        if any(status >= 500 or status < 0 for status in statuses):
            yield f"statuses {statuses[:3]}"
        if len(answers) > self.shape.answers and not (
            len(answers) == self.shape.answers + 1 and b"/probe" in answers[-1][1]
        ):
            yield f"{len(answers)} answers"
        if (statuses[0] if statuses else 0) not in self.shape.right:
            yield f"status {statuses[:1]} in place of {self.shape.right}"


def _answers(received: bytes) -> Iterator[tuple[int, bytes]]:
    """Status and body of each answer; the status -1 for what is none."""
    start = 0
    while start < len(received):
        end = received.find(b"\r\n\r\n", start)
        head = received[start:end] if end >= 0 else b""
        fields = dict(line.lower().partition(b": ")[::2] for line in head.split(b"\r\n")[1:])
        length = fields.get(b"content-length")
        if not head.startswith(b"HTTP/1.1 ") or length is None:
            yield -1, b""
            return
        start = end + 4 + int(length)
        yield int(head[9:12]), received[end + 4 : start]


async def _attempt(port: int, one: Try, path: str, cuts: random.Random | None) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    reader, writer = await asyncio.open_connection(HOST, port)
    reading = asyncio.create_task(_read(reader, one))
    sending = asyncio.create_task(_send(writer, one.shape, path, cuts))
    await asyncio.wait([reading], timeout=one.shape.seconds + 1)
    one.seconds = loop.time() - began
    for task in (sending, reading):
        task.cancel()
    await asyncio.gather(sending, reading, return_exceptions=True)
    writer.transport.abort()


async def _read(reader: asyncio.StreamReader, one: Try) -> None:
    with contextlib.suppress(ConnectionError):
        while part := await reader.read(65_536):
            one.received += part


async def _send(writer: asyncio.StreamWriter, shape: Shape, path: str, cuts: random.Random | None) -> None:
    with contextlib.suppress(ConnectionError):
        for piece in shape.pieces(path, cuts):
            writer.write(piece)
            await writer.drain()
            if cuts:
                await asyncio.sleep(0.002)
        while shape.pause:
            writer.write(shape.again)
            await writer.drain()
            await asyncio.sleep(shape.pause)
        if shape.ends == "probe":
            writer.write(_PROBE)
        elif shape.ends == "eof":
            writer.write_eof()
        elif shape.ends == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.close()


async def _all(port: int, tries: Sequence[Try]) -> None:
    free = asyncio.Semaphore(_AT_ONCE)

    async def one(number: int, attempt: Try) -> None:
        # The first of each shape comes whole; the others are cut, each time elsewhere.
        cuts = random.Random(number) if number >= len(SHAPES) else None
        async with free:
            await _attempt(port, attempt, _PATHS[number // len(SHAPES) % 2], cuts)

    await asyncio.gather(*(one(number, attempt) for number, attempt in enumerate(tries)))


def _measure(count: int, folder: Path) -> Outcome:
    # What takes longest begins first.
    shapes = sorted(SHAPES, key=lambda shape: shape.ends != "silence")
    tries = [Try(shape) for shape in islice(chain.from_iterable(repeat(shapes)), count)]
    with service(packaged_database(folder)) as server:
        for path in _PATHS * 3:
            get(server.port, path)
        before, cpu = server.memory(), server.cpu()
        asyncio.run(_all(server.port, tries))
        return _outcome(tries, server, before, (server.cpu() - cpu) / count)


def _outcome(tries: Sequence[Try], server: Server, before: float, cpu: float) -> Outcome:
    faults = [f"{one.shape.name}: {', '.join(found)}" for one in tries if (found := list(one.faults()))]
    grown = server.memory("VmHWM") - before
    if get(server.port, "/health/live")[0] != 200:
        faults.append("the server no longer answers")
    slowest = max(one.seconds for one in tries)
    text = (
        f"{len(tries)} connections with {len({one.shape.name for one in tries})} hostile shapes: "
        f"{len(faults)} with a wrong or late answer, none smuggled, slowest {slowest:.1f} s, "
        f"{cpu * 1000:.0f} ms of CPU each, memory grew by {grown:.0f} MiB"
    )
    if faults:
        text = f"{text}; {'; '.join(faults[:10])}".replace(", none smuggled", "")
    return Outcome(not faults and grown < _MOST_MEMORY and cpu < _MOST_CPU, text)


FIGURES = (
    Figure(
        number=8,
        name="Hostile shapes of HTTP",
        goal="75 shapes or more: no 5xx, each refused or answered rightly in bounded time and memory, 0 smuggled",
        counts=Counts(short=len(SHAPES), reduced=4 * len(SHAPES), full=40 * len(SHAPES)),
        measure=_measure,
    ),
)
