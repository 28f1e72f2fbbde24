"""Connection pool: idle read-only connections of a SQLite file, the last used first.

SQLAlchemy's own pool takes 17 µs to give out a connection and to take it back, this one 5; and it never waits: with no
connection idle it opens one more (0.5 ms), so that the event loop cannot stop for a worker thread.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.errors import DossierError, Unavailable
from app.store.engines.sqlite_file import OpenedFile, SqliteFile, driver

_MOST_IDLE = 4  # the event loop and the worker threads of answers use three at a time


@dataclass(frozen=True, slots=True)
class _Reader:
    connection: Connection
    raw: Any  # the driver's connection
    file: OpenedFile


class ReaderPool:
    """Connection pool of a file. `engine` opens the connections; it must not pool them itself."""

    def __init__(self, engine: Engine, file: SqliteFile) -> None:
        self._engine = engine
        self._file = file
        self._idle: list[_Reader] = []

    @contextlib.contextmanager
    def connection(self, timeout: float) -> Iterator[Connection]:
        """Read transaction; each of its statements has `timeout` seconds. Raises DBAPIError."""
        reader = self._take()
        reader.raw.clock.timeout = timeout
        is_clean = False
        try:
            reader.raw.execute("BEGIN")
            yield reader.connection
            is_clean = True
        except DossierError as refusal:  # of a request, between two statements, unless one took too long
            is_clean = not isinstance(refusal, Unavailable)
            raise
        finally:
            self._give_back(reader, is_clean=is_clean)

    def pause(self, connection: Connection) -> None:
        """End of the read transaction of a connection; the next statement begins another. Raises DBAPIError.

        The connection goes on with the file that it has opened, even where another one has its name by now: rows of one
        answer never come from two files.
        """
        if connection.in_transaction():  # SQLAlchemy begins one of its own when it executes a statement
            connection.rollback()
        raw = connection.connection.driver_connection
        assert raw is not None
        try:
            raw.rollback()
            raw.execute("BEGIN")  # deferred: it takes no lock and no snapshot before the next statement
        except driver.Error as error:
            raise DBAPIError.instance("BEGIN", None, error, driver.Error) from error

    def close(self) -> None:
        """Idle connections: closes all of them. The next use opens new ones."""
        while self._idle:
            self._idle.pop().connection.close()

    def _take(self) -> _Reader:
        while self._idle:
            with contextlib.suppress(IndexError):  # another thread took the last one
                reader = self._idle.pop()
                # Without this check a pooled connection would go on reading a file that was replaced or removed.
                if self._file.is_still(reader.file):
                    return reader
                reader.connection.close()
        file = self._file.opened()
        connection = self._engine.connect()
        return _Reader(connection, connection.connection.driver_connection, file)

    def _give_back(self, reader: _Reader, *, is_clean: bool) -> None:
        if not is_clean:
            # The traceback may have a cursor with rows left. With the standard module, which does not reset it, the
            # next transaction of the connection would read the old snapshot.
            reader.connection.close()
            return
        if reader.connection.in_transaction():  # SQLAlchemy begins one of its own when it executes a statement
            reader.connection.rollback()
        try:
            reader.raw.rollback()
        except driver.Error:
            reader.connection.invalidate()
        if len(self._idle) < _MOST_IDLE and not reader.connection.invalidated:
            self._idle.append(reader)
        else:
            reader.connection.close()
