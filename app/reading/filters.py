"""The filters of a request as SQL, for any list."""

import difflib
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, Table, and_, exists, select

from app.errors import InvalidParameter
from app.model.fields import references
from app.reading.list_view import collection_of
from app.resources.params import ItemQuery, Where
from app.store.tables import ENTRIES, MENTIONS

_COMPARED = 500  # ids that a wrong one is compared with: each costs some 80 µs
_ALIKE = 3  # letters that they begin with where there are more


def conditions(connection: Connection, table: Table, query: ItemQuery) -> list[ColumnElement[bool]]:
    """The filters of a request as SQL. Raises InvalidParameter (422) for an id that was never published."""
    found = [
        mark.condition(table, query)
        for name, info in type(query).model_fields.items()
        for mark in info.metadata
        if isinstance(mark, Where) and getattr(query, name) not in (None, [])
    ]
    named: dict[tuple[str, str], list[str]] = {}
    for reference in references(query):
        named.setdefault((reference.field, reference.collection), []).append(reference.id)
    for (parameter, collection), ids in named.items():
        _require_known(connection, parameter, collection, ids)
        meant = MENTIONS.c.target_collection == collection, MENTIONS.c.target_id.in_(ids)
        found.append(exists().where(mentions_of(table), *meant))
    return found


def mentions_of(table: Table, mentions: FromClause = MENTIONS) -> ColumnElement[bool]:
    """The condition that ties `mentions` to the version that a row of a table is."""
    return and_(
        mentions.c.collection == collection_of(table),
        mentions.c.id == table.c.id,
        mentions.c.published_in == table.c.published_in,
    )


def _candidates(connection: Connection, entry: Select[Any], id: str) -> list[str]:
    """The ids to compare a wrong one with: all where there are few, else those that begin alike."""
    few = list(connection.execute(entry.limit(_COMPARED + 1)).scalars())
    if len(few) <= _COMPARED:
        return few
    alike = entry.where(ENTRIES.c.id.between(id[:_ALIKE], id[:_ALIKE] + "\x7f"))
    return list(connection.execute(alike.limit(_COMPARED)).scalars())


def _require_known(connection: Connection, parameter: str, collection: str, ids: list[str]) -> None:
    entry = select(ENTRIES.c.id).where(ENTRIES.c.collection == collection).distinct()
    known = set(connection.execute(entry.where(ENTRIES.c.id.in_(ids))).scalars())
    for id in ids:
        if id not in known:
            near = difflib.get_close_matches(id, _candidates(connection, entry, id), n=1)
            hint = f"did you mean {near[0]}?" if near else f"see /v1/{collection}"
            raise InvalidParameter(parameter, f"there is no {id} among the {collection}: {hint}")
