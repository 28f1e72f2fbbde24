"""What a publication changes: lines of a dry run, and warnings for texts that change in one language only."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple, get_args

from sqlalchemy import Connection, and_, select

from app.messages import sentence
from app.model.differences import changed_fields, changed_in_one_language
from app.publishing.faults import RecordFault
from app.publishing.revision_writer import PendingChange
from app.resources.base import Resource
from app.store.tables import Action


def lines(resources: Mapping[str, Resource], changes: Sequence[PendingChange]) -> list[str]:
    """Lines to print for a dry run: each change with the fields that differ, then how many there are of each action."""
    if not changes:
        return [sentence("nothing-differs")]
    ordered = sorted(changes, key=lambda change: (change.collection, change.id))
    counts = Counter(change.action for change in changes)
    total = sentence("would-publish", {action: counts[action] for action in get_args(Action)})
    return [*(_line(resources[change.collection], change) for change in ordered), total]


class Replaced(NamedTuple):
    """Record that gets another version: collection, id, and the canonical texts of both versions."""

    collection: str
    id: str
    before: str
    after: str


def replaced_by(changes: Iterable[PendingChange]) -> Iterator[Replaced]:
    """Records that pending changes replace."""
    for change in changes:
        if change.before and change.text:
            yield Replaced(change.collection, change.id, change.before, change.text)


def replaced_in(connection: Connection, resources: Mapping[str, Resource], number: int) -> Iterator[Replaced]:
    """Records that a published revision replaced."""
    for name, resource in resources.items():
        after, before = resource.table, resource.table.alias("before")
        joined = after.join(before, and_(before.c.id == after.c.id, before.c.superseded_in == number))
        versions = select(after.c.id, before.c.record, after.c.record).select_from(joined)
        for id, old, new in connection.execute(versions.where(after.c.published_in == number)):
            yield Replaced(name, id, old, new)


def warnings(replaced: Iterable[Replaced]) -> Iterator[RecordFault]:
    """Warnings for texts that get new words in one language only: the translation may have been forgotten."""
    for one in replaced:
        for path, lang in changed_in_one_language(json.loads(one.before), json.loads(one.after)):
            place = {"collection": one.collection, "id": one.id, "field": path}
            yield RecordFault("changed-in-one-language", {"lang": lang}, **place)


def _line(resource: Resource, change: PendingChange) -> str:
    fields = None
    if change.before and change.text:
        fields = changed_fields(resource.model.model_fields, change.before, change.text)
    values = {"action": change.action, "collection": change.collection, "id": change.id, "fields": fields}
    return sentence("planned-change", values)
