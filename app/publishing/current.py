"""Current state of a collection, for those ids that are asked for alone: what a change is compared with."""

import functools
import json
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, Table, func, select

from app.resources.sources import SOURCES
from app.store.engines.constructs import in_list
from app.store.postings import Postings
from app.store.statements import Statement
from app.store.tables import REVISIONS


def current_texts(connection: Connection, table: Table, ids: Collection[str]) -> dict[str, str]:
    """Canonical texts by id of the current records among these ids."""
    return dict(_texts(table).rows(connection, {"ids": json.dumps([*ids])})) if ids else {}


def current_ids(connection: Connection, table: Table, ids: Collection[str]) -> set[str]:
    """Those of these ids that a current record has."""
    return {id for (id,) in _ids(table).rows(connection, {"ids": json.dumps([*ids])})} if ids else set()


def imported_sources(connection: Connection) -> frozenset[str]:
    """Ids of the current sources that are imported files: those with the SHA-256 of one."""
    table = SOURCES.table
    current = select(table.c.id, table.c.record).where(table.c.superseded_in.is_(None))
    return frozenset(id for id, text in connection.execute(current) if "file_sha256" in json.loads(text))


def imported_ids(collection: str, texts: Mapping[str, str], sources: Collection[str]) -> set[str]:
    """Ids of the records among these canonical texts that an import brought: files, and what cites one first."""
    if collection == SOURCES.name:
        return {id for id in texts if id in sources}
    records = {id: json.loads(text) for id, text in texts.items()}
    return {id for id, record in records.items() if record.get("citations", [{}])[0].get("source") in sources}


def current_size(connection: Connection, collection: str) -> int:
    """Number of current records of a collection, from the bitmap index: no row is read."""
    postings = Postings(connection)
    (newest,) = _NEWEST.first(connection)
    return postings.version_set("current", newest or 0).intersection_cardinality(
        postings.any_of("collection", [collection])
    )


_NEWEST = Statement(select(func.max(REVISIONS.c.number)))


@functools.cache
def _texts(table: Table) -> Statement:
    return Statement(
        select(table.c.id, table.c.record).where(in_list(table.c.id, "ids"), table.c.superseded_in.is_(None))
    )


@functools.cache
def _ids(table: Table) -> Statement:
    return Statement(select(table.c.id).where(in_list(table.c.id, "ids"), table.c.superseded_in.is_(None)))
