"""Days of imported files: one that is older than what is published, or of the future, would falsify what it says."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from app import clock
from app.model import edtf
from app.publishing.faults import RecordFault

_AHEAD = timedelta(days=1)  # a publisher's day may have begun where ours has not


def date_faults(source: Mapping[str, Any], published: Mapping[str, Any], importer: str) -> Iterator[RecordFault]:
    """Faults of the day that a file is current to (`content_as_of`), by its source record and the published one.

    A list of the future would make every real one after it an older one.
    """
    new, old = source.get("content_as_of"), published.get("content_as_of")
    if new and (edtf.bounds(new).earliest or "") > (clock.now() + _AHEAD).date().isoformat():
        yield RecordFault("current-to-the-future", {"date": new}, importer)
    elif old and new and _last_day(new) < _last_day(old):
        values = {"source": source["id"], "date": new, "published": old}
        yield RecordFault("older-than-published", values, importer)


def _last_day(date: str) -> str:
    return edtf.bounds(date).latest or ""
