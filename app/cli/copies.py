"""Command `copy`."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from app.cli.reporting import fail, failures, failures_of, named, progress_bar, show
from app.messages import sentence
from app.settings import SettingsError, with_database

_URL = "sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE; a password is better in PGPASSWORD or ~/.pgpass."


@contextlib.contextmanager
def _named_argument(name: str) -> Iterator[None]:
    """Faults of a URL with the name of the argument in place of that of the environment variable."""
    try:
        yield
    except SettingsError as error:
        raise SettingsError(*(replace(fault, parameter=name) for fault in error.faults)) from error


def copy(
    source: Annotated[str, typer.Argument(metavar="FROM", help=f"URL of the database to copy: {_URL}")],
    target: Annotated[
        str, typer.Argument(metavar="TO", help="URL of the database to fill: empty, or an earlier copy.")
    ],
) -> None:
    """Copy a database into another one, on the same engine or another: SQLite to PostgreSQL, or back.

    Every revision is published there again, with the same digests. Copies that were interrupted go on where they
    stopped. Nobody may publish to the target meanwhile.
    """
    from app.publishing.copy_database import copy_database
    from app.resources.registry import COLLECTIONS
    from app.store.database import open_database
    from app.store.readiness import schema_fault

    with failures() as settings, progress_bar() as progress:
        with _named_argument("FROM"):
            from_settings = with_database(settings, source)
            database = open_database(from_settings)
        with _named_argument("TO"):
            to_settings = with_database(settings, target)
            copied = open_database(to_settings)
        if fault := schema_fault(database):
            fail(named(from_settings, fault))
        with failures_of(to_settings):
            revisions = copy_database(database, copied, COLLECTIONS, progress)
    numbers = [one.number for one in revisions]
    show([sentence("database-copied", {"revisions": numbers or None})])
