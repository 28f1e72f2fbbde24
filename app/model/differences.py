"""Differences between two versions of a record, in seed form."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any


def changed_fields(fields: Iterable[str], before: str, after: str) -> list[str]:
    """Changed fields: those of `fields` whose values differ between two seed forms (JSON), in either language."""
    old, new = json.loads(before), json.loads(after)
    return [name for name in fields if old.get(name) != new.get(name)]


def changed_in_one_language(before: Any, after: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Bilingual texts of which only one language changed: path, as in `exceptions.0.title`, and that language.

    Items of a list are compared by position, and only if their number is the same.
    """
    if _is_bilingual(before) and _is_bilingual(after):
        changed = [lang for lang in after if before[lang] != after[lang]]
        if len(changed) == 1:
            yield path, changed[0]
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in before.keys() & after.keys():
            yield from changed_in_one_language(before[name], after[name], f"{path}.{name}" if path else name)
    elif _is_list(before) and _is_list(after) and len(before) == len(after):
        for position, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from changed_in_one_language(old, new, f"{path}.{position}")


def _is_bilingual(value: Any) -> bool:
    return isinstance(value, Mapping) and value.keys() == {"en", "fr"}


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)
