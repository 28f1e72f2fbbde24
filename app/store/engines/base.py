"""Database engine: the interface that every engine implements, so that nothing above it knows which one is in use."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Self

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from app.errors import CodedError, Fault, Unavailable

Progress = Callable[[int, int], None]  # takes what is done, and what there is to do in all


class BackupError(CodedError):
    """A backup or a restore was refused or failed: no file was written, and the database is as before."""


class RevisionToken(NamedTuple):
    """State token of an engine that learns of a publication a little later: the newest revision that it knows of.

    An answer from another newest revision is not of this state, and must not be stored under it.
    """

    newest: int | None
    digest: str | None
    release: str | None


def no_progress(_done: int, _all: int) -> None:
    """Progress that is not shown."""


def reason_of(error: BaseException) -> str:
    """First line of what the driver's error says, without what SQLAlchemy adds to it; its type if it says nothing."""
    original = getattr(error, "orig", None) or error
    return next(iter(str(original).splitlines()), type(original).__name__)


class Database(ABC):
    """Database engine: connections to read, stream, write and migrate. Nothing is opened before the first use.

    A reader sees one snapshot from its first statement to its last; a writer has the write lock from its first.
    """

    url: URL
    readers: Engine
    writers: Engine
    migrations: Engine  # like writers, without foreign keys: rebuilding a table would delete its children

    @abstractmethod
    def reading(self, *, timeouts: int | None = None) -> AbstractContextManager[Connection]:
        """Read transaction: a pooled read-only connection with snapshot isolation. It never waits for another one.

        A statement that takes longer than so many `timeouts` of the settings is ended; None is no limit. Raises
        DBAPIError.
        """

    def reading_newest(
        self,
        *,
        timeouts: int | None = None,  # noqa: ARG002 - for engines that have replicas
    ) -> AbstractContextManager[Connection] | None:
        """Read transaction on the primary, which has what a replica lacks. None if `reading` is from the primary."""
        return None

    def has_lost_primary(self) -> bool:
        """Whether answers are read from a replica whose primary does not answer: nothing can be published then."""
        return False

    def contradicts_primary(self) -> bool:
        """Whether answers are read from a replica of another database: its newest revision is not that of the primary.

        It says what was so at the last look, so that a readiness check waits for no server.
        """
        return False

    @property
    def reading_threads(self) -> int:
        """Threads of a worker that read at once. 0: a statement waits for no network, and may run on the event loop."""
        return 0

    @abstractmethod
    def pause(self, connection: Connection) -> None:
        """End of a read transaction between two statements: until the next one, the connection keeps no snapshot.

        That next statement sees the present state, and `require_unchanged` checks whether a revision is still the same.
        All rows of earlier statements must have been read. Raises DBAPIError.
        """

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Write transaction: committed at the end, rolled back on any exception.

        Raises OperationalError where another process has the write lock for longer than the busy time-out.
        """
        with self.writers.begin() as connection:
            yield connection

    @abstractmethod
    def state(self) -> Hashable:
        """State token: equal to an earlier one only if no answer has changed in between.

        None if the database cannot be read. It is as cheap as a stat, for each turn of the event loop, and for one
        thread only.
        """

    def close(self) -> None:
        """Connection pools: closes all of them. The next use opens them again."""
        for engine in (self.readers, self.writers, self.migrations):
            engine.dispose()

    @property
    @abstractmethod
    def files(self) -> Path:
        """Download folder of this database; it need not exist yet."""

    @abstractmethod
    def exists(self) -> bool:
        """Existence check: whether there is a database at the address, empty or not."""

    @abstractmethod
    def is_empty(self) -> bool:
        """Empty database: whether nothing was ever written to it, or there is none."""

    @abstractmethod
    def prepare(self, connection: Connection) -> None:
        """Database set-up before the migrations, outside a transaction. Raises DBAPIError."""

    @abstractmethod
    def dangling_rows(self, connection: Connection) -> int:
        """Foreign key check: how many rows refer to a row that does not exist. Raises DBAPIError."""

    @abstractmethod
    def damage(self, connection: Connection) -> list[Fault]:
        """Integrity check: what is wrong with the files of the database, whatever is in them. Raises DBAPIError.

        It compares every index with its table, reads every page, and follows every foreign key.
        """

    @abstractmethod
    def schema(self, connection: Connection) -> dict[tuple[str, str], str]:
        """Schema: the declaration of each table, index, view and trigger, by kind and name. Raises DBAPIError."""

    @abstractmethod
    def scratch(self) -> AbstractContextManager["Database"]:
        """Empty database of the same engine, to compare with; removed at the end. Raises DBAPIError, OSError."""

    @abstractmethod
    def warning(self) -> Fault | None:
        """Warning for the operator: a damaged log, or a known fault of the engine's version. None if there is none."""

    @abstractmethod
    def obstacle(self, error: DBAPIError) -> Unavailable | None:
        """Known reason for an error, with what to do, as Unavailable (503), not raised. None for any other error."""

    @property
    @abstractmethod
    def file(self) -> Path:
        """Database file, symbolic links followed; it need not exist.

        This and what follows is for engines whose database is a file. One of a server raises BackupError that names the
        server's own tool for backups.
        """

    @abstractmethod
    def side_files(self) -> list[Path]:
        """Files that belong to the database file, such as its log, whether they exist or not."""

    @abstractmethod
    def at(self, file: Path) -> Self:
        """The same engine with the same settings on another file."""

    @abstractmethod
    def copy_to(self, file: Path, progress: Progress = no_progress) -> None:
        """Online backup into a new file, of one snapshot, not verified. Nobody waits for it.

        Raises BackupError if the file cannot be written, Unavailable if the database cannot be read.
        """

    @abstractmethod
    def replace_with(self, file: Path) -> Path | None:
        """Atomic replacement of the database by a file in its folder. Returns the path where the old one is kept.

        Raises BackupError if another process goes on using the database for longer than the busy time-out, OSError.
        """
