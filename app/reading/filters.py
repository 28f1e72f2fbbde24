"""Filters: the parameters of a request as SQL conditions, for any list."""

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, select

from app.errors import InvalidParameter, nearest
from app.model.fields import SLUG_LENGTH, References
from app.resources.base import ListSpec
from app.resources.params import OwnIds, RevisionParams, Where, names_taken
from app.store.tables import LINKS, VERSION_INDEX

_COMPARED = 500  # most ids that an unknown one is compared with for a suggestion: each comparison takes some 80 µs
_SAME_START = 3  # first letters that the compared ids share with it, where there are more ids than that
_SIMILAR = 0.7  # of difflib: with less, `aland` is suggested for `atlantis`
_NOT_IN_SLUGS = re.compile("[^a-z0-9]+")

Marker = Where | References | OwnIds
FilterConditions = Mapping[str, ColumnElement[bool]]  # by parameter


def filter_conditions(connection: Connection, spec: ListSpec, params: RevisionParams) -> FilterConditions:
    """SQL conditions of the filters in a request, by parameter.

    Raises InvalidParameter (422) for an id that was never published.
    """
    found: dict[str, ColumnElement[bool]] = {}
    for parameter, marker in _filters(type(params)):
        value = getattr(params, parameter)
        if value not in (None, []):
            found[parameter] = _condition(connection, spec, params, parameter, marker)
    return found


def _condition(
    connection: Connection, spec: ListSpec, params: RevisionParams, parameter: str, marker: Marker
) -> ColumnElement[bool]:
    if isinstance(marker, Where):
        return marker.condition(spec.table, params)
    ids = getattr(params, parameter)
    if isinstance(marker, OwnIds):
        _require_known(connection, parameter, names_taken(spec.params, "collection") or (spec.name,), spec.name, ids)
        return spec.table.c.id.in_(ids)
    _require_known(connection, parameter, (marker.collection,), marker.collection, ids)
    named = LINKS.c.target_collection == marker.collection, LINKS.c.target_id.in_(ids)
    # LIMIT stops SQLite 3.53 from turning EXISTS into a join. With the join, facets of ids came out empty where
    # `q`, a filter by id and an older revision were combined.
    return exists(select(1).where(links_of(spec), *named).limit(1))


@functools.cache
def _filters(model: type[RevisionParams]) -> list[tuple[str, Marker]]:
    """The filters of a parameter model with their markers: those by value first, then those by id."""
    markers = [
        (name, marker)
        for name, info in model.model_fields.items()
        for marker in info.metadata
        if isinstance(marker, Marker)
    ]
    return sorted(markers, key=lambda pair: not isinstance(pair[1], Where))


def links_of(spec: ListSpec, links: FromClause = LINKS) -> ColumnElement[bool]:
    """Join condition between a row of a list and the links of its version."""
    return and_(
        links.c.collection == spec.collection,
        links.c.id == spec.table.c.id,
        links.c.published_in == spec.table.c.published_in,
    )


def _require_known(
    connection: Connection, parameter: str, collections: Sequence[str], list_name: str, ids: Sequence[str]
) -> None:
    published = select(VERSION_INDEX.c.id).where(VERSION_INDEX.c.collection.in_(collections)).distinct()
    known = set(connection.execute(published.where(VERSION_INDEX.c.id.in_(ids))).scalars())
    for id in ids:
        if id not in known:
            suggestion = nearest_id(connection, published, VERSION_INDEX.c.id, id)
            raise InvalidParameter(
                parameter, "unknown-id", id=id[:SLUG_LENGTH], collection=list_name, suggestion=suggestion
            )


def nearest_id(connection: Connection, known: Select[Any], column: ColumnElement[str], wrong: str) -> str | None:
    """Closest match for an unknown id among the known ones, which a SELECT of one column gives; None if none is near.

    `First Nuclear Test.` is near `first-nuclear-test`: what a slug cannot have is replaced before the comparison.
    """
    id = _NOT_IN_SLUGS.sub("-", wrong[:SLUG_LENGTH].lower()).strip("-")
    if not id:
        return None
    few = [*connection.execute(known.limit(_COMPARED + 1)).scalars()]
    if len(few) > _COMPARED:
        # Compared are then only those with the same first letters.
        alike = known.where(column.between(id[:_SAME_START], id[:_SAME_START] + "\x7f"))
        few = [*connection.execute(alike.limit(_COMPARED)).scalars()]
        few += connection.execute(known.where(column == id)).scalars()
    return nearest(id, few, _SIMILAR)
