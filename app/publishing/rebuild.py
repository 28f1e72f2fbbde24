"""Backfill of derived data: a new release computes again what an earlier one stored for the records.

JSON bodies are stored, because a version never changes, but a release may add fields to them. Without the backfill an
old database would answer differently from a new one.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app import __version__
from app.model import canonical
from app.publishing.bitmap_history import rebuild_bitmaps
from app.publishing.citation_urls import SourceAddress
from app.publishing.revision_writer import VersionRows, rows_of
from app.publishing.stored_changes import Mismatch, addresses_after, change_batches, published_rows
from app.resources.base import Resource
from app.store.checksums import row_checksum
from app.store.revision_log import RevisionHeader, ends_of, header_of
from app.store.search import documents as fulltext
from app.store.search import segments
from app.store.tables import CHANGES, DERIVED_DATA, LINKS, REVISIONS, VERSION_INDEX, Revision, batches


def render(connection: Connection, resources: Mapping[str, Resource]) -> None:
    """Backfill: compute all derived data again, in an open write transaction.

    Raises Mismatch for a record that this release cannot read, and for a revision that is not as it was published: what
    is computed from a damaged record gets a checksum, so nobody would notice it later. Records and digests do not
    change. Only one batch of versions is in memory at a time.
    """
    addresses: dict[str, SourceAddress] = {}
    revisions = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings().all()
    for revision in (Revision(**row) for row in revisions):
        addresses = addresses_after(connection, addresses, revision.number)
        lines = _rendered_lines(connection, resources, header_of(revision), addresses)
        if canonical.digest(lines) != revision.digest:
            raise Mismatch("log-digest", revision.number)
        _renew_row_checks(connection, revision)
    rebuild_bitmaps(connection, resources)
    segments.rebuild(connection)
    connection.execute(update(DERIVED_DATA).values(release=__version__))


def _renew_row_checks(connection: Connection, revision: Revision) -> None:
    """Checksums of the rows of a revision, which has its digest, and of its changes."""
    *values, _ = revision.model_dump().values()
    mine = REVISIONS.c.number == revision.number
    connection.execute(update(REVISIONS).where(mine).values(row_check=row_checksum(values)))
    rows = connection.execute(select(CHANGES).where(CHANGES.c.revision == revision.number)).all()
    checks = [{"of": row.collection, "the_id": row.id, "check": row_checksum(row[:-1])} for row in rows]
    one = CHANGES.c.collection == bindparam("of"), CHANGES.c.id == bindparam("the_id")
    renewed = update(CHANGES).where(CHANGES.c.revision == revision.number, *one).values(row_check=bindparam("check"))
    for batch in batches(checks):
        connection.execute(renewed, batch)


def _rendered_lines(
    connection: Connection,
    resources: Mapping[str, Resource],
    header: RevisionHeader,
    addresses: Mapping[str, SourceAddress],
) -> Iterator[str]:
    """Canonical lines of a revision, each after the data derived from it is stored."""
    yield header.line()
    for resource, changes in change_batches(connection, resources, header.number):
        ids = [change.id for change in changes]
        entries = published_rows(connection, VERSION_INDEX, header.number, ids, resource.name)
        numbers = {row["id"]: row["number"] for row in entries}
        ends = ends_of(connection, resource.name, header.number, ids)
        for change in changes:
            if change.record:
                if change.id not in numbers:
                    raise Mismatch("log-no-entry", header.number, collection=resource.name, id=change.id)
                rows = rows_of(resource, change, header, numbers[change.id], addresses)
                _replace(connection, resource, rows.ended(ends.get(change.id)))
            yield change.line()


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
