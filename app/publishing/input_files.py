"""Bounded reading of input files: regular files up to a size, never a pipe or device on which a read would wait."""

import os
import stat
from pathlib import Path
from typing import NoReturn

from app.publishing.faults import PublicationError, RecordFault

# A pipe that nobody writes to is opened at once with O_NONBLOCK, and then refused. Windows has neither flag nor pipes
# among files, and would translate line ends without O_BINARY.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(file: Path, most: int) -> bytes:
    """Content of a regular file of at most `most` bytes; symbolic links are followed.

    Raises PublicationError, whose origin is the file: if it is no regular file, is larger, cannot be read, or is
    written to while it is read.
    """
    try:
        _check_regular(file, file.stat())  # before it is opened, which may wind a tape back
        with os.fdopen(os.open(file, _FLAGS), "rb") as opened:
            before = os.fstat(opened.fileno())
            _check_regular(file, before)
            if before.st_size > most:
                _refuse(file, "file-too-large", most=most)
            content = opened.read(before.st_size + 1)
            after = os.fstat(opened.fileno())
    except OSError as error:
        raise PublicationError(RecordFault("unreadable-file", {"reason": error.strerror}, str(file))) from error
    if (len(content), after.st_size, after.st_mtime_ns) != (before.st_size, before.st_size, before.st_mtime_ns):
        _refuse(file, "file-changed")
    return content


def read_text(file: Path, most: int) -> str:
    """Text of a file in UTF-8. Raises PublicationError as `read_bytes`, and for other encodings and a byte order mark.

    Line ends stay as they are.
    """
    try:
        text = read_bytes(file, most).decode()
    except UnicodeDecodeError:
        _refuse(file, "not-utf-8")
    if text.startswith("\ufeff"):
        _refuse(file, "byte-order-mark")
    return text


def _check_regular(file: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        _refuse(file, "not-a-regular-file")


def _refuse(file: Path, code: str, **values: int) -> NoReturn:
    raise PublicationError(RecordFault(code, values, str(file)))
