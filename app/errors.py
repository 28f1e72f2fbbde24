"""Errors: each raises a code and values, and no sentence; `messages` has the sentence of every code.

A code is a stable word in kebab-case that clients may compare. The class of an error gives the problem type (RFC 9457).
"""
# ruff: noqa: N818 - the classes are named by what is wrong, as the problem types are

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from difflib import get_close_matches
from typing import Any, NamedTuple, overload

_SHOWN = 80  # characters of a wrong value that are repeated: enough to recognise it
_COMPARED = 100  # characters of a wrong value that suggestions look at: the time grows with the square of the length


class CodedError(Exception):
    """Base of all errors that users read: a code and the values that its sentence needs.

    `str()` gives both, for logs.
    """

    def __init__(self, code: str, /, **values: Any) -> None:
        super().__init__(code, *([values] if values else []))
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return _logged(self.code, self.values)


class InvalidValue(CodedError, ValueError):
    """A value that a validator refuses. Pydantic hands it on as `ctx["error"]` of a `value_error`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one parameter, field or setting."""

    parameter: str
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def where(self) -> str:
        """What a line about it begins with; empty where it concerns the whole."""
        return self.parameter

    def __str__(self) -> str:
        return f"{self.parameter}: {_logged(self.code, self.values)}"


class Kind(NamedTuple):
    """A problem type: HTTP status and the end of its URN."""

    status: int
    slug: str


class DossierError(CodedError):
    """Base of all refusals of requests. `extra` are further members of the problem."""

    def __init__(self, code: str, /, extra: Mapping[str, Any] | None = None, **values: Any) -> None:
        super().__init__(code, **values)
        self.extra = dict(extra or {})


class BadRequest(DossierError):
    """400: the request cannot be read."""


class UnknownPath(DossierError):
    """404: nothing of this service has the path."""


class UnknownRecord(DossierError):
    """404: the collection has no record of this id at the revision asked for, nor had one before."""


class UnknownRevision(DossierError):
    """404: the dataset has no such revision."""


class MethodNotAllowed(DossierError):
    """405: the method is none of those that `Allow` names."""

    def __init__(self, method: str) -> None:
        super().__init__("method-not-allowed", method=cut(method))


class NotAcceptable(DossierError):
    """406: the client accepts none of the formats offered (name to media type)."""

    def __init__(self, offered: Mapping[str, str]) -> None:
        names = [f"{media_type} (format={name})" for name, media_type in offered.items()]
        super().__init__("not-acceptable", offered=names)


class WithdrawnRecord(DossierError):
    """410: the record was withdrawn in a revision for `reason`, which is in the language of the response.

    `last_version` is the path of its last version; `pieces` are parts of the reason with paths of records (pages only).
    """

    pieces: Sequence[tuple[str, str | None]] = ()

    def __init__(self, revision: int, reason: str, last_version: str) -> None:
        super().__init__("withdrawn-record", {"reason": reason, "last_version": last_version}, revision=revision)
        self.last_version = last_version


class PreconditionFailed(DossierError):
    """412: the answer has none of the entity tags that `If-Match` names."""

    def __init__(self) -> None:
        super().__init__("precondition-failed")


class UriTooLong(DossierError):
    """414: path and query are longer than `most` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__("uri-too-long", most=most)


class RangeNotSatisfiable(DossierError):
    """416: no byte of a download is in the range asked for; the header `Content-Range` gives its length."""

    def __init__(self, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("range-not-satisfiable")
        self.headers = dict(headers or {})  # those of the framework


class InvalidParameter(DossierError):
    """422: parameters that cannot be used: one with its code and values, or several `Fault`s.

    Code and values are those of the first.
    """

    @overload
    def __init__(self, parameter: str, code: str, /, **values: Any) -> None: ...
    @overload
    def __init__(self, fault: Fault, /, *more: Fault) -> None: ...
    def __init__(self, first: Any, /, *rest: Any, **values: Any) -> None:
        self.faults: tuple[Fault, ...] = (Fault(first, rest[0], values),) if isinstance(first, str) else (first, *rest)
        super().__init__(self.faults[0].code, **self.faults[0].values)

    def __str__(self) -> str:
        return "; ".join(map(str, self.faults))


class TooManyRequests(DossierError):
    """429: the client sent more requests than are allowed, and may send the next one in so many seconds."""

    def __init__(self, seconds: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("too-many-requests", seconds=seconds)
        self.headers = {"Retry-After": str(seconds), **(headers or {})}


class RequestHeadersTooLarge(DossierError):
    """431: the headers of the request are longer than `most` bytes, or by its code more than `most` lines."""

    def __init__(self, most: int, code: str = "request-headers-too-large") -> None:
        super().__init__(code, most=most)


class InternalError(DossierError):
    """500: a fault of this service. The log has it under the request id; the answer says nothing of it."""

    def __init__(self) -> None:
        super().__init__("internal-error")


class Unavailable(DossierError):
    """503: the database does not answer now."""

    def __init__(self, code: str = "data-unreadable", /, **values: Any) -> None:
        super().__init__(code, **values)


class OtherStatus(DossierError):
    """Any other HTTP status. The text of the framework is not shown, because it may contain internals."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        super().__init__("other-status", status=status)
        self.headers = dict(headers or {})  # those of the framework
        other = Kind(status, OTHER_SLUG)
        self.kind = next((kind for kind in KINDS.values() if kind.status == status), other)


