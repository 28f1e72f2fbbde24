"""Schema check: comparison of a database's tables, indexes, views and triggers with those that the migrations make."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from app.errors import Fault
from app.store import migrate
from app.store.engines.base import Database
from app.store.schema_version import head
from app.store.search.base import INDEX
from app.store.search.engines import index_of


def schema_faults(db: Database, connection: Connection) -> Iterator[Fault]:
    """Differences from the schema of an empty database that the migrations make.

    It takes 0.5 seconds. A list of what a release has would have to be kept by hand. Raises DBAPIError, OSError.
    """
    found, wanted = db.schema(connection), _migrated_schema(db)
    for kind, name in sorted(wanted.keys() - found.keys()):
        yield Fault("", "schema-lacks", {"kind": kind, "name": name})
    for kind, name in sorted(found.keys() - wanted.keys()):
        yield Fault("", "schema-foreign", {"kind": kind, "name": name})
    for kind, name in sorted(found.keys() & wanted.keys()):
        if found[kind, name] != wanted[kind, name]:
            yield Fault("", "schema-differs", {"kind": kind, "name": name})


_schemas: dict[type[Database], dict[tuple[str, str], str]] = {}  # by engine, for as long as the process lives


def _migrated_schema(db: Database) -> dict[tuple[str, str], str]:
    if type(db) not in _schemas:
        with db.scratch() as fresh:
            migrate.upgrade(fresh)
            with fresh.reading() as connection:
                _schemas[type(db)] = fresh.schema(connection)
    return _schemas[type(db)]


def setting_faults(connection: Connection) -> Iterator[Fault]:
    """Tables with settings of the database whose rows are not those that this release makes. Raises DBAPIError."""
    if connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() != [head()]:
        yield Fault("", "other-rows", {"table": "alembic_version"})
    if index_of(connection).has_foreign_settings(connection):
        yield Fault("", "other-rows", {"table": f"{INDEX}_config"})
