"""Options that several commands have."""

from typing import Annotated

import typer

AcceptClock = Annotated[
    bool,
    typer.Option("--accept-clock", help="Date the revision although this machine's clock is far from the newest one."),
]
FrenchNote = Annotated[str | None, typer.Option(help="The note in French; default: the English note.")]
