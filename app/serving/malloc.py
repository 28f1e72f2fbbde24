"""Memory allocator: fewer arenas of glibc, so that a server keeps less of what its threads have freed."""

import contextlib
import ctypes

_M_ARENA_MAX = -8  # from glibc's malloc.h
# Threads that allocate at once share them. By default there are eight for each core: with two, a server with 64
# exporters stays at 330 MiB; with sixteen it went on growing past 400.
_ARENAS = 2


def limit_arenas() -> None:
    """Limit the arenas of this process. Other C libraries than glibc have none: there it does nothing."""
    with contextlib.suppress(OSError, AttributeError, TypeError):  # no such library, no such function
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)
