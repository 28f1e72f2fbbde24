"""Command line interface `dossier`: serve, migrate, back up, publish, check.

Exit codes: 0 done, 1 refused or failed, with one line on stderr for each fault, 2 wrong command line, or a text that
`check-citations` cannot read. Each module has one command or a few of one subject, and imports what a command needs
when it runs, so that `--help` is quick.
"""

import sys
from typing import Annotated

import typer

from app import __version__
from app.cli.backups import backup, restore
from app.cli.citations import check_citations
from app.cli.copies import copy
from app.cli.imports import import_
from app.cli.mcp import mcp
from app.cli.reporting import drop_stdout, fail, open_missing_streams, say
from app.cli.revisions import migrate, publish, release, verify
from app.cli.schema import openapi
from app.cli.server import serve
from app.messages import line, sentence
from app.serving.memory_limit import memory_fault

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
    open_missing_streams()
    try:
        cli()
    except (MemoryError, SystemError) as error:  # what a command imports may be too much already
        if isinstance(error, SystemError) and "exception" not in str(error):
            raise  # else it says that there was not even memory for an exception
        say(sentence("out-of-memory"))
        sys.exit(1)
    except OSError as error:  # of stdout, on a full disk; other files are reported by the commands
        say(sentence("file-failed", {"file": error.filename or "stdout", "reason": error.strerror or str(error)}))
        drop_stdout()
        sys.exit(1)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"dossier {__version__}")
        raise typer.Exit


@cli.callback()
def options(
    version: Annotated[  # noqa: ARG001 - its callback reads it
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of the command itself. With too little memory it ends here, before a command imports its libraries."""
    if fault := memory_fault():
        fail(line(fault))


_COMMANDS = (
    serve,
    migrate,
    verify,
    backup,
    restore,
    copy,
    publish,
    release,
    import_,
    check_citations,
    openapi,
    mcp,
)  # in this order in help
for _command in _COMMANDS:
    cli.command(_command.__name__.rstrip("_").replace("_", "-"))(_command)
