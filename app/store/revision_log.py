"""Revision log: the stored revisions, what each changed, and each one in canonical form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from app.model import canonical
from app.store.tables import CHANGES, Revision


@dataclass(frozen=True)
class RevisionHeader:
    """The first line of a revision: number, time (UTC, whole seconds), author, note, the digest before."""

    number: int
    published_at: str
    author: str
    note: dict[str, str]
    previous_digest: str | None

    def line(self) -> str:
        """The header in canonical form."""
        return canonical.text(vars(self))


def header_of(revision: Revision) -> RevisionHeader:
    """The header of a stored revision."""
    note = {"en": revision.note_en, "fr": revision.note_fr}
    return RevisionHeader(revision.number, revision.published_at, revision.author, note, revision.previous_digest)


def changes_of(connection: Connection, tables: Mapping[str, Table], number: int) -> Iterator[tuple[Any, str | None]]:
    """Each change of a revision by collection and id, with the record's canonical text, None if withdrawn.

    Rows are fetched as they are needed: memory stays flat however large the revision.
    """
    for name, table in sorted(tables.items()):
        joined = and_(table.c.id == CHANGES.c.id, table.c.published_in == CHANGES.c.revision)
        rows = (
            select(CHANGES, table.c.record)
            .select_from(CHANGES.outerjoin(table, joined))
            .where(CHANGES.c.revision == number, CHANGES.c.collection == name)
            .order_by(CHANGES.c.id)
        )
        for row in connection.execution_options(yield_per=500).execute(rows):
            yield row, row.record


def canonical_lines(connection: Connection, tables: Mapping[str, Table], revision: Revision) -> Iterator[str]:
    """The canonical form of a stored revision, line by line without line ends; as bytes they end in LF each."""
    yield header_of(revision).line()
    for row, record in changes_of(connection, tables, revision.number):
        reason = {"en": row.reason_en, "fr": row.reason_fr} if row.reason_en else None
        yield canonical.change(row.action, row.collection, row.id, record, reason)


def ends_of(connection: Connection, collection: str, number: int) -> dict[str, int]:
    """For each record of a collection that changed after a revision, the next revision that changed it."""
    later = select(CHANGES.c.id, func.min(CHANGES.c.revision)).where(
        CHANGES.c.collection == collection, CHANGES.c.revision > number
    )
    return dict(connection.execute(later.group_by(CHANGES.c.id)).all())
