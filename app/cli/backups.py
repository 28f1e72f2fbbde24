"""Commands `backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.reporting import failures, opened, progress_bar, show
from app.messages import sentence


def backup(
    file: Annotated[Path, typer.Argument(help="File to write, in a folder that exists.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
) -> None:
    """Back up the database to one file, while it is served and published to.

    The copy is verified before it gets its name: if anything fails, no file is written, and one that is to be replaced
    stays as it was.
    """
    from app.publishing import backup as backups
    from app.resources.registry import COLLECTIONS

    with failures() as settings, opened(settings) as database, progress_bar() as progress:
        revisions = backups.backup(database, COLLECTIONS, file, replace=force, progress=progress)
    show([sentence("backup-written", {"file": file, "count": len(revisions), "digest": revisions[-1].digest})])


def restore(
    file: Annotated[Path, typer.Argument(help="File that `dossier backup` has written.")],
) -> None:
    """Restore the database from a backup, which is verified first.

    The database that was there is kept next to it under a dated name. Servers that run answer from the restored one at
    once. A backup of an older release is migrated.
    """
    from app.publishing import backup as backups
    from app.resources.registry import COLLECTIONS

    with failures() as settings, opened(settings) as database, progress_bar() as progress:
        revisions, kept = backups.restore(database, COLLECTIONS, file, progress)
    values = {"file": file, "count": len(revisions), "digest": revisions[-1].digest}
    show([sentence("backup-restored", values), *([sentence("database-kept", {"file": kept})] if kept else [])])
