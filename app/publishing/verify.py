"""Verification of the log: every revision is computed again from the stored records, every column from its record."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select

from app.errors import CodedError
from app.model.fields import Bilingual, fault_of
from app.publishing.citation_urls import SourceAddress, source_addresses
from app.publishing.revision_writer import PendingChange, VersionRows, revision_of, rows_of
from app.resources.base import Resource, tables_of
from app.store.revision_log import RevisionHeader, changes_of, ends_of, header_of
from app.store.search import sqlite as fulltext
from app.store.tables import CHANGES, LINKS, REVISIONS, VERSION_INDEX, Revision


class Mismatch(CodedError):  # noqa: N818 - named by what is found; nothing went wrong in the finding
    """A revision, given by its number, is not as it was published."""

    def __init__(self, code: str, /, number: int, **values: Any) -> None:
        super().__init__(code, number=number, **values)


def pending_changes(connection: Connection, resources: Mapping[str, Resource], number: int) -> list[PendingChange]:
    """Changes of a stored revision. Raises Mismatch for a record that this release cannot read."""
    return [
        _pending_change(resources, row, record) for row, record in changes_of(connection, tables_of(resources), number)
    ]


def index_numbers(connection: Connection, collection: str, number: int) -> dict[str, int]:
    """Numbers in the version index, by id, of the versions in a collection that a revision published."""
    rows = _published_in(connection, VERSION_INDEX, number, collection)
    return {row["id"]: row["number"] for row in rows}


def verify(connection: Connection, resources: Mapping[str, Resource]) -> list[Revision]:
    """Verification: computes every revision again and returns them. Raises Mismatch for the first that differs."""
    rows = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings()
    revisions = [Revision(**row) for row in rows]
    addresses: dict[str, SourceAddress] = {}
    previous: Revision | None = None
    for position, revision in enumerate(revisions, 1):
        if revision.number != position:
            raise Mismatch("revision-missing", position)
        _check_collections(connection, resources, position)
        changes = pending_changes(connection, resources, position)
        _check_header(connection, revision, previous, changes)
        addresses = source_addresses(addresses, changes)
        for resource in resources.values():
            mine = [change for change in changes if change.collection == resource.name and change.record]
            _check_rows(connection, resource, header_of(revision), mine, addresses)
        previous = revision
    _check_end(connection, resources, len(revisions))
    return revisions


def _numbered(resources: Mapping[str, Resource]) -> Iterator[tuple[Table, Column[Any]]]:
    """Tables whose rows belong to revisions, each with the column of the revision's number."""
    yield CHANGES, CHANGES.c.revision
    for table in (VERSION_INDEX, LINKS, *(resource.table for resource in resources.values())):
        yield table, table.c.published_in


def _check_collections(connection: Connection, resources: Mapping[str, Resource], number: int) -> None:
    several = (
        (CHANGES, CHANGES.c.revision),
        (VERSION_INDEX, VERSION_INDEX.c.published_in),
        (LINKS, LINKS.c.published_in),
    )
    for table, column in several:
        strange = select(column).where(column == number, table.c.collection.not_in([*resources])).limit(1)
        if connection.execute(strange).first():
            raise Mismatch("log-unknown-collection", number)


def _check_end(connection: Connection, resources: Mapping[str, Resource], last: int) -> None:
    """Raise Mismatch for rows of a revision that is not in the log: no digest would cover them."""
    beyond = [
        connection.execute(select(func.min(column)).where(~column.between(1, last))).scalar()
        for _, column in _numbered(resources)
    ]
    if found := [number for number in beyond if number is not None]:
        raise Mismatch("revision-missing", min(found))
    if fulltext.size(connection) != connection.execute(select(func.count()).select_from(VERSION_INDEX)).scalar():
        raise Mismatch("log-search-index", last)


def _check_header(
    connection: Connection, revision: Revision, previous: Revision | None, changes: Sequence[PendingChange]
) -> None:
    number = revision.number
    if revision.previous_digest != (previous.digest if previous else None):
        raise Mismatch("log-previous-digest", number)
    if previous and revision.published_at <= previous.published_at:
        raise Mismatch("log-time", number)
    expected = revision_of(connection, header_of(revision), changes)
    if expected.digest != revision.digest:
        raise Mismatch("log-digest", number)
    if expected != revision:
        raise Mismatch("log-counts", number)


def _check_rows(
    connection: Connection,
    resource: Resource,
    header: RevisionHeader,
    changes: Sequence[PendingChange],
    addresses: Mapping[str, SourceAddress],
) -> None:
    """Raise Mismatch unless the stored rows of one revision and collection are those computed from its records."""
    name, number = resource.name, header.number
    versions = {row["id"]: dict(row) for row in _published_in(connection, resource.table, number)}
    entries = {row["id"]: dict(row) for row in _published_in(connection, VERSION_INDEX, number, name)}
    links: dict[str, list[dict[str, Any]]] = {}
    for row in _published_in(connection, LINKS, number, name):
        links.setdefault(row["id"], []).append(dict(row))
    documents = fulltext.stored(connection, [entry["number"] for entry in entries.values()])
    ends = ends_of(connection, name, number)
    if {*versions} != {change.id for change in changes} or {*entries} != {*versions} or not {*links} <= {*versions}:
        raise Mismatch("log-versions", number, collection=name)
    for change in changes:
        place = entries[change.id]["number"]
        expected = rows_of(resource, change, header, place, addresses).ended(ends.get(change.id))
        found = VersionRows(versions[change.id], entries[change.id], links.get(change.id, []), documents.get(place))
        if expected != found.in_order():
            raise Mismatch("log-derived-data", number, collection=name, id=change.id)


def _published_in(connection: Connection, table: Table, number: int, collection: str | None = None) -> Sequence[Any]:
    rows = select(table).where(table.c.published_in == number)
    mine = rows if collection is None else rows.where(table.c.collection == collection)
    return connection.execute(mine).mappings().all()


def _pending_change(resources: Mapping[str, Resource], row: Any, text: str | None) -> PendingChange:
    try:
        if row.action == "withdrawn":
            return PendingChange(
                "withdrawn", row.collection, row.id, reason=Bilingual(en=row.reason_en, fr=row.reason_fr)
            )
        record = resources[row.collection].model.model_validate(json.loads(text or ""))
    except ValueError as error:
        raise Mismatch(
            "log-unreadable-record", row.revision, collection=row.collection, id=row.id, reason=fault_of(error)
        ) from error
    return PendingChange(row.action, row.collection, row.id, text, record)
