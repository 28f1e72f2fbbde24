"""Characters that no new text may have, since readers do not see them and searches do not find them.

The rule applies where something is published, and not where packaged revisions are replayed.
"""

import json
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from app.model.folding import unsuitable_characters
from app.publishing.faults import RecordFault
from app.publishing.revision_writer import PendingChange


def character_faults(changes: Iterable[PendingChange]) -> Iterator[RecordFault]:
    """Faults of the texts in changed records, and of the reasons of withdrawals."""
    for change in changes:
        if change.text is not None and any(unsuitable_characters(change.text)):
            yield from text_faults(json.loads(change.text), change.collection, change.id)
        elif change.reason:
            yield from text_faults({"reason": change.reason.model_dump()}, change.collection, change.id)


def text_faults(value: Any, collection: str = "", id: str = "", path: str = "") -> Iterator[RecordFault]:
    """Faults of the texts in a seed form. Each names the first unsuitable character, as in `U+00AD SOFT HYPHEN`."""
    if isinstance(value, str):
        for character in [*unsuitable_characters(value)][:1]:
            name = f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
            yield RecordFault("unsuitable-character", {"character": name}, collection=collection, id=id, field=path)
    elif isinstance(value, dict | list):
        parts: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from text_faults(part, collection, id, f"{path}.{name}" if path else str(name))
