"""Schema check: comparison of a database's tables, indexes, views and triggers with those that the migrations make."""

import functools
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, text

from app.errors import Fault
from app.settings import Settings
from app.store import migrate
from app.store.database import open_database
from app.store.engines.base import Database
from app.store.schema_version import head
from app.store.search.sqlite import INDEX

_SETTINGS = {"version", "hashsize"}  # of the full-text index: one that FTS5 makes, one that a publication makes


def schema_faults(db: Database, connection: Connection) -> Iterator[Fault]:
    """Differences from the schema of a database that the migrations make, in a temporary folder.

    It takes 0.5 seconds. A list of what a release has would have to be kept by hand. Raises DBAPIError, OSError.
    """
    found, wanted = db.schema(connection), _migrated_schema()
    for kind, name in sorted(wanted.keys() - found.keys()):
        yield Fault("", "schema-lacks", {"kind": kind, "name": name})
    for kind, name in sorted(found.keys() - wanted.keys()):
        yield Fault("", "schema-foreign", {"kind": kind, "name": name})
    for kind, name in sorted(found.keys() & wanted.keys()):
        if found[kind, name] != wanted[kind, name]:
            yield Fault("", "schema-differs", {"kind": kind, "name": name})


@functools.cache
def _migrated_schema() -> dict[tuple[str, str], str]:
    with tempfile.TemporaryDirectory() as folder:
        fresh = open_database(Settings(database_url=f"sqlite:///{Path(folder, 'fresh.db')}"))
        try:
            migrate.upgrade(fresh)
            with fresh.reading() as connection:
                return fresh.schema(connection)
        finally:
            fresh.close()


def setting_faults(connection: Connection) -> Iterator[Fault]:
    """Tables with settings of the database whose rows are not those that this release makes. Raises DBAPIError."""
    if connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() != [head()]:
        yield Fault("", "other-rows", {"table": "alembic_version"})
    table = f"{INDEX}_config"
    if not {*connection.execute(text(f"SELECT k FROM {table}")).scalars()} <= _SETTINGS:  # noqa: S608 - a constant
        yield Fault("", "other-rows", {"table": table})
