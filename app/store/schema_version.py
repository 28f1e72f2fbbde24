"""Schema version: which migration a database has, and which ones this release has.

It reads the migration files itself: with Alembic come a template language and 40 lexers, whose import would make each
start of the service 0.2 seconds longer.
"""

import functools
import re

from sqlalchemy import Connection, inspect
from sqlalchemy import text as sql

from app.errors import CodedError, Fault
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


def schema_obstacle(connection: Connection) -> Fault | None:
    """Why this release can neither serve nor migrate a schema; None if it can. Raises DBAPIError.

    Another program made it, with Alembic or without; a newer release did; or it has lost its version.
    """
    name = current_migration(connection)
    if name and is_known(name):
        return None
    tables = {*inspect(connection).get_table_names()} - {"alembic_version"}  # which stays when `base` is migrated to
    if "revisions" not in tables:
        return Fault("", "foreign-database") if name or tables else None
    return Fault("", "unknown-schema", {"schema": name}) if name else Fault("", "schema-without-version")


@functools.cache
def _names(kind: str) -> frozenset[str]:
    texts = (file.read_text(encoding="utf-8") for file in (packaged("migrations") / "versions").glob("*.py"))
    return frozenset(name for text in texts for word, name in _NAMES.findall(text) if word == kind)
