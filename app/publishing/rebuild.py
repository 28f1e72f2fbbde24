"""Computing anew what stands beside the records, when a release serves them otherwise than the one before.

Public JSON is stored, since a version never changes; but a release may add fields to it. Without this a database that
was brought along would answer otherwise than one that was filled afresh.
"""

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select, update

from app import __version__
from app.publishing.revision_writer import VersionRows, rows_of, source_addresses
from app.publishing.verify import Mismatch, edits_of, places_of
from app.resources.base import Resource
from app.store.revision_log import ends_of, header_of
from app.store.search import sqlite as fulltext
from app.store.tables import DERIVED_DATA, LINKS, REVISIONS, VERSION_INDEX, Revision


def render(connection: Connection, resources: Mapping[str, Resource]) -> None:
    """Compute everything beside the records anew, in an open write transaction.

    Raises Mismatch for a record that this release cannot read. The records themselves, and with them every digest,
    stay as they are. One revision at a time is held in memory.
    """
    addresses: dict[str, str] = {}
    revisions = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings().all()
    for revision in (Revision(**row) for row in revisions):
        edits = edits_of(connection, resources, revision.number)
        addresses = source_addresses(addresses, edits)
        for name, resource in resources.items():
            mine = [edit for edit in edits if edit.collection == name and edit.record]
            places, ends = places_of(connection, name, revision.number), ends_of(connection, name, revision.number)
            for edit in mine:
                if edit.id not in places:
                    raise Mismatch("log-no-entry", revision.number, collection=name, id=edit.id)
                rows = rows_of(resource, edit, header_of(revision), places[edit.id], addresses)
                _replace(connection, resource, rows.ended(ends.get(edit.id)))
    connection.execute(update(DERIVED_DATA).values(release=__version__))


def _replace(connection: Connection, resource: Resource, rows: VersionRows) -> None:
    table, key = resource.table, (rows.version["id"], rows.version["published_in"])
    connection.execute(update(table).where(table.c.id == key[0], table.c.published_in == key[1]), rows.version)
    connection.execute(update(VERSION_INDEX).where(VERSION_INDEX.c.number == rows.entry["number"]), rows.entry)
    mine = (LINKS.c.collection == resource.name, LINKS.c.id == key[0], LINKS.c.published_in == key[1])
    connection.execute(delete(LINKS).where(*mine))
    if rows.mentions:
        connection.execute(insert(LINKS), rows.mentions)
    if rows.document:
        fulltext.replace(connection, rows.document)
