"""Snapshot: the dataset at one revision, on a connection whose transaction sees no later publication."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Connection, Integer, String, Table, and_, bindparam, func, or_, select

from app import __version__, clock
from app.errors import DossierError, InvalidParameter, Unavailable, UnknownRevision
from app.model.fields import INSTANT
from app.store.checksums import checked_row
from app.store.engines.base import Database
from app.store.result_cache import ResultCache
from app.store.statements import Statement
from app.store.tables import DERIVED_DATA, REVISIONS

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class RevisionRef:
    """Dataset revision: number, time (UTC), digest and number of its records.

    `pinned`: the request names it; `newest`: it is the newest one.
    """

    number: int
    published_at: str
    digest: str
    records: int
    pinned: bool
    newest: bool


@dataclass(frozen=True, slots=True)
class RevisionSelector:
    """Choice of a revision: the number given, else the newest at an instant, else that of a cursor, else the newest.

    `at_least` is a revision that the answer speaks of: the database has to have it, or to be the primary.
    """

    revision: int | None = None
    as_of: str | None = None
    cursor: int | None = None
    at_least: int = 0


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Snapshot: one revision on one connection, with the result cache.

    `prefix` is the path prefix under which a proxy serves this service. Stored bodies do not have it.
    """

    connection: Connection
    revision: RevisionRef
    results: ResultCache
    prefix: str = ""

    def as_of(self, table: Table) -> ColumnElement[bool]:
        """Condition for versions current at the revision. Raises AttributeError for a table that has no versions.

        For the newest revision it is `IS NULL`, because partial indexes cover that.
        """
        if self.revision.newest:
            return table.c.superseded_in.is_(None)
        number = self.revision.number
        ended_later = or_(table.c.superseded_in.is_(None), table.c.superseded_in > number)
        return and_(table.c.published_in <= number, ended_later)

    def cached(self, question: tuple[str, ...], compute: Callable[[], T]) -> T:
        """Cached result of a question about this revision, computed once per process.

        The key has the digest, not the number: another database that replaces this one has the same numbers.
        """
        return self.results.get_or_compute((self.revision.digest, *question), compute)


@contextlib.contextmanager
def open_snapshot(
    database: Database, results: ResultCache, selector: RevisionSelector, *, prefix: str = "", timeouts: int | None = 1
) -> Iterator[Snapshot]:
    """Snapshot on a connection of its own until the context ends.

    Each statement may take so many `timeouts` of the settings; None is no limit. What a replica may lack is read from
    the primary. Raises UnknownRevision (404), InvalidParameter (422) for `as_of`, Unavailable (503) if nothing has been
    published, another release computed the derived data or a statement takes too long, DBAPIError if the database
    cannot be read.
    """
    with contextlib.ExitStack() as stack:
        connection = stack.enter_context(database.reading(timeouts=timeouts))
        primary = database.reading_newest(timeouts=timeouts)
        revision = _select_revision(connection, selector) if primary is None else _covered(connection, selector)
        if primary and revision is None:
            stack.close()  # the snapshot of the replica would keep it from following the primary
            connection = stack.enter_context(primary)
            revision = _select_revision(connection, selector)
        assert revision is not None
        yield Snapshot(connection, revision, results, prefix)


def _covered(connection: Connection, selector: RevisionSelector) -> RevisionRef | None:
    """Revision that a replica has for certain; None where only the primary can say what is right.

    The replica may lack a revision by number, the one that was the newest at an instant, or any at all. Pinned answers
    are kept for a year, so an older one must not take its place.
    """
    try:
        revision = _select_revision(connection, selector)
    except DossierError:
        return None
    is_behind = revision.newest and (selector.as_of is not None or revision.number < selector.at_least)
    return None if is_behind else revision


