"""HTTP as it is on the wire: header lines in their order, and bodies as they were sent."""

import http.client
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit

from tests.support.waiting import TIMEOUT

Connection = http.client.HTTPConnection


class RawAnswer(NamedTuple):
    """An answer: status, header lines without Date and the request id, body."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def tag(self) -> str:
        """Its entity tag."""
        return dict(self.headers)["etag"]


@contextmanager
def connection_to(address: str) -> Iterator[Connection]:
    """A connection that stays open."""
    with closing(Connection(urlsplit(address).netloc, timeout=TIMEOUT)) as connection:
        yield connection


def ask(
    connection: Connection, target: str, headers: Mapping[str, str] | None = None, method: str = "GET"
) -> RawAnswer:
    """The answer to one request on a connection, to which nothing is added but Host."""
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in (headers or {}).items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    lines = [(name, value) for name, value in answer.getheaders() if name not in ("date", "x-request-id")]
    return RawAnswer(answer.status, lines, answer.read())
