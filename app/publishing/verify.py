"""Verification: the files, the schema, then every revision and all derived data, computed again from the records."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.errors import CodedError, Fault
from app.model import canonical
from app.publishing.citation_urls import SourceAddress
from app.publishing.revision_writer import PendingChange, VersionRows, revision_row, rows_of
from app.publishing.stored_changes import Mismatch, addresses_after, change_batches, published_rows
from app.publishing.verify_bitmaps import check_bitmaps
from app.resources.base import Resource
from app.store.checksums import row_checksum
from app.store.engines.base import Database
from app.store.revision_log import ends_of, header_of
from app.store.schema_check import schema_faults, setting_faults
from app.store.search import documents as fulltext
from app.store.search import segments
from app.store.search.engines import index_of
from app.store.tables import CHANGES, DERIVED_DATA, LINKS, REVISIONS, VERSION_INDEX, Action, Revision

_CANNOT_CREATE = {"no-right", "read-only-server"}  # a user who may only read, a replica
_Counts = Counter[tuple[str, int, str]]  # rows by table, revision and collection


class DamagedDatabase(CodedError):  # noqa: N818 - named by what is found, as Mismatch is
    """Damaged database: what is wrong with its files and schema, and the first revision that does not match."""

    def __init__(self, fault: Fault, /, *more: Fault) -> None:
        super().__init__(fault.code, **fault.values)
        self.faults = (fault, *more)

    def __str__(self) -> str:
        return "\n".join(map(str, self.faults))


def verify_database(
    db: Database, resources: Mapping[str, Resource], warn: Callable[[Fault], None] | None = None
) -> list[Revision]:
    """Verification of files, schema and revisions; returns these.

    `warn` gets what cannot be checked with the rights at hand; without it, that raises DBAPIError too. Raises
    DamagedDatabase for all faults of files and schema with the first mismatch of a revision, DBAPIError if the database
    cannot be read, OSError if no temporary database can be made.
    """
    revisions: list[Revision] = []
    with db.reading() as connection:
        faults = [*db.damage(connection), *_compare_schema(db, connection, warn)]
        try:
            faults += setting_faults(connection)
            revisions = verify(connection, resources)
        except Mismatch as mismatch:
            faults.append(Fault("", mismatch.code, mismatch.values))
        except DBAPIError:
            if not faults:
                raise
    if faults:
        raise DamagedDatabase(*faults)
    return revisions


def _compare_schema(db: Database, connection: Connection, warn: Callable[[Fault], None] | None) -> list[Fault]:
    """Faults of the schema. It is compared with one that is made for the purpose, which takes the right to do so."""
    try:
        return [*schema_faults(db, connection)]
    except DBAPIError as error:
        obstacle = db.obstacle(error)
        if warn is None or obstacle is None or obstacle.code not in _CANNOT_CREATE:
            raise
        warn(Fault("", "schema-not-compared"))
        return []


def verify(connection: Connection, resources: Mapping[str, Resource]) -> list[Revision]:
    """Verification of revisions: computes each again and returns them. Raises Mismatch for the first that differs.

    Only one batch of versions is in memory at a time, and the bitmaps of one chunk.
    """
    rows = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).mappings()
    revisions = [Revision(**row) for row in rows]
    strange, stored = _unknown_collection(connection, resources), _count_rows(connection, resources)
    addresses: dict[str, SourceAddress] = {}
    previous: Revision | None = None
    for position, revision in enumerate(revisions, 1):
        if revision.number != position:
            raise Mismatch("revision-missing", position)
        if position == strange:
            raise Mismatch("log-unknown-collection", position)
        addresses = addresses_after(connection, addresses, position)
        _check_order(revision, previous)
        _RevisionCheck(connection, resources, revision, addresses).run(stored)
        previous = revision
    _check_end(connection, resources, len(revisions))
    check_bitmaps(connection, resources, len(revisions))
    return revisions


def _numbered(resources: Mapping[str, Resource]) -> Iterator[tuple[Table, Column[Any]]]:
    """Tables whose rows belong to revisions, each with the column of the revision's number."""
    yield CHANGES, CHANGES.c.revision
    for table in (VERSION_INDEX, LINKS, *(resource.table for resource in resources.values())):
        yield table, table.c.published_in


def _unknown_collection(connection: Connection, resources: Mapping[str, Resource]) -> int | None:
    """First revision that has rows of a collection that does not exist."""
    several = (
        select(func.min(column)).where(table.c.collection.not_in([*resources]))
        for table, column in _numbered(resources)
        if "collection" in table.c
    )
    found = (connection.execute(statement).scalar() for statement in several)
    return min((number for number in found if number is not None), default=None)


def _count_rows(connection: Connection, resources: Mapping[str, Resource]) -> _Counts:
    counts: _Counts = Counter()
    for table in (VERSION_INDEX, LINKS):
        key = table.c.published_in, table.c.collection
        for number, name, count in connection.execute(select(*key, func.count()).group_by(*key)):
            counts[table.name, number, name] = count
    for name, resource in resources.items():
        published = resource.table.c.published_in
        for number, count in connection.execute(select(published, func.count()).group_by(published)):
            counts[resource.table.name, number, name] = count
    return counts


