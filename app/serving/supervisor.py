"""Supervisor: starts workers, replaces those that end or hang, and ends all of them.

Instead of uvicorn's: that one starts a worker again and again without a pause if it always fails, waits without limit
for one that hangs, hears no signal meanwhile, and exits with 0 when its workers cannot start.
"""

import logging
import multiprocessing
import socket
import time
from collections.abc import Callable, Sequence
from multiprocessing import connection

from app.serving.worker import ServerOptions, work

_log = logging.getLogger("dossier")
_processes = multiprocessing.get_context("spawn")  # a fork would inherit threads, locks and connections to the database

_TICK = 0.25  # seconds until a signal is seen
_HUNG = 60  # seconds without a heartbeat; a start on a busy machine takes several
_MEMORY = 300  # seconds for which a lost worker counts
_LONGEST_PAUSE = 30  # seconds before another worker is started


class Worker:
    """Worker process, as its supervisor sees it."""

    def __init__(self, options: ServerOptions, sockets: Sequence[socket.socket]) -> None:
        self._heart, beating = _processes.Pipe(duplex=False)
        # A daemon: it is told to end even where the supervisor fails.
        self._process = _processes.Process(target=work, args=(options, sockets, beating), daemon=True)
        self._process.start()
        beating.close()
        self._heard = time.monotonic()
        self._deadline: float | None = None
        self.is_ready = False

    @property
    def pid(self) -> int | None:
        """Id of the process."""
        return self._process.pid

    @property
    def sentinel(self) -> int:
        """Handle that is ready when the process has ended."""
        return self._process.sentinel

    def fault(self) -> str | None:
        """Why this worker has to be replaced, if it has to. Listens for heartbeats: from the first on it `is_ready`."""
        try:
            while self._heart.poll():
                self._heart.recv_bytes()
                self._heard, self.is_ready = time.monotonic(), True
        except (EOFError, OSError):
            pass  # it has ended, or is about to
        if self._process.exitcode is not None:
            return f"ended with exit code {self._process.exitcode}"
        return f"has not answered for {_HUNG} seconds" if time.monotonic() - self._heard > _HUNG else None

    def tell_to_end(self, patience: float) -> None:
        """Let it answer the requests under way. It is killed after so many seconds of patience."""
        self._process.terminate()
        self._deadline = time.monotonic() + patience

    def is_gone(self) -> bool:
        """Whether a worker that was told to end has ended, if need be killed."""
        if self._process.exitcode is None and self._deadline is not None and time.monotonic() > self._deadline:
            _log.error("worker %s did not end in time: killed", self.pid)
            self.kill()
        return self._process.exitcode is not None

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.join()


class Supervisor:
    """Supervisor of so many workers, which share the listening sockets."""

    def __init__(
        self,
        options: ServerOptions,
        sockets: Sequence[socket.socket],
        workers: int,
        start: Callable[[ServerOptions, Sequence[socket.socket]], Worker] = Worker,
    ) -> None:
        self._options, self._sockets, self._size, self._start_worker = options, sockets, workers, start
        self._workers: list[Worker] = []
        self._retiring: list[Worker] = []
        self._stale: list[Worker] = []  # to be replaced, one by one
        self._newcomer: Worker | None = None  # the one more that is started to replace a stale one
        self._is_renewal_due = False
        self._lost: list[float] = []  # when workers were lost in the last minutes
        self._next_start = 0.0
        self._has_served = self._is_over = False

    def stop(self) -> None:
        """Let `run` end; for signal handlers."""
        self._is_over = True

    def renew(self) -> None:
        """Rolling restart: replace all workers, each when a new one is ready; for signal handlers."""
        self._is_renewal_due = True  # a flag alone: a list may be in the middle of a change when the signal comes

    def run(self) -> int:
        """Exit code, when all workers have ended: 1 if none of them has ever been ready, else 0."""
        while not self._is_over:
            self._start_missing()
            connection.wait([worker.sentinel for worker in self._workers], _TICK)
            self._look_after()
            self._replace_stale()
            self._retiring = [worker for worker in self._retiring if not worker.is_gone()]
        self._end_all()
        return 0 if self._has_served else 1

    def _start_missing(self) -> None:
        wanted = self._size + (self._newcomer is not None)
        while len(self._workers) < wanted and time.monotonic() >= self._next_start and not self._is_over:
            self._start()

    def _start(self) -> Worker | None:
        """New worker; None if the machine has no memory, processes or descriptors for it now."""
        try:
            worker = self._start_worker(self._options, self._sockets)
        except OSError as error:
            _log.error("no worker can be started: %s", error.strerror)
            self._is_over |= not self._has_served
            self._next_start = time.monotonic() + _LONGEST_PAUSE
            return None
        self._workers.append(worker)
        return worker

    def _look_after(self) -> None:
        faults = [(worker, fault) for worker in self._workers if (fault := worker.fault())]
        self._has_served |= any(worker.is_ready for worker in self._workers)
        for worker, fault in faults:
            worker.kill()
            self._workers.remove(worker)
            self._lose(worker, fault)

    def _lose(self, worker: Worker, fault: str) -> None:
        """Let the loss of a worker have a pause of 0, 1, 2, 4 … seconds, by how many were lost in five minutes."""
        if not self._has_served:
            _log.error("worker %s %s before it was ready: the server ends", worker.pid, fault)
            self._is_over = True
        elif worker is self._newcomer:
            _log.error("new worker %s %s before it was ready: the others stay", worker.pid, fault)
            self._newcomer, self._stale = None, []
        else:
            now = time.monotonic()
            self._lost = [*(one for one in self._lost if now - one < _MEMORY), now]
            pause = min(2 ** len(self._lost) // 4, _LONGEST_PAUSE)
            self._next_start = now + pause
            _log.error("worker %s %s: replaced in %s seconds", worker.pid, fault, pause)

    def _replace_stale(self) -> None:
        if self._is_renewal_due:
            self._is_renewal_due = False
            self._stale = [*self._workers]
        self._stale = [worker for worker in self._stale if worker in self._workers]
        if not self._stale:
            self._newcomer = None  # it takes the place of a stale worker that was lost meanwhile
            return
        if self._newcomer is None:
            self._newcomer = self._start()
            if self._newcomer is None:
                self._stale = []
        elif self._newcomer.is_ready:
            old, self._newcomer = self._stale.pop(0), None
            self._workers.remove(old)
            self._retiring.append(old)
            old.tell_to_end(self._options.patience)

    def _end_all(self) -> None:
        for listener in self._sockets:
            listener.close()  # else new connections would wait for a worker that never comes
        ending = [*self._workers, *self._retiring]
        for worker in self._workers:
            worker.tell_to_end(self._options.patience)
        while ending := [worker for worker in ending if not worker.is_gone()]:
            connection.wait([worker.sentinel for worker in ending], _TICK)
