"""Work on a database that is killed (SIGKILL) at a chosen moment, in a forked process that has imported all it needs.

A kill so costs a tenth of a second instead of the second that a command takes to start.
"""

import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import event

from app.settings import Settings
from app.store.database import open_database
from app.store.engines.base import Database

Work = Callable[[Database], object]


@dataclass(frozen=True, slots=True)
class Moment:
    """Moment of a kill: so many seconds after SQLite begins a statement, of a number or the COMMIT.

    `exact`: the process kills itself as it begins the statement, whatever else the machine does.
    """

    statement: int = 0  # 0 for the COMMIT
    seconds: float = 0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """Undisturbed course of some work: its seconds, its statements, and the seconds of its COMMIT and what follows."""

    seconds: float
    statements: int
    end: float

    def moments(self, count: int) -> list[Moment]:
        """Moments spread over the course: half of them random, a quarter exact, a quarter around the commit."""
        dice = random.Random(count)  # the same each time
        return [self._moment(number, count, dice) for number in range(count)]

    def _moment(self, number: int, count: int, dice: random.Random) -> Moment:
        if number % 4 == 1:
            return Moment(1 + number * self.statements // count, exact=True)
        if number % 4 == 3:
            return Moment(seconds=dice.uniform(0, self.end))
        return Moment(dice.randint(1, self.statements), dice.uniform(0, self.seconds / self.statements))


@dataclass
class Kills:
    """Kills so far: how many of each end, and what is wrong after any of them."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {end}" for end, count in sorted(self.ends.items()))
        return f"{counted}; {len(self.faults)} lost or wrong" + (f", first: {self.faults[0]}" if self.faults else "")


def opened(file: Path) -> Database:
    """The database of a file, with all that is imported late imported now."""
    return open_database(Settings(database_url=f"sqlite:///{file}"))


def course(work: Work, file: Path) -> Course:
    """Undisturbed course, measured in a forked process. Raises RuntimeError if the work fails."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        _run(work, file, Moment(), writing)
    os.close(writing)
    began = time.monotonic()
    statements, commit = 0, began
    while said := os.read(reading, 65_536):
        statements += len(said)
        if b"C" in said:
            commit = time.monotonic()
    os.close(reading)
    if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]):
        raise RuntimeError("the work failed without being killed")
    return Course(time.monotonic() - began, statements, time.monotonic() - commit)


def killed(work: Work, file: Path, moment: Moment) -> bool:
    """Do some work and kill it; returns whether it was, or had ended before. Raises RuntimeError if it failed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _run(work, file, moment, writing)
    os.close(writing)
    if not moment.exact:
        count = 0
        while said := os.read(reading, 65_536):
            count += len(said)
            if moment.statement <= count if moment.statement else b"C" in said:
                break
        time.sleep(moment.seconds)
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(reading)
    if code > 0:
        raise RuntimeError(f"the work failed with exit code {code}")
    return code == -signal.SIGKILL


def _run(work: Work, file: Path, moment: Moment, pipe: int) -> NoReturn:
    """Do the work in this forked process, telling of each statement: C for COMMIT, else s."""
    code = 1
    try:
        database = opened(file)
        count = 0

        def trace(sql: str) -> None:
            nonlocal count
            count += 1
            if moment.exact and count == moment.statement:
                os.kill(os.getpid(), signal.SIGKILL)
            if not moment.exact:  # nobody reads then
                os.write(pipe, b"C" if sql == "COMMIT" else b"s")

        def connected(connection: Any, _: object) -> None:
            connection.set_trace_callback(trace)

        for engine in (database.writers, database.migrations):
            event.listen(engine, "connect", connected)
        work(database)
        database.close()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing of this process may run on in the parent's code
        traceback.print_exc()
    finally:
        os._exit(code)
