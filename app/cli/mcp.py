"""Command `mcp`."""

from app.cli.reporting import fail, failures, named, say
from app.cli.server import filled_database
from app.messages import message, sentence


def mcp() -> None:
    """Answer an assistant over stdin and stdout (MCP) from the data of this service, until it closes stdin.

    Needs the extra `mcp`. If there is no database, one is created and filled with the packaged revisions first.
    """
    with failures(serving=True) as settings:
        try:
            from app.mcp_server.server import run
        except ModuleNotFoundError as error:
            if (error.name or "app").partition(".")[0] == "app":
                raise
            fail(sentence("mcp-not-installed"))
        with filled_database(settings) as (database, unfit):
            if warning := database.warning():
                say(message(warning))
            if unfit:
                fail(named(settings, unfit))
            run(database, settings)
