"""Dry run of a publication: what would change, and warnings for texts that change in one language only."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from app.messages import sentence
from app.model.differences import changed_fields, changed_in_one_language
from app.publishing.publish import RecordFault
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


def warnings(changes: Sequence[PendingChange]) -> Iterator[RecordFault]:
    """Warnings for texts that get new words in one language only: the translation may have been forgotten."""
    for change in changes:
        if change.before and change.text:
            for path, lang in changed_in_one_language(json.loads(change.before), json.loads(change.text)):
                yield RecordFault(
                    "changed-in-one-language", {"lang": lang}, collection=change.collection, id=change.id, field=path
                )


def _line(resource: Resource, change: PendingChange) -> str:
    fields = None
    if change.before and change.text:
        fields = changed_fields(json.loads(change.before), json.loads(change.text), resource.model.model_fields)
    values = {"action": change.action, "collection": change.collection, "id": change.id, "fields": fields}
    return sentence("planned-change", values)
