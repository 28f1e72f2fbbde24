"""What is deprecated: declared here once, told by the headers of answers and by the OpenAPI schema.

Deprecation is advice: what is deprecated is answered as before for as long as there is /v1, as README promises.
`Sunset` is the day until which that is sure, and is given only once a next version stands beside /v1.
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
    """An operation (its operationId), or one query parameter of it, that clients are asked to leave.

    `since` and `sunset` mean the first instant of these days in UTC; `link` is the path or address of a page that
    tells what to do instead. Raises ValueError for a sunset sooner than the 12 months that README promises.
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
        """What is deprecated, as in `list_actors` or `list_actors?q`."""
        return self.operation if self.parameter is None else f"{self.operation}?{self.parameter}"

    def concerns(self, scope: Scope) -> bool:
        """Whether a request that has been routed uses what is deprecated."""
        if getattr(scope.get("route"), "operation_id", None) != self.operation:
            return False
        return self.parameter is None or self.parameter in QueryParams(scope["query_string"])

    def links(self) -> list[str]:
        """The values for `Link`.

        None has rel="successor-version": beside rel="memento" it would be taken for a later state of the same data.
        """
        relations = ["deprecation"] if self.sunset is None else ["deprecation", "sunset"]
        return [f'<{self.link}>; rel="{relation}"' for relation in relations]

    def words(self) -> str:
        """The same for people, in Markdown."""
        until = f", answered until {self.sunset} at least" if self.sunset else ""
        return f"**Deprecated** since {self.since}{until}: [what to do instead]({self.link})."


# Whoever adds to it also tells it in CHANGELOG. A line stays as long as what it names is answered.
DEPRECATIONS: tuple[Deprecation, ...] = ()


def announced(scope: Scope, headers: Headers) -> Headers:
    """An answer's headers, and with them `Deprecation` (RFC 9745), `Sunset` (RFC 8594), `Link` for what it used.

    Of several the earliest dates are told, and all links, behind those that the answer has. An address that was
    refused before it was routed, as too long or not readable, has no operation: its headers stay as they are.
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
    """Mark what is deprecated in the completed OpenAPI schema, in place. Raises ValueError for what is not there."""
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
