"""Ids in requests: those that were never published are refused, with the nearest one that was."""

import re
from collections.abc import Iterable, Sequence

from pyroaring import BitMap
from sqlalchemy import Connection, Integer, Text, bindparam, func, select

from app.errors import InvalidParameter, UnknownRecord, nearest
from app.model.fields import SLUG_LENGTH
from app.model.json_text import compact
from app.resources.base import Resource
from app.resources.params import MAX_REVISION
from app.store.engines.constructs import in_list
from app.store.snapshot import Snapshot
from app.store.statements import Statement
from app.store.tables import VERSION_INDEX

_COMPARED = 500  # most ids that an unknown one is looked for in
_SAME_START = 3  # first letters that these share with it, where there are more ids than that
_CLOSEST = 5  # ids that are compared letter by letter, some 80 µs each: those that share most pairs of letters
_SIMILAR = 0.7  # of difflib: with less, `aland` is suggested for `atlantis`
_NOT_IN_SLUGS = re.compile("[^a-z0-9]+")

_INDEX = VERSION_INDEX.c
_IN_COLLECTIONS = in_list(_INDEX.collection, "collections")
_NUMBERS = Statement(select(_INDEX.id, _INDEX.number).where(_IN_COLLECTIONS, in_list(_INDEX.id, "ids")))
_UNTIL = bindparam("until", type_=Integer)
_OF_COLLECTION = _INDEX.collection == bindparam("collection", type_=Text)
_KNOWN = select(_INDEX.id).where(_OF_COLLECTION, _INDEX.published_in <= _UNTIL).distinct().order_by(_INDEX.id)
_FIRST = Statement(_KNOWN.limit(_COMPARED + 1))
_ALIKE = Statement(
    _KNOWN.where(_INDEX.id.between(bindparam("start", type_=Text), bindparam("end", type_=Text))).limit(_COMPARED)
)
_ONE = Statement(_KNOWN.where(_INDEX.id == bindparam("id", type_=Text)))
_SINCE = Statement(
    select(func.min(_INDEX.published_in)).where(_OF_COLLECTION, _INDEX.id == bindparam("id", type_=Text))
)
_EVER = MAX_REVISION


def versions_with_ids(
    connection: Connection, parameter: str, collections: Sequence[str], list_name: str, ids: Sequence[str]
) -> BitMap:
    """Versions of all time of records with these ids. Raises InvalidParameter (422) for one that was never published.

    `list_name` is the list that the error names.
    """
    rows = _NUMBERS.rows(connection, {"collections": compact(list(collections)), "ids": compact(list(ids))})
    known = {id for id, _ in rows}
    for id in ids:
        if id not in known:
            suggestion = _nearest_id(connection, collections, id)
            raise InvalidParameter(
                parameter, "unknown-id", id=id[:SLUG_LENGTH], collection=list_name, suggestion=suggestion
            )
    return BitMap([number for _, number in rows])


def unknown_record(resource: Resource, id: str, snapshot: Snapshot) -> UnknownRecord:
    """UnknownRecord (404) for an id that a collection did not have up to the revision; the caller raises it.

    It names the revision that published the id later, or the nearest id that was published up to the revision.
    """
    number = snapshot.revision.number
    since = _SINCE.first(snapshot.connection, {"collection": resource.name, "id": id})[0]
    near = _nearest_id(snapshot.connection, [resource.name], id, number)
    return UnknownRecord(
        "unknown-record",
        id=id[:SLUG_LENGTH],
        collection=resource.name,
        revision=number,
        since=since,
        suggestion=resource.address(near) if near else None,
    )


def _nearest_id(connection: Connection, collections: Iterable[str], wrong: str, until: int = _EVER) -> str | None:
    """Closest match for an unknown id among those published up to a revision; None if none is near.

    `First Nuclear Test.` is near `first-nuclear-test`: what a slug cannot have is replaced before the comparison.
    """
    id = _NOT_IN_SLUGS.sub("-", wrong[:SLUG_LENGTH].lower()).strip("-")
    if not id:
        return None
    known = {one for name in collections for one in _known_ids(connection, name, id, until)}
    pairs = _pairs(id)
    alike = sorted(known, key=lambda one: (len(pairs ^ _pairs(one)), one))
    return nearest(id, alike[:_CLOSEST], _SIMILAR)


def _known_ids(connection: Connection, collection: str, id: str, until: int) -> Iterable[str]:
    """Ids of a collection: all if there are few, else those with the same first letters, some of them if many."""
    start = id[:_SAME_START]
    values = {"collection": collection, "until": until, "id": id, "start": start, "end": start + "\x7f"}
    rows = _FIRST.rows(connection, values)
    if len(rows) > _COMPARED:
        rows = [*_ALIKE.rows(connection, values), *_ONE.rows(connection, values)]
    return (one for (one,) in rows)


def _pairs(id: str) -> set[str]:
    """Pairs of letters in an id: few differ where two ids are alike."""
    return {id[place : place + 2] for place in range(len(id) - 1)}
