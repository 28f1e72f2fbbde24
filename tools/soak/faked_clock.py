"""The command `dossier` with another time of day: `python -m tools.soak.faked_clock FILE ARGUMENT…`.

The file has the seconds by which the clock is fast, and may change while the command runs. `time.monotonic` stays, as
when somebody sets the clock of a machine. Only for one worker: others are new processes.
"""

import sys
import time
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Self

from app import clock
from app.cli import main

_RIGHT = time.time_ns


class _Shifted(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(time.time(), tz)


def shift(file: Path) -> None:
    """Set the clock of this process by the seconds in the file, as they are at each look."""

    def nanoseconds() -> int:
        return _RIGHT() + int(file.read_text()) * 10**9

    time.time_ns = nanoseconds
    time.time = lambda: nanoseconds() / 10**9
    vars(clock)["datetime"] = _Shifted


if __name__ == "__main__":
    shift(Path(sys.argv.pop(1)))
    main()
