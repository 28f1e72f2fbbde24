"""Commands on revisions: `migrate`, `publish`, `release`, `verify`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.parameters import AcceptClock, FrenchNote
from app.cli.reporting import fail, failures, migrated, opened, say, show, show_revision, warn
from app.messages import line, sentence
from app.paths import packaged


def migrate(
    accept_clock: AcceptClock = False,
    schema_only: Annotated[
        bool,
        typer.Option("--schema-only", help="Leave the packaged revisions out, for a database of your own imports."),
    ] = False,
) -> None:
    """Migrate the database to this release: its schema, then the packaged revisions that it lacks.

    If the database has published revisions of its own, it gets the packaged changes as one more revision. Records that
    it changed itself stay as they are.
    """
    from app.publishing import bootstrap
    from app.resources.registry import COLLECTIONS

    with failures() as settings, opened(settings) as database:
        if schema_only:
            bootstrap.upgrade(database, COLLECTIONS)
            typer.echo(sentence("schema-alone-up-to-date"))
            return
        numbers = bootstrap.bootstrap(database, COLLECTIONS, accept_clock=accept_clock)
    typer.echo(sentence("schema-up-to-date", {"revisions": numbers or None}))


def publish(
    folder: Annotated[Path | None, typer.Argument(help="Folder of seed files; default: those of the package.")] = None,
    author: Annotated[
        str | None, typer.Option(help="Who publishes: the revision shows this name permanently. Required.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What the change is about, in English. Required.")] = None,
    note_fr: FrenchNote = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be added, changed and withdrawn, and write nothing.")
    ] = False,
    accept_clock: AcceptClock = False,
) -> None:
    """Publish the changes in seed files as the next revision: all of it, or nothing if one record has a fault.

    A text that changes in one language only is published, with a warning.
    """
    from app.publishing import preview, seed_files
    from app.publishing import publish as publishing
    from app.resources.registry import COLLECTIONS

    who, what = ("", "") if dry_run else (_required("author", author), _required("note", note))
    with failures() as settings, migrated(settings) as database:
        files = seed_files.read_folder(folder or packaged("seed"), COLLECTIONS, settings.seed_max_bytes)
        lenient = publishing.Lenient.CLOCK if accept_clock else publishing.Lenient.NONE
        if dry_run:
            changes = publishing.dry_run(database, COLLECTIONS, files, lenient)
            warn(preview.warnings(changes))
            show(preview.lines(COLLECTIONS, changes))
            return
        words = {"en": what, "fr": note_fr or what}
        revision = publishing.publish(database, COLLECTIONS, files, who, words, lenient=lenient)
        if revision:
            with database.reading() as connection:
                warn(preview.time_warnings(connection, revision.number))
                warn(preview.warnings(preview.replacements(connection, COLLECTIONS, revision.number)))
    show_revision(revision)


def _required(name: str, value: str | None) -> str:
    if value is None:
        raise typer.BadParameter(sentence("required-option"), param_hint=f"'--{name}'")
    return value


def release(
    folder: Annotated[Path | None, typer.Option(help="Folder to write to; default: seed/revisions.")] = None,
) -> None:
    """Write a packaged file for each revision that has none, and their digests. New databases replay these files."""
    from app.publishing import replay
    from app.resources.registry import COLLECTIONS

    with failures() as settings, migrated(settings) as database:
        files = replay.release(database, COLLECTIONS, folder or packaged("seed") / "revisions")
    show([sentence("file-written", {"file": file}) for file in files] or [sentence("nothing-to-write")])


def verify() -> None:
    """Verify the database: its files, its schema, and each revision's digest and derived data, computed again.

    Everything that is wrong with files and schema is named, and the first revision that does not match. On PostgreSQL,
    the schema is not compared for a user who may not create one, nor on a replica.
    """
    from app.publishing import verify as verifying
    from app.resources.registry import COLLECTIONS

    with failures() as settings, migrated(settings) as database:
        try:
            revisions = verifying.verify_database(database, COLLECTIONS, lambda fault: say(line(fault)))
        except verifying.DamagedDatabase as error:
            fail(*map(line, error.faults))
    if not revisions:
        fail(sentence("nothing-to-verify"))
    typer.echo(sentence("log-verified", {"count": len(revisions), "digest": revisions[-1].digest}))
