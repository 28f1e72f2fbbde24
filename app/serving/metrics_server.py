"""Metrics server: /metrics on an address of its own, in a thread of its own."""

import contextlib
import logging
import socket
import threading
from collections.abc import Iterator
from socketserver import TCPServer
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from typing_extensions import override

from app.serving.metrics import Metrics

PORTS = 64  # ports that are tried, from the one that is set: as many as there may be workers
_SECONDS = 10  # until a connection is closed, whatever it does: Prometheus itself waits as long

_log = logging.getLogger("dossier")


@contextlib.contextmanager
def listening(metrics: Metrics, host: str, port: int) -> Iterator[int | None]:
    """Serve the metrics of this worker while the block runs. Gives the port.

    Each worker takes the first free port from the one that is set: the second worker has the next one. Shared counters
    (prometheus_client's multiprocess mode) would write a file for each, at 1 µs a count, and have no gauges that are
    read when asked for. If no port is free, the service goes on without, gives None and says so in the log.
    """
    server = _first_free(metrics, host, port)
    if server is None:
        yield None
        return
    thread = threading.Thread(target=server.serve_forever, args=(0.1,), name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


def _first_free(metrics: Metrics, host: str, port: int) -> "_MetricsServer | None":
    from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app

    registry = CollectorRegistry()
    registry.register(metrics)
    ProcessCollector(registry=registry)
    app = make_wsgi_app(registry)
    reason = ""
    for one in range(port, min(port + PORTS, 2**16)):
        try:
            server = _server_class(host)((host, one), _Handler)
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            server.set_app(app)
            return server
    _log.error("no metrics: cannot listen on %s port %d or the %d after it: %s", host, port, PORTS - 1, reason)
    return None


def _server_class(host: str) -> "type[_MetricsServer]":
    return _Ipv6Server if ":" in host else _MetricsServer


class _Handler(WSGIRequestHandler):
    timeout = _SECONDS  # for each read

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the access log is that of the service."""


class _MetricsServer(WSGIServer):
    """WSGI server that answers one connection after the other, so that many cost no memory and no threads.

    prometheus_client's own makes a thread for each connection, without limit.
    """

    @override
    def server_bind(self) -> None:
        TCPServer.server_bind(self)  # WSGIServer's asks a name server for the name of the host
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()

    @override
    def finish_request(self, request: Any, client_address: Any) -> None:
        clock = threading.Timer(_SECONDS, _shut, (request,))
        clock.daemon = True
        clock.start()
        try:
            super().finish_request(request, client_address)
        finally:
            clock.cancel()

    @override
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: the client left, or sent no HTTP."""


class _Ipv6Server(_MetricsServer):
    address_family = socket.AF_INET6


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
