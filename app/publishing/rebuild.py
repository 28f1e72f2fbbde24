"""Backfill of derived data: a new release computes again what an earlier one stored for the records.

JSON bodies are stored, because a version never changes, but a release may add fields to them. Without the backfill an
old database would answer differently from a new one.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, update

from app import __version__
from app.publishing.bitmap_history import rebuild_bitmaps
from app.publishing.citation_urls import SourceAddress, source_addresses
from app.publishing.revision_writer import VersionRows, rows_of
from app.publishing.verify import Mismatch, index_numbers, pending_changes
from app.resources.base import Resource
from app.store.revision_log import ends_of, header_of
from app.store.search import segments
from app.store.search import sqlite as fulltext
from app.store.tables import DERIVED_DATA, LINKS, REVISIONS, VERSION_INDEX, Revision


def render(connection: Connection, resources: Mapping[str, Resource]) -> None:
    """Backfill: compute all derived data again, in an open write transaction.

    Raises Mismatch for a record that this release cannot read. Records and digests do not change. Only one revision at
    a time is in memory.
    """
    addresses: dict[str, SourceAddress] = {}
    revisions = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings().all()
    for revision in (Revision(**row) for row in revisions):
        changes = pending_changes(connection, resources, revision.number)
        addresses = source_addresses(addresses, changes)
        for name, resource in resources.items():
            mine = [change for change in changes if change.collection == name and change.record]
            numbers, ends = index_numbers(connection, name, revision.number), ends_of(connection, name, revision.number)
            for change in mine:
                if change.id not in numbers:
                    raise Mismatch("log-no-entry", revision.number, collection=name, id=change.id)
                rows = rows_of(resource, change, header_of(revision), numbers[change.id], addresses)
                _replace(connection, resource, rows.ended(ends.get(change.id)))
    rebuild_bitmaps(connection, resources)
    segments.rebuild(connection)
    connection.execute(update(DERIVED_DATA).values(release=__version__))


def _replace(connection: Connection, resource: Resource, rows: VersionRows) -> None:
    table, key = resource.table, (rows.version["id"], rows.version["published_in"])
    connection.execute(update(table).where(table.c.id == key[0], table.c.published_in == key[1]), rows.version)
    connection.execute(update(VERSION_INDEX).where(VERSION_INDEX.c.number == rows.entry["number"]), rows.entry)
    mine = (LINKS.c.collection == resource.name, LINKS.c.id == key[0], LINKS.c.published_in == key[1])
    connection.execute(delete(LINKS).where(*mine))
    if rows.links:
        connection.execute(insert(LINKS), rows.links)
    if rows.document:
        fulltext.replace(connection, rows.document)
