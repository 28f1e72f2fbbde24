"""Database engine: the interface that every engine implements, so that nothing above it knows which one is in use."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import URL, Connection, Engine

from app.errors import Fault


class Database(ABC):
    """Connections for reading, streaming, writing and migrating. Nothing is opened before the first use.

    A reader sees one snapshot from its first statement to its last; a writer has the write lock from its first.
    """

    url: URL
    readers: Engine  # a pool, for short answers
    streams: Engine  # no pool: a download has its connection for as long as its client takes
    writers: Engine
    migrations: Engine  # like writers, without foreign keys: rebuilding a table would delete its children

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """A pooled read-only connection in a transaction with snapshot isolation. Raises DBAPIError."""
        with self.readers.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def streaming(self) -> Iterator[Connection]:
        """The same on a connection of its own, for answers that take long. Raises DBAPIError."""
        with self.streams.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection in a write transaction: committed at the end, rolled back on any exception.

        Raises OperationalError where another process has the write lock for longer than the busy time-out.
        """
        with self.writers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Dispose of every connection pool."""
        for engine in (self.readers, self.streams, self.writers, self.migrations):
            engine.dispose()

    @property
    @abstractmethod
    def files(self) -> Path:
        """Folder for files that belong to this database, such as its built downloads; it need not exist yet."""

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database at the address, empty or not."""

    @abstractmethod
    def is_empty(self) -> bool:
        """Whether nothing was ever written to the database, or there is none."""

    @abstractmethod
    def prepare(self, connection: Connection) -> None:
        """Set up a database before its migrations, outside a transaction. Raises DBAPIError."""

    @abstractmethod
    def dangling_rows(self, connection: Connection) -> int:
        """Integrity check: how many rows have a foreign key that refers to nothing."""

    @abstractmethod
    def warning(self) -> Fault | None:
        """A known fault of the engine's version that the operator should hear of; None if there is none."""
