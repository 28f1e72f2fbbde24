"""Healthy client: asks at fixed times until stdin closes, then prints delays and failures as JSON.

`python -m tools.soak.watcher PORT MILLISECONDS PATH…`, in a process of its own, so that what loads the server does not
slow it down. Each request has a connection of its own. A delay counts from the time at which the request was due, so
one that waits for two seconds delays all that were due meanwhile (no coordinated omission).
"""

import http.client
import itertools
import json
import select
import sys
import time

from tools.processes import HOST

_TIMEOUT = 30  # seconds


def main() -> None:
    """Ask, and print what was measured."""
    port, interval, paths = int(sys.argv[1]), int(sys.argv[2]) / 1000, sys.argv[3:]
    delays, failures = list[float](), list[str]()
    print("ready", flush=True)
    due = time.monotonic()
    for path in itertools.cycle(paths):
        if fault := _ask(port, path):
            failures.append(fault)
        delays.append((time.monotonic() - due) * 1000)
        due += interval
        if _is_over(max(due - time.monotonic(), 0)):
            break
    print(json.dumps({"delays": delays, "failures": failures}))


def _ask(port: int, path: str) -> str | None:
    """What is wrong with an answer, None if nothing is."""
    connection = http.client.HTTPConnection(HOST, port, timeout=_TIMEOUT)
    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return f"{path}: {type(error).__name__}: {error}"
    else:
        return f"{path}: {answer.status}" if answer.status >= 400 else None
    finally:
        connection.close()


def _is_over(seconds: float) -> bool:
    """Wait, unless stdin is closed before. Whoever started this process writes nothing into it."""
    return bool(select.select([sys.stdin], [], [], seconds)[0])


if __name__ == "__main__":
    main()
