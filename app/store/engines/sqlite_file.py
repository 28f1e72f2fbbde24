"""SQLite file: its driver, read-only connections, and a cheap token of its state, against which caches are checked."""

import os
import sqlite3
from collections.abc import Hashable
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

try:
    from pysqlite3 import dbapi2 as driver
except ImportError:  # no wheel for this machine: the standard module, which may have the fault of the WAL reset
    driver = sqlite3

__all__ = ("OpenedFile", "SqliteFile", "StateProbe", "driver")


class OpenedFile(NamedTuple):
    """File that a connection opened: device and inode, and for an immutable one its size and time of change (ns)."""

    identity: tuple[int, int] | None
    content: tuple[int, int] | None


class SqliteFile:
    """SQLite file: its read-only connections, and whether it is still the file that they opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path.with_name(f"{path.name}-wal")
        self._path = str(path)

    def connect(self, **options: Any) -> Any:
        """Read-only connection of the driver. Raises the driver's OperationalError."""
        # mode=ro: a missing file is an error instead of a new empty database, and every write is refused.
        # immutable: in a folder that cannot be written SQLite cannot make the files that readers share. It then takes
        # no lock, so it must not be used while a writer has its log there.
        immutable = "&immutable=1" if self.is_frozen() else ""
        return driver.connect(f"file:{_quoted(self.path)}?mode=ro{immutable}", uri=True, **options)

    def is_frozen(self) -> bool:
        """Read-only database: whether its folder cannot be written, as on a read-only file system, and has no log."""
        return not os.access(self.path.parent, os.W_OK) and not self.log.exists()

    def opened(self) -> OpenedFile:
        """The file that is there now. To be taken before a connection is opened. Raises OSError if it vanishes."""
        return OpenedFile(self.identity(), self._content() if self.is_frozen() else None)

    def is_still(self, opened: OpenedFile) -> bool:
        """Whether connections to a file may be used on: it was neither replaced nor removed. It costs 2 µs."""
        if opened.identity != self.identity():
            return False
        # No lock protects an immutable connection: it is given up once the file or its log shows a writer.
        return opened.content is None or (opened.content == self._content() and not self.log.exists())

    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the file that is there now; None if there is none."""
        try:
            status = os.stat(self._path)  # noqa: PTH116 - half the time of Path.stat, at each request
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def _content(self) -> tuple[int, int]:
        status = self.path.stat()
        return status.st_size, status.st_mtime_ns


class StateProbe:
    """State token of a SQLite file, from a connection of its own: file identity and `PRAGMA data_version` (6 µs).

    The connection keeps the file open, so that a file that replaces it cannot have the same inode.
    """

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._opened = OpenedFile(None, None)
        self._cursor: Any = None
        self._numbers = count()
        self._number = 0  # of the connection: data_version can be compared on one connection only

    def state(self) -> Hashable:
        """State token; None if the file cannot be read. It does not wait for a lock. For one thread at a time."""
        try:
            if self._cursor is None or not self._file.is_still(self._opened):
                self.close()
                self._opened, self._number = self._file.opened(), next(self._numbers)
                self._cursor = self._file.connect(timeout=0, isolation_level=None, check_same_thread=False).cursor()
            self._cursor.execute("PRAGMA data_version")
            return self._number, self._cursor.fetchone()[0]
        except (OSError, UnicodeDecodeError, driver.Error):  # the second: a damaged schema, see TimedCursor
            self.close()
            return None

    def close(self) -> None:
        """Connection of the probe: closes it. The next use opens it again."""
        if self._cursor is not None:
            self._cursor.connection.close()
            self._cursor = None


def _quoted(path: Path) -> str:
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
