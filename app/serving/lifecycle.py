"""Server lifecycle: one process or several workers, and the signals that end them."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

import uvicorn

from app.serving.malloc import limit_arenas
from app.serving.supervisor import Supervisor
from app.serving.worker import ServerOptions, ignore_signals

GRACE = 30  # seconds; a client that does not read its download would delay the end for ever


def run(host: str, port: int, workers: int, *, grace: int = GRACE) -> None:
    """Serve until a signal ends it: no new connections, then `grace` seconds for the requests under way.

    SIGTERM, SIGINT, SIGQUIT and SIGHUP do. Where there are several workers and no terminal, SIGHUP replaces them one by
    one instead. Raises SystemExit with code 1 if it cannot start.
    """
    options = ServerOptions(host, port, grace)
    ignore_signals("SIGUSR1", "SIGUSR2")  # of which the default is to end at once
    try:
        if workers > 1:
            _run_workers(options, workers)
        else:
            _run_alone(options)
    except SystemExit as error:  # uvicorn has written why; its own exit codes are others than ours
        sys.exit(1 if error.code else 0)


def _run_alone(options: ServerOptions) -> None:
    limit_arenas()
    config = options.config()
    config.load_app()
    # uvloop looks up even an address of digits in threads of libuv, which aborts (SIGABRT) where there is no memory for
    # their stacks. A socket that is bound already needs none.
    listener = config.bind_socket()
    _handle(lambda *_: signal.raise_signal(signal.SIGTERM), "SIGQUIT", "SIGHUP")
    with contextlib.suppress(KeyboardInterrupt):  # uvicorn raises the signal that has ended it again
        uvicorn.Server(config).run(sockets=[listener])


def _run_workers(options: ServerOptions, workers: int) -> None:
    supervisor = Supervisor(options, [options.config().bind_socket()], workers)
    _handle(lambda *_: supervisor.stop(), "SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP")
    if not _has_terminal():
        _handle(lambda *_: supervisor.renew(), "SIGHUP")
    sys.exit(supervisor.run())


def _handle(handler: Callable[[int, FrameType | None], None], *names: str) -> None:
    """Handle signals, unless this process was started with them ignored, as by `nohup`."""
    for name in names:
        number = getattr(signal, name, None)  # Windows has few
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, handler)


def _has_terminal() -> bool:
    """Whether this process has a controlling terminal, whose end SIGHUP then means."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True