def require_unchanged(snapshot: Snapshot) -> None:
    """Raise Unavailable (503) unless the revision is still what it was when the snapshot was opened, for 10 µs.

    To be called after a pause (`Database.pause`): another database may have been restored into the file, or another
    release may have computed the derived data. Later publications change nothing of a revision.
    """
    found = _read_revision(snapshot.connection, _NUMBERED, number=snapshot.revision.number)
    if found is None or found.digest != snapshot.revision.digest:
        raise Unavailable


_OTHER_RELEASE = select(DERIVED_DATA.c.release).where(DERIVED_DATA.c.release != bindparam("release", type_=String))


def _revisions(*conditions: ColumnElement[bool]) -> Statement:
    """Statement for the newest revision that meets conditions, with the number of the newest one of all."""
    newest = select(func.max(REVISIONS.c.number)).correlate(None).scalar_subquery()
    columns = *REVISIONS.c, newest
    # Bodies that another release stored may lack members, and would be served under the entity tags of this release.
    found = select(*columns).where(~_OTHER_RELEASE.exists(), *conditions)
    return Statement(found.order_by(REVISIONS.c.number.desc()).limit(1))


# Prepared: each answer asks one of them, which takes 5 µs. Remembering the newest revision would have to ask SQLite for
# its data_version instead, which takes as long.
_COLUMNS = REVISIONS.c.keys()[:-1]  # without the checksum
_IS_OTHER_RELEASE = Statement(_OTHER_RELEASE)
_NEWEST = _revisions()
_NUMBERED = _revisions(REVISIONS.c.number == bindparam("number", type_=Integer))
_NEWEST_UNTIL = _revisions(REVISIONS.c.published_at <= bindparam("until", type_=String))
_NEWEST_INSTANT = Statement(select(func.max(REVISIONS.c.published_at)))


def _select_revision(connection: Connection, selector: RevisionSelector) -> RevisionRef:
    if selector.revision is not None and selector.as_of is not None:
        raise InvalidParameter("as_of", "with-revision")
    if selector.as_of is not None:
        return _newest_at(connection, selector.as_of)
    number = selector.cursor if selector.revision is None else selector.revision
    if number is None:
        found = _read_revision(connection, _NEWEST)
    else:
        found = _read_revision(connection, _NUMBERED, pinned=selector.revision is not None, number=number)
    if found is None and number is None:
        raise Unavailable("nothing-published-yet")
    if found is None:
        raise UnknownRevision("unknown-revision", number=number)
    return found


def _newest_at(connection: Connection, text: str) -> RevisionRef:
    try:
        instant = datetime.fromisoformat(text) if re.fullmatch(INSTANT, text) else None
    except ValueError:
        instant = None
    if instant is None:
        raise InvalidParameter("as_of", "not-an-instant")
    if instant > clock.now() and instant > _newest_instant(connection):
        raise InvalidParameter("as_of", "in-the-future")
    until = f"{instant.date().isoformat()}T{instant:%H:%M:%SZ}"
    found = _read_revision(connection, _NEWEST_UNTIL, pinned=True, until=until)
    if found is None:
        raise InvalidParameter("as_of", "before-first-revision")
    return found


def _newest_instant(connection: Connection) -> datetime:
    # A revision is published with a time up to some seconds ahead: until then `as_of` may name this future instant.
    newest = _NEWEST_INSTANT.first(connection)[0]
    return datetime.fromisoformat(newest) if newest else datetime.min.replace(tzinfo=UTC)


def _read_revision(
    connection: Connection, revision: Statement, *, pinned: bool = False, **values: int | str
) -> RevisionRef | None:
    row = revision.first(connection, {**values, "release": __version__})
    if row is None:
        if _IS_OTHER_RELEASE.first(connection, {"release": __version__}):
            raise Unavailable("other-release")
        return None
    *stored, newest = row
    known = dict(zip(_COLUMNS, checked_row(stored), strict=False))
    number = known["number"]
    return RevisionRef(number, known["published_at"], known["digest"], known["records"], pinned, number == newest)
