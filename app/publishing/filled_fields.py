"""Filled fields: values that an import gave to fields which a record of others had left empty.

The citation of the import names them (`filled_fields`). So a publication of the seed, which does not have them, leaves
them in place, and a newer file replaces them or takes them away.
"""

from collections.abc import Collection, Mapping
from typing import Any

_Record = Mapping[str, Any]
_MARK = "filled_fields"


def is_empty(value: Any) -> bool:
    """Whether a field with this value says nothing, so that an import may fill it."""
    return value in (None, "", [])


def without_filled(record: _Record, sources: Collection[str]) -> _Record:
    """The record without the values that imports of these sources filled in."""
    mine = [one for one in record["citations"] if one["source"] in sources]
    filled = {name for one in mine for name in one.get(_MARK, ())}
    citations = [marked(one, []) if one in mine else one for one in record["citations"]]
    return {**{name: value for name, value in record.items() if name not in filled}, "citations": citations}


def with_filled(record: _Record, published: _Record) -> _Record:
    """The record with the values that imports filled into the published one, if it cites the same sources.

    A field that has a value of its own keeps it.
    """
    filled = {one["source"]: one[_MARK] for one in published.get("citations", ()) if _MARK in one}
    if not filled:
        return record
    values: dict[str, Any] = {}
    citations = []
    for citation in record.get("citations", ()):
        names = [name for name in filled.pop(str(citation.get("source")), ()) if is_empty(record.get(name))]
        values |= {name: published[name] for name in names if name in published}
        citations.append(marked(citation, names))
    return {**record, **values, "citations": citations}


def marked(citation: _Record, names: Collection[str]) -> _Record:
    """The citation, which names the fields that its import filled in."""
    plain = {name: value for name, value in citation.items() if name != _MARK}
    return {**plain, _MARK: [*names]} if names else plain
