"""Worker process of a server: what uvicorn runs, with a heartbeat to its supervisor, without which it ends."""

import contextlib
import multiprocessing
import os
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import uvicorn
from typing_extensions import override

from app.serving.malloc import limit_arenas
from app.serving.protocol import PROTOCOL

_TICKS = 10  # between two heartbeats: uvicorn has one each tenth of a second
_PATIENCE = 5  # seconds that a worker may take for its end, after those for its clients


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Options of a server: where it listens, and how many seconds it gives its clients at the end."""

    host: str
    port: int
    grace: int

    @property
    def patience(self) -> int:
        """Seconds within which a process that was told to end has ended, unless it hangs."""
        return self.grace + _PATIENCE

    def config(self) -> uvicorn.Config:
        """Configuration of uvicorn. It sets up the logging of the process."""
        return uvicorn.Config(
            "app.main:create_app",
            factory=True,
            host=self.host,
            port=self.port,
            http=PROTOCOL,
            ws="none",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # DOSSIER_TRUSTED_PROXIES alone says whose headers count, not FORWARDED_ALLOW_IPS too
            log_level="warning",
            timeout_graceful_shutdown=self.grace,
        )


def ignore_signals(*names: str) -> None:
    """Ignore signals, as far as the system has them."""
    for name in names:
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)


def work(options: ServerOptions, sockets: Sequence[socket.socket], heart: Connection) -> None:
    """Serve as a worker, from the start of its process to its end.

    Signals that a terminal sends to all processes are for the supervisor, except Ctrl-C, at which each ends by itself.
    """
    ignore_signals("SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    limit_arenas()
    with contextlib.suppress(KeyboardInterrupt):
        _BeatingServer(options, heart).run([*sockets])


class _BeatingServer(uvicorn.Server):
    """Server that sends its supervisor a heartbeat each second, from its event loop: one that is blocked sends none.

    It ends when its supervisor is gone, as after `kill -9`; otherwise its port would stay in use.
    """

    def __init__(self, options: ServerOptions, heart: Connection) -> None:
        super().__init__(options.config())
        self._patience = options.patience
        self._heart = heart
        if os.name == "posix":
            os.set_blocking(heart.fileno(), False)  # a supervisor that is stopped reads nothing

    @override
    async def on_tick(self, counter: int) -> bool:
        if counter % _TICKS == 0:
            self._beat()
        return await super().on_tick(counter)

    def _beat(self) -> None:
        with contextlib.suppress(OSError):
            self._heart.send_bytes(b".")
        supervisor = multiprocessing.parent_process()
        if supervisor and not supervisor.is_alive():
            _kill_later(self._patience)
            signal.raise_signal(signal.SIGTERM)


def _kill_later(seconds: float) -> None:
    """Kill this process if it has not ended by then: nobody else would."""
    killer = threading.Timer(seconds, os.kill, (os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM)))
    killer.daemon = True
    killer.start()
