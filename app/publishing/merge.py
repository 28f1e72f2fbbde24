"""Three-way merge: what a package changed since the last revision that a database shares with it, as submissions."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, and_, select

from app.model import canonical
from app.publishing.submission import Submission
from app.resources.base import Resource
from app.store.tables import CHANGES, batches

_State = str | None  # canonical text of a record; None where it is withdrawn


def merge(
    connection: Connection, resources: Mapping[str, Resource], lines: Iterable[Mapping[str, Any]], since: int
) -> list[Submission]:
    """Three-way merge: submissions of the last packaged state of each record that the database did not change itself.

    `lines` are the packaged changes after revision `since`, the last one that both have. A record that has got other
    versions since then than those of the package, or in another order, was changed here: it stays as it is.
    """
    history: defaultdict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(dict)
    for line in lines:
        history[line["collection"]].setdefault(line["id"], []).append(line)
    found = []
    for name, mine in history.items():
        local = _local_states(connection, resources[name], [*mine], since) if name in resources else {}
        found.append(_submission(name, [own[-1] for id, own in mine.items() if _follows(local.get(id, ()), own)]))
    return found


def _submission(collection: str, lines: Sequence[Mapping[str, Any]]) -> Submission:
    records = [line["record"] for line in lines if line["action"] != "withdrawn"]
    withdrawn = [{"id": line["id"], "reason": line["reason"]} for line in lines if line["action"] == "withdrawn"]
    return Submission("packaged revisions", collection, records, withdrawn, complete=False)


def _follows(local: Iterable[_State], packaged: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the versions of a record here are some of the packaged ones, in their order."""
    states = (None if line["action"] == "withdrawn" else canonical.text(line["record"]) for line in packaged)
    return all(state in states for state in local)


def _local_states(
    connection: Connection, resource: Resource, ids: Sequence[str], since: int
) -> dict[str, list[_State]]:
    """States that records have got after a revision, by id, in order."""
    table, found = resource.table, defaultdict[str, list[_State]](list)
    joined = CHANGES.outerjoin(table, and_(table.c.id == CHANGES.c.id, table.c.published_in == CHANGES.c.revision))
    columns = select(CHANGES.c.id, table.c.record).select_from(joined).order_by(CHANGES.c.id, CHANGES.c.revision)
    for batch in batches(ids):
        mine = CHANGES.c.collection == resource.name, CHANGES.c.id.in_(batch), CHANGES.c.revision > since
        for id, text in connection.execute(columns.where(*mine)):
            found[id].append(text)
    return found
