"""Command `serve`."""

from typing import Annotated

import typer

from app.cli.reporting import fail, failures, named, say
from app.errors import Fault
from app.messages import line, message, sentence
from app.settings import Settings


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
    from app.store import readiness
    from app.store.database import open_database

    with failures() as settings:
        if fault := listening_fault(host, port) or _metrics_fault(settings, port):
            fail(line(fault))
        database = open_database(settings)
        if readiness.is_new(database):
            from app.publishing import bootstrap
            from app.resources.registry import COLLECTIONS

            bootstrap.bootstrap(database, COLLECTIONS)
        unfit = readiness.database_fault(database)
        database.close()  # each server process opens it again
    if warning := database.warning():
        say(message(warning))
    if unfit:
        say(named(settings, unfit))
    say(sentence("serving", {"address": web_address(host, port)}))
    run(host, port, workers)


def _metrics_fault(settings: Settings, port: int) -> Fault | None:
    """Why the metrics cannot be served where the settings say; None if they can, or if there are none."""
    from app.serving.listening import listening_fault

    if settings.metrics_address is None:
        return None
    if settings.metrics_address[1] == port:  # a server with one worker would find its own port taken
        return Fault("DOSSIER_METRICS", "port-of-the-service", {"port": port})
    return listening_fault(*settings.metrics_address)
