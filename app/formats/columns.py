"""Column types: what the values of a model's field are, for formats with typed cells such as xlsx and SQLite."""

import functools
from collections.abc import Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.model.fields import Bilingual, BilingualAddress, DateText, DecimalText
from app.model.records import served_fields

ColumnType = Literal["text", "words", "date", "decimal", "integer", "boolean", "list", "object"]


@functools.cache
def column_types(model: type[BaseModel]) -> dict[str, ColumnType]:
    """Column types by field, in the order in which the fields are served.

    `words` is a bilingual text, `date` a text in EDTF or an ISO 8601 day, `decimal` an exact decimal number as text,
    `list` and `object` are the types of JSON. Each may be null.
    """
    fields = model.model_fields
    return {
        name: _column_type({*types_in(fields[name].annotation), *_markers(fields[name])})
        for name in served_fields(model)
    }


def _markers(info: FieldInfo) -> Iterator[type]:
    return (mark for mark in info.metadata if isinstance(mark, type))


def _column_type(parts: set[Any]) -> ColumnType:
    if list in parts:
        return "list"
    if parts & {Bilingual, BilingualAddress}:
        return "words"
    if any(part is dict or (isinstance(part, type) and issubclass(part, BaseModel)) for part in parts):
        return "object"
    named: dict[Any, ColumnType] = {DateText: "date", DecimalText: "decimal", bool: "boolean", int: "integer"}
    return next((name for part, name in named.items() if part in parts), "text")


def types_in(annotation: Any) -> set[Any]:
    """Type annotation: all types and markers that it is made of. `list[Role] | None` gives the union, list, Role, None.

    Markers that cannot be in a set, such as pydantic's FieldInfo, are left out.
    """
    return set(_types_in(annotation))


def _types_in(annotation: Any) -> Iterator[Any]:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        yield from (mark for mark in parts[1:] if isinstance(mark, type))
        parts = parts[:1]
    elif origin is Literal:
        yield from {type(value) for value in parts}
        return
    else:
        yield origin or annotation
    for part in parts:
        yield from _types_in(part)
