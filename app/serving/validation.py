"""Validation messages: what pydantic refuses in a request, as faults of its parameters."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from app.errors import Fault, nearest, pydantic_fault

_SIMILAR = 0.7  # of difflib: with less, `format` is suggested for `sort`
_FAULTS = 10  # errors of one request that are answered: each one costs time and space


def validation_faults(request: Request, errors: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Faults of parameters for a 422, from pydantic's errors: each value once, at most ten."""
    return faults_of(errors, query_parameters(getattr(request.scope.get("route"), "dependant", None)))


def faults_of(errors: Sequence[Mapping[str, Any]], known: Mapping[str, FieldInfo]) -> list[Fault]:
    """Faults of parameters, from the errors that pydantic has of a query; `known` are its parameters by name."""
    faults: dict[tuple[Any, ...], Fault] = {}
    for error in errors[:_FAULTS]:
        place = error["loc"]  # ("query", "kind", 0): kind's first value; other parts name members of a union
        value = (*place[:2], *(part for part in place[2:] if isinstance(part, int)))
        name = str(value[1] if len(value) > 1 else value[0])
        faults.setdefault(value, _fault(error, name, known))
    return list(faults.values())


def query_parameters(dependant: Any) -> dict[str, FieldInfo]:
    """Query parameters of a route (its `dependant`) by their name in the address; models field by field."""
    found: dict[str, FieldInfo] = {}
    for field in dependant.query_params if dependant else ():
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            found |= {info.alias or name: info for name, info in model.model_fields.items()}
        else:
            found[field.alias] = field.field_info
    for inner in dependant.dependencies if dependant else ():
        found |= query_parameters(inner)
    return found


def _fault(error: Mapping[str, Any], name: str, known: Mapping[str, FieldInfo]) -> Fault:
    if error["type"] == "extra_forbidden":
        if not known:
            return Fault(name, "no-parameters")
        suggestion = nearest(name, list(known), _SIMILAR)
        return Fault(name, "unknown-parameter", {"known": sorted(known), "suggestion": suggestion})
    if error.get("input") == "":
        return Fault(name, "no-value")  # between two commas, or at the end after one
    fault = pydantic_fault(error, name)
    examples = known[name].examples if name in known and fault.code != "unknown-value" else None
    # An example says in plain words what a pattern does not.
    instead = {"pattern": None, "example": _example(examples[0]) if examples else None}
    return Fault(name, fault.code, {**fault.values, **instead})


def _example(value: Any) -> str:
    first = value[0] if isinstance(value, list) else value
    return first if isinstance(first, str) else json.dumps(first)
