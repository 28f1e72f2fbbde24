"""Waiting, with the patience that a slow machine needs: no test fails for taking long."""

import time
from collections.abc import Callable

TIMEOUT = 60  # seconds to wait for an answer or for something to come true


def eventually(condition: Callable[[], object]) -> bool:
    """Whether something comes true while there is patience for it."""
    until = time.monotonic() + TIMEOUT
    while not (true := bool(condition())) and time.monotonic() < until:
        time.sleep(0.01)
    return true
