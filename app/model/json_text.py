"""JSON texts: compact JSON, and objects joined from parts that are JSON already, so that bodies need no parsing."""

import json
from collections.abc import Mapping
from typing import Any

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))  # json.dumps makes one at each call: 6 µs


def compact(value: Any) -> str:
    """Compact JSON of a value: without blanks, with letters beyond ASCII as they are.

    Raises TypeError for a value that JSON does not have, such as a date.
    """
    return _ENCODER.encode(value)


def as_object(members: Mapping[str, str]) -> str:
    """JSON object of members that are JSON already. Names are not escaped: they must have no quote or backslash."""
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"


def extended(text: str, name: str, value: str) -> str:
    """JSON object with one more member at its end, which is JSON already. The object must not be empty."""
    return f'{text[:-1]},"{name}":{value}}}'


def with_prefix(text: str, prefix: str) -> str:
    """JSON text with a path prefix in the addresses of this service: members `url` whose value is a path under /v1.

    The text has to be compact. It is unchanged without a prefix. What is replaced has quotes that are not escaped, so
    it cannot be a part of a value.
    """
    return text.replace('"url":"/v1/', f'"url":"{prefix}/v1/') if prefix else text
