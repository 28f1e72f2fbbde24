"""Statement timeout for SQLite: connections on which a statement that takes too long is ended."""

import logging
import math
import time
from typing import Any

from sqlalchemy.exc import DBAPIError

from app.errors import Unavailable
from app.store.engines.sqlite_file import driver

# Instructions of SQLite's virtual machine between two looks at the clock: 1 to 2 ms. A look takes 0.3 µs, and waits
# for the interpreter's lock, which another thread may have for 5 ms: with fewer, searches would be slow under load.
_INSTRUCTIONS = 100_000

_log = logging.getLogger("dossier")


class Clock:
    """Deadline of the present statement in seconds of the monotonic clock, and the time that each one has."""

    def __init__(self) -> None:
        self.timeout = self.deadline = math.inf

    def is_over(self) -> bool:
        """Whether the statement has taken longer than it may."""
        return time.monotonic() > self.deadline


class TimedCursor(driver.Cursor):  # type: ignore[misc]  # the driver has no types
    """Cursor whose statement is ended after the timeout of its connection, with Unavailable (503).

    Each call has the whole time: a stream that fetches in batches may go on as long as its client takes. Iterating is
    no call: it has the time of the last one. A call costs 0.4 µs more than the driver's.
    """

    _sql = ""

    def execute(self, sql: str, parameters: Any = ()) -> Any:
        """As the driver's. Raises Unavailable too.

        SQLite quotes a damaged schema in its message; where that is not UTF-8, the driver raises no error of its own.
        """
        self._sql = sql
        self._start()
        try:
            return super().execute(sql, parameters)
        except driver.OperationalError as error:
            raise self._fault(error) from None
        except UnicodeDecodeError as error:
            raise driver.DatabaseError("malformed database schema") from error

    def fetchmany(self, size: int | None = None) -> Any:
        """As the driver's, but raises DBAPIError for its errors: readers fetch rows in batches from this cursor itself.

        Raises Unavailable too.
        """
        self._start()
        try:
            return super().fetchmany(size or self.arraysize)
        except driver.Error as error:
            fault = self._fault(error)
            raise DBAPIError.instance(self._sql, None, error, driver.Error) if fault is error else fault from error

    def fetchall(self) -> Any:
        """As the driver's. Raises Unavailable too."""
        self._start()
        try:
            return super().fetchall()
        except driver.OperationalError as error:
            raise self._fault(error) from None

    def _start(self) -> None:
        clock: Clock = self.connection.clock
        clock.deadline = time.monotonic() + clock.timeout

    def _fault(self, error: Exception) -> Exception:
        clock: Clock = self.connection.clock
        if not clock.is_over():
            return error
        _log.warning("a statement was ended after %s seconds: %s", clock.timeout, self._sql)
        return Unavailable("statement-timeout")


class TimedConnection(driver.Connection):  # type: ignore[misc]  # as above
    """Connection with a statement timeout, `clock.timeout` in seconds; at first there is none."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.clock = Clock()
        self.set_progress_handler(self.clock.is_over, _INSTRUCTIONS)

    def cursor(self, factory: Any = TimedCursor) -> Any:
        """As the driver's."""
        return super().cursor(factory)
