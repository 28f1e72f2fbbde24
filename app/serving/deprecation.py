"""Deprecation of operations and parameters: declared here, announced in response headers and the OpenAPI schema.

Deprecation is advice: README promises that deprecated operations answer as before for as long as /v1 exists. `Sunset`
is the day until which that is certain. It is given only when a next version is served together with /v1.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any

from starlette.datastructures import QueryParams
from starlette.types import Scope

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Deprecation:
    """Deprecation of an operation (by its operationId), or of one of its query parameters.

    `since` and `sunset` mean the first instant of these days in UTC. `link` is the path or address of a page that
    says what to use instead. Raises ValueError for a sunset less than 12 months after `since`: README promises those.
    """

    operation: str
    since: date
    link: str
    sunset: date | None = None
    parameter: str | None = None

    def __post_init__(self) -> None:
        if self.sunset is None:
            return
        year_before = (self.sunset.year - 1, self.sunset.month, self.sunset.day)  # it need not be a day of a calendar
        if year_before < (self.since.year, self.since.month, self.since.day):
            raise ValueError(f"{self.name}: the sunset is less than 12 months after the deprecation")

    @property
    def name(self) -> str:
        """Name of what is deprecated, such as `list_actors` or `list_actors?q`."""
        return self.operation if self.parameter is None else f"{self.operation}?{self.parameter}"

    def concerns(self, scope: Scope) -> bool:
        """Whether a request uses what is deprecated. False before the request has been routed."""
        if getattr(scope.get("route"), "operation_id", None) != self.operation:
            return False
        return self.parameter is None or self.parameter in QueryParams(scope["query_string"])

    def links(self) -> list[str]:
        """Values of the header `Link` (RFC 8288).

        There is no rel="successor-version": together with rel="memento" it would mean a later state of the same data.
        """
        relations = ["deprecation"] if self.sunset is None else ["deprecation", "sunset"]
        return [f'<{self.link}>; rel="{relation}"' for relation in relations]

    def words(self) -> str:
        """Deprecation notice in Markdown, for descriptions in the OpenAPI schema; days are ISO 8601."""
        until = f", answered until {self.sunset} at least" if self.sunset else ""
        return f"**Deprecated** since {self.since}{until}: [what to do instead]({self.link})."


# What is added here is also announced in CHANGELOG. An entry stays as long as its operation is answered.
DEPRECATIONS: tuple[Deprecation, ...] = ()


def announced(scope: Scope, headers: Headers) -> Headers:
    """Response headers with `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` added if the request used any.

    Of several deprecations the earliest dates are sent, in UTC, and all links, after those that the response has. A
    request that was refused before routing, with 414 for example, has no operation: its headers do not change.
    """
    used = [one for one in DEPRECATIONS if one.concerns(scope)]
    if not used:
        return headers
    told = {b"deprecation": f"@{int(_instant(min(one.since for one in used)).timestamp())}".encode()}
    if sunsets := [one.sunset for one in used if one.sunset]:
        told[b"sunset"] = format_datetime(_instant(min(sunsets)), usegmt=True).encode()
    links = dict.fromkeys(link.encode() for one in used for link in one.links())
    told[b"link"] = b", ".join([*(value for name, value in headers if name == b"link"), *links])
    return [header for header in headers if header[0] not in told] + list(told.items())


def mark(schema: dict[str, Any]) -> None:
    """Deprecation marks in the completed OpenAPI schema, set in place. Raises ValueError for an unknown operation."""
    operations = {one["operationId"]: one for methods in schema["paths"].values() for one in methods.values()}
    for deprecation in DEPRECATIONS:
        operation = operations.get(deprecation.operation, {"parameters": []})
        parameters = {one["name"]: one for one in operation.get("parameters", []) if one["in"] == "query"}
        part = operation if deprecation.parameter is None else parameters.get(deprecation.parameter)
        if part is None or "responses" not in operation:
            raise ValueError(f"{deprecation.name} is deprecated, and is not in the schema")
        part["deprecated"] = True
        part["description"] += f" {deprecation.words()}"
        for answer in operation["responses"].values():
            for name in ("Deprecation", "Link", *(["Sunset"] if deprecation.sunset else [])):
                answer["headers"][name] = {"$ref": f"#/components/headers/{name}"}


def _instant(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
