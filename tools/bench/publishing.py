"""Publication, each measured in a process of its own: new records, the same again, and one changed among many.

`python -m tools.bench.publishing new|changed FILE EVENTS` prints the measurements as JSON.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from app.publishing import bootstrap
from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from app.store.engines.base import Database
from tools.bench.records import event, publications
from tools.bench.table import Row, at_least, at_most
from tools.processes import memory_of

Measured = dict[str, float]


def rows(events: int, folder: Path) -> Iterator[Row]:
    """Rows of publishing so many new events, with the measures that they name, and of the same again."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        new = _child("new", Path(place) / "new.db", events)
    for name, goal in (("new", 5_000), ("unchanged", 20_000)):
        sides = f"{new['records']:,.0f} in {new[name]:.1f} s of CPU", ""
        yield at_least(f"publish {name} records", sides, new["records"] / new[name], goal, unit=" a CPU-second")


def changed_rows(database: Path, events: int) -> Iterator[Row]:
    """Rows of publishing one changed event in a copy of a database of so many."""
    with tempfile.TemporaryDirectory(dir=database.parent) as place:
        copy = Path(place) / "copy.db"
        shutil.copyfile(database, copy)
        one = _child("changed", copy, events)
    case = f"publish one changed record among {events:,}"
    yield at_most(case, (f"{one['seconds']:.2f} s", ""), one["cpu"], 0.2, unit=" CPU-seconds")
    yield at_most(f"{case}, memory", (f"{one['memory']:.0f} MiB more", ""), one["memory"], 50, unit=" MiB")


def _child(what: str, file: Path, events: int) -> Measured:
    command = [sys.executable, "-m", "tools.bench.publishing", what, str(file), str(events)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: Measured = json.loads(done.stdout)
    return measured


def _new(database: Database, events: int) -> Measured:
    """CPU seconds of publishing new records, and the same again. The records are made before the clock starts."""
    bootstrap.bootstrap(database, COLLECTIONS)
    parts = [publication.submissions for publication in publications(events, later=0)]
    records = sum(len(one.records) for part in parts for one in part)
    new, unchanged = (_timed(lambda: _publish(database, parts))["cpu"] for _ in range(2))
    return {"records": records, "new": new, "unchanged": unchanged}


def _changed(database: Database, events: int) -> Measured:
    """Seconds, CPU seconds and MiB of publishing one event with another title."""
    changed = event(events // 3) | {"title": {"en": "Another title", "fr": "Un autre titre"}}
    return _timed(lambda: _publish(database, [[Submission("bench", "timeline-events", [changed], complete=False)]]))


def _publish(database: Database, parts: Iterable[Sequence[Submission]]) -> None:
    for part in parts:
        publish(database, COLLECTIONS, part, "bench", {"en": "Measured", "fr": "Mesuré"})


def _timed(work: Callable[[], None]) -> Measured:
    memory, cpu, began = memory_of("self", "VmRSS"), time.process_time(), time.monotonic()
    work()
    taken = {"cpu": time.process_time() - cpu, "seconds": time.monotonic() - began}
    return taken | {"memory": memory_of("self", "VmHWM") - memory}


def main() -> None:
    """Measure what the command line names."""
    what, file, events = sys.argv[1:]
    database = open_database(Settings(database_url=f"sqlite:///{file}"))
    print(json.dumps({"new": _new, "changed": _changed}[what](database, int(events))))


if __name__ == "__main__":
    main()
