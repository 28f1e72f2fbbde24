"""File descriptors (RLIMIT_NOFILE): how many are left for streams and files, and answers for which there was none."""

import errno
import logging
import math
import sys
import time
from collections.abc import Iterable

if sys.platform != "win32":
    import resource

# Descriptors of a worker before it sends anything: of the event loop, the log, and the database with its idle readers.
_STANDING = 32
_OF_A_STREAM = 5  # database, log, and up to three temporary files of a workbook
FILES_PER_STREAM = 4  # downloads for each stream: one takes a descriptor and 64 kB
_LOG_SECONDS = 60.0  # between two lines of the log: strangers cause them

_log = logging.getLogger("dossier")


def open_files_limit() -> float:
    """Limit of open files of this process; infinite where there is none."""
    if sys.platform == "win32":
        return math.inf
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return math.inf if files == resource.RLIM_INFINITY else files


def stream_bound(most: int, connections: int) -> int:
    """Bound on streams: `most`, or fewer if so many connections leave too few of the open files that are allowed."""
    left = open_files_limit() - connections - _STANDING
    return most if left == math.inf else max(1, min(most, int(left) // (_OF_A_STREAM + FILES_PER_STREAM)))


class DescriptorLog:
    """Log of answers for which there was no file descriptor: one line a minute, however many there are."""

    def __init__(self) -> None:
        self._logged = -_LOG_SECONDS

    def is_among(self, errors: Iterable[BaseException]) -> bool:
        """Whether one of the errors is that the process or the machine has no descriptor left. If so, a line is due."""
        if not any(isinstance(one, OSError) and one.errno in (errno.EMFILE, errno.ENFILE) for one in errors):
            return False
        if time.monotonic() - self._logged >= _LOG_SECONDS:
            self._logged = time.monotonic()
            _log.error("no file descriptor is left: raise the limit of open files, or lower DOSSIER_MAX_CONNECTIONS")
        return True
