"""Command `import`."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.parameters import AcceptClock, FrenchNote
from app.cli.reporting import fail, failures, migrated, show, show_revision, warn
from app.messages import sentence

if TYPE_CHECKING:
    from app.publishing.fetch import Limits
    from app.publishing.import_input import Input
    from app.publishing.importers.base import Importer, Reading
    from app.publishing.importing import Import
    from app.store.engines.base import Database

_DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would change and what is left out, and write nothing.")
]
_Matches = Annotated[Path | None, typer.Option(help="TOML file that says which imported records are published ones.")]
_Force = Annotated[
    bool, typer.Option("--force", help="Import files that have too little, or are older than those imported.")
]
_AllowPrivate = Annotated[
    bool, typer.Option("--allow-private-addresses", help="Fetch from addresses that are not public, and over http.")
]


def _print_importers(asked: bool) -> None:
    from app.publishing.importers.registry import IMPORTERS

    if asked:
        show(f"{one.name}: {one.about}" for one in IMPORTERS.values())
        raise typer.Exit


_List = Annotated[
    bool,
    typer.Option("--list", callback=_print_importers, is_eager=True, help="List the importers, and do nothing else."),
]


def import_(  # noqa: PLR0913 - each parameter is an option of the command line
    name: Annotated[str, typer.Argument(help="Importer; --list names them.")],
    files: Annotated[list[str], typer.Argument(help="Files, or https addresses, of the publisher.")],
    list_: _List = False,  # noqa: ARG001 - its callback reads it
    dry_run: _DryRun = False,
    note: Annotated[str | None, typer.Option(help="What the import is about, in English; default: its files.")] = None,
    note_fr: FrenchNote = None,
    author: Annotated[str, typer.Option(help="Who publishes: the revision shows this name permanently.")] = "import",
    matches: _Matches = None,
    force: _Force = False,
    allow_private_addresses: _AllowPrivate = False,
    accept_clock: AcceptClock = False,
) -> None:
    """Import publishers' files as the next revision, or as none if they bring nothing new.

    Prints what is added, changed and left out. What may be the same as a published record is named, never merged.
    """
    from app.publishing import import_input, importing
    from app.publishing.fetch import Limits
    from app.publishing.import_decisions import read_decisions
    from app.publishing.publish import Lenient

    importer = _importer(name)
    with failures() as settings, migrated(settings) as database:
        whole = force or matches is not None  # a decision may change what comes of a file that is the same
        limits = Limits(settings.fetch_timeout_seconds, importer.most_bytes, allow_private_addresses)
        found = _input(database, importer, files, limits, conditional=not whole)
        if not found.files:
            show(sentence("not-modified", {"address": file}) for file in files)
            return
        reading = importing.read(importer, found.files, force=force)
        show(_lines(reading))
        lenient = Lenient.CLOCK if accept_clock else Lenient.NONE
        what = importing.Import(importer, reading, read_decisions(name, matches), force, lenient)
        if dry_run:
            _preview(database, what)
            return
        _publish(database, what, author, _note(importer, found, note, note_fr))
        import_input.keep_validators(database, importer, found)


def _importer(name: str) -> "Importer":
    from app.publishing.importers.registry import IMPORTERS

    if name not in IMPORTERS:
        fail(sentence("unknown-importer", {"name": name, "names": [*IMPORTERS]}))
    return IMPORTERS[name]


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


def _note(importer: "Importer", found: "Input", note: str | None, note_fr: str | None) -> Mapping[str, str]:
    from app.publishing.importing import default_note

    return {"en": note, "fr": note_fr or note} if note else default_note(importer, found.files)


def _preview(database: "Database", what: "Import") -> None:
    """Print what an import would change."""
    from app.publishing import importing, preview
    from app.resources.registry import COLLECTIONS

    outcome = importing.preview(database, COLLECTIONS, what)
    warn(outcome.warnings)
    show(preview.lines(COLLECTIONS, outcome.changes))


def _publish(database: "Database", what: "Import", author: str, note: Mapping[str, str]) -> None:
    """Publish an import, and print what it changed."""
    from app.publishing import importing, preview
    from app.resources.registry import COLLECTIONS

    outcome = importing.run(database, COLLECTIONS, what, author, note)
    warn(outcome.warnings)
    if outcome.revision:
        with database.reading() as connection:
            warn(preview.time_warnings(connection, outcome.revision.number))
            show(preview.published_lines(connection, COLLECTIONS, outcome.revision.number))
    show_revision(outcome.revision)


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
