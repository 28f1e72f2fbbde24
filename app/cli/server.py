"""Command `serve`."""

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.reporting import fail, failures, named, opened, say
from app.errors import Fault, Unavailable
from app.messages import line, message, sentence
from app.settings import Settings

if TYPE_CHECKING:
    from app.store.engines.base import Database


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Number of server processes.")] = 1,
) -> None:
    """Serve the API. If there is no database, create one and fill it with the packaged revisions first.

    If the database is corrupt, locked or not migrated, one line says so and requests get 503 until it is repaired.
    """
    from app.serving.lifecycle import run
    from app.serving.listening import listening_fault, web_address

    with failures(serving=True) as settings:
        if fault := listening_fault(host, port) or _metrics_fault(settings, port):
            fail(line(fault))
        with filled_database(settings) as (database, unfit):  # each server process opens it again
            warning = database.warning()
    if warning:
        say(message(warning))
    if unfit:
        say(named(settings, unfit))
    say(sentence("serving", {"address": web_address(host, port)}))
    run(host, port, workers)


@contextlib.contextmanager
def filled_database(settings: Settings) -> Iterator[tuple["Database", "Unavailable | None"]]:
    """The database, created and filled with the packaged revisions if it is new; and why it cannot be served."""
    from app.store import readiness

    with opened(settings) as database:
        if readiness.is_new(database):
            from app.publishing import bootstrap
            from app.resources.registry import COLLECTIONS

            bootstrap.bootstrap(database, COLLECTIONS)
        yield database, readiness.database_fault(database)


def _metrics_fault(settings: Settings, port: int) -> Fault | None:
    """Why the metrics cannot be served where the settings say; None if they can, or if there are none."""
    from app.serving.listening import listening_fault

    if settings.metrics_address is None:
        return None
    if settings.metrics_address[1] == port:  # a server with one worker would find its own port taken
        return Fault("DOSSIER_METRICS", "port-of-the-service", {"port": port})
    return listening_fault(*settings.metrics_address)
