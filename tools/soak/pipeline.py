"""HTTP/1.1 pipelining (RFC 9112 §9.3.2): many requests on one connection, and their answers in order."""

import itertools
import socket
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, TypeVar

from tools.processes import HOST

T = TypeVar("T")
_AT_ONCE = 40  # requests sent before the first answer is read; their bytes fit into the buffers of the system
_PATIENCE = 60  # seconds for an answer
_WITHOUT_BODY = frozenset({204, 304})


class Answer(NamedTuple):
    """An answer: status, headers by their lower-case names (of several of one name the last), body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class BrokenAnswer(Exception):  # noqa: N818 - named by what is wrong
    """Bytes where no answer begins or ends: the answers on this connection cannot be told apart any more."""


def answers(port: int, requests: Iterable[tuple[T, bytes]]) -> Iterator[tuple[T, Answer]]:
    """Answers to requests, each with its name. A connection that the server closes is followed by a new one.

    Raises BrokenAnswer if the answers cannot be told apart, or the server closes without answering.
    """
    waiting = iter(requests)
    while batch := list(itertools.islice(waiting, _AT_ONCE)):
        while batch:
            done = 0
            for answer in _batch(port, [request for _, request in batch]):
                yield batch[done][0], answer
                done += 1
            if not done:
                raise BrokenAnswer(f"no answer to {batch[0][1][:200]!r}")
            batch = batch[done:]


def _batch(port: int, requests: list[bytes]) -> Iterator[Answer]:
    """Answers to requests, as many as come before the server closes the connection."""
    with socket.create_connection((HOST, port), timeout=_PATIENCE) as connection, connection.makefile("rb") as stream:
        connection.sendall(b"".join(requests))
        for _ in requests:
            answer = _read(stream)
            if answer is None:
                return
            yield answer
            if answer.headers.get("connection") == "close":
                return


def _read(stream: BinaryIO) -> Answer | None:
    line = stream.readline()
    if not line:
        return None
    version, _, rest = line.partition(b" ")
    if version != b"HTTP/1.1":
        raise BrokenAnswer(f"an answer begins with {line[:200]!r}")
    status = int(rest[:3])
    headers = {}
    while (line := stream.readline()) != b"\r\n":
        name, colon, value = line.decode("latin-1").partition(":")
        if not colon or not line.endswith(b"\r\n"):
            raise BrokenAnswer(f"a header line is {line[:200]!r}")
        headers[name.lower()] = value.strip()
    if status in _WITHOUT_BODY:
        return Answer(status, headers, b"")
    if headers.get("transfer-encoding") == "chunked":
        return Answer(status, headers, b"".join(_chunks(stream)))
    return Answer(status, headers, stream.read(int(headers["content-length"])))


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while size := int(stream.readline(), 16):
        yield stream.read(size)
        stream.readline()
    stream.readline()
