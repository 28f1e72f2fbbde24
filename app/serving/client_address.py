"""Client address: from whom a request comes, also behind reverse proxies (X-Forwarded-For, or Forwarded of RFC 7239).

No library: uvicorn's ProxyHeadersMiddleware, which reads X-Forwarded-For alike, runs only where the application does,
so that answers from the store would pass by it, and it cannot read Forwarded.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from app.serving.answer_store import RawHeaders
from app.settings import Settings

_REMEMBERED = 4096  # clients whose group was found: 1 MiB, with what proxies wrote for them
_READ = 512  # bytes at the end of a proxy's header that are read: ten addresses or more, and proxies append theirs
_SITE = 64  # bits of an IPv6 address that a network gives to one customer, who may choose the others at will


class ClientAddresses:
    """Client addresses: the group of a request that is counted as one client.

    That is an IPv4 address, or the 64 bits of an IPv6 address that lead to one customer. A header counts only on a
    connection from a trusted proxy. There the client is the last address in it that is no trusted proxy: whatever
    comes before it may have been made up.
    """

    def __init__(self, settings: Settings) -> None:
        self._proxies = settings.proxy_networks
        self._header = settings.proxy_header.encode()
        self._group = lru_cache(_REMEMBERED)(_group)
        self._forwarded_group = lru_cache(_REMEMBERED)(self._behind_proxy)

    def group(self, peer: str, headers: RawHeaders) -> bytes:
        """Group of a request from a peer, which is the address at the other end of the connection.

        `headers` have names in lower case. It is empty for a peer that is no IP address, such as a Unix socket.
        """
        if self._proxies:
            value = b",".join([value for name, value in headers if name == self._header])
            if value:
                return self._forwarded_group(peer, value[-_READ:], len(value) > _READ)
        return self._group(peer)

    def _behind_proxy(self, peer: str, value: bytes, is_cut: bool) -> bytes:
        address = _address(peer)
        hops = value.split(b",")[1 if is_cut else 0 :]
        while address is not None and hops and any(address in network for network in self._proxies):
            named = hops.pop().decode("latin-1").strip()
            before = _address(_named_in_forwarded(named) if self._header == b"forwarded" else named)
            if before is None:
                break  # such as `unknown`: the proxy that wrote it is as much as is known
            address = before
        return _bytes(address)


def _named_in_forwarded(element: str) -> str:
    """What `for` names in an element of Forwarded; empty without one."""
    for pair in element.split(";"):
        name, _, value = pair.partition("=")
        if name.strip().lower() == "for":
            return value.strip().strip('"')
    return ""


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """IP address in a text that may have a port; None if there is none. IPv4 in IPv6 is IPv4."""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _bytes(address: IPv4Address | IPv6Address | None) -> bytes:
    if isinstance(address, IPv6Address):
        return IPv6Network((address, _SITE), strict=False).network_address.packed[: _SITE // 8]
    return address.packed if address else b""


def _group(peer: str) -> bytes:
    return _bytes(_address(peer))
