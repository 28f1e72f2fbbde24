"""Schema migrations (Alembic): running them."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from app.paths import packaged
from app.store.engines.base import Database
from app.store.schema_version import MigrationError, schema_obstacle


def config(folder: Path | None = None) -> Config:
    """Alembic configuration for the migrations in `folder`, by default those of the package; no .ini file is needed."""
    made = Config()
    made.set_main_option("script_location", str(folder or packaged("migrations")).replace("%", "%%"))
    made.set_main_option("path_separator", "os")
    made.set_main_option("file_template", "%%(rev)s")
    return made


def upgrade(db: Database, to: str = "head", then: Callable[[Connection], None] | None = None) -> None:
    """Schema upgrade to a migration. A missing SQLite file is created, in WAL mode.

    `then` changes the data in the same transaction. Raises DBAPIError if the database cannot be written,
    MigrationError if another program or a newer release made it; then nothing has changed.
    """
    with db.migrations.connect() as connection:
        if fault := schema_obstacle(connection):
            raise MigrationError(fault.code, **fault.values)
        connection.rollback()  # SQLite cannot change the journal mode within a transaction
        db.prepare(connection)
    _run(db, command.upgrade, to, then)


def downgrade(db: Database, to: str) -> None:
    """Schema downgrade to a migration, or to nothing (`base`), which deletes the data. Raises DBAPIError."""
    _run(db, command.downgrade, to)


def _run(
    db: Database, action: Callable[[Config, str], None], to: str, then: Callable[[Connection], None] | None = None
) -> None:
    # The state is read and changed in one transaction, so that of two processes starting at once only one migrates.
    with db.migrations.begin() as connection:
        made = config()
        made.attributes["connection"] = connection
        try:
            action(made, to)
        except CommandError as error:
            raise MigrationError("migration-failed", reason=str(error)) from error
        if then:
            then(connection)
        if dangling := db.dangling_rows(connection):
            raise MigrationError("dangling-rows", count=dangling)
