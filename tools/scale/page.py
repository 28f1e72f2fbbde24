"""Tables of docs/scale.md: what the service sends, and what the simulation gives."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from tools.bench.plan import ROOT
from tools.bench.table import grid
from tools.scale.measure import Measurement
from tools.scale.simulation import HOUR, MONTH, Case, Result, simulate
from tools.scale.workload import Workload, ranked, workload

PAGE = ROOT / "docs" / "scale.md"
EXPONENTS = (0.8, 1.0, 1.2)
_MEDIUM = 1.0  # of the exponents: that of all tables but the first
_PLACES = ((1, False), (30, False), (30, True), (300, False), (300, True))
_TERA, _GIGA, _MEGA = 1e12, 1e9, 1e6
_FEW = 10  # below so many, a rate has a decimal


def sections(measured: Measurement, seed: int) -> Iterator[tuple[str, str]]:
    """Sections of the page, each with its name."""
    order = ranked(measured.addresses, seed)
    loads = {s: workload(measured.answers, order, s, measured.unmodified) for s in EXPONENTS}
    yield "scale-addresses", _addresses(measured, loads)
    yield "scale-edges", _edges(loads, seed)
    yield "scale-changes", _changes(measured, loads[_MEDIUM], seed)
    yield "scale-publication", _publication(loads[_MEDIUM], seed)


def _addresses(measured: Measurement, loads: dict[float, Workload]) -> str:
    kinds = Counter(one.kind for one in measured.addresses)
    kinds_of = {one.path: one.kind for one in measured.addresses}
    sizes: dict[str, list[int]] = {}
    for (path, _), answer in measured.answers.items():
        sizes.setdefault(kinds_of[path], []).append(answer.head + answer.body)
    table = grid(
        ("addresses", "number", "mean answer in gzip, with its head"),
        [(kind, f"{count:,}", f"{sum(sizes[kind]) / len(sizes[kind]):,.0f} B") for kind, count in kinds.items()],
    )
    sent = Counter((answer.cache_control, ", ".join(answer.vary)) for answer in measured.answers.values())
    headers = grid(
        ("`Cache-Control`", "`Vary`", "answers"),
        [(f"`{control}`", f"`{vary}`", f"{count:,}") for (control, vary), count in sent.most_common()],
    )
    load = loads[_MEDIUM]
    means = ", ".join(f"{one.mean_size:,.0f} B (s = {s:g})" for s, one in loads.items())
    return (
        f"{load.addresses:,} addresses are {len(load.keys):,} representations in both languages and codings, "
        f"{load.size / _MEGA:.0f} MB in all. A 304 has {measured.unmodified} bytes. "
        f"The mean answer to a reader has {means}.\n\n{table}\n\n{headers}"
    )


def _edges(loads: dict[float, Workload], seed: int) -> str:
    rows = []
    for exponent, load in loads.items():
        for edges, shield in _PLACES:
            case = Case(edges=edges, shield=shield)
            daily, hourly = (simulate(load, one, seed) for one in (case, replace(case, interval=HOUR)))
            rows.append(
                (
                    *(f"{exponent:g}", f"{edges}", "yes" if shield else "no"),
                    *(_percent(daily.edge_hits), _percent(daily.shield_hits), _percent(daily.hits)),
                    _rate(daily.origin_requests),
                    *(f"{_percent(daily.origin_unmodified)}, {_percent(hourly.origin_unmodified)}",),
                    *(_monthly(daily.origin_bytes, hourly.origin_bytes), _monthly(daily.edge_bytes, hourly.edge_bytes)),
                    _monthly(daily.reader_bytes),
                )
            )
    head = (
        *("s", "edges", "shields", "hits at the edge", "hits at the shield", "hits in all", "origin, requests/s"),
        *("304 at the origin: a publication a day, an hour", "TB a month from the origin", "TB a month into edges"),
        "TB a month to readers",
    )
    return grid(head, rows)


def _changes(measured: Measurement, load: Workload, seed: int) -> str:
    """One thing changed at a time, at 30 edges without a shield."""
    order = ranked(measured.addresses, seed)
    raw = workload(measured.answers, order, _MEDIUM, measured.unmodified, normalised=False)
    base = Case()
    cases: list[tuple[str, Workload, Case]] = [
        ("as above", load, base),
        ("16 MB of cache at each edge", load, replace(base, room=16_000_000)),
        ("64 MB of cache at each edge", load, replace(base, room=64_000_000)),
        ("`Vary` as sent: headers not normalised", raw, base),
    ]
    for seconds, words in ((600, "ten minutes"), (3_600, "an hour")):
        longer = workload(measured.answers, order, _MEDIUM, measured.unmodified, lifetime=seconds)
        cases.append((f"the edges keep answers for {words}", longer, base))
    cases += [
        ("purged at each publication, once a day", load, replace(base, purged=True)),
        ("purged at each publication, once an hour", load, replace(base, purged=True, interval=HOUR)),
    ]
    rows = []
    for words, one, case in cases:
        result = simulate(one, case, seed)
        rows.append((words, f"{len(one.keys):,}", _megabytes(result.held), *_figures(result)))
    head = ("changed", "keys", "held by an edge", "hits", "origin, requests/s", "304", "TB a month from the origin")
    return grid(head, rows)


def _publication(load: Workload, seed: int) -> str:
    """The minute after a publication that all keys meet at once, against any other minute."""
    rows = []
    for edges, shield in _PLACES[1:]:
        base = Case(edges=edges, shield=shield, counted=60)
        for words, case in (
            ("any minute", base),
            ("after a publication", replace(base, at_once=True)),
            ("after one that purges", replace(base, at_once=True, purged=True)),
        ):
            result = simulate(load, case, seed)
            full = result.origin_requests * (1 - result.origin_unmodified)
            rows.append(
                (
                    *(f"{edges}", "yes" if shield else "no", words, _rate(result.origin_requests), _rate(full)),
                    f"{result.origin_bytes * 8 / _MEGA:,.1f}",
                )
            )
    return grid(("edges", "shields", "minute", "origin, requests/s", "of them 200", "Mbit/s from the origin"), rows)


def _figures(result: Result) -> Sequence[str]:
    rates = (_percent(result.hits), _rate(result.origin_requests), _percent(result.origin_unmodified))
    return (*rates, _monthly(result.origin_bytes))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"


def _rate(a_second: float) -> str:
    return f"{a_second:,.0f}" if a_second >= _FEW else f"{a_second:.1f}"


def _monthly(*a_second: float) -> str:
    return ", ".join(f"{rate * MONTH / _TERA:.3g}" for rate in a_second)


def _megabytes(size: int) -> str:
    return f"{size / _MEGA:,.0f} MB" if size < _GIGA else f"{size / _GIGA:.1f} GB"
