"""Access log: one JSON line for each request, and the one place that every finished request passes."""

import contextlib
import json
import logging
import sys
from collections.abc import Callable
from typing import Literal, NamedTuple

from app import clock
from app.errors import cut

_PATH = 400  # characters of a path in a line: no path that leads to something is longer


class FinishedRequest(NamedTuple):
    """Finished request: method, path as sent, status, bytes of body sent, seconds taken, and its id.

    `complete` is False if the answer was not sent completely, `stored` is True if it came from the answer store.
    """

    method: str
    path: bytes
    status: int
    size: int
    seconds: float
    request_id: str
    complete: bool = True
    stored: bool = False


class AccessLog:
    """Access log on stdout. `record` is called once for every request, whichever layer answered it."""

    def __init__(
        self, mode: Literal["auto", "json", "off"], count: Callable[[FinishedRequest], None] | None = None
    ) -> None:
        """Access log; `count` gets every finished request too, also where no line is written."""
        self._count = count
        is_terminal = sys.stdout is not None and sys.stdout.isatty()
        self._logger = None if mode == "off" or (mode == "auto" and is_terminal) else _logger()

    def record(self, request: FinishedRequest) -> None:
        """Finished request: writes its line, a JSON object with the UTC time of the end.

        The line has `aborted` if the answer is not complete.
        """
        if self._count:
            self._count(request)
        if self._logger is None:
            return
        line = {
            "time": clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "method": cut(request.method),
            "path": cut(request.path.decode("latin-1"), _PATH),
            "status": request.status,
            "duration_ms": round(request.seconds * 1000, 1),
            "request_id": request.request_id,
            "bytes": request.size,
        }
        self._logger.info(json.dumps(line if request.complete else {**line, "aborted": True}))


class _Stdout(logging.Handler):
    """Access log handler: writes to the current stdout. A line that cannot be written is lost."""

    def emit(self, record: logging.LogRecord) -> None:
        if sys.stdout is None:  # there is none where it was closed before the start
            return
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.write(self.format(record) + "\n")
            sys.stdout.flush()


def _logger() -> logging.Logger:
    logger = logging.getLogger("dossier.access")
    if not logger.handlers:  # one process may build several applications
        logger.addHandler(_Stdout())
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return logger
