"""File cache: finished downloads, which are slow to build. One process builds each, and no other finds half of it."""

import contextlib
import glob
import hashlib
import logging
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

from filelock import FileLock

from app import clock
from app.errors import Unavailable
from app.settings import Settings

_PREFIX = "dossier-"  # of the cache's own files: the folder may have others, which are never removed
_PART = ".part"  # suffix of an unfinished file
_MAX_FILES = 16  # the least recently used file is removed first, and built again when it is asked for
_IN_USE = 60  # seconds after its last use in which no file is removed: the caller may not have opened it yet
_STALE = 3600  # seconds without a write after which an unfinished file is removed, where there are no locks

_log = logging.getLogger("dossier")


class CachedFile(NamedTuple):
    """Cached file, complete: its path, its SHA-256 in lower-case hexadecimal, its size in bytes."""

    path: Path
    sha256: str
    size: int


class FileCache:
    """File cache: a folder of files that never change. The name of each has its key and its SHA-256.

    Processes may share the folder. A file is written under another name and renamed when it is complete, so that no
    process finds half of one. A file may be removed while it is sent: an open file stays readable, except on Windows,
    where the removal fails instead.
    """

    def __init__(self, folder: Path, *, temporary_fallback: bool = False) -> None:
        self._folder = folder
        self._temporary_fallback = temporary_fallback
        self._building = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings, default: Path) -> Self:
        """Cache folder: DOSSIER_CACHE_DIR, or else `default`, next to the database file.

        Where the folder next to the database cannot be written, a temporary one of this process replaces it. A folder
        that the operator has named is never replaced.
        """
        if settings.cache_dir is not None:
            return cls(settings.cache_dir)
        return cls(default, temporary_fallback=True)

    def find(self, key: str, suffix: str) -> CachedFile | None:
        """Cache lookup: the file of a key, None if it has not been built. Counts as a use of the file."""
        for path in self._folder.glob(f"{_PREFIX}{glob.escape(key)}.{'[0-9a-f]' * 64}.{suffix}"):
            with contextlib.suppress(OSError):
                os.utime(path)
            with contextlib.suppress(FileNotFoundError):  # removed since it was listed
                return CachedFile(path, path.name.split(".")[-2], path.stat().st_size)
        return None

    def get_or_build(self, key: str, suffix: str, write: Callable[[Path], None]) -> CachedFile:
        """Cached file of a key. If it is missing, `write` builds it: it fills an empty file at the given path.

        Blocks while this or another process builds a file. Raises Unavailable (503) if the file cannot be written:
        `write` reports that by OSError. Its other exceptions pass through.
        """
        if found := self.find(key, suffix):
            return found
        try:
            with self._building:
                return self._build_alone(key, suffix, write)
        except OSError as error:
            _log.exception("the download %s.%s cannot be built", key, suffix)
            raise Unavailable("download-not-built") from error

    def _build_alone(self, key: str, suffix: str, write: Callable[[Path], None]) -> CachedFile:
        folder = self._writable_folder()
        with _exclusive(folder) as locked:
            if found := self.find(key, suffix):
                return found
            _remove_unfinished(folder, 0 if locked else _STALE)
            built = _build(folder, key, suffix, write)
            _remove_least_used(folder)
            return built

    def _writable_folder(self) -> Path:
        """The folder, created where it is missing, or a temporary one of this process. Raises OSError."""
        try:
            self._folder.mkdir(parents=not self._temporary_fallback, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder):
                pass
        except OSError:
            if not self._temporary_fallback:
                raise
            self._folder, self._temporary_fallback = Path(tempfile.mkdtemp(prefix=_PREFIX)), False
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


@contextlib.contextmanager
def _exclusive(folder: Path) -> Iterator[bool]:
    """File lock: keeps other processes from building in the folder. Yields whether the lock was acquired.

    The system releases the lock of a killed process. Some network file systems have no locks: two processes may then
    build the same file at once, which gives the same bytes twice, and the later rename wins. The library's own
    replacement for such file systems, a marker file, is not used: a killed process would leave it behind.
    """
    lock = FileLock(folder / f"{_PREFIX}lock", fallback_to_soft=False)
    with contextlib.suppress(OSError):
        lock.acquire()
    try:
        yield lock.is_locked
    finally:
        lock.release()


def _build(folder: Path, key: str, suffix: str, write: Callable[[Path], None]) -> CachedFile:
    handle, name = tempfile.mkstemp(_PART, _PREFIX, folder)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        with part.open("rb+") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())  # before the rename, or a power cut leaves the name without the bytes
        size = part.stat().st_size
        return CachedFile(part.replace(folder / f"{_PREFIX}{key}.{sha256}.{suffix}"), sha256, size)
    finally:
        part.unlink(missing_ok=True)


def _remove_unfinished(folder: Path, age: float) -> None:
    """Remove the files that killed processes did not finish, if nothing was written to them for `age` seconds."""
    _remove(path for path, used in _by_last_use(folder, f"{_PREFIX}*{_PART}") if _age(used) >= age)


def _remove_least_used(folder: Path) -> None:
    """Remove all but the most recently used files."""
    beyond = _by_last_use(folder, f"{_PREFIX}*.{'[0-9a-f]' * 64}.*")[_MAX_FILES:]
    _remove(path for path, used in beyond if _age(used) >= _IN_USE)


def _age(used: float) -> float:
    """Seconds since a time. One in the future counts too: the clock was fast then, and the file is not in use."""
    return abs(clock.now().timestamp() - used)


def _by_last_use(folder: Path, pattern: str) -> list[tuple[Path, float]]:
    """Files and when each was last used (seconds since 1970), the most recent first."""
    found = []
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            found.append((path, path.stat().st_mtime))
    return sorted(found, key=lambda each: each[1], reverse=True)


def _remove(paths: Iterator[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # another process removed it, or it is open on Windows
            path.unlink()
