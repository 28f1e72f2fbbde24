"""Metrics for Prometheus: what a worker answered, by route, method and status, and gauges that are read when asked for.

The counts are kept here and not in prometheus_client's own counters, each of which takes a lock: four of them cost
1.8 µs a request, this 0.6. prometheus_client writes the text, and is imported only where metrics are on.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from starlette.routing import compile_path

from app import __version__
from app.serving.access_log import FinishedRequest
from app.serving.problems import METHODS

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

# Seconds: a stored answer takes 0.02 ms, a list that was never asked for 1 to 20 ms, a long export seconds.
BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0)
_REMEMBERED = 4096  # paths whose route was found: with their texts less than 2 MiB
_LONGEST = 250  # bytes of a path that may lead somewhere: longer ones are not remembered
_NOWHERE = "none"  # route of a path that leads nowhere: the paths themselves may be any, and each would be a series


@dataclass(slots=True)
class _Route:
    """What was answered on one route: requests by method and status, and their durations by bucket."""

    template: str
    requests: dict[tuple[str, int], int] = field(default_factory=dict)
    durations: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0
    size: int = 0


class _Gauge(NamedTuple):
    name: str
    meaning: str
    read: Callable[[], float]


class _Tally(NamedTuple):
    name: str
    meaning: str
    label: str
    read: Callable[[], Mapping[str, int]]


class Metrics:
    """Metrics of one worker. Only the event loop records; any thread may collect.

    The number of series is bounded: routes are templates such as `/v1/actors/{id}`, and all else is `none`.
    """

    def __init__(self, templates: Iterable[str]) -> None:
        self._routes = [(compile_path(template)[0], _Route(template)) for template in dict.fromkeys(templates)]
        self._nowhere = _Route(_NOWHERE)
        self._known_route = lru_cache(_REMEMBERED)(self._find_route)
        self._gauges: list[_Gauge] = []
        self._tallies: list[_Tally] = []
        self._stored = self._aborted = 0

    def record(self, request: FinishedRequest) -> None:
        """Count a finished request."""
        path = request.path
        route = self._known_route(path) if len(path) <= _LONGEST else self._nowhere
        kind = (request.method if request.method in METHODS else "other", request.status)
        requests = route.requests
        requests[kind] = requests.get(kind, 0) + 1
        route.durations[bisect_left(BOUNDS, request.seconds)] += 1
        route.seconds += request.seconds
        route.size += request.size
        if request.stored:
            self._stored += 1
        if not request.complete:
            self._aborted += 1

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Add a gauge that is read each time somebody asks for the metrics, in another thread than the event loop."""
        self._gauges.append(_Gauge(f"dossier_{name}", meaning, read))

    def tally(self, name: str, meaning: str, label: str, read: Callable[[], Mapping[str, int]]) -> None:
        """Add counters that somebody else keeps, by the value of a label; read as a gauge is."""
        self._tallies.append(_Tally(f"dossier_{name}", meaning, label, read))

    def collect(self) -> Iterator["Metric"]:
        """Metric families, as prometheus_client's registry asks a collector for them."""
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        build = GaugeMetricFamily("dossier_build_info", "Release that runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        yield from self._of_routes([route for _, route in self._routes] + [self._nowhere])
        for name, meaning, count in (
            ("stored_answers", "Requests answered from the answer store.", self._stored),
            ("aborted_answers", "Answers that were not sent completely.", self._aborted),
        ):
            yield CounterMetricFamily(f"dossier_{name}", meaning, value=count)
        for tally in self._tallies:
            family = CounterMetricFamily(tally.name, tally.meaning, labels=[tally.label])
            for value, count in dict(tally.read()).items():
                family.add_metric([value], count)
            yield family
        for gauge in self._gauges:
            yield GaugeMetricFamily(gauge.name, gauge.meaning, value=gauge.read())

    def _of_routes(self, routes: Sequence[_Route]) -> Iterator["Metric"]:
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        labels = ["route", "method", "status"]
        requests = CounterMetricFamily("dossier_requests", "Requests that were answered.", labels=labels)
        sizes = CounterMetricFamily("dossier_response_bytes", "Bytes of bodies that were sent.", labels=labels[:1])
        durations = HistogramMetricFamily(
            "dossier_request_duration_seconds", "Time from a request to the end of its answer.", labels=labels[:1]
        )
        for route in routes:
            for (method, status), count in list(route.requests.items()):
                requests.add_metric([route.template, method, str(status)], count)
            if route.requests:
                sizes.add_metric([route.template], route.size)
                durations.add_metric([route.template], _cumulated(route.durations), route.seconds)
        yield from (requests, sizes, durations)

    def _find_route(self, path: bytes) -> _Route:
        text = path.decode("latin-1")
        return next((route for pattern, route in self._routes if pattern.match(text)), self._nowhere)


def _cumulated(counts: Sequence[int]) -> list[tuple[str, float]]:
    """Histogram buckets of Prometheus: how many were at most so long, by the bound in seconds."""
    total, buckets = 0, []
    for bound, count in zip([*map(str, BOUNDS), "+Inf"], list(counts), strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
