"""What a publication changes: lines of a dry run, and warnings, such as for texts that change in one language only."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import get_args

from sqlalchemy import Connection, and_, select

from app import clock
from app.messages import sentence
from app.model.differences import changed_fields, changed_in_one_language
from app.publishing.faults import RecordFault
from app.publishing.revision_time import clock_warnings
from app.publishing.revision_writer import PendingChange
from app.resources.base import Resource
from app.store.tables import CHANGES, REVISIONS, Action


def lines(resources: Mapping[str, Resource], changes: Sequence[PendingChange]) -> list[str]:
    """Lines to print for a dry run: each change with the fields that differ, then how many there are of each action."""
    if not changes:
        return [sentence("nothing-differs")]
    counts = Counter(change.action for change in changes)
    total = sentence("would-publish", {action: counts[action] for action in get_args(Action)})
    return [*_lines(resources, changes), total]


def published_lines(connection: Connection, resources: Mapping[str, Resource], number: int) -> list[str]:
    """Lines to print for a published revision: each change with the fields that differ."""
    columns = select(CHANGES.c.action, CHANGES.c.collection, CHANGES.c.id)
    rows = connection.execute(columns.where(CHANGES.c.revision == number, CHANGES.c.action != "changed"))
    return _lines(resources, [*(PendingChange(*row) for row in rows), *replacements(connection, resources, number)])


def replacements(connection: Connection, resources: Mapping[str, Resource], number: int) -> Iterator[PendingChange]:
    """Changes of a published revision that replaced a record, with the canonical texts of both versions."""
    for name, resource in resources.items():
        after, before = resource.table, resource.table.alias("before")
        joined = CHANGES.join(after, and_(after.c.id == CHANGES.c.id, after.c.published_in == number)).join(
            before, and_(before.c.id == CHANGES.c.id, before.c.superseded_in == number)
        )
        mine = (CHANGES.c.revision == number, CHANGES.c.collection == name, CHANGES.c.action == "changed")
        versions = select(CHANGES.c.id, after.c.record, before.c.record).select_from(joined).where(*mine)
        for id, text, replaced in connection.execute(versions):
            yield PendingChange("changed", name, id, text, before=replaced)


def warnings(changes: Iterable[PendingChange]) -> Iterator[RecordFault]:
    """Warnings for texts that get new words in one language only: the translation may have been forgotten."""
    for change in changes:
        if change.before and change.text:
            for path, lang in changed_in_one_language(json.loads(change.before), json.loads(change.text)):
                place = {"collection": change.collection, "id": change.id, "field": path}
                yield RecordFault("changed-in-one-language", {"lang": lang}, **place)


def time_warnings(connection: Connection, number: int) -> Iterator[RecordFault]:
    """Warnings for the time of a revision that has just been published, by that of the one before."""
    before = select(REVISIONS.c.published_at).where(REVISIONS.c.number == number - 1)
    if time := connection.execute(before).scalar():
        yield from clock_warnings(datetime.fromisoformat(time), clock.now())


def _lines(resources: Mapping[str, Resource], changes: Iterable[PendingChange]) -> list[str]:
    ordered = sorted(changes, key=lambda change: (change.collection, change.id))
    return [_line(resources[change.collection], change) for change in ordered]


def _line(resource: Resource, change: PendingChange) -> str:
    fields = None
    if change.before and change.text:
        fields = changed_fields(resource.model.model_fields, change.before, change.text)
    values = {"action": change.action, "collection": change.collection, "id": change.id, "fields": fields}
    return sentence("planned-change", values)