def _check_end(connection: Connection, resources: Mapping[str, Resource], last: int) -> None:
    """Raise Mismatch for rows of a revision that is not in the log: no digest would cover them."""
    beyond = [
        connection.execute(select(func.min(column)).where(~column.between(1, last))).scalar()
        for _, column in _numbered(resources)
    ]
    if found := [number for number in beyond if number is not None]:
        raise Mismatch("revision-missing", min(found))
    if connection.execute(select(DERIVED_DATA.c.release)).scalars().all() != [__version__] * bool(last):
        raise Mismatch("log-release", last)
    _check_numbers(connection)
    for row in connection.execute(select(CHANGES).execution_options(yield_per=500)):
        if row_checksum(row[:-1]) != row.row_check:
            raise Mismatch("log-derived-data", row.revision, collection=row.collection, id=row.id)
    if fulltext.size(connection) != connection.execute(select(func.count()).select_from(VERSION_INDEX)).scalar():
        raise Mismatch("log-search-index", last)
    if index_of(connection).lookups_differ(connection):
        raise Mismatch("log-search-terms", last)
    if segments.differ(connection):
        raise Mismatch("log-search-segments", last)


def _check_numbers(connection: Connection) -> None:
    """Raise Mismatch unless versions are numbered from 1 without gaps, in the order of their revisions."""
    number = VERSION_INDEX.c.number
    ranges = select(VERSION_INDEX.c.published_in, func.min(number), func.max(number), func.count())
    last = 0
    for revision, first, end, count in connection.execute(
        ranges.group_by(VERSION_INDEX.c.published_in).order_by(VERSION_INDEX.c.published_in)
    ):
        if (first, end) != (last + 1, last + count):
            raise Mismatch("log-numbers", revision)
        last = end


def _check_order(revision: Revision, previous: Revision | None) -> None:
    if revision.previous_digest != (previous.digest if previous else None):
        raise Mismatch("log-previous-digest", revision.number)
    if previous and revision.published_at <= previous.published_at:
        raise Mismatch("log-time", revision.number)


class _RevisionCheck:
    """Check of one revision: one pass over its changes gives the digest, the counts, and the first row that differs."""

    def __init__(
        self,
        connection: Connection,
        resources: Mapping[str, Resource],
        revision: Revision,
        addresses: Mapping[str, SourceAddress],
    ) -> None:
        self._connection, self._resources = connection, resources
        self._revision, self._header, self._addresses = revision, header_of(revision), addresses
        self._actions: Counter[Action] = Counter()
        self._rows: _Counts = Counter()
        self._fault: Mismatch | None = None

    def run(self, stored: _Counts) -> None:
        """Raise Mismatch for what differs: a record, else digest or counts, else what was computed from a record."""
        digest = canonical.digest(self._lines())
        if digest != self._revision.digest:
            raise Mismatch("log-digest", self._header.number)
        if revision_row(self._connection, self._header, self._actions, digest) != self._revision:
            raise Mismatch("log-counts", self._header.number)
        if self._fault:
            raise self._fault
        self._check_counts(stored)

    def _lines(self) -> Iterator[str]:
        yield self._header.line()
        for resource, changes in change_batches(self._connection, self._resources, self._header.number):
            yield from (change.line() for change in changes)
            self._actions.update(change.action for change in changes)
            if not self._fault:
                self._check_rows(resource, [change for change in changes if change.record])

    def _check_rows(self, resource: Resource, changes: Sequence[PendingChange]) -> None:
        """Note a fault unless the stored rows of these versions are those computed from their records."""
        name, number = resource.name, self._header.number
        ids = [change.id for change in changes]
        stored = _stored_rows(self._connection, resource, number, ids)
        ends = ends_of(self._connection, name, number, ids)
        for change in changes:
            found = stored.get(change.id)
            if found is None:
                self._fault = Mismatch("log-versions", number, collection=name)
                return
            expected = rows_of(resource, change, self._header, found.number, self._addresses)
            if expected.ended(ends.get(change.id)) != found.in_order():
                self._fault = Mismatch("log-derived-data", number, collection=name, id=change.id)
                return
            for table, rows in ((resource.table, 1), (VERSION_INDEX, 1), (LINKS, len(found.links))):
                self._rows[table.name, number, name] += rows

    def _check_counts(self, stored: _Counts) -> None:
        """Raise Mismatch if there are more rows than those of the changes."""
        number = self._header.number
        for name, resource in self._resources.items():
            tables = (resource.table.name, VERSION_INDEX.name, LINKS.name)
            if any(stored[table, number, name] != self._rows[table, number, name] for table in tables):
                raise Mismatch("log-versions", number, collection=name)


def _stored_rows(connection: Connection, resource: Resource, number: int, ids: Sequence[str]) -> dict[str, VersionRows]:
    """Stored rows of versions by id, without those that lack a row in one of the tables."""
    versions = published_rows(connection, resource.table, number, ids)
    entries = {row["id"]: dict(row) for row in published_rows(connection, VERSION_INDEX, number, ids, resource.name)}
    links: dict[str, list[dict[str, Any]]] = {}
    for row in published_rows(connection, LINKS, number, ids, resource.name):
        links.setdefault(row["id"], []).append(dict(row))
    documents = fulltext.stored(connection, [entry["number"] for entry in entries.values()])
    return {
        id: VersionRows(dict(row), entries[id], links.get(id, []), documents.get(entries[id]["number"]))
        for row in versions
        if (id := row["id"]) in entries
    }
