"""Command `import`."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.reporting import fail, failures, migrated, show, warn
from app.messages import sentence

if TYPE_CHECKING:
    from app.publishing.fetch import Limits
    from app.publishing.import_input import Input
    from app.publishing.importers.base import Importer, Reading
    from app.store.engines.base import Database


def import_(  # noqa: PLR0913 - each parameter is an option of the command line
    name: Annotated[str | None, typer.Argument(help="Importer; --list names them.")] = None,
    files: Annotated[list[str] | None, typer.Argument(help="Files, or https addresses, of the publisher.")] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the importers, and do nothing else.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would change and what is left out, and write nothing.")
    ] = False,
    note: Annotated[str | None, typer.Option(help="What the import is about, in English; default: its files.")] = None,
    note_fr: Annotated[str | None, typer.Option(help="The note in French; default: the English note.")] = None,
    author: Annotated[str, typer.Option(help="Who publishes: the revision shows this name permanently.")] = "import",
    matches: Annotated[
        Path | None, typer.Option(help="TOML file that says which imported records are published ones.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Import files that have too little, or are older than those imported.")
    ] = False,
    allow_private_addresses: Annotated[
        bool,
        typer.Option("--allow-private-addresses", help="Fetch from addresses that are not public, and over http."),
    ] = False,
    accept_clock: Annotated[
        bool, typer.Option("--accept-clock", help="Date the revision although this machine's clock is far off.")
    ] = False,
) -> None:
    """Import publishers' files as the next revision, or as none if they bring nothing new.

    Prints what is added, changed and left out. What may be the same as a published record is named, never merged.
    """
    from app.publishing import import_decisions, import_input, importing, preview
    from app.publishing.fetch import Limits
    from app.publishing.importers.registry import IMPORTERS
    from app.publishing.publish import Lenient
    from app.resources.registry import COLLECTIONS

    if list_:
        show(f"{one.name}: {one.about}" for one in IMPORTERS.values())
        return
    if not name or not files:
        raise typer.BadParameter(sentence("importer-and-files"))
    if name not in IMPORTERS:
        fail(sentence("unknown-importer", {"name": name, "names": [*IMPORTERS]}))
    importer = IMPORTERS[name]
    with failures() as settings:
        database = migrated(settings)
        limits = Limits(settings.fetch_timeout_seconds, importer.most_bytes, allow_private_addresses)
        again = force or matches is not None  # a decision may change what comes of a file that is the same
        found = _input(database, importer, files, limits, conditional=not again)
        if not found.files:
            show(sentence("not-modified", {"address": file}) for file in files)
            return
        reading = importing.read(importer, found.files, force=force)
        show(_lines(reading))
        decisions = import_decisions.read_decisions(name, matches)
        lenient = Lenient.CLOCK if accept_clock else Lenient.NONE
        what = importing.Import(importer, reading, decisions, force, lenient)
        if dry_run:
            outcome = importing.preview(database, COLLECTIONS, what)
            warn(outcome.warnings)
            show(preview.lines(COLLECTIONS, outcome.changes))
            return
        words = {"en": note, "fr": note_fr or note} if note else importing.default_note(importer, found.files)
        outcome = importing.run(database, COLLECTIONS, what, author, words)
        import_input.keep_validators(database, importer, found)
        warn(outcome.warnings)
        if outcome.revision:
            with database.reading() as connection:
                show(preview.published_lines(connection, COLLECTIONS, outcome.revision.number))
    published = outcome.revision.model_dump() if outcome.revision else None
    typer.echo(sentence("revision-published", published) if published else sentence("nothing-differs"))


def _input(
    database: "Database", importer: "Importer", names: list[str], limits: "Limits", *, conditional: bool
) -> "Input":
    """Files of an import, with a progress bar on a terminal."""
    from app.publishing.import_input import Input, read_input

    found = Input([], {})
    hidden = not sys.stderr.isatty()
    steps = read_input(database, importer, names, limits, conditional=conditional)
    with typer.progressbar(steps, length=len(names), label=importer.name, file=sys.stderr, hidden=hidden) as bar:
        for step in bar:
            found = step
    return found


def _lines(reading: "Reading") -> Iterator[str]:
    """What was read, and what was left out: each row with its reason, rows that nobody looks for counted."""
    counts = [f"{len(records)} {collection}" for collection, records in reading.records.items()]
    counts += [f"{count} {what}" for what, count in reading.totals.items()]
    yield sentence("import-read", {"counts": counts})
    expected = Counter[str]()
    for one in reading.left_out:
        reason = sentence(one.code, one.values)
        if one.expected:
            expected[reason] += 1
        else:
            yield sentence("row-left-out", {"file": one.file, "number": one.line, "row": one.row, "reason": reason})
    for reason, count in expected.items():
        yield sentence("rows-left-out", {"count": count, "reason": reason})
