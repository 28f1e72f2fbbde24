"""What every command does alike: its settings, its database, and its failures in one line each on stderr."""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NoReturn

import typer
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from app.errors import CodedError, Unavailable
from app.messages import line, message, sentence
from app.messages.terminal import printable
from app.settings import Settings, SettingsError, load_settings, unknown_variables

if TYPE_CHECKING:
    from app.publishing.faults import RecordFault
    from app.store.engines.base import Database, Progress
    from app.store.tables import Revision


def fail(*lines: str) -> NoReturn:
    """Raise typer.Exit with code 1, after one line on stderr for each text."""
    for text in lines:
        say(text)
    raise typer.Exit(1)


def say(text: str) -> None:
    """One line on stderr, lost if it cannot be written: a full disk with the log on it stops no server."""
    with contextlib.suppress(OSError):
        typer.echo(f"dossier: {printable(text)}", err=True)


def open_missing_streams() -> None:
    """Standard streams that were closed when this process was started, opened on the null device.

    Otherwise the next files and connections would get their descriptors, and the messages that C code writes to them.
    """
    for descriptor, mode in enumerate("rww"):
        try:
            os.fstat(descriptor)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # the lowest free descriptor, which is this one
        name = ("stdin", "stdout", "stderr")[descriptor]
        if getattr(sys, name) is None:
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - a stream


def drop_stdout() -> None:
    """Send to the null device what is still to be written to stdout, which Python would try once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def show(lines: Iterable[str]) -> None:
    """Lines on stdout."""
    for text in lines:
        typer.echo(printable(text))


def show_revision(revision: "Revision | None") -> None:
    """The revision that a command has published, or that nothing differs, in one line on stdout."""
    text = sentence("revision-published", revision.model_dump()) if revision else sentence("nothing-differs")
    typer.echo(text)


def warn(faults: Iterable["RecordFault"]) -> None:
    """Warnings: one line on stderr for each, and the command goes on."""
    for fault in faults:
        say(line(fault))


@contextlib.contextmanager
def failures(*, serving: bool = False) -> Iterator[Settings]:
    """The settings for a command, and its failures reported in one line each."""
    for fault in unknown_variables(os.environ):
        say(line(fault))
    try:
        settings = load_settings()
    except SettingsError as error:
        fail(*map(line, error.faults))
    # Commands read what they have just written, which a replica may lack. `serving` alone reads from one.
    used = settings if serving else settings.model_copy(update={"read_database_url": None})
    with failures_of(used):
        yield used


@contextlib.contextmanager
def failures_of(settings: Settings) -> Iterator[None]:
    """Failures of what works with the database of some settings, reported in one line each."""
    from app.publishing.faults import PublicationError
    from app.store.schema_version import MigrationError

    try:
        yield
    except (SettingsError, PublicationError) as error:
        fail(*map(line, error.faults))
    except (MigrationError, Unavailable) as error:
        fail(named(settings, error))
    except CodedError as error:
        fail(message(error))
    except DBAPIError as error:
        fail(named(settings, _reason(settings, error)))
    except MemoryError:
        fail(sentence("out-of-memory"))
    except OSError as error:
        fail(sentence("file-failed", {"file": error.filename or "file", "reason": error.strerror or str(error)}))


def _reason(settings: Settings, error: DBAPIError) -> Unavailable:
    from app.store.database import open_database
    from app.store.engines.base import reason_of

    known = open_database(settings).obstacle(error)
    return known or Unavailable("unusable-database", reason=reason_of(error))


@contextlib.contextmanager
def progress_bar() -> Iterator["Progress"]:
    """Progress bar on stderr where that is a terminal; nothing elsewhere."""
    with typer.progressbar(length=100, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:

        def show_done(done: int, all_: int) -> None:
            bar.update(done * 100 // max(all_, 1) - bar.pos)

        yield show_done


def named(settings: Settings, fault: CodedError) -> str:
    """What is wrong with a database, and which one it is, without its password."""
    # Of the query only the hosts: it may have passwords too. Only what serves reads from a replica.
    url = make_url(settings.read_database_url or settings.database_url)
    hosts = {name: value for name, value in url.query.items() if name in ("host", "hostaddr", "port")}
    address = url.set(query=hosts).render_as_string()
    return sentence("which-database", {"fault": fault, "address": address})


@contextlib.contextmanager
def opened(settings: Settings) -> Iterator["Database"]:
    """The database, until the context ends."""
    from app.store.database import open_database

    with contextlib.closing(open_database(settings)) as database:
        yield database


@contextlib.contextmanager
def migrated(settings: Settings) -> Iterator["Database"]:
    """The database, until the context ends. Raises typer.Exit if its schema is not that of this release."""
    from app.store import readiness

    with opened(settings) as database:
        if fault := readiness.schema_fault(database):
            fail(named(settings, fault))
        yield database
