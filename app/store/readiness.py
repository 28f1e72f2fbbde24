"""Readiness check: whether a database can be served, and why not."""

from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.errors import Unavailable
from app.store import migrate
from app.store.engines.sqlite import Database
from app.store.tables import DERIVED_DATA, REVISIONS


def is_new(db: Database) -> bool:
    """Whether a database has no data yet: the file is missing or empty, or migrated and without a revision.

    False for one that another program made, and for one that cannot be read.
    """
    if not db.path.exists() or db.path.stat().st_size == 0:
        return True
    try:
        with db.reading() as connection:
            stands = migrate.stands_at(connection)
            if stands is None:
                return not inspect(connection).get_table_names()
            return stands == migrate.head() and not _newest(connection)
    except DBAPIError:
        return False


def schema_fault(db: Database) -> Unavailable | None:
    """Schema check: why commands cannot use a database, as Unavailable (503), not raised; None if they can."""
    if not db.path.exists():
        return Unavailable("database-missing")
    try:
        with db.reading() as connection:
            stands, head = migrate.stands_at(connection), migrate.head()
            if stands == head:
                return None if is_current(connection) else Unavailable("other-release")
    except DBAPIError as error:
        return _unreadable(error)
    if stands and not migrate.knows(stands):
        return Unavailable("unknown-schema", schema=stands)
    return Unavailable("old-schema", schema=stands, head=head) if stands else Unavailable("no-schema", head=head)


def database_fault(db: Database) -> Unavailable | None:
    """Readiness check: why a database cannot be served, as Unavailable (503), not raised; None if it can."""
    if fault := schema_fault(db):
        return fault
    try:
        with db.reading() as connection:
            return None if _newest(connection) else Unavailable("nothing-published")
    except DBAPIError as error:
        return _unreadable(error)


def _unreadable(error: DBAPIError) -> Unavailable:
    return Unavailable("database-unreadable", reason=str(error.orig).splitlines()[0])


def _newest(connection: Connection) -> int | None:
    return connection.execute(select(func.max(REVISIONS.c.number))).scalar()


def is_current(connection: Connection) -> bool:
    """Whether all derived data is of this release. Raises DBAPIError if the schema lacks the table that says so."""
    return connection.execute(select(DERIVED_DATA).where(DERIVED_DATA.c.release != __version__)).first() is None
