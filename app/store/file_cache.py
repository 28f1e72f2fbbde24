"""Files that take a while to make: built once, by whichever process is asked first, and kept whole or not at all."""

import asyncio
import contextlib
import glob
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Self

from starlette.concurrency import run_in_threadpool

from app.errors import Unavailable
from app.settings import Settings

if sys.platform != "win32":
    import fcntl

_OURS = "dossier-"  # what our files begin with: others in a folder that an operator names are left alone
_PART = ".part"
_MOST = 8  # files kept; the one that was used longest ago goes first, and is built again when it is asked for
_IN_USE = 60  # seconds after its last use in which no file goes: who was just told of it has yet to open it
_STRAY = 3600  # seconds after which an unfinished file is rubbish, where no lock can tell that nobody writes it

_log = logging.getLogger("dossier")


class Kept(NamedTuple):
    """A whole file: where it lies, its SHA-256 in lower-case hexadecimal, its size in bytes."""

    path: Path
    sha256: str
    size: int


class Shelf:
    """A folder of files that never change, each under a key, with its SHA-256 in its name.

    Processes may share the folder. A file is written under another name and renamed when it is complete, so that one
    is whole if it is there at all. It may be removed while it is sent: an open file stays readable, where the system
    does not refuse the removal.
    """

    def __init__(self, folder: Path, *, replaceable: bool = False) -> None:
        self._folder = folder
        self._replaceable = replaceable
        # One build at a time in a process: more of them would take the worker threads that other answers need.
        self._building = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings, database: Path) -> Self:
        """The shelf of a service. Only the folder beside the database gives way to another; a named one is meant."""
        if settings.cache_dir is not None:
            return cls(settings.cache_dir)
        return cls(database.with_name(f"{database.name}-downloads"), replaceable=True)

    async def file(self, key: str, suffix: str, write: Callable[[Path], None]) -> Kept:
        """The file of a key, which `write` fills if it is not there yet: in a worker thread, at a path that is empty.

        Raises Unavailable (503) where it cannot be written, which `write` tells by OSError; all else passes through.
        """
        if found := self._found(key, suffix):
            return found
        async with self._building:
            return await run_in_threadpool(self._made, key, suffix, write)

    def _found(self, key: str, suffix: str) -> Kept | None:
        for path in self._folder.glob(f"{_OURS}{glob.escape(key)}.{'[0-9a-f]' * 64}.{suffix}"):
            with contextlib.suppress(OSError):
                os.utime(path)
            with contextlib.suppress(FileNotFoundError):  # removed between the two
                return Kept(path, path.name.split(".")[-2], path.stat().st_size)
        return None

    def _made(self, key: str, suffix: str, write: Callable[[Path], None]) -> Kept:
        try:
            folder = self._writable()
            with _alone(folder) as alone:
                if found := self._found(key, suffix):
                    return found
                _sweep(folder, 0 if alone else _STRAY)
                made = _built(folder, key, suffix, write)
                _prune(folder)
                return made
        except OSError as error:
            _log.exception("the download %s.%s cannot be built", key, suffix)
            raise Unavailable("The download cannot be built now. Try again in a few seconds.") from error

    def _writable(self) -> Path:
        """The folder, made where it is missing, or a private one of this process. Raises OSError."""
        try:
            self._folder.mkdir(parents=not self._replaceable, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder):
                pass
        except OSError:
            if not self._replaceable:
                raise
            self._folder, self._replaceable = Path(tempfile.mkdtemp(prefix=_OURS)), False
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether no other process builds in the folder until this ends. The system lifts the lock of a killed one.

    Where files cannot be locked two may build the same at once: the same bytes twice, and the later rename wins.
    """
    with (folder / f"{_OURS}lock").open("ab") as file:
        if sys.platform == "win32":
            yield False
            return
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
        except OSError:  # some network file systems have no locks
            locked = False
        else:
            locked = True
        yield locked


def _built(folder: Path, key: str, suffix: str, write: Callable[[Path], None]) -> Kept:
    handle, name = tempfile.mkstemp(_PART, _OURS, folder)
    os.close(handle)
    part = Path(name)
    try:
        write(part)
        with part.open("rb+") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())  # before the rename, or a power cut leaves the name without the bytes
        size = part.stat().st_size
        return Kept(part.replace(folder / f"{_OURS}{key}.{sha256}.{suffix}"), sha256, size)
    finally:
        part.unlink(missing_ok=True)


def _sweep(folder: Path, age: float) -> None:
    """Remove what killed processes left unfinished, if nothing has been written to it for so many seconds."""
    _remove(path for path, used in _by_use(folder, f"{_OURS}*{_PART}") if time.time() - used >= age)


def _prune(folder: Path) -> None:
    """Remove all but the files used last."""
    beyond = _by_use(folder, f"{_OURS}*.{'[0-9a-f]' * 64}.*")[_MOST:]
    _remove(path for path, used in beyond if time.time() - used >= _IN_USE)


def _by_use(folder: Path, pattern: str) -> list[tuple[Path, float]]:
    """Files and when each was last used (seconds since 1970), the latest first."""
    found = []
    for path in folder.glob(pattern):
        with contextlib.suppress(FileNotFoundError):
            found.append((path, path.stat().st_mtime))
    return sorted(found, key=lambda each: each[1], reverse=True)


def _remove(paths: Iterator[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # removed by another, or open where that forbids it
            path.unlink()
