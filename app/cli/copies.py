"""Command `copy`."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from app.cli.reporting import failures, failures_of, migrated, opened, progress_bar, show
from app.messages import sentence
from app.settings import Settings, SettingsError, with_database

_URL = "sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE; a password is better in PGPASSWORD or ~/.pgpass."


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

    with failures() as settings, progress_bar() as progress:
        from_settings = _settings_of("FROM", settings, source)
        to_settings = _settings_of("TO", settings, target)
        with (
            _failures_of_source(from_settings),
            migrated(from_settings) as filled,
            failures_of(to_settings),
            opened(to_settings) as empty,
        ):
            revisions = copy_database(filled, empty, COLLECTIONS, progress)
    numbers = [one.number for one in revisions]
    show([sentence("database-copied", {"revisions": numbers or None})])


@contextlib.contextmanager
def _failures_of_source(settings: Settings) -> Iterator[None]:
    """Failures of the database that is copied, reported with its address."""
    from app.publishing.copy_database import SourceFailed

    with failures_of(settings):
        try:
            yield
        except SourceFailed as failed:
            raise failed.error from None


def _settings_of(argument: str, settings: Settings, url: str) -> Settings:
    """Settings for the database of an argument. Raises SettingsError, which names the argument, not a variable."""
    try:
        made = with_database(settings, url)
        with opened(made):  # the engine looks at the URL; nothing connects yet
            return made
    except SettingsError as error:
        raise SettingsError(*(replace(fault, parameter=argument) for fault in error.faults)) from error
