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

_COMPARED = 500  # ids that a wrong one is compared with: each costs some 80 µs
_SAME_START = 3  # letters that they have in common with it where there are more


def filter_conditions(connection: Connection, spec: ListSpec, params: RevisionParams) -> list[ColumnElement[bool]]:
    """The filters of a request as SQL. Raises InvalidParameter (422) for an id that was never published."""
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
            # LIMIT keeps SQLite 3.53 from making a join of EXISTS: by it, facets of ids with `q` and a filter by id were
            # empty at any revision but the newest.
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
    """The join condition from a row of a list to the links of its version."""
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
    """The ids to compare a wrong one with: all where there are few, else those with the same start."""
    few = list(connection.execute(published.limit(_COMPARED + 1)).scalars())
    if len(few) <= _COMPARED:
        return few
    alike = published.where(VERSION_INDEX.c.id.between(id[:_SAME_START], id[:_SAME_START] + "\x7f"))
    return list(connection.execute(alike.limit(_COMPARED)).scalars())
