"""Command line interface `dossier`: serve, migrate, publish, release, verify, check citations, print the schema.

Exit codes: 0 done, 1 refused or failed, with one line on stderr for each fault, 2 wrong command line, or a text that
`check-citations` cannot read.
"""

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.errors import CodedError, Unavailable
from app.messages import line, message, sentence
from app.messages.terminal import printable
from app.paths import packaged
from app.settings import Settings, SettingsError, load_settings, unknown_variables

if TYPE_CHECKING:
    from app.publishing.faults import RecordFault
    from app.store.engines.base import Database

cli = typer.Typer(
    name="dossier",
    help="Canada's relations with North Korea as data: an independent read API, not a Government of Canada service.",
    epilog="Settings are DOSSIER_* environment variables; docs/operate.md lists them.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line. Every expected failure ends it with exit code 1 and one line on stderr for each fault."""
    cli()


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"dossier {__version__}")
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the command itself."""


def _fail(*lines: str) -> NoReturn:
    for text in lines:
        _say(text)
    raise typer.Exit(1)


def _say(text: str) -> None:
    typer.echo(f"dossier: {printable(text)}", err=True)


def _print(lines: Iterable[str]) -> None:
    for text in lines:
        typer.echo(printable(text))


@contextlib.contextmanager
def _failures() -> Iterator[Settings]:
    """The settings for a command, and its failures reported in one line each."""
    from app.publishing.faults import PublicationError
    from app.store.schema_version import MigrationError

    for fault in unknown_variables(os.environ):
        _say(line(fault))
    try:
        settings = load_settings()
    except SettingsError as error:
        _fail(*map(line, error.faults))
    try:
        yield settings
    except (SettingsError, PublicationError) as error:
        _fail(*map(line, error.faults))
    except (MigrationError, Unavailable) as error:
        _fail(_named(settings, error))
    except CodedError as error:
        _fail(message(error))
    except DBAPIError as error:
        _fail(_named(settings, Unavailable("unusable-database", reason=str(error.orig).splitlines()[0])))
    except MemoryError:
        _fail(sentence("out-of-memory"))
    except OSError as error:
        _fail(sentence("file-failed", {"file": error.filename or "file", "reason": error.strerror or str(error)}))


def _named(settings: Settings, fault: CodedError) -> str:
    """What is wrong with a database, and which one it is, without its password."""
    address = make_url(settings.database_url).render_as_string()
    return sentence("which-database", {"fault": fault, "address": address})


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of server processes.")] = 1,
) -> None:
    """Serve the API. If there is no database, create one and fill it with the packaged revisions first.

    If the database is corrupt, locked or not migrated, one line says so and requests get 503 until it is repaired.
    """
    from app.serving.listening import listening_fault, web_address
    from app.store import readiness
    from app.store.database import open_database

    with _failures() as settings:
        if fault := listening_fault(host, port):
            _fail(line(fault))
        database = open_database(settings)
        if readiness.is_new(database):
            from app.publishing import bootstrap
            from app.resources.registry import COLLECTIONS

            bootstrap.bootstrap(database, COLLECTIONS)
        unfit = readiness.database_fault(database)
    if warning := database.warning():
        _say(message(warning))
    if unfit:
        _say(_named(settings, unfit))
    _say(sentence("serving", {"address": web_address(host, port)}))
    _run_server(host, port, workers)


def _run_server(host: str, port: int, workers: int) -> None:
    import uvicorn

    from app.serving.protocol import PROTOCOL

    uvicorn.run(
        "app.main:create_app",
        factory=True,
        host=host,
        port=port,
        workers=workers,
        http=PROTOCOL,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=30,  # seconds; a client that does not read its download would delay the end for ever
    )


@cli.command()
def migrate() -> None:
    """Migrate the database to this release: its schema, then the packaged revisions that it lacks.

    If the database has published revisions of its own, it gets the packaged changes as one more revision. Records that
    it changed itself stay as they are.
    """
    from app.publishing import bootstrap
    from app.resources.registry import COLLECTIONS
    from app.store.database import open_database

    with _failures() as settings:
        numbers = bootstrap.bootstrap(open_database(settings), COLLECTIONS)
    typer.echo(sentence("schema-up-to-date", {"revisions": numbers or None}))


@cli.command()
def publish(
    folder: Annotated[Path | None, typer.Argument(help="Folder of seed files; default: those of the package.")] = None,
    author: Annotated[
        str | None, typer.Option(help="Who publishes: the revision shows this name permanently. Required.")
    ] = None,
    note: Annotated[str | None, typer.Option(help="What the change is about, in English. Required.")] = None,
    note_fr: Annotated[str | None, typer.Option(help="The note in French; default: the English note.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be added, changed and withdrawn, and write nothing.")
    ] = False,
) -> None:
    """Publish the changes in seed files as the next revision: all of it, or nothing if one record has a fault.

    A text that changes in one language only is published, with a warning.
    """
    from app.publishing import preview, seed_files
    from app.publishing import publish as publishing
    from app.resources.registry import COLLECTIONS

    who, what = ("", "") if dry_run else (_required("author", author), _required("note", note))
    with _failures() as settings:
        database = _migrated(settings)
        files = seed_files.read_folder(folder or packaged("seed"), COLLECTIONS, settings.seed_max_bytes)
        if dry_run:
            changes = publishing.dry_run(database, COLLECTIONS, files)
            _warn(preview.warnings(changes))
            _print(preview.lines(COLLECTIONS, changes))
            return
        words = {"en": what, "fr": note_fr or what}
        revision = publishing.publish(database, COLLECTIONS, files, who, words)
        if revision:
            with database.reading() as connection:
                _warn(preview.warnings(preview.replacements(connection, COLLECTIONS, revision.number)))
    typer.echo(sentence("revision-published", revision.model_dump()) if revision else sentence("nothing-differs"))


def _warn(faults: Iterable["RecordFault"]) -> None:
    for fault in faults:
        _say(line(fault))


def _required(name: str, value: str | None) -> str:
    if value is None:
        raise typer.BadParameter(sentence("required-option"), param_hint=f"'--{name}'")
    return value


@cli.command()
def release(
    folder: Annotated[Path | None, typer.Option(help="Folder to write to; default: seed/revisions.")] = None,
) -> None:
    """Write a packaged file for each revision that has none, and their digests. New databases replay these files."""
    from app.publishing import replay
    from app.resources.registry import COLLECTIONS

    with _failures() as settings:
        target = folder or packaged("seed") / "revisions"
        files = replay.release(_migrated(settings), COLLECTIONS, target)
    _print([sentence("file-written", {"file": file}) for file in files] or [sentence("nothing-to-write")])


@cli.command()
def verify() -> None:
    """Verify the database: recompute each revision's digest and derived data, and name the first that differs."""
    from app.publishing import verify as verifying
    from app.resources.registry import COLLECTIONS

    with _failures() as settings, _migrated(settings).reading() as connection:
        revisions = verifying.verify(connection, COLLECTIONS)
    if not revisions:
        _fail(sentence("nothing-to-verify"))
    typer.echo(sentence("log-verified", {"count": len(revisions), "digest": revisions[-1].digest}))


