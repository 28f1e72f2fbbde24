"""The limit of arenas reaches glibc: threads that allocate at once share two."""

import os
import subprocess
import sys

import pytest

_PROGRAM = """
import ctypes, os, sys, threading
from app.serving.malloc import limit_arenas

if sys.argv[1] == "limited":
    limit_arenas()
together = threading.Barrier(12)

def allocate():
    together.wait()
    kept = [bytes(3000) for _ in range(3000)]
    together.wait()

threads = [threading.Thread(target=allocate) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, file)
libc.fclose(file)
"""


def _arenas(case: str) -> int:
    command = [sys.executable, "-c", _PROGRAM, case]
    return subprocess.run(command, capture_output=True, check=True).stdout.count(b"<heap nr")


@pytest.mark.skipif("CS_GNU_LIBC_VERSION" not in os.confstr_names, reason="other C libraries have no arenas")
def test_twelve_threads_share_two_arenas_of_glibc() -> None:
    assert _arenas("limited") == 2 < _arenas("default")
