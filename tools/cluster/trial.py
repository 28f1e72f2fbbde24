"""Trial: faults while the service is asked and published to; each answer is compared with that of a single server."""

import contextlib
import hashlib
import itertools
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from sqlalchemy.exc import DBAPIError

from app.errors import CodedError
from app.publishing.faults import PublicationError
from tools.cluster.cluster import Cluster
from tools.cluster.faults import Phase
from tools.cluster.load import Load, Observation
from tools.cluster.reference import Reference
from tools.processes import get

PROXY = "proxy"
_CALM = 2  # seconds between two phases, so that few requests are under way from one into the next
_PATIENCE = 60  # seconds from the end of a fault until each node has what was published


@dataclass(frozen=True, slots=True)
class Publication:
    """Publication: when it began and ended, by the monotonic clock; its revision, 0 where it failed with `fault`."""

    began: float
    ended: float
    revision: int
    fault: str = ""


@dataclass
class Result:
    """Result of one phase: what was asked and published from `began` to `ended`."""

    phase: Phase
    began: float
    healed: float
    ended: float
    ready: list[str]
    seen: list[Observation] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def errors(self, target: str) -> list[Observation]:
        """Requests of a target that got no answer with status 200."""
        return [one for one in self.seen if one.fault and one.target.startswith(target)]

    def failing_seconds(self, target: str) -> list[int]:
        """Seconds since the fault in which a request to a target failed."""
        return sorted({max(int(one.at - self.began), 0) for one in self.errors(target)})


class Publisher:
    """Publisher while the block runs: the next revision of the reference, each so many seconds or as soon as it can."""

    def __init__(self, cluster: Cluster, reference: Reference, interval: float) -> None:
        self.done: list[Publication] = []
        self.newest = 0
        self._database, self._reference, self._interval = cluster.database, reference, interval
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="publisher")

    def __enter__(self) -> Self:
        self._publish()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ending.wait(self._interval):
            self._publish()

    def _publish(self) -> None:
        began = time.monotonic()
        try:
            number = self._reference.publish_next(self._database)
        except (DBAPIError, CodedError, PublicationError) as error:
            fault = f"{type(error).__name__}: {str(error).splitlines()[0][:100]}"
            self.done.append(Publication(began, time.monotonic(), 0, fault))
        else:
            if number:
                self.newest = number
                self.done.append(Publication(began, time.monotonic(), number))


def run(
    phases: Sequence[Phase], *, seconds: float, interval: float = 0.5, report: Callable[[str], object] = print
) -> list[Result]:
    """Results of the phases, each of which has its fault for so many seconds, and no fault for as many."""
    revisions = int(len(phases) * 2 * (seconds + 4) / interval)
    with (
        tempfile.TemporaryDirectory(prefix="dossier-trial-") as folder,
        Reference(Path(folder, "reference"), revisions) as reference,
        Cluster(unlimited=True) as cluster,
        Publisher(cluster, reference, interval) as publisher,
    ):
        targets = [(PROXY, cluster.proxy.port), *((f"node {n}", node.port) for n, node in enumerate(cluster.nodes, 1))]
        with Load(targets, lambda: publisher.newest) as load:
            results = []
            for phase in phases:
                report(phase.name)
                results.append(_run_phase(phase, cluster, seconds))
                _settle(cluster, publisher)
                time.sleep(_CALM)
        report("\n".join(cluster.complaints()[:60]))
        for result in results:
            # A request that was under way when the fault came counts: it may have been cut short.
            result.seen = [one for one in load.seen if one.at + one.seconds >= result.began and one.at < result.ended]
            result.publications = [one for one in publisher.done if result.began <= one.began < result.ended]
            result.wrong = [*_wrong(result.seen, reference)]
    return results


def _run_phase(phase: Phase, cluster: Cluster, seconds: float) -> Result:
    began = time.monotonic()
    with phase.fault(cluster):
        time.sleep(seconds)
        ready = [_ready(node.port) for node in cluster.nodes]
    healed = time.monotonic()
    time.sleep(seconds)
    return Result(phase, began, healed, time.monotonic(), ready)


