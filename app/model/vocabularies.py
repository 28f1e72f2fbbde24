"""Vocabularies: the lists of values that fields of records take, found where the fields are declared."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel

from app.model.fields import OpenEnum
from app.model.terms import Terms


@functools.cache
def vocabularies_of(model: type[BaseModel], prefix: str = "") -> Mapping[str, Terms]:
    """Vocabularies of a model: the terms of each field that has a list of values, by the path of the field.

    A field inside of another has a path with a point, such as `authorizations.kind`.
    """
    found: dict[str, Terms] = {}
    for name, info in model.model_fields.items():
        for mark in info.metadata:
            if isinstance(mark, OpenEnum):
                found[prefix + name] = mark.terms
        for inner in _models(info.annotation):
            found |= vocabularies_of(inner, f"{prefix}{name}.")
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Models in the type of a field: of `list[Authorization] | None` that is `Authorization`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)
