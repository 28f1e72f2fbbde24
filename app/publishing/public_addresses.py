"""Protection against server-side request forgery (SSRF): connections go to public addresses only.

A host name is resolved once, every address of it is checked, and the connection goes to one that was checked. So a name
that changes its address between check and connection (DNS rebinding) gains nothing.
"""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import httpcore
from httpcore import AsyncNetworkStream

_MOST_TRIED = 3  # addresses of a host that are tried, each for an equal share of the time

# Not for the public although `is_global` of Python 3.11 says so (registries of IANA for special purposes): protocol
# assignments, relays of 6to4. Of IPv6 only global unicast is taken, without the ranges that wrap another address or are
# for examples: Teredo and its like, documentation, 6to4, documentation again.
_EXCEPTED = tuple(
    map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")  # how a network without IPv4 reaches it: the last four bytes are the IPv4 address


class PrivateAddress(Exception):  # noqa: N818 - says what the address is
    """A host that has an address which is not public."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the public internet: not private, loopback, link-local, multicast or special."""
    address = ip_address(text)
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return is_public(str(IPv4Address(address.packed[-4:])))
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast and not any(address in one for one in _EXCEPTED)


class PublicBackend(httpcore.AsyncNetworkBackend):
    """Network backend of httpcore that resolves names itself. Raises PrivateAddress instead of connecting to one.

    `allow_private` switches the check off. `seconds` are shared by the addresses of a host that are tried.
    """

    def __init__(self, seconds: float, *, allow_private: bool) -> None:
        self._seconds = seconds
        self._allow_private = allow_private
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the interface of httpcore
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> AsyncNetworkStream:
        """Connection to the first address of the host that takes it.

        Raises PrivateAddress if one of them is not public, and the errors of httpcore if none takes it.
        """
        addresses = await _resolved(host, port)
        for address in addresses:
            if not self._allow_private and not is_public(address):
                raise PrivateAddress(address)
        *tried, last = addresses[:_MOST_TRIED]
        share = self._seconds / (len(tried) + 1)
        for address in tried:
            with contextlib.suppress(httpcore.ConnectError, httpcore.ConnectTimeout):
                return await self._network.connect_tcp(address, port, share, local_address, socket_options)
        return await self._network.connect_tcp(last, port, timeout, local_address, socket_options)


async def _resolved(host: str, port: int) -> list[str]:
    """Addresses of a host, without duplicates. Raises OSError or UnicodeError."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: Exception | None) -> None:
        if answer.done():
            return
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(addresses)

    def look_up() -> None:
        outcome: tuple[list[str], Exception | None]
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            outcome = list(dict.fromkeys(str(one[4][0]) for one in found)), None
        except (OSError, UnicodeError) as error:
            outcome = [], error
        with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits any more
            loop.call_soon_threadsafe(settle, *outcome)

    # A daemon thread: at its end `asyncio.run` waits for the loop's own threads, and a name server may take minutes.
    threading.Thread(target=look_up, daemon=True).start()
    return await answer
