"""Problem details (RFC 9457) in the OpenAPI document: the schema, the responses of routes, an example of each type.

Also the tables of `openapi.md` that list every type of problem and every code of `errors`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel, Field

from app.errors import (
    KINDS,
    OTHER_SLUG,
    BadRequest,
    DossierError,
    InternalError,
    InvalidParameter,
    Kind,
    MethodNotAllowed,
    NotAcceptable,
    OtherStatus,
    PreconditionFailed,
    RangeNotSatisfiable,
    RequestHeadersTooLarge,
    TooManyRequests,
    Unavailable,
    UnknownPath,
    UnknownRecord,
    UnknownRevision,
    UriTooLong,
    WithdrawnRecord,
    kind_of,
)
from app.messages import MESSAGES, PARAMETER_CODES, title
from app.model.fields import LANGUAGES
from app.serving.problems import MEDIA_TYPE, problem_body, problem_type

_REQUEST_ID = "0b7e6f9c-3d0a-4c39-9f0e-8a1d2c3b4e5f"
_SLUGS = (*(kind.slug for kind in KINDS.values()), OTHER_SLUG)


class ParameterFault(BaseModel):
    """A parameter that cannot be used."""

    parameter: str = Field(description="Name of the parameter, as in the address.", examples=["from"])
    code: str = Field(
        description="Stable word for what is wrong with it; more may come.",
        examples=["too-large"],
        json_schema_extra={"x-extensible-enum": [*PARAMETER_CODES]},
    )
    detail: str = Field(description="What is wrong with it, and what to write.", examples=["must be at most 200"])


class Problem(BaseModel):
    """Why a request was refused or failed (RFC 9457). Clients must accept further members."""

    type: str = Field(
        description="Type of the problem: compare this one, not the words.",
        examples=["urn:dossier:problem:unknown-path"],
        json_schema_extra={
            "format": "uri-reference",
            "x-extensible-enum": [*map(problem_type, _SLUGS)],
        },
    )
    title: str = Field(description="Type of the problem in words.", examples=["Unknown path"])
    status: int = Field(description="HTTP status of the response.", examples=[404])
    detail: str = Field(description="What is wrong with this request, and what to do.", examples=["Nothing is at /v2."])
    instance: str = Field(
        description="This request: `urn:uuid:` and the value of the header X-Request-ID.",
        examples=[f"urn:uuid:{_REQUEST_ID}"],
    )
    errors: list[ParameterFault] = Field([], description="Parameters that cannot be used; only with status 422.")
    reason: str = Field("", description="Why the record was withdrawn; only with status 410.")
    last_version: str = Field("", description="Path of the record's last version; only with status 410.")


# What any request can get, by range of statuses: declared for all operations at once, not by the routes.
RANGES: dict[str, Sequence[type[DossierError]]] = {
    "4XX": (
        BadRequest,
        MethodNotAllowed,
        NotAcceptable,
        PreconditionFailed,
        UriTooLong,
        InvalidParameter,
        TooManyRequests,
    ),
    "5XX": (InternalError, Unavailable),
}


def problem_responses(*faults: int | type[DossierError]) -> dict[int | str, dict[str, Any]]:
    """Problem responses: the `responses=` of a route that can fail with these classes of errors or statuses.

    Raises ValueError if no problem has the status.
    """
    kinds = [kind for fault in faults for kind in _kinds(fault)]
    return {kind.status: _response([one for one in kinds if one.status == kind.status]) for kind in kinds}


def _kinds(fault: int | type[DossierError]) -> list[Kind]:
    kinds = [kind for cls, kind in KINDS.items() if fault in (cls, kind.status)]
    if not kinds:
        raise ValueError(f"no problem has the status {fault}")
    return kinds


def problem_ranges() -> dict[str, dict[str, Any]]:
    """Problem responses that any request can get, by status range: `4XX` and `5XX`."""
    return {status: _response([KINDS[cls] for cls in classes]) for status, classes in RANGES.items()}


def _response(kinds: list[Kind]) -> dict[str, Any]:
    examples = {kind.slug: {"$ref": f"#/components/examples/{kind.slug}"} for kind in kinds}
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}
    first, *others = [f"{title(kind.slug)} ({kind.status})" for kind in kinds]
    words = ", ".join([first, *(f"{other[0].lower()}{other[1:]}" for other in others)])
    return {"description": words, "content": {MEDIA_TYPE: content}}


def problem_components() -> dict[str, dict[str, Any]]:
    """Problem components: the schemas and examples that the responses of `problem_responses` refer to."""
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas = {**problem.pop("$defs"), "Problem": problem}
    samples = {kind_of(error): problem_body(error, _REQUEST_ID) for error in _samples()}
    examples = {kind.slug: {"summary": title(kind.slug), "value": body} for kind, body in samples.items()}
    return {"schemas": schemas, "examples": examples}


def _samples() -> list[DossierError]:
    return [
        BadRequest("unreadable-request"),
        UnknownPath("unknown-path", path="/v1/timeline-event", suggestion="/v1/timeline-events", root="/v1"),
        UnknownRecord("unknown-record", id="korea", collection="actors", revision=1),
        UnknownRevision("unknown-revision", number=99),
        MethodNotAllowed("POST"),
        NotAcceptable({"json": "application/json"}),
        WithdrawnRecord(3, "Recorded twice.", "/v1/actors/dprk?revision=2"),
        PreconditionFailed(),
        UriTooLong(16_384),
        RangeNotSatisfiable(),
        InvalidParameter("limit", "too-large", most=200),
        TooManyRequests(60),
        RequestHeadersTooLarge(65_536),
        InternalError(),
        Unavailable(),
    ]


def type_table() -> Iterator[str]:
    """Table in Markdown of every problem type: status, title in both languages, `type`, an example of `detail`."""
    yield "| status | `title` | in French | `type` | `detail`, for example |\n|---|---|---|---|---|"
    for error in [*_samples(), OtherStatus(451)]:
        body, slug = problem_body(error, _REQUEST_ID), kind_of(error).slug
        status = "any other" if slug == OTHER_SLUG else body["status"]
        titles = " | ".join(title(slug, lang) for lang in LANGUAGES)
        yield f"| {status} | {titles} | `{body['type']}` | {body['detail']} |"


def code_table() -> Iterator[str]:
    """Table in Markdown of every code of `errors`, with its `detail` in both languages, `…` in place of values."""
    yield "| `code` | `detail` | in French |\n|---|---|---|"
    for code in PARAMETER_CODES:
        sentences = " | ".join(re.sub(r"\{.*?\}", "…", MESSAGES[code][lang]) for lang in LANGUAGES)
        yield f"| `{code}` | {sentences} |"
