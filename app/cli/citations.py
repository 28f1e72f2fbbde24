"""Command `check-citations`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.reporting import failures, show, warn


def check_citations(
    text: Annotated[
        list[str] | None,
        typer.Option(
            help="SOURCE=FILE: the text of a source, plain or HTML; repeat for more. Default: fetch all sources."
        ),
    ] = None,
    folder: Annotated[Path | None, typer.Option(help="Check the seed files of a folder, not the database.")] = None,
    allow_private_addresses: Annotated[
        bool,
        typer.Option(
            "--allow-private-addresses", help="Fetch from loopback, private and other addresses that are not public."
        ),
    ] = False,
) -> None:
    """Check that every cited passage occurs in its source exactly once, and in the section that the citation names.

    Reads the current records of the database or, if there is none, the packaged seed files. The exit code is 1 if a
    citation is wrong, and 2 if none is but the text of a source cannot be read.
    """
    from app.publishing import check_citations as checking

    with failures() as settings:
        try:
            files = dict(map(checking.assignment, text or []))
            report = checking.run(settings, files, folder, allow_private=allow_private_addresses)
        except checking.UnreadableText as error:
            warn(error.faults)
            raise typer.Exit(2) from None
    show(report.lines())
    if report.faults or report.unread:
        raise typer.Exit(1 if report.faults else 2)
