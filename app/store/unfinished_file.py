"""Unfinished file: written under another name in the same folder, and renamed when it is complete (atomic replace)."""

import contextlib
import errno
import glob
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from app.errors import CodedError


class FileInUseError(CodedError):
    """Another process is writing the same file."""


@contextlib.contextmanager
def unfinished(file: Path) -> Iterator[Path]:
    """Hidden name next to a file, `.<name>.part`, to be written and then renamed; removed at the end if it is there.

    What a killed process left under this name is removed first. Raises FileInUseError, OSError.
    """
    if not file.parent.is_dir():  # the lock would make the folder
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(file.parent))
    part = file.with_name(f".{file.name}.part")
    lock = FileLock(file.with_name(f".{file.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise FileInUseError("file-in-use", file=file) from error
    try:
        _remove(part)
        yield part
    finally:
        _remove(part)
        Path(lock.lock_file).unlink(missing_ok=True)
        lock.release()


def rename(part: Path, file: Path) -> None:
    """Atomic replace: the name has the old file or the new one, also after a power cut. Raises OSError."""
    sync(part)
    part.replace(file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Synchronise a file or folder with the disk (fsync). Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def copy_access(original: Path, file: Path) -> None:
    """Mode, owner and group of a file for another one, so that users of the first can use the second.

    Of a folder, owner and group alone. Only root can give files away; for others they stay theirs. Raises OSError.
    """
    if original.is_file():
        shutil.copymode(original, file)
    if hasattr(os, "chown"):
        status = original.stat()
        with contextlib.suppress(PermissionError):
            os.chown(file, status.st_uid, status.st_gid)


def _remove(part: Path) -> None:
    """Remove an unfinished file and what SQLite has made next to it: `.<name>.part-wal` and the like."""
    for left in part.parent.glob(f"{glob.escape(part.name)}*"):
        left.unlink(missing_ok=True)
