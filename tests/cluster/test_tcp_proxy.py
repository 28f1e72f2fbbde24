"""The TCP proxy of the trial: a link that is cut, stalled or delayed, and open again."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from tests.support.waiting import TIMEOUT
from tools.cluster.tcp_proxy import Link, TcpProxy


@pytest.fixture
def echo() -> Iterator[int]:
    """Port of a server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer(connection: socket.socket) -> None:
        with connection, contextlib.suppress(ConnectionResetError):
            while piece := connection.recv(4096):
                connection.sendall(piece)

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(TIMEOUT)


def connected(proxy: TcpProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=TIMEOUT)


def test_what_is_sent_comes_through_and_the_end_too(echo: int) -> None:
    with TcpProxy(echo) as proxy, connected(proxy) as client:
        client.sendall(b"there and back")
        assert client.recv(100) == b"there and back"
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100) == b""


def test_a_cut_resets_open_connections_and_refuses_new_ones_until_the_link_is_open(echo: int) -> None:
    with TcpProxy(echo) as proxy, connected(proxy) as client:
        client.sendall(b"a")
        assert client.recv(1) == b"a"
        proxy.set(Link.CUT)
        with pytest.raises(ConnectionResetError):
            client.recv(1)
        with pytest.raises(ConnectionRefusedError):
            connected(proxy)
        proxy.set(Link.OPEN)
        with connected(proxy) as again:
            again.sendall(b"b")
            assert again.recv(1) == b"b"


def test_through_a_stalled_link_comes_nothing_until_it_is_open(echo: int) -> None:
    with TcpProxy(echo) as proxy, connected(proxy) as client:
        proxy.set(Link.STALLED)
        client.sendall(b"late")
        client.settimeout(0.2)
        with pytest.raises(TimeoutError):
            client.recv(10)
        proxy.set(Link.OPEN)
        client.settimeout(TIMEOUT)
        assert client.recv(10) == b"late"


def test_each_direction_of_a_delayed_link_takes_that_much_longer(echo: int) -> None:
    with TcpProxy(echo) as proxy, connected(proxy) as client:
        proxy.set(delay=0.1)
        began = time.monotonic()
        client.sendall(b"slow")
        assert client.recv(10) == b"slow"
        assert time.monotonic() - began >= 0.2
