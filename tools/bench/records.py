"""Generated records: any number of events and a fifth as many measures, with links, dates and words of their own.

Deterministic: a record depends only on its number, so a larger set contains the smaller one. Streaming: records are
made while they are read. The links lead to a few hundred sources, actors, topics and instruments, by a Zipf
distribution: the first is named very often, most are named rarely, and the last by the events of two numbers alone.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import accumulate
from math import ceil
from typing import Any, NamedTuple, get_args

from app.publishing.submission import Submission
from app.resources.events import EventKind
from app.resources.measures import MeasureKind, Regime, Scope
from tools.bench.words import own_word, text

Record = dict[str, Any]

SOURCES, ACTORS, TOPICS, INSTRUMENTS = 200, 300, 100, 150
EVENTS_A_MEASURE = 5
LATER = 50  # small revisions after those that fill the database
MOST_A_REVISION = 20_000  # events; publishing them takes about 250 MiB
_TWO_EVENTS = (7, 11)  # numbers of the events that name the last source, actor, topic and instrument
_RARE_KIND = 1_000  # one event in so many has the last kind
_FIRST, _DAYS = date(1945, 1, 1), 29_900  # to November 2026
_CLUSTERS = [(date(2006, 10, 1), 30), (date(2013, 2, 1), 60), (date(2017, 7, 1), 180), (date(2018, 6, 12), 3)]
_AS_OF = "2026-11-26"
_KINDS, _LAST_KIND = get_args(EventKind)[:-1], get_args(EventKind)[-1]


class Publication(NamedTuple):
    """One revision to publish: its note, seed form, and what it changes."""

    note: dict[str, str]
    submissions: list[Submission]


def publications(events: int, later: int = LATER) -> Iterator[Publication]:
    """Revisions that publish so many events: what they name, then the events in several parts, then small changes.

    The small changes need twice as many events as there are of them.
    """
    yield Publication(_note("What the records name"), [*_named()])
    part = min(MOST_A_REVISION, ceil(events / 4))
    for start in range(0, events, part):
        end = min(start + part, events)
        measures = range(_measures(start), _measures(end))
        yield Publication(
            _note(f"Events {start} to {end - 1}"),
            [
                _submission("sanctions-measures", map(measure, measures)),
                _submission("timeline-events", map(event, range(start, end))),
            ],
        )
    for number in range(later):
        yield _small_change(number, events)


def event(number: int) -> Record:
    """Event of this number, seed form."""
    chance, word = random.Random(f"event {number}"), own_word(2 * number)
    rare = number % _RARE_KIND == _RARE_KIND // 2
    last = number in _TWO_EVENTS
    return {
        "id": f"{word}-{number}",
        "kind": _LAST_KIND if rare else _KINDS[_zipf(chance, len(_KINDS))],
        "date": _date(chance),
        "title": text(chance, chance.randint(4, 9), word),
        "summary": text(chance, chance.randint(20, 50)),
        "actors": _several(chance, "actor", ACTORS, chance.choice((0, 1, 1, 2, 3)), last=last),
        "topics": _several(chance, "topic", TOPICS, chance.choice((0, 1, 1, 2)), last=last),
        "instruments": _several(chance, "instrument", INSTRUMENTS, chance.choice((0, 0, 0, 1, 2)), last=last),
        "related": _related(chance, number),
        "citations": _citations(chance, last=last),
    } | ({"place": text(chance, 2)} if chance.random() < 0.3 else {})


def measure(number: int) -> Record:
    """Measure of this number, seed form."""
    chance, word = random.Random(f"measure {number}"), own_word(2 * number + 1)
    return {
        "id": f"{word}-m{number}",
        "regime": chance.choice(get_args(Regime)),
        "kind": get_args(MeasureKind)[_zipf(chance, len(get_args(MeasureKind)))],
        "scope": chance.choice(get_args(Scope)),
        "instrument": _one(chance, "instrument", INSTRUMENTS),
        "implements": _several(chance, "instrument", INSTRUMENTS, chance.choice((0, 0, 1, 2))),
        "title": text(chance, chance.randint(4, 9), word),
        "summary": text(chance, chance.randint(20, 50)),
        "topics": _several(chance, "topic", TOPICS, chance.choice((0, 1, 1))),
        "exceptions": [{"title": text(chance, 8)} for _ in range(chance.choice((0, 0, 1, 2)))],
        "replaces": [measure_id(chance.randrange(number))] if number and chance.random() < 0.1 else [],
        "citations": _citations(chance),
    } | _time_in_force(chance)


def measure_id(number: int) -> str:
    """Id of the measure of this number."""
    return f"{own_word(2 * number + 1)}-m{number}"


def _measures(events: int) -> int:
    return events // EVENTS_A_MEASURE


def _small_change(number: int, events: int) -> Publication:
    """Small revision: ten events and a measure get another text, two events are new, one is withdrawn."""
    half = max(events // 2, 1)
    changed = {(number * 37 + step * half // 10) % half for step in range(10)}
    new = [event(events + 2 * number + one) | {"related": []} for one in range(2)]  # their measures do not exist
    gone = [{"id": event(events - 1 - number)["id"], "reason": {"en": "Published twice", "fr": "Publié deux fois"}}]
    edited = [_edited(event(one), number) for one in sorted(changed)]
    return Publication(
        _note(f"Small change {number}"),
        [
            Submission("generated", "timeline-events", [*edited, *new], gone, complete=False),
            _submission("sanctions-measures", [_edited(measure(number % max(_measures(events), 1)), number)]),
        ],
    )


def _edited(record: Record, number: int) -> Record:
    chance = random.Random(f"edit {number} of {record['id']}")
    return record | {"summary": text(chance, 30)}


def _note(en: str) -> dict[str, str]:
    return {"en": en, "fr": f"{en} (fr)"}


def _submission(collection: str, records: Iterator[Record] | list[Record]) -> Submission:
    return Submission("generated", collection, [*records], complete=False)


def _named() -> Iterator[Submission]:
    """What events and measures name."""
    policy = _plain("position", 0) | {"kind": "policy", "status": "current"}
    yield _submission("sources", [_source(number) for number in range(SOURCES)])
    yield _submission("actors", [_plain("actor", number) | {"kind": "organization"} for number in range(ACTORS)])
    yield _submission("policy-positions", [policy])
    yield _submission(
        "engagement-topics",
        [_plain("topic", number) | {"number": number + 1, "policy": policy["id"]} for number in range(TOPICS)],
    )
    yield _submission("legal-instruments", [_instrument(number) for number in range(INSTRUMENTS)])


def _plain(name: str, number: int) -> Record:
    chance = random.Random(f"{name} {number}")
    return {
        "id": f"{name}-{number}",
        "title": text(chance, 3),
        "summary": text(chance, 15),
        "citations": [{"source": _one(chance, "source", SOURCES - 1)}],
    }


def _source(number: int) -> Record:
    chance = random.Random(f"more of source {number}")
    return _plain("source", number) | {
        "kind": "web-page",
        "publisher": text(chance, 2),
        "address": f"https://source-{number}.example/",
        "language": "en",
        "licence": text(chance, 3),
        "content_as_of": _date(chance),
        "undivided": True,
        "citations": [],
    }


def _instrument(number: int) -> Record:
    chance = random.Random(f"more of instrument {number}")
    dates = {"date": _date(chance)} | _time_in_force(chance)
    return _plain("instrument", number) | {"kind": "regulation", "issuer": _one(chance, "actor", ACTORS - 1)} | dates


def _related(chance: random.Random, number: int) -> list[dict[str, str]]:
    known = _measures(number)
    if not known or chance.random() > 0.1:
        return []
    return [{"collection": "sanctions-measures", "id": measure_id(chance.randrange(known))}]


def _citations(chance: random.Random, *, last: bool = False) -> list[Record]:
    """One to three citations, half of them with a section and a passage."""
    cited = _several(chance, "source", SOURCES, chance.choice((1, 1, 2, 3)), last=last)
    return [
        {"source": id, "section": text(chance, 2)["en"], "fragment": {"start": text(chance, 5)["en"]}}
        if chance.random() < 0.5
        else {"source": id}
        for id in cited
    ]


def _several(chance: random.Random, name: str, size: int, number: int, *, last: bool = False) -> list[str]:
    """Ids without repetition, frequent ones first in number; the last of all only where it is asked for."""
    chosen = dict.fromkeys(_one(chance, name, size - 1) for _ in range(number))
    return [*chosen, *([f"{name}-{size - 1}"] if last else [])]


def _one(chance: random.Random, name: str, size: int) -> str:
    return f"{name}-{_zipf(chance, size)}"


_TOTALS = [0.0, *accumulate(1 / rank for rank in range(1, 1_001))]


def _zipf(chance: random.Random, size: int) -> int:
    """Number below `size` by a Zipf distribution: 0 is the most frequent."""
    return chance.choices(range(size), cum_weights=_TOTALS[1 : size + 1])[0]


def _date(chance: random.Random) -> str:
    """Date (EDTF): most are days, spread over 80 years or in clusters; some are months, years, intervals or open."""
    day = _day(chance)
    form = chance.random()
    if form < 0.85:
        return day.isoformat()
    if form < 0.92:
        return f"{day:%Y-%m}"
    if form < 0.96:
        return f"{day:%Y}"
    return f"{day}/{'..' if form > 0.99 else day + timedelta(days=chance.randint(1, 900))}"


def _day(chance: random.Random) -> date:
    if chance.random() < 0.8:
        return _FIRST + timedelta(days=chance.randrange(_DAYS))
    start, days = chance.choice(_CLUSTERS)
    return start + timedelta(days=chance.randrange(days))


def _time_in_force(chance: random.Random) -> Record:
    """Time in force: known on both sides, still running, or not known."""
    start = _day(chance)
    form = chance.random()
    if form < 0.1:
        return {}
    if form < 0.5:
        return {"in_force_from": start.isoformat(), "status": "in-force", "status_as_of": _AS_OF}
    end = start + timedelta(days=chance.randint(30, 6_000))
    return {
        "in_force_from": start.isoformat(),
        "in_force_to": end.isoformat(),
        "status": "ended" if end.isoformat() < _AS_OF else "in-force",
        "status_as_of": _AS_OF,
    }
