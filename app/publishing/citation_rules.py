"""Rules for citations that apply where something is published, and not where packaged revisions are replayed.

A citation names a section unless the source has no parts (`undivided`), and quotes a passage if the text of the source
is kept. Revision 1 is older than these rules.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from app.model.records import citations_of
from app.publishing.faults import RecordFault
from app.publishing.revision_writer import PendingChange
from app.resources.sources import SOURCES, Source
from app.store.tables import batches


def citation_faults(connection: Connection, changes: Sequence[PendingChange]) -> Iterator[RecordFault]:
    """Faults of the citations in changed records. A source that does not exist is a fault that the writing reports."""
    cited = [(change, path, one) for change in changes if change.record for path, one in citations_of(change.record)]
    sources = _sources(connection, {one.source for _, _, one in cited}, changes)
    for change, path, one in cited:
        source = sources.get(one.source)
        if source and one.section is None and not source.undivided:
            yield _fault(change, f"{path}.section", "section-missing", one.source)
        if source and one.fragment is None and source.text_sha256:
            yield _fault(change, f"{path}.fragment", "fragment-missing", one.source)


def _fault(change: PendingChange, field: str, code: str, source: str) -> RecordFault:
    return RecordFault(code, {"source": source}, collection=change.collection, id=change.id, field=field)


def _sources(connection: Connection, ids: set[str], changes: Iterable[PendingChange]) -> dict[str, Source]:
    """Sources of these ids by id, as they are after the changes."""
    changed = {change.id: change.record for change in changes if isinstance(change.record, Source)}
    table = SOURCES.table
    found: dict[str, Source] = {}
    for batch in batches(sorted(ids - changed.keys())):
        rows = select(table.c.record).where(table.c.superseded_in.is_(None), table.c.id.in_(batch))
        stored = [Source.model_validate(json.loads(text)) for text in connection.execute(rows).scalars()]
        found |= {source.id: source for source in stored}
    return found | changed
