"""Write-ahead log (WAL) of SQLite: whether it has a committed transaction that SQLite does not read, as it is damaged.

SQLite reads the log up to the first frame whose checksum is wrong and ignores the rest in silence: a bit that turns
over makes published revisions disappear, and what is left is consistent. The format is at sqlite.org/walformat.html.
"""

import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

_HEADER = struct.Struct(">8I")  # magic, version, page size, checkpoint, two salts, two checksums
_FRAME = struct.Struct(">6I")  # page, size of the database in a commit and 0 otherwise, two salts, two checksums
_MAGIC, _BIG_ENDIAN = 0x377F0682, 1
_MASK = 0xFFFFFFFF
_LOOKS = 10  # at a log that is being written
_PAUSE = 0.1  # seconds between two looks

_Pair = tuple[int, int]


class _Frame(NamedTuple):
    """Frame of the log: one page, as a transaction wrote it."""

    salts: _Pair
    checksums: _Pair
    is_commit: bool
    content: bytes  # that the checksum covers


def has_lost_commit(log: Path) -> bool:
    """Log damage: whether a transaction in the log is not read, though it was committed, or was about to be.

    A log that grows meanwhile is looked at again, for a second at most. 0.1 ms a frame. Raises OSError.
    """
    for _ in range(_LOOKS):
        if not log.exists():
            return False
        before = log.stat()
        if not _has_lost_commit(log):
            return False
        time.sleep(_PAUSE)
        if log.exists() and (log.stat().st_size, log.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns):
            return True
    return False  # somebody writes all the time, so the log is read


def _has_lost_commit(log: Path) -> bool:
    with log.open("rb") as file:
        head = file.read(_HEADER.size)
        if len(head) < _HEADER.size:
            return False
        magic, _, page_size, _, *salts_and_checksums = _HEADER.unpack(head)
        salts, checksums = (salts_and_checksums[0], salts_and_checksums[1]), tuple(salts_and_checksums[2:])
        order = ">" if magic & _BIG_ENDIAN else "<"
        running = _checksum(head[:24], (0, 0), order)
        if magic & ~_BIG_ENDIAN != _MAGIC or running != checksums:
            return True  # the whole log is ignored
        frames = _frames(file, page_size)
        for frame in frames:
            running = _checksum(frame.content, running, order)
            if frame.salts != salts or frame.checksums != running:
                return any(_is_commit_of(one, salts) for one in (frame, *frames))
    return False


def _is_commit_of(frame: _Frame, salts: _Pair) -> bool:
    """Whether a frame is the last of a transaction. Those left from before the log's last reset have other salts.

    One equal salt is enough, since the damage can be in the other one.
    """
    return frame.is_commit and any(mine == other for mine, other in zip(frame.salts, salts, strict=True))


def _frames(file: BinaryIO, page_size: int) -> Iterator[_Frame]:
    """Complete frames of a log, from the present place on."""
    while len(head := file.read(_FRAME.size)) == _FRAME.size:
        page = file.read(page_size)
        if len(page) < page_size:
            return
        _, size, *rest = _FRAME.unpack(head)
        yield _Frame((rest[0], rest[1]), (rest[2], rest[3]), size > 0, head[:8] + page)


def _checksum(content: bytes, before: _Pair, order: str) -> _Pair:
    """Checksum of the log: a Fibonacci-weighted sum of words, in the byte order that the header names."""
    first, second = before
    words = iter(struct.unpack(f"{order}{len(content) // 4}I", content))
    for one, other in zip(words, words, strict=True):
        first = (first + one + second) & _MASK
        second = (second + other + first) & _MASK
    return first, second