@cli.command()
def check_citations(
    text: Annotated[
        list[str] | None,
        typer.Option(
            help="SOURCE=FILE: the text of a source, plain or HTML; repeat for more. Default: fetch all sources."
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Check the seed files of a folder, not the database.")] = None,
) -> None:
    """Check that every cited passage occurs in its source exactly once, and in the section that the citation names.

    Reads the current records of the database or, if there is none, the packaged seed files. The exit code is 1 if a
    citation is wrong, and 2 if none is but the text of a source cannot be read.
    """
    from app.publishing import check_citations as checking

    with _failures() as settings:
        try:
            report = checking.run(settings, dict(map(checking.assignment, text or [])), folder)
        except checking.UnreadableText as error:
            _warn(error.faults)
            raise typer.Exit(2) from None
    _print(report.lines())
    if report.faults or report.unread:
        raise typer.Exit(1 if report.faults else 2)


@cli.command()
def openapi(
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as a Markdown page instead of JSON.")] = False,
) -> None:
    """Print the OpenAPI document that is served at /openapi.json."""
    import json

    from app.api.openapi import packaged_document
    from app.api.openapi_markdown import markdown as as_markdown

    with _failures() as settings:
        document = packaged_document(settings)
    typer.echo(as_markdown(document).rstrip() if markdown else json.dumps(document, ensure_ascii=False, indent=2))


def _migrated(settings: Settings) -> "Database":
    """The database. Raises typer.Exit if its schema is not that of this release."""
    from app.store import readiness
    from app.store.database import open_database

    database = open_database(settings)
    if fault := readiness.schema_fault(database):
        _fail(_named(settings, fault))
    return database