def _settle(cluster: Cluster, publisher: "Publisher") -> None:
    """Wait until each node has what was published, so that the next phase shows its own fault only."""
    until, number = time.monotonic() + _PATIENCE, publisher.newest
    for node in cluster.nodes:
        while time.monotonic() < until:
            with contextlib.suppress(OSError):
                if int(get(node.port, "/v1/revisions?limit=1")[1].get("dataset-revision", 0)) >= number:
                    break
            time.sleep(0.1)


def _ready(port: int) -> str:
    """What a node says of itself: `ok`, the reason why not, or nothing."""
    with contextlib.suppress(OSError):
        return get(port, "/health/ready")[2].decode()
    return ""


def _wrong(seen: Sequence[Observation], reference: Reference) -> Iterator[str]:
    """Wrong answers: those that differ from the single server's in a byte or in the tag, and a 404 for what exists."""
    for one in seen:
        if one.fault == "404":
            yield f"{one.target}: 404 for {one.path}"
        if one.fault:
            continue
        status, tag, body = reference.answer(one.path, one.revision)
        if (one.tag, one.digest) != (tag, hashlib.sha256(body).digest()) or status != 200:  # noqa: PLR2004 - OK
            yield f"{one.target}: {one.path} at revision {one.revision}"
        elif one.pinned is not None and one.revision != str(one.pinned):
            yield f"{one.target}: revision {one.revision} for {one.path}"


def learning_seconds(result: Result) -> list[float]:
    """Seconds from each publication until each node that the fault spares answered with it, where it was asked."""
    delays = []
    for node in result.phase.spared:
        answers = sorted(
            (one.at + one.seconds, int(one.revision or 0))
            for one in result.seen
            if one.target == f"node {node}" and not one.fault and one.pinned is None
        )
        for done in result.publications:
            later = (at for at, number in answers if done.revision and number >= done.revision and at >= done.ended)
            delays += [at - done.ended for at in later][:1]
    return delays


def summary(results: Sequence[Result], day: str) -> str:
    """What the trial found, for docs/scale.md: a sentence with its figures, and the table."""
    compared = sum(not one.fault for result in results for one in result.seen)
    wrong = sum(len(result.wrong) for result in results)
    errors = sum(len(result.errors(PROXY)) for result in results)
    delays = [delay for result in results for delay in learning_seconds(result)]
    slowest = f"{max(delays, default=0):.1f} s"
    text = f"Measured on {day}: {compared:,} answers compared, {wrong} wrong; {errors} errors through the proxy. "
    text += (
        f"Nodes that the fault left alone answered with a new revision {slowest} after its publication at the latest."
    )
    return f"{text}\n\n{table(results)}"


def table(results: Sequence[Result]) -> str:
    """Table in Markdown for docs/scale.md: a line for each phase."""
    head = (
        "| fault | compared | wrong | errors through the proxy | slowest there | errors at the nodes | published |",
        "|---|--:|--:|---|--:|---|---|",
    )
    return "\n".join([*head, *map(_line, results)])


def _line(result: Result) -> str:
    compared = sum(not one.fault for one in result.seen)
    published = sum(bool(one.revision) for one in result.publications)
    failed = len(result.publications) - published
    told = f"{published}, {failed} refused" if failed else str(published)
    errors = [_errors(result, target) for target in (PROXY, "node")]
    slowest = max((one.seconds for one in result.seen if one.target == PROXY), default=0)
    parts = (result.phase.name, f"{compared:,}", len(result.wrong), errors[0], f"{slowest:.1f} s", errors[1], told)
    return f"| {' | '.join(map(str, parts))} |"


def _errors(result: Result, target: str) -> str:
    errors = result.errors(target)
    if not errors:
        return "0"
    kinds = Counter(one.fault for one in errors)
    counted = ", ".join(f"{count} × {kind}" for kind, count in kinds.most_common())
    return f"{counted}, in second {', '.join(map(_span, _runs(result.failing_seconds(target))))}"


def _runs(seconds: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Seconds that follow each other, as first and last."""
    for _, group in itertools.groupby(enumerate(seconds), lambda pair: pair[1] - pair[0]):
        run = [second for _, second in group]
        yield run[0], run[-1]


def _span(run: tuple[int, int]) -> str:
    return str(run[0]) if run[0] == run[1] else f"{run[0]} to {run[1]}"
