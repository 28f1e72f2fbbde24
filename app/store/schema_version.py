"""Schema version: which migration a database has, and which ones this release has.

It reads the migration files itself: with Alembic come a template language and 40 lexers, whose import would make each
start of the service 0.2 seconds longer.
"""

import functools
import re

from sqlalchemy import Connection, inspect
from sqlalchemy import text as sql

from app.errors import CodedError
from app.paths import packaged

_NAMES = re.compile(r'^(revision|down_revision) = "([^"]+)"$', re.MULTILINE)


class MigrationError(CodedError):
    """Migration error: a migration failed or was refused; the database has not changed."""


@functools.cache
def head() -> str:
    """Head revision of Alembic: the name (date and slug) of the newest migration, "" if there is none."""
    return next((name for name in _names("revision") if name not in _names("down_revision")), "")


def is_known(name: str) -> bool:
    """Known migration: whether this release has one of that name (date and slug)."""
    return name in _names("revision")


def current_migration(connection: Connection) -> str | None:
    """Current migration: the newest that a database has; None if it has no schema yet. Raises DBAPIError."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    name: str | None = connection.execute(sql("SELECT version_num FROM alembic_version")).scalar()
    return name


def has_own_tables(connection: Connection) -> bool:
    """Whether this service made a database, in any release. Raises DBAPIError."""
    return inspect(connection).has_table("revisions")


def is_foreign(connection: Connection) -> bool:
    """Foreign database: whether another program made it, with Alembic or without. Raises DBAPIError."""
    name = current_migration(connection)
    if (name and is_known(name)) or has_own_tables(connection):
        return False
    # A database that was migrated down to `base` still has Alembic's own table, without a row.
    return name is not None or bool({*inspect(connection).get_table_names()} - {"alembic_version"})


@functools.cache
def _names(kind: str) -> frozenset[str]:
    texts = (file.read_text(encoding="utf-8") for file in (packaged("migrations") / "versions").glob("*.py"))
    return frozenset(name for text in texts for word, name in _NAMES.findall(text) if word == kind)
