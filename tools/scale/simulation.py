"""Simulation of a CDN: requests at one rate, spread over edges by chance, each by Zipf's law; deterministic by seed.

A part of the edges is simulated and its figures are multiplied: edges without a shield do not know each other, and
regions with a shield each are alike. The caches begin as they are after a day of the same workload.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, repeat

from tools.scale.cache import Copy, Origin, Tier
from tools.scale.workload import Workload

HOUR, DAY, MONTH = 3_600, 86_400, 30 * 86_400  # seconds
REGION = 30  # edges that share a shield
SAMPLE = 4  # edges that are simulated where there is no shield
_BATCH = 100_000  # requests drawn at once


@dataclass(frozen=True)
class Case:
    """What is simulated. `rate` is that of all readers, in requests a second; `room` is that of a cache, in bytes."""

    edges: int = 30
    shield: bool = False
    rate: float = 10_000
    room: int = 1_000_000_000
    interval: float = DAY  # between publications
    purged: bool = False  # whether a publication purges all that it changes
    at_once: bool = False  # whether a publication falls on the first moment that is counted
    warm: float = 120  # seconds before counting: two lifetimes
    counted: float = 300  # seconds that are counted

    @property
    def simulated(self) -> int:
        """Edges that are simulated."""
        return min(self.edges, REGION if self.shield else SAMPLE)

    @property
    def share(self) -> float:
        """Share of all edges, and so of all requests, that is simulated."""
        return self.simulated / self.edges


@dataclass(frozen=True)
class Result:
    """Rates of a case over all edges, a second, and shares between 0 and 1."""

    edge_hits: float  # share of the readers' requests
    shield_hits: float | None  # share of the requests of edges to shields
    origin_requests: float  # a second
    origin_unmodified: float  # share of them that gets a 304
    origin_bytes: float  # a second
    edge_bytes: float  # a second, from origin or shields to edges
    reader_bytes: float  # a second, from edges to readers without a copy
    held: int  # most bytes that an edge has

    @property
    def hits(self) -> float:
        """Share of the readers' requests that do not reach the origin."""
        return 1 - (1 - self.edge_hits) * (1 - (self.shield_hits or 0))


def simulate(load: Workload, case: Case, seed: int = 1) -> Result:
    """Simulate a case."""
    chance = random.Random(seed)
    phases = _phases(load, case, chance)
    origin = Origin(load.keys, case.interval, phases, purged=case.purged)
    shield = Tier(load.keys, case.room, origin) if case.shield else None
    edges = [Tier(load.keys, case.room, shield or origin) for _ in range(case.simulated)]
    _begin(load, case, [*edges, *([shield] if shield else [])], origin, chance)
    rate = case.rate * case.share
    requests = _requests(load, len(edges), chance)
    for number, (edge, key) in enumerate(islice(requests, int(rate * case.warm))):
        edges[edge].get(key, number / rate)
    for tier in (*edges, *([shield] if shield else [])):
        tier.reset()
    for number, (edge, key) in enumerate(islice(requests, int(rate * case.counted))):
        edges[edge].get(key, case.warm + number / rate)
    return _result(load, case, edges, shield)


def _phases(load: Workload, case: Case, chance: random.Random) -> list[float]:
    if case.at_once:
        return [*repeat(case.interval - case.warm, len(load.keys))]
    return [chance.uniform(0, case.interval) for _ in load.keys]


def _requests(load: Workload, edges: int, chance: random.Random) -> Iterator[tuple[int, int]]:
    keys, places = range(len(load.keys)), range(edges)
    while True:
        asked = chance.choices(keys, cum_weights=load.cumulative, k=_BATCH)
        yield from zip(chance.choices(places, k=_BATCH), asked, strict=True)


def _begin(load: Workload, case: Case, tiers: list[Tier], origin: Origin, chance: random.Random) -> None:
    """Fill each cache with what a day of requests leaves in it, in the order of the last request for each key."""
    for tier in tiers:
        rate = case.rate / case.edges * (case.simulated if case.shield and tier is tiers[-1] else 1)
        held: list[tuple[float, int, Copy]] = []
        for key, share in enumerate(load.shares):
            used, copy = _held(key, load.keys[key].lifetime, rate * share, case, origin, chance)
            if used < DAY:
                held.append((used, key, copy))
        for _, key, copy in sorted(held, reverse=True):
            tier.put(key, copy)


def _held(
    key: int, lifetime: float, rate: float, case: Case, origin: Origin, chance: random.Random
) -> tuple[float, Copy]:
    """Seconds since the last request for a key in a cache that has run for long, and the copy that it left.

    A copy is fresh for its lifetime and then stale until the next request, which Poisson's law puts 1 / rate later in
    the mean: so it is fresh now with the share of the one in both, and its age is then any within the lifetime.
    """
    waited = chance.expovariate(rate)
    if case.purged:
        return waited, origin.get(key, -waited)
    if chance.random() * (1 + rate * lifetime) < rate * lifetime:
        fetched = chance.uniform(0, lifetime)
        used = min(fetched, waited)
    else:
        expired = chance.expovariate(rate)
        fetched, used = expired + lifetime, expired + min(lifetime, waited)
    return used, Copy(origin.version(key, -fetched), lifetime - fetched)


def _result(load: Workload, case: Case, edges: list[Tier], shield: Tier | None) -> Result:
    asked = sum(edge.asked for edge in edges)
    hits = sum(edge.hits for edge in edges)
    fetchers = [shield] if shield else edges
    misses = sum(tier.misses for tier in fetchers)
    per_second = 1 / case.counted / case.share
    return Result(
        edge_hits=hits / asked,
        shield_hits=shield.hits / max(shield.asked, 1) if shield else None,
        origin_requests=misses * per_second,
        origin_unmodified=sum(tier.unmodified for tier in fetchers) / max(misses, 1),
        origin_bytes=sum(tier.bytes_in for tier in fetchers) * per_second,
        edge_bytes=sum(edge.bytes_in for edge in edges) * per_second,
        reader_bytes=load.mean_size * case.rate,
        held=max(edge.most for edge in edges),
    )