class RequestTimeout(OtherStatus):
    """408: the head of the request was not complete in time."""

    def __init__(self) -> None:
        super().__init__(408)
        self.code = "request-timeout"


OTHER_SLUG = "http-error"  # of the statuses that have no problem type of their own

# Slugs are promised to users, who compare `type`: a new one may come, a known one never changes.
KINDS: dict[type[DossierError], Kind] = {
    BadRequest: Kind(400, "bad-request"),
    UnknownPath: Kind(404, "unknown-path"),
    UnknownRecord: Kind(404, "unknown-record"),
    UnknownRevision: Kind(404, "unknown-revision"),
    MethodNotAllowed: Kind(405, "method-not-allowed"),
    NotAcceptable: Kind(406, "not-acceptable"),
    WithdrawnRecord: Kind(410, "withdrawn-record"),
    PreconditionFailed: Kind(412, "precondition-failed"),
    UriTooLong: Kind(414, "uri-too-long"),
    RangeNotSatisfiable: Kind(416, "range-not-satisfiable"),
    InvalidParameter: Kind(422, "invalid-parameter"),
    TooManyRequests: Kind(429, "too-many-requests"),
    RequestHeadersTooLarge: Kind(431, "request-headers-too-large"),
    InternalError: Kind(500, "internal-error"),
    Unavailable: Kind(503, "unavailable"),
}


def kind_of(error: DossierError) -> Kind:
    """The problem type of an error: that of its class, or of the nearest class above it that has one."""
    if isinstance(error, OtherStatus):
        return error.kind
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)


# By pydantic's error type, or by its first word for a family: date_parsing, date_from_datetime_inexact, …
PYDANTIC_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown-field",
    "int": "not-an-integer",
    "float": "not-a-number",
    "finite_number": "not-a-number",
    "decimal": "not-a-decimal",
    "bool": "not-a-boolean",
    "date": "not-a-day",
    "datetime": "not-a-time",
    "greater_than_equal": "too-small",
    "less_than_equal": "too-large",
    "string_type": "not-a-text",
    "string_too_short": "too-short",
    "string_too_long": "too-long",
    "string_pattern_mismatch": "wrong-form",
    "too_short": "too-few-values",
    "too_long": "too-many-values",
    "list_type": "not-a-list",
    "model_type": "not-a-table",
    "model_attributes_type": "not-a-table",
}
# What TOML reads where a text has no quotes: 2018-06-12 is a date there, and 2018 a number.
_UNQUOTED = (date, time, int, float)
_CONTEXT = {"ge": "least", "le": "most", "min_length": "least", "max_length": "most", "pattern": "pattern"}


def pydantic_fault(error: Mapping[str, Any], parameter: str) -> Fault:
    """One of pydantic's errors (an element of `ValidationError.errors()`) as a fault of a parameter or field.

    If the error has no `input`, the values repeat nothing of the input.
    """
    kind, context = str(error["type"]), error.get("ctx", {})
    if "expected" in context:
        allowed = re.findall(r"'([^']*)'", context["expected"])
        given = unknown_value(error["input"], allowed) if "input" in error else {"allowed": allowed}
        return Fault(parameter, "unknown-value", given)
    values = {"value": shown(error["input"])} if "input" in error else {}
    if isinstance(refused := context.get("error"), CodedError):
        return Fault(parameter, refused.code, values | refused.values)
    if kind == "string_type" and isinstance(error.get("input"), _UNQUOTED):
        return Fault(parameter, "unquoted-text", {"text": shown(error["input"]).strip('"')})
    code = PYDANTIC_CODES.get(kind) or PYDANTIC_CODES.get(kind.partition("_")[0], "invalid-value")
    limits = {_CONTEXT[name]: limit for name, limit in context.items() if name in _CONTEXT}
    return Fault(parameter, code, values | limits)


def unknown_value(value: Any, allowed: Sequence[str]) -> dict[str, Any]:
    """Values of the code `unknown-value`: what was given, what is allowed, and the closest match."""
    return {"value": shown(value), "allowed": list(allowed), "suggestion": nearest(str(value), allowed)}


def nearest(wrong: str, names: Sequence[str], cutoff: float = 0.6) -> str | None:
    """Closest match: the known name that is most similar to a wrong one, for "Did you mean …?"; None if none is."""
    return next(iter(get_close_matches(wrong[:_COMPARED].lower(), names, 1, cutoff)), None)


def shown(value: Any) -> str:
    """A wrong value as JSON, to be repeated in a sentence; long ones are cut."""
    return cut(json.dumps(value, ensure_ascii=False, default=str))


def cut(text: str, most: int = _SHOWN) -> str:
    """A text that came in, to be repeated in an answer or in the log: with `…` after so many characters."""
    return text if len(text) <= most else f"{text[:most]}…"


def _logged(code: str, values: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name}={value!r}" for name, value in values.items())
    return f"{code} ({given})" if given else code
