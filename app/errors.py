"""What a request can be refused for: one class each, one table from class to problem, one body (RFC 9457)."""
# ruff: noqa: N818 - the classes are named by what is wrong, as the problem types are

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, NamedTuple

ALLOW = "GET, HEAD, OPTIONS"  # every path of this service answers these and no other


class Kind(NamedTuple):
    """A problem type: HTTP status, the end of its URN, and its title."""

    status: int
    slug: str
    title: str


class DossierError(Exception):
    """Base of all refusals. `detail` tells what is wrong and what to do; `extra` are further members."""

    def __init__(self, detail: str, headers: Mapping[str, str] | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors: list[dict[str, str]] = []
        self.headers = dict(headers or {})
        self.extra = extra


class BadRequest(DossierError):
    """400: the request cannot be read."""


class UnknownPath(DossierError):
    """404: nothing of this service has the path."""


class UnknownRecord(DossierError):
    """404: the collection has never held this id, or not yet at the revision asked for."""


class UnknownRevision(DossierError):
    """404: the dataset has no such revision."""


class MethodNotAllowed(DossierError):
    """405: the method is none of those that `Allow` names."""

    def __init__(self, method: str) -> None:
        super().__init__(f"{method} is not answered here: this service is read with GET.", {"Allow": ALLOW})


class NotAcceptable(DossierError):
    """406: none of the formats offered is acceptable to the client; `detail` names those offered."""


class WithdrawnRecord(DossierError):
    """410: the record was withdrawn for `reason`; its last version still answers at `last_version` (path)."""

    def __init__(self, detail: str, reason: str, last_version: str) -> None:
        link = {"Link": f'<{last_version}>; rel="memento"'}
        super().__init__(detail, link, reason=reason, last_version=last_version)


class UriTooLong(DossierError):
    """414: path and query are longer than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"Path and query together are longer than {limit} bytes: shorten the query.")


class InvalidParameter(DossierError):
    """422: a parameter cannot be used; `detail` goes on after its name, as in "limit: must be at most 200".

    More pairs of parameter and detail may follow.
    """

    def __init__(self, parameter: str, detail: str, *more: tuple[str, str]) -> None:
        faults = [(parameter, detail), *more]
        super().__init__("; ".join(f"{name}: {fault}" for name, fault in faults))
        self.errors = [{"parameter": name, "detail": fault} for name, fault in faults]


class InternalError(DossierError):
    """500: a fault of this service. The log holds it under the request id; the answer says nothing of it."""

    def __init__(self) -> None:
        super().__init__("The service failed at this request and has logged it. Try again later.")


class Unavailable(DossierError):
    """503: the database does not answer now; clients are asked to wait 5 seconds."""

    def __init__(self, detail: str = "The data cannot be read now. Try again in a few seconds.") -> None:
        super().__init__(detail, {"Retry-After": "5"})


class OtherStatus(DossierError):
    """Whatever else the framework answers, such as 416: its status alone, as its words may show something."""

    def __init__(self, status: int, headers: Mapping[str, str] | None = None) -> None:
        phrase = HTTPStatus(status).phrase
        super().__init__(f"{phrase}.", headers)
        other = Kind(status, f"http-{status}", phrase)
        self.kind = next((kind for kind in KINDS.values() if kind.status == status), other)


# Slugs are promised to users, who compare `type`: a new one may come, a known one never changes.
KINDS: dict[type[DossierError], Kind] = {
    BadRequest: Kind(400, "bad-request", "Unreadable request"),
    UnknownPath: Kind(404, "unknown-path", "Unknown path"),
    UnknownRecord: Kind(404, "unknown-record", "Unknown record"),
    UnknownRevision: Kind(404, "unknown-revision", "Unknown revision"),
    MethodNotAllowed: Kind(405, "method-not-allowed", "Method not allowed"),
    NotAcceptable: Kind(406, "not-acceptable", "No acceptable format"),
    WithdrawnRecord: Kind(410, "withdrawn-record", "Withdrawn record"),
    UriTooLong: Kind(414, "uri-too-long", "Address too long"),
    InvalidParameter: Kind(422, "invalid-parameter", "Invalid parameter"),
    InternalError: Kind(500, "internal-error", "Internal error"),
    Unavailable: Kind(503, "unavailable", "Temporarily unavailable"),
}


def kind_of(error: DossierError) -> Kind:
    """The problem type of an error: that of its class, or of the nearest class above it that has one."""
    if isinstance(error, OtherStatus):
        return error.kind
    return next(KINDS[cls] for cls in type(error).__mro__ if cls in KINDS)
