"""Validation messages: what pydantic refuses in a query, in words that say what to write."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from pydantic.fields import FieldInfo

_FAULTS = 10  # errors of one request that are put into words: each one costs time and space
_SHOWN = 80  # characters of a wrong value that are repeated: enough to know it again


def validation_faults(request: Request, errors: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Pydantic's errors as pairs of parameter and what is wrong with it, in words that say what to write."""
    known = query_parameters(getattr(request.scope.get("route"), "dependant", None))
    faults: dict[tuple[Any, ...], tuple[str, str]] = {}
    for error in errors[:_FAULTS]:
        place = error["loc"]  # ("query", "kind", 0): kind's first value; other parts name members of a union
        value = (*place[:2], *(part for part in place[2:] if isinstance(part, int)))
        name = str(value[1] if len(value) > 1 else value[0])
        faults.setdefault(value, (name, _fault(error, name, known)))
    return list(faults.values())


def query_parameters(dependant: Any) -> dict[str, FieldInfo]:
    """What a route (its `dependant`) takes in the query, by name as in the address; models field by field."""
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


# By pydantic's error type, or by its first word for a family: date_parsing, date_from_datetime_inexact, …
_WORDS = {
    "missing": "is required",
    "int": "{value} is not a whole number",
    "float": "{value} is not a number",
    "decimal": "{value} is not a decimal number",
    "bool": "{value} is neither true nor false",
    "date": "{value} is not a day of the calendar, written YYYY-MM-DD",
    "datetime": "{value} is not an instant, written YYYY-MM-DDThh:mm:ssZ",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "needs {min_length} or more characters",
    "string_too_long": "takes {max_length} characters at most",
    "string_pattern_mismatch": "{value} is not written as needed here",
    "too_long": "has more values than the {max_length} allowed",
    "value_error": "{error}",
    "assertion_error": "{error}",
}


def _fault(error: Mapping[str, Any], name: str, known: Mapping[str, FieldInfo]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        takes = f"Known here: {', '.join(sorted(known))}" if known else "This address takes no parameters"
        return f"is unknown.{_did_you_mean(name, known)} {takes}"
    if "expected" in context:
        return not_among(str(error["input"]), re.findall(r"'([^']*)'", context["expected"]))
    words = _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0]) or "{value} cannot be used here"
    words = words.format(value=_shown(error["input"]), **context)
    examples = known[name].examples if name in known else None
    return f"{words}. For example: {_example(examples[0])}" if examples else words


def _example(value: Any) -> str:
    first = value[0] if isinstance(value, list) else value
    return first if isinstance(first, str) else json.dumps(first)


def not_among(value: str, allowed: Sequence[str]) -> str:
    """The words for a value that is none of those allowed, with the nearest one."""
    return f"{_shown(value)} is not known.{_did_you_mean(value, allowed)} Allowed: {', '.join(allowed)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _did_you_mean(wrong: str, names: Iterable[str]) -> str:
    near = get_close_matches(wrong[:100].lower(), names, 1)
    return f" Did you mean {near[0]}?" if near else ""
