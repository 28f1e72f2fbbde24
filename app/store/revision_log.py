"""Revision log: stored revisions, their changes, and their canonical form."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, and_, func, select

from app.model import canonical
from app.store.tables import CHANGES, Revision

_BATCH = 500  # changes read at a time


@dataclass(frozen=True)
class RevisionHeader:
    """Header of a revision: its first canonical line. `published_at` is UTC, in whole seconds."""

    number: int
    published_at: str
    author: str
    note: dict[str, str]
    previous_digest: str | None

    def line(self) -> str:
        """Canonical form (RFC 8785) of the header, without the line end."""
        return canonical.text(vars(self))


def header_of(revision: Revision) -> RevisionHeader:
    """Header of a stored revision, with the note in both languages."""
    note = {"en": revision.note_en, "fr": revision.note_fr}
    return RevisionHeader(revision.number, revision.published_at, revision.author, note, revision.previous_digest)


def changes_of(connection: Connection, tables: Mapping[str, Table], number: int) -> Iterator[tuple[Any, str | None]]:
    """Changes of a revision by collection and id, each with the canonical text of the record, None if withdrawn.

    Rows are read in batches as they are needed, so that a large revision takes no more memory than a small one. Each
    batch begins after the last id, so that no statement is open between two of them: see `Database.pause`.
    """
    for name, table in sorted(tables.items()):
        joined = and_(table.c.id == CHANGES.c.id, table.c.published_in == CHANGES.c.revision)
        rows = (
            select(CHANGES, table.c.record)
            .select_from(CHANGES.outerjoin(table, joined))
            .where(CHANGES.c.revision == number, CHANGES.c.collection == name)
            .order_by(CHANGES.c.id)
            .limit(_BATCH)
        )
        batch = connection.execute(rows).all()
        while batch:
            yield from ((row, row.record) for row in batch)
            following = rows.where(CHANGES.c.id > batch[-1].id)
            batch = connection.execute(following).all() if len(batch) == _BATCH else []


def canonical_lines(connection: Connection, tables: Mapping[str, Table], revision: Revision) -> Iterator[str]:
    """Canonical form of a stored revision: its lines (RFC 8785) without line ends; in bytes each ends in LF."""
    yield header_of(revision).line()
    for row, record in changes_of(connection, tables, revision.number):
        reason = {"en": row.reason_en, "fr": row.reason_fr} if row.reason_en else None
        yield canonical.change(row.action, row.collection, row.id, record, reason)


def ends_of(connection: Connection, collection: str, number: int, ids: Sequence[str]) -> dict[str, int]:
    """By id, the next revision that changed a record after revision `number`; records that never changed are missing.

    It is the `superseded_in` of the versions that the revision published. An engine limits the number of ids.
    """
    later = select(CHANGES.c.id, func.min(CHANGES.c.revision)).where(
        CHANGES.c.collection == collection, CHANGES.c.id.in_(ids), CHANGES.c.revision > number
    )
    return dict(connection.execute(later.group_by(CHANGES.c.id)).all())
