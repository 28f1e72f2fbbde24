"""OpenAPI schemas: completed, and those of models with a common base made to extend the schema of the base."""

import inspect
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypeVar, get_args

from pydantic import BaseModel

from app.api.openapi_components import Document
from app.api.schemas import FacetedPage, Item, Page
from app.model.fields import SLUG
from app.model.json_text import compact
from app.model.records import Record, Topical
from app.reading.history import HistoryEntry
from app.reading.totals import FundingSum
from app.resources.base import RecordSummary
from app.resources.params import MAX_REVISION

# Schemas that others extend, the most particular first. Their names are promised to generated clients, as all are.
_BASES: dict[str, type[BaseModel]] = {
    "TopicalRecord": Topical,
    "PublishedRecord": Record,
    "Version": HistoryEntry,
    "FacetedPage": FacetedPage,
    "ListPage": Page,
    "Item": Item,
    "FundingSum": FundingSum,
    "RecordSummary": RecordSummary,
}
# Fields that stay in the heirs: a constant of each, and one that is null in some of the heirs only.
_OWN = {"collection", "date"}


def complete_schema(schema: Document) -> None:
    """Response schema: drops what says nothing in a response, and gives integers a format, in place."""
    for name in ("title", "default"):
        schema.pop(name, None)
    if "$ref" in schema:
        schema.pop("description", None)  # what it refers to has one
    if schema.get("pattern") == SLUG:  # parameters say what an id is: 45 repetitions are 2.5 kB
        del schema["pattern"], schema["maxLength"]
    if "properties" in schema:
        schema["additionalProperties"] = True  # said, because Go and Java clients refuse added fields otherwise
    complete_integer(schema)
    parts = [schema.get("items"), schema.get("additionalProperties"), *schema.get("anyOf", [])]
    for part in [*parts, *schema.get("properties", {}).values()]:
        if isinstance(part, dict):
            complete_schema(part)
    _join_null(schema)


def complete_integer(schema: Document) -> None:
    """Integer schema: gives it whole bounds and a format, in place. Other schemas stay as they are."""
    if schema.get("type") == "integer":
        for bound in schema.keys() & {"minimum", "maximum"}:
            schema[bound] = int(schema[bound])
        schema["format"] = "int32" if schema.get("maximum", 0) <= MAX_REVISION else "int64"


def _join_null(schema: Document) -> None:
    """Nullable type, written as OpenAPI 3.1 has it: `"type": ["string", "null"]`."""
    match schema.get("anyOf"):
        case [{"type": str(name)} as value, {"type": "null"}]:
            del schema["anyOf"]
            schema.update({**value, "type": [name, "null"]})


def extend_bases(schemas: Document) -> None:
    """Schema inheritance (`allOf`): models refer to the schema of their base for its fields, in place.

    Raises ValueError if no schema has the fields of a base.
    """
    for name, base in _BASES.items():
        _extend(schemas, name, base)


def _extend(schemas: Document, name: str, base: type[BaseModel]) -> None:
    own = {field: info.annotation for field, info in base.model_fields.items() if field not in _OWN}
    common = [field for field, annotation in own.items() if not _is_generic(annotation)]
    models = {model.__name__ for model in _descendants(base)}
    models |= {name for name, other in _BASES.items() if other is not base and issubclass(other, base)}
    alike: dict[str, list[Document]] = defaultdict(list)
    for model, schema in schemas.items():
        fields = schema.get("properties", {})
        if model in models and fields.keys() >= set(common):  # no more particular base has taken them already
            alike[compact([fields[field] for field in common])].append(schema)
    heirs = max(alike.values(), key=len)  # a model that declares one of the fields otherwise keeps all of them
    fields = {field: heirs[0]["properties"][field] for field in common}
    required = [field for field in common if field in heirs[0]["required"]]
    for heir in heirs:
        # Next to an allOf of one part, openapi-python-client looks at no fields: they are in a part of their own.
        own = {field: one for field, one in heir.pop("properties").items() if field not in common}
        also = [field for field in heir.pop("required") if field not in common]
        reference = {"$ref": f"#/components/schemas/{name}"}
        heir["allOf"] = [reference, {"type": heir.pop("type"), "properties": own, "required": also}]
    for field, schema in fields.items():
        if schema.get("type") == "object":  # openapi-python-client makes a class of it for every heir, and refuses
            part = f"{name}{field.capitalize()}"
            schemas[part], fields[field] = schema, {"$ref": f"#/components/schemas/{part}"}
    whole = {
        "type": "object",
        "description": inspect.getdoc(base),
        "properties": fields,
        "additionalProperties": True,
    }
    schemas[name] = whole | ({"required": required} if required else {})


def extension(schema: Document) -> tuple[Document | None, Document]:
    """Schema inheritance (`allOf`): the reference to the base, None if there is none, and the schema's own part."""
    base, own = schema.get("allOf", (None, schema))
    return base, own


def _descendants(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for model in base.__subclasses__():
        yield model
        yield from _descendants(model)


def _is_generic(annotation: Any) -> bool:
    """Generic type: whether it depends on a type parameter of the model."""
    return isinstance(annotation, TypeVar) or any(_is_generic(part) for part in get_args(annotation))
