"""Filters: the parameters of a request as SQL conditions, for any list."""

import difflib
import functools
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, exists, select

from app.errors import InvalidParameter
from app.model.fields import References
from app.resources.base import ListSpec
from app.resources.params import RevisionParams, Where
from app.store.tables import LINKS, VERSION_INDEX

_COMPARED = 500  # most ids that an unknown one is compared with for a suggestion: each comparison takes some 80 µs
_SAME_START = 3  # first letters that the compared ids share with it, where there are more ids than that


def filter_conditions(connection: Connection, spec: ListSpec, params: RevisionParams) -> list[ColumnElement[bool]]:
    """SQL conditions of the filters in a request. Raises InvalidParameter (422) for an id that was never published."""
    found = []
    for parameter, marker in _filters(type(params)):
        value = getattr(params, parameter)
        if value in (None, []):
            continue
        if isinstance(marker, Where):
            found.append(marker.condition(spec.table, params))
        else:
            _require_known(connection, parameter, marker.collection, value)
            named = LINKS.c.target_collection == marker.collection, LINKS.c.target_id.in_(value)
            # LIMIT stops SQLite 3.53 from turning EXISTS into a join. With the join, facets of ids came out empty where
            # `q`, a filter by id and an older revision were combined.
            found.append(exists(select(1).where(links_of(spec), *named).limit(1)))
    return found


@functools.cache
def _filters(model: type[RevisionParams]) -> list[tuple[str, Where | References]]:
    """The filters of a parameter model with their markers: those by value first, then those by id."""
    markers = [
        (name, marker)
        for name, info in model.model_fields.items()
        for marker in info.metadata
        if isinstance(marker, Where | References)
    ]
    return sorted(markers, key=lambda pair: isinstance(pair[1], References))


def links_of(spec: ListSpec, links: FromClause = LINKS) -> ColumnElement[bool]:
    """Join condition between a row of a list and the links of its version."""
    return and_(
        links.c.collection == spec.collection,
        links.c.id == spec.table.c.id,
        links.c.published_in == spec.table.c.published_in,
    )


def _require_known(connection: Connection, parameter: str, collection: str, ids: list[str]) -> None:
    published = select(VERSION_INDEX.c.id).where(VERSION_INDEX.c.collection == collection).distinct()
    known = set(connection.execute(published.where(VERSION_INDEX.c.id.in_(ids))).scalars())
    for id in ids:
        if id not in known:
            near = difflib.get_close_matches(id, _candidates(connection, published, id), n=1)
            suggestion = near[0] if near else None
            raise InvalidParameter(parameter, "unknown-id", id=id, collection=collection, suggestion=suggestion)


def _candidates(connection: Connection, published: Select[Any], id: str) -> list[str]:
    """Ids to compare an unknown one with: all if there are few, else those with the same first letters."""
    few = list(connection.execute(published.limit(_COMPARED + 1)).scalars())
    if len(few) <= _COMPARED:
        return few
    alike = published.where(VERSION_INDEX.c.id.between(id[:_SAME_START], id[:_SAME_START] + "\x7f"))
    return list(connection.execute(alike.limit(_COMPARED)).scalars())
