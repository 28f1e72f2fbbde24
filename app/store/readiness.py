"""Readiness check: whether a database can be served, and why not."""

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.errors import Unavailable
from app.store.engines.base import Database, reason_of
from app.store.schema_version import current_migration, head, schema_obstacle
from app.store.tables import DERIVED_DATA, REVISIONS


def is_new(db: Database) -> bool:
    """Whether a database has no data yet: it is absent, empty, or migrated and never published to.

    A database that cannot be read is not new. Raises DBAPIError for one that another program made.
    """
    if db.is_empty():
        return True
    try:
        with db.reading(timeouts=1) as connection:
            schema = current_migration(connection)
            if schema is None:
                return not inspect(connection).get_table_names()
            return schema == head() and not _newest(connection)
    except (DBAPIError, Unavailable):
        return False


def schema_fault(db: Database) -> Unavailable | None:
    """Schema check: why commands cannot use a database, as Unavailable (503), not raised; None if they can."""
    if not db.exists():
        return Unavailable("database-missing")
    try:
        with db.reading(timeouts=1) as connection:
            return _version_fault(connection)
    except DBAPIError as error:
        return _unreadable(db, error)
    except Unavailable as error:
        return error


def _version_fault(connection: Connection) -> Unavailable | None:
    schema = current_migration(connection)
    if schema == head():
        return None if is_current(connection) else Unavailable("other-release")
    if fault := schema_obstacle(connection):
        return Unavailable(fault.code, **fault.values)
    return Unavailable("old-schema", schema=schema, head=head()) if schema else Unavailable("no-schema", head=head())


def database_fault(db: Database) -> Unavailable | None:
    """Readiness check: why a database cannot be served, as Unavailable (503), not raised; None if it can."""
    if fault := schema_fault(db):
        return fault
    try:
        with db.reading(timeouts=1) as connection:
            if not _newest(connection):
                return Unavailable("nothing-published")
        return Unavailable("replica-of-another-database") if db.contradicts_primary() else None
    except DBAPIError as error:
        return _unreadable(db, error)
    except Unavailable as error:
        return error


def newest_revision(db: Database) -> int:
    """Number of the newest revision; 0 if there is none, or if the database cannot be read."""
    try:
        with db.reading(timeouts=1) as connection:
            return _newest(connection) or 0
    except (DBAPIError, Unavailable):
        return 0


def _unreadable(db: Database, error: DBAPIError) -> Unavailable:
    return db.obstacle(error) or Unavailable("database-unreadable", reason=reason_of(error))


def _newest(connection: Connection) -> int | None:
    return connection.execute(select(func.max(REVISIONS.c.number))).scalar()


def is_current(connection: Connection) -> bool:
    """Whether all derived data is of this release. Raises DBAPIError if the schema lacks the table that says so."""
    return connection.execute(select(DERIVED_DATA).where(DERIVED_DATA.c.release != __version__)).first() is None
