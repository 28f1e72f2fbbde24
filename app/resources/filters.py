"""Filters: markers of parameters, which select versions in the bitmap index."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap

from app.store.postings import Postings


@dataclass(frozen=True)
class Where:
    """Filter marker: selects versions in the bitmap index, by all parameters. None means that it selects all of them.

    `field` is given if the parameter takes values of one field of the index: such a filter can be a facet too.
    `is_cached`: what a value selects takes longer to find than to keep for the next page. It must depend on no other
    parameter.
    """

    select: Callable[[Postings, Any], BitMap | None]
    field: str | None = None
    is_cached: bool = False


def one_of(field: str) -> Where:
    """Filter: the field of the bitmap index has one of the values given. The parameter has the name of the field."""
    return Where(lambda index, params: index.any_of(field, getattr(params, field)), field)


def equals(field: str) -> Where:
    """Filter: the field of the bitmap index has the value given. The parameter has the name of the field."""
    return Where(lambda index, params: index.any_of(field, [written(getattr(params, field))]), field)


def written(value: Any) -> str:
    """A value in the form that a filter accepts and the bitmap index has: `true` and `false` for booleans."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class OwnIds:
    """Filter marker: the values are ids of the list's own records. One that was never published is refused."""
