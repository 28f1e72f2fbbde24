"""Current state of a collection, for those ids that are asked for alone: what a change is compared with."""

import functools
import json
from collections.abc import Collection

from sqlalchemy import Connection, Table, select

from app.store.statements import Statement, in_list


def current_texts(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, str]:
    """Canonical texts by id of the current records among these ids."""
    return dict(_texts(table).rows(connection, {"ids": json.dumps([*ids])})) if ids else {}


def current_ids(connection: Connection, table: Table, ids: Collection[str]) -> set[str]:
    """Those of these ids that a current record has. It reads an index alone."""
    return {id for (id,) in _ids(table).rows(connection, {"ids": json.dumps([*ids])})} if ids else set()


@functools.cache
def _texts(table: Table) -> Statement:
    return Statement(
        select(table.c.id, table.c.record).where(in_list(table.c.id, "ids"), table.c.superseded_in.is_(None))
    )


@functools.cache
def _ids(table: Table) -> Statement:
    return Statement(select(table.c.id).where(in_list(table.c.id, "ids"), table.c.superseded_in.is_(None)))
