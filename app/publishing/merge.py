"""Three-way merge: what a package changed since the last revision that a database shares with it, as submissions."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
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
    versions since then than those of the package, or in another order, was changed here: it stays as it is. One that
    came here by an import alone gives way to one that the package has from elsewhere, in the maintainers' words.
    """
    history: defaultdict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(dict)
    for line in lines:
        history[line["collection"]].setdefault(line["id"], []).append(line)
    imported = _imported_sources(connection, resources)
    found = []
    for name, mine in history.items():
        local = _local_states(connection, resources[name], [*mine], since) if name in resources else {}
        states = ((local.get(id, ()), own) for id, own in mine.items())
        taken = [own[-1] for here, own in states if _follows(here, own) or _gives_way(here, own[-1], imported)]
        found.append(_submission(name, taken))
    return found


def _submission(collection: str, lines: Sequence[Mapping[str, Any]]) -> Submission:
    records = [line["record"] for line in lines if line["action"] != "withdrawn"]
    withdrawn = [{"id": line["id"], "reason": line["reason"]} for line in lines if line["action"] == "withdrawn"]
    return Submission("packaged revisions", collection, records, withdrawn, complete=False)


def _follows(local: Iterable[_State], packaged: Iterable[Mapping[str, Any]]) -> bool:
    """Whether the versions of a record here are some of the packaged ones, in their order."""
    states = (None if line["action"] == "withdrawn" else canonical.text(line["record"]) for line in packaged)
    return all(state in states for state in local)


def _gives_way(local: Iterable[_State], packaged: Mapping[str, Any], imported: Collection[str]) -> bool:
    """Whether all versions of a record here came by an import, and the packaged one did not."""
    if packaged["action"] == "withdrawn" or _first_source(packaged["record"]) in imported:
        return False
    return all(state is not None and _first_source(json.loads(state)) in imported for state in local)


def _first_source(record: Mapping[str, Any]) -> str | None:
    citations = record.get("citations")
    return str(citations[0]["source"]) if citations else None


def _imported_sources(connection: Connection, resources: Mapping[str, Resource]) -> set[str]:
    """Ids of the current sources that are files of imports."""
    if "sources" not in resources:
        return set()
    table = resources["sources"].table
    rows = connection.execute(select(table.c.id, table.c.record).where(table.c.superseded_in.is_(None)))
    return {id for id, text in rows if "file_sha256" in json.loads(text)}


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
