"""Included records (`include=`): the records that those of an answer name, at the revision of the answer."""

import functools
from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from sqlalchemy import Text, and_, bindparam, select

from app.model.fields import Language
from app.model.json_text import compact
from app.reading.bodies import bodies_by_number, numbers_by_id
from app.resources.registry import COLLECTIONS
from app.store.checksums import damaged
from app.store.engines.constructs import in_list
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import LINKS, VERSION_INDEX

Included = dict[str, dict[str, str]]  # bodies by collection and id


def included_records(
    snapshot: Snapshot,
    collections: Sequence[str],
    numbers: Sequence[int],
    lang: Language,
    more: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Included:
    """Included records: bodies of those in these collections that the versions name, by collection and id.

    `more` are further ids by collection. Three SELECTs per collection, however many versions. Raises KeyError for an
    unknown collection, Unavailable (503) if a record is damaged or not found.
    """
    return {name: _records(snapshot, name, numbers, lang, more.get(name, ())) for name in collections}


def _records(
    snapshot: Snapshot, collection: str, numbers: Sequence[int], lang: Language, more: Collection[str]
) -> dict[str, str]:
    values = {"numbers": compact(list(numbers)), "target": collection}
    named = {id for (id,) in _named().rows(snapshot.connection, values)}
    named.update(more)
    current = numbers_by_id(snapshot, collection, named)
    if len(current) != len(named):  # a current record names only current ones
        raise damaged("index of", collection)
    table = COLLECTIONS[collection].table
    return dict(zip(current, bodies_by_number(snapshot.connection, table, lang, [*current.values()]), strict=True))


@functools.cache
def _named() -> Statement:
    key = (VERSION_INDEX.c[name] == LINKS.c[name] for name in ("collection", "id", "published_in"))
    return Statement(
        select(LINKS.c.target_id)
        .select_from(VERSION_INDEX.join(LINKS, and_(*key)))
        .where(
            in_list(VERSION_INDEX.c.number, "numbers"),
            # An expression, so that SQLite does not choose the index of targets, which would read all links to the
            # collection: 2 ms instead of 200.
            LINKS.c.target_collection + "" == bindparam("target", type_=Text),
        )
    )
