"""Around a server that is measured: databases, a healthy client that watches it, and a publisher.

The server itself is `tools.processes.service(database, settings=…, limits=…)`.
"""

import json
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.paths import packaged
from app.publishing.bootstrap import bootstrap
from app.publishing.publish import publish
from app.publishing.replay import replay
from app.publishing.revision_files import read_digests, revision_name, write_digests
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from app.store.engines.base import Database
from tools.bench.records import publications
from tools.processes import clean_environment

_END = 60  # seconds for the last request or revision


@dataclass
class Watch:
    """What a healthy client saw: delays in milliseconds, and what failed. Filled when its block ends.

    `waits` are how long another process waited for a processor meanwhile, in milliseconds.
    """

    delays: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """Median delay."""
        return statistics.median(self.delays)

    @property
    def p99(self) -> float:
        """99th percentile of the delays, by nearest rank: the third largest of 200, the largest of less than 100."""
        return _p99(self.delays)

    @property
    def own_p99(self) -> float:
        """The same without what the machine's other work added: client and server each waited for a processor.

        Hold this against a goal: tests run beside each other, and on a quiet machine it is `p99`.
        """
        return max(self.p99 - 2 * _p99(self.waits), 0)

    def __str__(self) -> str:
        failed = f", {len(self.failures)} failed ({self.failures[0]})" if self.failures else ""
        p99 = f"p99 {self.p99:.0f} ms, without the machine's own delays {self.own_p99:.0f} ms"
        return f"{len(self.delays)} requests of a healthy client: p50 {self.p50:.0f} ms, {p99}{failed}"


@dataclass
class Publisher:
    """What a publisher did: number of its revisions, and what failed. Filled when its block ends."""

    published: int = 0
    failures: list[str] = field(default_factory=list)


def packaged_database(folder: Path) -> Path:
    """New database of the packaged record, in half a second."""
    return generated_database(folder, 0)


def released() -> int:
    """Number of the packaged revisions."""
    return len(read_digests(packaged("seed") / "revisions"))


def replay_first(database: Database, folder: Path, count: int = 2) -> None:
    """Replay the first packaged revisions: those that the first releases had, before there were designations."""
    packaged_folder = packaged("seed") / "revisions"
    folder.mkdir()
    digests = read_digests(packaged_folder)
    names = [revision_name(number + 1) for number in range(count)]
    for name in names:
        shutil.copy(packaged_folder / name, folder)
    write_digests(folder, {name: digests[name] for name in names})
    replay(database, COLLECTIONS, folder)


def generated_database(folder: Path, events: int) -> Path:
    """New database of the packaged record and so many generated events: 1,000 events in some two seconds of CPU."""
    file = folder / f"{events}.db"
    database = open_database(Settings(database_url=f"sqlite:///{file}"))
    bootstrap(database, COLLECTIONS)
    for publication in publications(events, later=0) if events else ():
        publish(database, COLLECTIONS, publication.submissions, "soak", publication.note)
    database.close()
    return file


def _p99(values: Sequence[float]) -> float:
    return sorted(values)[-1 - len(values) // 100] if values else 0


@contextmanager
def watching(port: int, paths: Sequence[str] = ("/v1/timeline-events",), *, milliseconds: int = 50) -> Iterator[Watch]:
    """Healthy client while the block runs: asks the paths by turns, one request each so many milliseconds."""
    watch = Watch()
    with (
        _beside("tools.soak.noise", str(milliseconds)) as noise,
        _beside("tools.soak.watcher", str(port), str(milliseconds), *paths) as told,
    ):
        yield watch
    watch.delays, watch.failures, watch.waits = told["delays"], told["failures"], noise["waits"]


@contextmanager
def publishing(database: Path, *, milliseconds: int = 250, records: int = 3) -> Iterator[Publisher]:
    """Publisher while the block runs: one small revision each so many milliseconds, with so many changed records."""
    publisher = Publisher()
    with _beside("tools.soak.publisher", str(database), str(milliseconds), str(records)) as told:
        yield publisher
    publisher.published, publisher.failures = told["published"], told["failures"]


@contextmanager
def _beside(module: str, *arguments: str) -> Iterator[dict[str, Any]]:
    """A program of this package while the block runs, from when it says that it is ready; then what it told.

    It ends when its stdin closes, so it does not outlive us.
    """
    command = [sys.executable, "-m", module, *arguments]
    told = dict[str, Any]()
    process = subprocess.Popen(
        command, env=clean_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0
    )
    try:
        if process.stdout is None or process.stdout.readline() != "ready\n":
            raise RuntimeError(f"{module} did not start")
        yield told
        told |= json.loads(process.communicate(timeout=_END)[0])
    finally:
        process.kill()
        process.communicate()
