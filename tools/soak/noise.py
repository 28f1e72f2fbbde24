"""Noise of the machine: how long a process that computes for two milliseconds waits for a processor.

`python -m tools.soak.noise MILLISECONDS`, in a process of its own, until stdin closes; prints the waits as JSON. On a
machine with nothing else to do they are near 0; beside other work, a server's delays can only be told by them from
the machine's.
"""

import json
import select
import sys
import time

_WORK = 0.002  # seconds of CPU


def main() -> None:
    """Compute, and print what was measured."""
    interval = int(sys.argv[1]) / 1000
    waits = list[float]()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], interval)[0]:
        began, cpu = time.monotonic(), time.process_time()
        while (used := time.process_time() - cpu) < _WORK:
            pass
        waits.append(max(time.monotonic() - began - used, 0) * 1000)
    print(json.dumps({"waits": waits}))


if __name__ == "__main__":
    main()
