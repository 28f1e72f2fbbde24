"""Listening address: whether a server can listen there, and the web address under which clients reach it."""

import socket

from app.errors import Fault


def listening_fault(host: str, port: int) -> Fault | None:
    """Port check: why no server can listen on a host and port, such as a port in use; None if one can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return Fault("", "cannot-listen", {"host": host, "port": port, "reason": error.strerror or str(error)})
    return None


def web_address(host: str, port: int) -> str:
    """Web address for clients on this machine (RFC 3986): IPv6 in brackets, loopback for all addresses."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not listened on
    return f"http://[{reachable.replace('%', '%25')}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"
