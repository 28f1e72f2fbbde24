"""The command `dossier`: serve, migrate, publish, release, verify, check citations, print the schema.

Exit codes: 0 done, 1 refused or failed with one clear line for each fault, 2 a wrong command line.
"""

import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.paths import packaged
from app.settings import Settings, SettingsError, load_settings

if TYPE_CHECKING:
    from app.store.engines.sqlite import Database

cli = typer.Typer(
    name="dossier",
    help="Canada's relations with North Korea as data: an independent read API, not a Government of Canada service.",
    epilog="Settings are DOSSIER_* environment variables; docs/operate.md lists them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def main() -> None:
    """Run the command line. Every expected failure raises typer.Exit(1) after one line on stderr."""
    cli()


def _fail(*lines: str) -> NoReturn:
    for line in lines:
        typer.echo(f"dossier: {line}", err=True)
    raise typer.Exit(1)


@contextlib.contextmanager
def _failures() -> Iterator[Settings]:
    """The settings for a command, and its failures told in one line each."""
    from alembic.util import CommandError

    from app.publishing.publish import PublicationError
    from app.publishing.verify import Mismatch

    try:
        settings = load_settings()
    except SettingsError as error:
        _fail(str(error))
    try:
        yield settings
    except PublicationError as error:
        _fail(*error.faults)
    except (SettingsError, Mismatch) as error:
        _fail(str(error))
    except DBAPIError as error:
        _fail(_named(settings, f"The database cannot be used: {str(error.orig).splitlines()[0]}."))
    except CommandError as error:
        _fail(_named(settings, f"The schema cannot be brought up to date: {error}."))
    except OSError as error:
        _fail(f"{error.filename or 'file'}: {error.strerror or error}")


def _named(settings: Settings, fault: str) -> str:
    """What is wrong with a database, and which one it is."""
    return f"{fault} It is {make_url(settings.database_url).render_as_string()}."  # without the password


@cli.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that answer.")] = 1,
) -> None:
    """Serve the API. A new database is made and filled with the packaged revisions first.

    One that cannot be served (corrupt, locked, not migrated) is named in a line; requests get 503 until it is mended.
    """
    import uvicorn

    from app.publishing import bootstrap
    from app.resources.registry import COLLECTIONS
    from app.serving.protocol import PROTOCOL
    from app.store import readiness
    from app.store.engines import sqlite as db

    with _failures() as settings:
        _check_port(host, port)
        database = db.Database(settings)
        if readiness.is_new(database):
            bootstrap.bootstrap(database, COLLECTIONS)
        fault = readiness.database_fault(database)
    for line in (db.driver_warning(), fault and _named(settings, fault)):
        if line:
            typer.echo(f"dossier: {line}", err=True)
    typer.echo(f"dossier: serving on http://{host}:{port}, documentation at /docs; Ctrl-C ends", err=True)
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
        timeout_graceful_shutdown=30,  # seconds; a client that takes nothing of its download would hold it for ever
    )


def _check_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        _fail(f"cannot listen on {host} port {port}: {error.strerror or error}")


@cli.command()
def migrate() -> None:
    """Bring the database up to this release: its schema, then the packaged revisions that it lacks.

    A database that has published revisions of its own gets the packaged state as one more revision.
    """
    from app.publishing import bootstrap
    from app.resources.registry import COLLECTIONS
    from app.store.engines.sqlite import Database

    with _failures() as settings:
        numbers = bootstrap.bootstrap(Database(settings), COLLECTIONS)
    written = f"revisions written: {', '.join(map(str, numbers))}" if numbers else "no revision was missing"
    typer.echo(f"The schema is up to date; {written}.")


@cli.command()
def publish(
    folder: Annotated[Path | None, typer.Argument(help="Folder of seed files; default: those of the package.")] = None,
    author: Annotated[str, typer.Option(help="Who publishes; stands in the revision for ever.")] = ...,  # type: ignore[assignment]  # required
    note: Annotated[str, typer.Option(help="What the change is about, in English.")] = ...,  # type: ignore[assignment]  # required
    note_fr: Annotated[str | None, typer.Option(help="The same in French; default: the English words.")] = None,
) -> None:
    """Publish what seed files change as the next revision: all of it, or nothing where one record is faulty."""
    from app.publishing import publish as door
    from app.publishing import seed_files as seedfiles
    from app.resources.registry import COLLECTIONS

    with _failures() as settings:
        database = _migrated(settings)
        files = seedfiles.read_folder(folder or packaged("seed"), COLLECTIONS)
        revision = door.publish(database, COLLECTIONS, files, author, {"en": note, "fr": note_fr or note})
    if revision is None:
        typer.echo("Nothing differs from what is published: no revision was made.")
    else:
        counts = f"{revision.added} added, {revision.changed} changed, {revision.withdrawn} withdrawn"
        typer.echo(f"Revision {revision.number}: {counts}; digest {revision.digest}.")


@cli.command()
def release(
    folder: Annotated[Path | None, typer.Option(help="Where to; default: seed/revisions of the package.")] = None,
) -> None:
    """Write each revision that has no packaged file yet as one: what empty databases replay."""
    from app.publishing import replay
    from app.resources.registry import COLLECTIONS

    with _failures() as settings:
        target = folder or packaged("seed") / "revisions"
        files = replay.release(_migrated(settings), COLLECTIONS, target)
    typer.echo("\n".join(f"Written: {file}" for file in files) or "Every revision has its file already.")


@cli.command()
def verify() -> None:
    """Recompute every revision, its digest and all that is derived from its records; name the first that differs."""
    from app.publishing import verify as checks
    from app.resources.registry import COLLECTIONS

    with _failures() as settings, _migrated(settings).reading() as connection:
        revisions = checks.verify(connection, COLLECTIONS)
    if not revisions:
        _fail("nothing has been published in this database")
    typer.echo(f"{len(revisions)} revisions match; the newest has digest {revisions[-1].digest}.")


@cli.command()
def check_citations(
    text: Annotated[
        list[str] | None,
        typer.Option(
            help="SOURCE=FILE: the text of a source, plain or HTML; repeat for more. Default: fetch each address."
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Check the seed files of a folder, not the database.")] = None,
) -> None:
    """Check that every cited passage stands in its source, once and where the citation says.

    Reads the current records of the database; where there is none, the packaged seed files.
    """
    from app.publishing import check_citations as citecheck

    with _failures() as settings:
        report = citecheck.run(settings, dict(citecheck.assignment(item) for item in text or []), folder)
    for line in report.lines():
        typer.echo(line)
    if report.faults:
        raise typer.Exit(1)


@cli.command()
def openapi(
    markdown: Annotated[bool, typer.Option("--markdown", help="As a page to read, not as JSON.")] = False,
) -> None:
    """Print the OpenAPI schema."""
    from app.api import openapi as docs
    from app.api import openapi_markdown as reference
    from app.main import api

    with _failures() as settings:
        app = api(settings)
    typer.echo(reference.markdown(app.openapi()) if markdown else docs.schema_json(app), nl=False)


def _migrated(settings: Settings) -> "Database":
    """The database, if its schema is this release's. Raises typer.Exit otherwise: no command half-works on another."""
    from app.store import readiness
    from app.store.engines.sqlite import Database

    database = Database(settings)
    if fault := readiness.schema_fault(database):
        _fail(_named(settings, fault))
    return database
