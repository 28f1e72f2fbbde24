"""Stored changes with their revisions, as the change feed and the history of a record read them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.model.fields import Language
from app.reading.bodies import VersionKey
from app.store.checksums import checked_row
from app.store.tables import CHANGES, REVISIONS

COLUMNS = (*CHANGES.c, *REVISIONS.c)  # what is selected first; the first three are the key of a change
_CHANGE, _BOTH = len(CHANGES.c), len(COLUMNS)
_REVISION = REVISIONS.c.keys()


class StoredChange(NamedTuple):
    """Change of a record, with what the revision that made it says in one language."""

    revision: int
    collection: str
    id: str
    action: str
    reason: str | None
    published_at: str
    note: str

    @property
    def key(self) -> VersionKey:
        """Key of the version that the change made or ended."""
        return self.collection, self.id, self.revision


def stored_change(row: Sequence[Any], lang: Language) -> tuple[StoredChange, Sequence[Any]]:
    """Change in a row that begins with `COLUMNS`, and what comes after it.

    Raises Unavailable (503) if it is damaged.
    """
    number, collection, id, action, *reasons = checked_row(row[:_CHANGE])
    revision = dict(zip(_REVISION, checked_row(row[_CHANGE:_BOTH]), strict=False))
    reason = reasons[0] if lang == "en" else reasons[1]
    change = StoredChange(number, collection, id, action, reason, revision["published_at"], revision[f"note_{lang}"])
    return change, row[_BOTH:]
