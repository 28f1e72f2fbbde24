"""Memory limit of the process: whether the system lets it have what it may need."""

import contextlib

from app.errors import Fault

_MIB = 2**20
# Libraries in C and Rust do not check whether they get memory: a server without any ends with SIGSEGV in CRoaring, a
# command with SIGABRT in pydantic. Under load that was seen up to 150 MiB; threads reserve address space that they do
# not use, 72 MiB each.
_LEAST = 512 * _MIB


def memory_fault() -> Fault | None:
    """Why the limit of the address space is too low for a process of this service; None if it is not."""
    with contextlib.suppress(ImportError):  # Windows has no such limits
        import resource

        limits = (resource.getrlimit(limit)[0] for limit in (resource.RLIMIT_AS, resource.RLIMIT_DATA))
        found = min((limit for limit in limits if limit != resource.RLIM_INFINITY), default=_LEAST)
        if found < _LEAST:
            return Fault("", "memory-limit-too-low", {"found": found // _MIB, "least": _LEAST // _MIB})
    return None
