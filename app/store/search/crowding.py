"""Result diversification (host crowding): of the hits that rest on the same sources, each scores less than the last.

An imported file has hundreds of records of like words, which score alike: without this, the 225 missile launches of one
file come before every other record about launches.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, and_, select

from app.store.engines.constructs import integers
from app.store.statements import Statement
from app.store.tables import LINKS, VERSION_INDEX, batches

# A hit with the sources of n better ones keeps 0.95^n of the upper half of its score. With no lower half, a record that
# has a word in passing would come before the hundredth launch when launches are what was asked for.
_DECAY, _FLOOR = 0.95, 0.5
_SOURCES = "sources"

_among = integers("numbers")
_SOURCES_OF = Statement(
    select(VERSION_INDEX.c.number, LINKS.c.target_id)
    .select_from(_among)
    .join(VERSION_INDEX, VERSION_INDEX.c.number == _among.c.value)
    .join(LINKS, and_(*(LINKS.c[name] == VERSION_INDEX.c[name] for name in ("collection", "id", "published_in"))))
    .where(LINKS.c.target_collection + "" == _SOURCES)  # no index of targets: a version has few links
)


def spread(connection: Connection, order: Sequence[int], scores: Mapping[int, float]) -> list[int]:
    """Hits in the order of what their scores become, given the hits, best first, with their scores."""
    sources = _sources(connection, order)
    before: Counter[frozenset[str]] = Counter()
    lowered: dict[int, float] = {}
    for number in order:
        own = sources.get(number)
        lowered[number] = scores[number] * (_FLOOR + (1 - _FLOOR) * _DECAY ** before[own] if own else 1)
        if own:
            before[own] += 1
    return sorted(order, key=lowered.__getitem__, reverse=True)


def _sources(connection: Connection, hits: Sequence[int]) -> dict[int, frozenset[str]]:
    """Sources of each hit that has any, as of its version."""
    found: dict[int, set[str]] = defaultdict(set)
    for numbers in batches(list(hits)):
        for number, source in _SOURCES_OF.rows(connection, {"numbers": json.dumps(numbers)}):
            found[number].add(source)
    return {number: frozenset(sources) for number, sources in found.items()}
