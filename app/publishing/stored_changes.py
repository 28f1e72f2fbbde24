"""Stored changes, read as they were published, a batch at a time: for verification and for the backfill."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, RowMapping, Table, select

from app.errors import CodedError
from app.model.fields import Bilingual, fault_of
from app.publishing.citation_urls import SourceAddress, source_addresses
from app.publishing.revision_writer import PendingChange
from app.resources.base import Resource, tables_of
from app.resources.sources import SOURCES
from app.store.revision_log import changes_of

_BATCH = 500  # changes that are in memory at once, however many a revision has


class Mismatch(CodedError):  # noqa: N818 - named by what is found; nothing went wrong in the finding
    """A revision, given by its number, is not as it was published."""

    def __init__(self, code: str, /, number: int, **values: Any) -> None:
        super().__init__(code, number=number, **values)


def change_batches(
    connection: Connection, resources: Mapping[str, Resource], number: int
) -> Iterator[tuple[Resource, list[PendingChange]]]:
    """Changes of a stored revision in canonical order, in batches, each of one collection.

    Raises Mismatch for a record that is missing, or that this release cannot read.
    """
    rows = changes_of(connection, tables_of(resources), number)
    changes = (_pending_change(resources, row, record) for row, record in rows)
    for name, mine in groupby(changes, key=attrgetter("collection")):
        while batch := list(islice(mine, _BATCH)):
            yield resources[name], batch


def addresses_after(
    connection: Connection, before: Mapping[str, SourceAddress], number: int
) -> dict[str, SourceAddress]:
    """Addresses of the sources by id after a stored revision. Raises Mismatch for one that cannot be read."""
    batches = change_batches(connection, {SOURCES.name: SOURCES}, number)
    return source_addresses(before, (change for _, batch in batches for change in batch))


def published_rows(
    connection: Connection, table: Table, number: int, ids: Sequence[str], collection: str | None = None
) -> Sequence[RowMapping]:
    """Rows of versions with these ids that a revision published, in a table of one collection or of all."""
    rows = select(table).where(table.c.published_in == number, table.c.id.in_(ids))
    mine = rows if collection is None else rows.where(table.c.collection == collection)
    return connection.execute(mine).mappings().all()


def _pending_change(resources: Mapping[str, Resource], row: Any, text: str | None) -> PendingChange:
    try:
        if row.action == "withdrawn":
            return PendingChange(
                "withdrawn", row.collection, row.id, reason=Bilingual(en=row.reason_en, fr=row.reason_fr)
            )
        if text is None:
            raise Mismatch("log-missing-record", row.revision, collection=row.collection, id=row.id)
        record = resources[row.collection].model.model_validate(json.loads(text))
    except ValueError as error:
        raise Mismatch(
            "log-unreadable-record", row.revision, collection=row.collection, id=row.id, reason=fault_of(error)
        ) from error
    return PendingChange(row.action, row.collection, row.id, text, record)
