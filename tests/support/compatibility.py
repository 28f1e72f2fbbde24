"""What of an OpenAPI document's promises a later one breaks: for clients that send, that read, that are generated.

Requests must be taken as before or more widely, answers must have all that they had and nothing that a client could
trip over. References are followed on both sides, so that a shape may move but not shrink. Not compared, since this
service has none: request bodies, cookies, callbacks, conditional and tuple schemas.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import reduce
from itertools import product
from math import inf
from operator import getitem
from typing import Any, NamedTuple

Schema = dict[str, Any]

# Bounds, each with its value where it is not given
LOWER = {"minimum": -inf, "exclusiveMinimum": -inf, "minLength": 0, "minItems": 0}
UPPER = {"maximum": inf, "exclusiveMaximum": inf, "maxLength": inf, "maxItems": inf}
INTEGERS = {"int32": 2**31, "int64": 2**63}  # formats of integers, each with what they stay below
NAME = "$name"  # of the component that a schema comes from, while it is compared
STYLES = {"query": "form", "path": "simple", "header": "simple"}  # what OpenAPI takes where none is given

# No test can check that a pattern accepts all that another accepted: in these pairs (released, present), a person has
# checked it. A wrong pair here lets a breaking change pass.
_SECOND = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\\.[0-9]{1,6})?"
WIDER_PATTERNS = frozenset({(f"{_SECOND}Z$", f"{_SECOND}(Z|\\+00:00)$")})


def breaks(released: Any, present: Any) -> list[str]:
    """One line for each change that could break a client of the released document, in its order, none twice."""
    shapes, present_shapes = (one.get("components", {}).get("schemas", {}) for one in (released, present))
    # Shapes by name as well, although answers are compared whatever theirs are called: generated code has the names
    gone = (f"{name}: the shape is gone" for name in shapes if name not in present_shapes)
    return list(dict.fromkeys([*_operation_breaks(_Documents(released, present)), *gone]))


class _Documents(NamedTuple):
    """The two documents. `old` and `new` are everywhere the same part of the released and the present one."""

    released: Any
    present: Any


def _operation_breaks(documents: _Documents) -> Iterator[str]:
    for path, methods in documents.released["paths"].items():
        for method, old in methods.items():
            place, new = f"{method.upper()} {path}", documents.present["paths"].get(path, {}).get(method)
            if new is None:
                yield f"{place}: is gone"
                continue
            yield from _access_breaks(documents, place, old, new)
            yield from _parameter_breaks(documents, place, old, new)
            yield from _response_breaks(documents, place, old, new)


def _access_breaks(documents: _Documents, place: str, old: Schema, new: Schema) -> Iterator[str]:
    """What generated clients call it, and whether a key is needed."""
    if "operationId" in old and old["operationId"] != new.get("operationId"):
        yield f"{place}: the operationId {old['operationId']} is gone"
    before, now = old.get("security", documents.released.get("security")), new.get("security")
    if not before and (documents.present.get("security") if now is None else now):
        yield f"{place}: now needs a key"


def _parameter_breaks(documents: _Documents, place: str, old: Schema, new: Schema) -> Iterator[str]:
    before, now = _parameters(documents.released, old), _parameters(documents.present, new)
    for key, parameter in now.items():
        if parameter.get("required") and not before.get(key, {}).get("required"):
            yield f"{place}: the parameter {key[1]} is now required"
    for key, parameter in before.items():
        where = f"{place} {key[1]}"
        if key in now:
            yield from _reading_breaks(where, parameter, now[key])
            yield from _Requests(documents).breaks(where, parameter["schema"], now[key]["schema"])
        else:
            yield f"{where}: the parameter is gone"


def _parameters(document: Any, operation: Schema) -> dict[tuple[str, str], Schema]:
    """The parameters of an operation by place and name, each with style, explode and a schema that is no $ref."""
    found = {}
    for parameter in (_resolved(document, one) for one in operation.get("parameters", [])):
        style = parameter.get("style") or STYLES[parameter["in"]]
        filled = {"style": style, "explode": style == "form", **parameter}
        filled["schema"] = _resolved(document, parameter.get("schema", {}))
        found[parameter["in"], parameter["name"]] = filled
    return found


def _reading_breaks(place: str, old: Schema, new: Schema) -> Iterator[str]:
    """Requests as sent before, that would be read otherwise: style matters for lists, and for what becomes one."""
    before, now = old["schema"], new["schema"]
    was, style = (f"{one['style']}, explode {json.dumps(one['explode'])}" for one in (old, new))
    if before.get("type") == "array" and was != style:
        yield f"{place}: was read as {was}, is now read as {style}"
    if before.get("type") == "string" and "enum" not in before and now.get("type") == "array" and not new["explode"]:
        yield f"{place}: a text with a comma is now taken apart"


def _response_breaks(documents: _Documents, place: str, old: Schema, new: Schema) -> Iterator[str]:
    for status, reference in old["responses"].items():
        present = _response(new["responses"], status)
        if present is None:
            if status < "4":  # a refusal that no longer happens breaks nothing
                yield f"{place}: the response {status} is gone"
            continue
        before, now = _resolved(documents.released, reference), _resolved(documents.present, present)
        for header in before.get("headers", {}):
            if header not in now.get("headers", {}):
                yield f"{place} {status}: the header {header} is gone"
        for media_type, content in before.get("content", {}).items():
            if media_type in now.get("content", {}):
                schema = now["content"][media_type].get("schema", {})
                yield from _Answers(documents).breaks(f"{place} {status}", content.get("schema", {}), schema)
            else:
                yield f"{place} {status}: the media type {media_type} is gone"


def _response(responses: Schema, status: str) -> Schema | None:
    """What is declared for a status: by itself, else by its range, else by default."""
    return next((responses[key] for key in (status, f"{status[0]}XX", "default") if key in responses), None)


class _Direction(ABC):
    """Schemas compared for one direction of travel."""

    def __init__(self, documents: _Documents) -> None:
        self.documents = documents

    def breaks(self, place: str, old: Schema, new: Schema, above: frozenset[str] = frozenset()) -> Iterator[str]:
        """What breaks between two schemas. `above` has the pairs with references that this one lies within."""
        pair = json.dumps([old, new], sort_keys=True)
        if pair in above:
            return
        above |= {pair} if '"$ref"' in pair else set()
        olds = _alternatives(self.documents.released, old)
        yield from self.union(place, olds, _alternatives(self.documents.present, new), above)

    def union(self, place: str, olds: list[Schema], news: list[Schema], above: frozenset[str]) -> Iterator[str]:
        """What each released alternative lacks in the present one of its name, or that comes closest to it."""
        for old in olds:
            same = [new for new in news if _type(new) in (_type(old), None)]
            named = [new for new in same if NAME in old and new.get(NAME) == old[NAME]]
            where = old.get(NAME, place)
            if tried := [list(self.alternative(where, old, new, above)) for new in named or same]:
                yield from min(tried, key=len)
            else:
                now = " or ".join(_type(new) or "anything" for new in news)
                yield f"{place}: was {_type(old) or 'anything'}, is now {now}"

    @abstractmethod
    def alternative(self, place: str, old: Schema, new: Schema, above: frozenset[str]) -> Iterator[str]:
        """What breaks between two schemas of the same type that are no unions."""


class _Requests(_Direction):
    """What a client sends must still be taken."""

    def alternative(self, place: str, old: Schema, new: Schema, above: frozenset[str]) -> Iterator[str]:
        if "enum" in new and "enum" not in old:
            yield f"{place}: took any value, takes now only {json.dumps(new['enum'])}"
        elif "enum" in new:
            yield from _gone(place, old["enum"], new["enum"])
        yield from _bound_breaks(place, old, new)
        if "pattern" in new and not _pattern_is_kept(old, new):
            yield f"{place}: the pattern {old.get('pattern')} became {new['pattern']}"
        if "format" in new and not _format_is_kept(old, new):
            yield f"{place}: the format {old.get('format')} became {new['format']}"
        if "items" in new:
            yield from self.breaks(f"{place}[]", old.get("items", {}), new["items"], above)

    def union(self, place: str, olds: list[Schema], news: list[Schema], above: frozenset[str]) -> Iterator[str]:
        """One value may have become a list of such: what was sent is then a list of one."""
        items = [new.get("items", {}) for new in news if _type(new) == "array"]
        ones = [one for schema in items for one in _alternatives(self.documents.present, schema)]
        for old in olds:
            yield from super().union(place, [old], news if _type(old) == "array" else news + ones, above)


class _Answers(_Direction):
    """What a client reads must still be there, and be what it was."""

    def alternative(self, place: str, old: Schema, new: Schema, above: frozenset[str]) -> Iterator[str]:
        if _type(old) is not None and _type(new) is None:
            yield f"{place}: was {_type(old)}, may now be anything"
        yield from _value_breaks(place, old, new)
        for name in ("format", "pattern"):
            if name in old and old[name] != new.get(name) and not (name == "pattern" and _pattern_is_kept(old, new)):
                yield f"{place}: the {name} {old[name]} became {new.get(name)}"
        if old.get("minItems", 0) and not new.get("minItems", 0):
            yield f"{place}: may now be empty"
        if "items" in old:
            yield from self.breaks(f"{place}[]", old["items"], new.get("items", {}), above)
        yield from self.fields(place, old, new, above)

    def fields(self, place: str, old: Schema, new: Schema, above: frozenset[str]) -> Iterator[str]:
        """What breaks in the fields that are named, and in those of a map."""
        fields = new.get("properties", {})
        for name, field in old.get("properties", {}).items():
            if name not in fields:
                yield f"{place}.{name}: is gone"
                continue
            yield from self.breaks(f"{place}.{name}", field, fields[name], above)
            if name in old.get("required", []) and name not in new.get("required", []):
                yield f"{place}.{name}: may now be absent"
        values, present = old.get("additionalProperties"), new.get("additionalProperties", {})
        if isinstance(values, dict) and present is False:
            yield f"{place}.*: is gone"
        elif isinstance(values, dict):
            yield from self.breaks(f"{place}.*", values, present if isinstance(present, dict) else {}, above)

    def union(self, place: str, olds: list[Schema], news: list[Schema], above: frozenset[str]) -> Iterator[str]:
        """What could be anything, or null as well, may now be less."""
        real = [old for old in olds if _type(old) not in (None, "null")]
        yield from super().union(place, real, news, above)
        yield from self.added(place, olds, news, above)

    def added(self, place: str, olds: list[Schema], news: list[Schema], above: frozenset[str]) -> Iterator[str]:
        """A union of several shapes may gain one, as a feed of all collections does with each new collection."""
        kinds, known = dict.fromkeys(map(_type, news)), {_type(old) for old in olds}
        changed = known - {"null"} - kinds.keys()  # and reported as such
        for kind in kinds:
            before, now = ([one for one in each if _type(one) == kind] for each in (olds, news))
            if not before and not changed and None not in (kind, *known):
                yield f"{place}: may now be {kind}"
            grows = len(before) > 1 and kind == "object"
            if before and len(now) > len(before) and not grows and self.unknown(place, before, now, above):
                yield f"{place}: may now be {kind} of another shape"

    def unknown(self, place: str, olds: list[Schema], news: list[Schema], above: frozenset[str]) -> bool:
        """Whether one of the present alternatives is none of the released ones."""
        fits = {id(new) for old, new in product(olds, news) if not list(self.alternative(place, old, new, above))}
        return any(id(new) not in fits for new in news)


def _value_breaks(place: str, old: Schema, new: Schema) -> Iterator[str]:
    """A closed list of values in answers may neither grow nor shrink, an extensible one may grow."""
    known = [*new.get("enum", []), *new.get("x-extensible-enum", [])]
    yield from _gone(place, [*old.get("enum", []), *old.get("x-extensible-enum", [])], known)
    if "enum" in old and "enum" not in new:
        yield f"{place}: its list of values was closed, and is open"
    elif "enum" in old and (more := [value for value in new["enum"] if value not in old["enum"]]):
        yield f"{place}: its list of values was closed, and gained {json.dumps(more)}"


def _gone(place: str, before: list[Any], now: list[Any]) -> Iterator[str]:
    return (f"{place}: the value {json.dumps(value)} is gone" for value in before if value not in now)


def _bound_breaks(place: str, old: Schema, new: Schema) -> Iterator[str]:
    """Bounds that are tighter, or there where none was."""
    lower = [name for name, default in LOWER.items() if new.get(name, default) > old.get(name, default)]
    upper = [name for name, default in UPPER.items() if new.get(name, default) < old.get(name, default)]
    for name in lower + upper:
        yield f"{place}: {name} was {old.get(name)}, is now {new[name]}"


def _pattern_is_kept(old: Schema, new: Schema) -> bool:
    before, now = old.get("pattern"), new.get("pattern")
    return before == now or (before, now) in WIDER_PATTERNS


def _format_is_kept(old: Schema, new: Schema) -> bool:
    """Whether a format takes all that was taken before: that of an integer does if the old bounds lie within it."""
    before, now = old.get("format"), new["format"]
    most = INTEGERS.get(now, 0)
    return bool(before == now or (-most <= old.get("minimum", -inf) and old.get("maximum", inf) < most))


def _alternatives(document: Any, schema: Schema) -> list[Schema]:
    """A schema as those that it is a union of; const is written as enum, a list of types as a union."""
    resolved = _resolved(document, schema)
    for union in ("anyOf", "oneOf"):
        if union in resolved:
            base = {key: value for key, value in resolved.items() if key not in (union, "discriminator")}
            return [one for part in resolved[union] for one in _alternatives(document, _joined(base, part))]
    if "const" in resolved:
        resolved = {**resolved, "enum": [resolved["const"]]}
    if isinstance(resolved.get("type"), list):
        return [{**resolved, "type": one} for one in resolved["type"]]
    return [resolved]


def _resolved(document: Any, schema: Schema) -> Schema:
    """A schema without $ref and allOf at its top; what a reference led to has its name."""
    if "$ref" in schema:
        _, *steps = schema["$ref"].split("/")
        others = {key: value for key, value in schema.items() if key != "$ref"}
        target = _resolved(document, reduce(getitem, steps, document))
        return _joined(others, target) | {NAME: steps[-1]}
    whole = {key: value for key, value in schema.items() if key != "allOf"}
    return reduce(_joined, (_resolved(document, part) for part in schema.get("allOf", [])), whole)


def _joined(one: Schema, other: Schema) -> Schema:
    """Two schemas as one that both apply; of a keyword that both have, except fields, the other's counts."""
    both = one.keys() & other.keys()
    fields = {"properties": one["properties"] | other["properties"]} if "properties" in both else {}
    required = {"required": one["required"] + other["required"]} if "required" in both else {}
    return one | other | fields | required


def _type(schema: Schema) -> str | None:
    """The one type of a schema that is no union, given or to be seen; None if it may be anything."""
    if "type" in schema:
        return str(schema["type"])
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    names = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    types = {names[type(value)] for value in schema.get("enum") or schema.get("x-extensible-enum") or []}
    return types.pop() if len(types) == 1 else None
