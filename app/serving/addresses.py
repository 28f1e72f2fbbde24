"""Addresses: the canonical address of a question, and the header Link."""

from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote_plus

from pydantic import BaseModel

from app.resources.params import RevisionParams

# Bytes of the header Link. All headers are promised to fit 3.5 kB, because nginx answers 502 where they exceed 4 KiB.
MOST_LINK = 1_900
_LEAVE_OUT = ("first", "memento", "original", "next")  # of links that are too long together: the first ones first
_LAST = ("cursor", *RevisionParams.model_fields)  # at the end of an address, behind the filters


class CanonicalAddress:
    """Canonical address: equal questions have the same path and query.

    Parameters are in one order: filters by their names, then the cursor and those that every answer has. Those at
    their default are left out, lists are joined by commas, and `lang` is `en` or `fr`. The path prefix in front of the
    service is not in it.
    """

    def __init__(self, path: str, params: RevisionParams, *, keep: str | None = None) -> None:
        """Address of a path with the parameters of a request; the one called `keep` stays where it is the default."""
        self._path = path
        given = params.model_fields_set
        self._pairs = {
            name: _pair(name, value)
            for field, name, default in _fields(type(params))
            if field in given and ((value := getattr(params, field)) != default or field == keep)
        }
        self._text = self._joined(self._pairs)

    def __contains__(self, name: str) -> bool:
        return name in self._pairs

    def __str__(self) -> str:
        return self._text

    def replaced(self, **changes: str | None) -> str:
        """Address with some parameters replaced, which come last; one set to None is left out."""
        pairs = {name: pair for name, pair in self._pairs.items() if name not in changes}
        return self._joined(pairs | {name: _pair(name, value) for name, value in changes.items() if value is not None})

    def _joined(self, pairs: Mapping[str, str]) -> str:
        return f"{self._path}?{'&'.join(pairs.values())}" if pairs else self._path


@cache
def _fields(model: type[BaseModel]) -> list[tuple[str, str, Any]]:
    """Fields of a parameter model in the order of an address: their attribute, name and default."""
    fields = [(field, info.alias or field, info.default) for field, info in model.model_fields.items()]
    return sorted(fields, key=lambda field: (_LAST.index(field[0]) if field[0] in _LAST else -1, field[1]))


def _pair(name: str, value: Any) -> str:
    text = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    text = text.lower() if isinstance(value, bool) else text
    return f"{name}={text if text.isalnum() and text.isascii() else quote_plus(text, safe=',:/')}"


def link_header(links: Mapping[str, str]) -> str:
    """Header Link (RFC 8288) of targets by relation, in at most 1,900 bytes: of more, the least useful are left out."""
    text = _linked(links)
    if len(text) <= MOST_LINK:
        return text
    left = dict(links)
    for relation in _LEAVE_OUT:
        left.pop(relation, None)
        text = _linked(left)
        if len(text) <= MOST_LINK:
            break
    return text


def _linked(links: Mapping[str, str]) -> str:
    return ", ".join([f'<{target}>; rel="{relation}"' for relation, target in links.items()])
