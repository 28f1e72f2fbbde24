"""Figure 13: conditional pairs while somebody publishes: 304 exactly where nothing has changed, and nothing stale.

A pair is a request and, at once on the same connection, the same one with the entity tag of its answer.
"""

import http.client
import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple, Self

from app.errors import CodedError
from app.paths import packaged
from app.publishing.faults import PublicationError
from app.publishing.publish import publish
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from tools.processes import HOST, service
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.publisher import submissions
from tools.soak.servers import packaged_database

Connection = http.client.HTTPConnection
# Each names its revision in the body, so that another revision has other bytes.
ADDRESSES = (
    "/v1/timeline-events?limit=3",
    "/v1/timeline-events/first-nuclear-test",
    "/v1",
    "/v1/search?q=korea&limit=3",
    "/v1/actors?lang=fr&facets=kind&limit=1",
)
CODINGS = ("identity", "gzip")
_INTERVAL = 0.02  # seconds between two revisions
_MOST_ROUNDS = 10  # of so many pairs, until one of them has changed in between
_SHOWN = 3  # failures that the outcome names


class Answer(NamedTuple):
    """An answer: status, entity tag, revision that it was made from, body."""

    status: int
    tag: str
    revision: int
    body: bytes


def ask(connection: Connection, target: str, headers: Mapping[str, str]) -> Answer:
    """Ask on a connection that stays open. Headers that an answer lacks count as empty, its revision as 0."""
    connection.putrequest("GET", target, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    fields = {name.lower(): value for name, value in answer.getheaders()}
    return Answer(answer.status, fields.get("etag", ""), int(fields.get("dataset-revision", "0")), answer.read())


@dataclass
class Pairs:
    """Conditional pairs that were asked for. `acknowledged` gives the revision that the publisher knows to be there."""

    acknowledged: Callable[[], int]
    unchanged: int = 0
    changed: int = 0
    faults: list[str] = field(default_factory=list)
    # By address and coding, and then by revision, the body that everybody has to get
    bodies: dict[tuple[str, str], dict[int, bytes]] = field(default_factory=lambda: defaultdict(dict))

    def ask(self, connection: Connection, target: str, coding: str = "identity") -> None:
        """Ask for a pair, and note what is wrong."""
        known, accepted = self.bodies[target, coding], {"Accept-Encoding": coding}
        before = self.acknowledged()
        whole = ask(connection, target, accepted)
        between = self.acknowledged()
        again = ask(connection, target, {**accepted, "If-None-Match": whole.tag})
        faults = [
            *(["not 200"] if whole.status != 200 else []),
            *(["a stale answer"] if whole.revision < before else []),
            *(["a stale condition"] if again.revision < between else []),
            *(["two bodies of one revision"] if known.setdefault(whole.revision, whole.body) != whole.body else []),
            *_faults_of_condition(whole, again),
        ]
        if again.status == 304:
            self.unchanged += 1
        else:
            self.changed += 1
            if known.setdefault(again.revision, again.body) != again.body:
                faults.append("two bodies of one revision")
        self.faults += [f"{target} ({coding}) at revisions {whole.revision}, {again.revision}: {one}" for one in faults]

    @property
    def total(self) -> int:
        """Pairs that were asked for."""
        return self.unchanged + self.changed


def _faults_of_condition(whole: Answer, again: Answer) -> Iterator[str]:
    if again.status == 304:
        if (again.tag, again.revision, again.body) != (whole.tag, whole.revision, b""):
            yield "304 for something else"
    elif again.status != 200:
        yield f"status {again.status}"
    elif again.revision <= whole.revision:
        yield "a whole answer to one who has it"
    elif again.body == whole.body or again.tag == whole.tag:
        yield "a new revision without new bytes and a new tag"


def ask_pairs(address: tuple[str, int], workers: int, count: int, pairs: Pairs, targets: Sequence[str]) -> None:
    """Ask for so many pairs by turns on two connections for each worker, for each target in each coding."""
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(Connection(*address, timeout=60))) for _ in range(2 * workers)]
        turns = itertools.product(targets, CODINGS)
        for number, (target, coding) in zip(range(count), itertools.cycle(list(turns)), strict=False):
            pairs.ask(connections[number % len(connections)], target, coding)


def measure(count: int, folder: Path) -> Outcome:
    """Ask for so many pairs, half of them with one worker and half with four, while somebody publishes."""
    faults, text = list[str](), list[str]()
    for workers, number in ((1, count // 2), (4, count - count // 2)):
        place = folder / str(workers)
        place.mkdir()
        database = packaged_database(place)
        with service(database, workers=workers) as server, Publisher(database) as publisher:
            pairs = Pairs(partial(getattr, publisher, "acknowledged"))
            for _ in range(_MOST_ROUNDS):  # a short one may see no publication on a busy machine
                ask_pairs((HOST, server.port), workers, number, pairs, ADDRESSES)
                if pairs.changed:
                    break
        faults += pairs.faults + publisher.failures
        if not (pairs.unchanged and pairs.changed):
            faults.append(f"nothing to compare with {workers} workers")
        text.append(
            f"{pairs.total:,} pairs with workers: {workers}, up to revision {publisher.acknowledged:,} "
            f"({pairs.unchanged:,} unchanged, {pairs.changed:,} changed)"
        )
    return Outcome(not faults, "; ".join([*text, f"{len(faults)} wrong", *faults[:_SHOWN]]))


class Publisher:
    """Publisher in a thread while its block runs."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stop = Event()
        self._thread = Thread(target=self._run)
        self.acknowledged = 0  # number of the last revision whose publication has returned
        self.failures: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        with closing(open_database(Settings(database_url=f"sqlite:///{self._file}"))) as database:
            for submission in submissions(packaged("seed"), 3):
                try:
                    revision = publish(database, COLLECTIONS, [submission], "soak", {"en": "Soak", "fr": "Soak"})
                except (CodedError, PublicationError) as error:
                    self.failures.append(f"publication: {error}")
                    return
                self.acknowledged = revision.number if revision else self.acknowledged
                if self._stop.wait(_INTERVAL):
                    return


FIGURES = (
    Figure(
        number=13,
        name="Conditional pairs",
        goal="10,000 pairs exact while somebody publishes",
        counts=Counts(short=400, reduced=4_000, full=10_000),
        measure=measure,
    ),
)
