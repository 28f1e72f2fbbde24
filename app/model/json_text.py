"""Compact JSON, put together from parts that are JSON already: stored bodies are not parsed to be served."""

import json
from collections.abc import Mapping
from typing import Any


def compact(value: Any) -> str:
    """A value as JSON in UTF-8 without blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_object(members: Mapping[str, str]) -> str:
    """A JSON object of members that are JSON already; their names need no escaping."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"


def extended(text: str, name: str, value: str) -> str:
    """A JSON object, not an empty one, with one more member at its end that is JSON already."""
    return f'{text[:-1]},"{name}":{value}}}'
