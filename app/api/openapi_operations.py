"""Operations of the OpenAPI document: completes their parameters and responses with what FastAPI cannot know."""

from typing import Any

from app.api import openapi_examples as examples
from app.api.openapi_components import Document
from app.api.openapi_schemas import complete_integer
from app.api.problem_schemas import problem_ranges

# Response headers. Cache-Control, Content-Disposition and Content-Language are left out: HTTP says what they mean, no
# client reads them by their schema, and naming them in each operation took 8 kB. X-Request-ID is named where it is
# needed, with problems.
HEADERS = {
    "Accept-Ranges": "`bytes`: a part of the download can be asked for with `Range`.",
    "Allow": "The methods that can be used; only with status 405.",
    "Content-Range": "Which bytes of the download these are, or how long it is.",
    "Dataset-Revision": "Dataset revision that the response was made from.",
    "Deprecation": "Since when the operation or parameter is deprecated; `Link` says what to use instead (RFC 9745).",
    "ETag": "Strong entity tag. Send it as `If-None-Match` to get 304 if nothing has changed.",
    "Link": "`first` and `next` page; `memento`: this response at a fixed revision; `original`: the present one "
    "(RFC 8288, RFC 7089).",
    "Memento-Datetime": "When the revision was published; only if the request names a revision (RFC 7089).",
    "Retry-After": "Seconds to wait before the next attempt; only with status 429 or 503.",
    "Sunset": "The deprecated operation or parameter works at least until then (RFC 8594).",
    "X-Request-ID": "Id of this request; the access log has it too.",
}
# Media types other than JSON, each with the schema that describes it wherever it is offered. Their names are promised
# to generated clients.
FORMATS: dict[str, tuple[str, Document]] = {
    "text/csv": (
        "Csv",
        {
            "type": "string",
            "description": "CSV (RFC 4180) in UTF-8 with a header line. Lists and objects are JSON. Texts that begin "
            "with `'`, or that a spreadsheet would take for a formula, get a `'` before them.",
        },
    ),
    "application/jsonl": (
        "JsonLines",
        {"type": "string", "description": "JSON Lines in UTF-8: one JSON object in each line."},
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (
        "Workbook",
        {"type": "string", "format": "binary", "description": "Excel workbook of at most 100,000 rows."},
    ),
    "text/calendar": (
        "Calendar",
        {"type": "string", "description": "iCalendar (RFC 5545): an all-day event for each record with a date."},
    ),
    "application/atom+xml": (
        "AtomFeed",
        {"type": "string", "description": "Atom feed (RFC 4287) in pages (RFC 5005), newest first."},
    ),
    "application/vnd.citationstyles.csl+json": (
        "CslItems",
        {
            "type": "array",
            "items": {"type": "object"},
            "description": "CSL-JSON, which citation managers import.",
        },
    ),
    "application/x-bibtex": (
        "BibTeX",
        {"type": "string", "description": "BibTeX in UTF-8: one `@misc` entry."},
    ),
    "text/x-bibliography": (
        "PlainCitation",
        {"type": "string", "description": "Citation as a line of text in UTF-8, in the language of the response."},
    ),
}
_OF_REVISIONS = ("Dataset-Revision", "ETag", "Link", "Memento-Datetime")
_OF_RANGES = ("Accept-Ranges", "Content-Range")
_OF_STATUSES = {
    "206": _OF_RANGES,
    "410": ("Link",),
    "416": ("Content-Range",),
    "4XX": ("Allow", "Retry-After"),
    "5XX": ("Retry-After",),
}
# Parameters of one list come first; these, which many have, come last and in this order.
_LAST_PARAMETERS = (
    *("id", "q", "since", "from", "to", "in_force_on", "certain", "actor", "instrument", "topic", "source", "group_by"),
    *("sort", "limit", "cursor", "facets", "include", "fields", "lang", "format", "revision", "as_of"),
)
_COMMA_SEPARATED = ("fields", "facets", "include")


def complete_operation(path: str, operation: Document) -> None:
    """Operation object: completes its parameters and responses, in place. Raises KeyError if it has no response 200."""
    for parameter in operation.get("parameters", []):
        in_path = parameter["in"] == "path"
        _complete_parameter(parameter, examples.of_path(path, parameter["name"]) if in_path else None)
    operation.get("parameters", []).sort(key=_position)
    _complete_responses(operation)


def _position(parameter: Document) -> int:
    return _LAST_PARAMETERS.index(parameter["name"]) + 1 if parameter["name"] in _LAST_PARAMETERS else 0


def _complete_parameter(parameter: Document, example: Any) -> None:
    schema = parameter["schema"]
    # Swagger UI sends what it pre-fills, and it pre-fills defaults and `example`, not `examples`.
    default = schema.pop("default", None)
    _complete_value(schema)
    if default not in (None, []):
        parameter["description"] += f" Default: `{default}`."
    if parameter["name"] in _COMMA_SEPARATED:
        parameter["explode"] = False
    if example is not None:
        schema["examples"] = [example]
    if parameter["required"]:
        parameter["example"] = schema.pop("examples")[0]
        return
    del parameter["required"]  # false is what OpenAPI takes where nothing is said
    if "enum" in schema.get("items", schema):
        schema.pop("examples", None)  # the values are listed
    shown = schema.get("examples", [None])[0]
    if shown is not None and schema["type"] != "boolean":
        parameter["description"] += f" Example: `{shown[0] if isinstance(shown, list) else shown}`."


def _complete_value(schema: Document) -> None:
    """Parameter schema: reduced in place to the schema of a value that is given, without null."""
    # A parameter is absent or has a value, never null: keep the one type that a value has.
    real = [option for option in schema.pop("anyOf", []) if option.get("type") != "null"]
    for key, value in (real[0] if real else {}).items():
        schema.setdefault(key, value)
    for repeated in ("title", "description"):  # the parameter has both
        schema.pop(repeated, None)
    complete_integer(schema)
    for one in (schema, schema.get("items", {})):
        if "const" in one:
            one["enum"] = [one.pop("const")]  # Swagger UI then offers it


def _complete_responses(operation: Document) -> None:
    responses = operation["responses"]
    responses.pop("422", None)  # FastAPI's own: another body than ours
    responses |= problem_ranges()
    answer = responses["200"]
    for media_type, content in answer["content"].items():
        if media_type in FORMATS:
            content["schema"] = {"$ref": f"#/components/schemas/{FORMATS[media_type][0]}"}
    if "206" in responses:
        responses["206"]["content"] = {name: {**content} for name, content in answer["content"].items()}
    examples.add_to_answer(operation["operationId"], answer["content"])
    # An answer about a revision takes the parameter `revision`.
    of_revision = any(parameter["name"] == "revision" for parameter in operation.get("parameters", []))
    if of_revision:
        responses["304"] = {"description": "Not modified: the client has this response already."}
    for status, response in responses.items():
        names = [*(["X-Request-ID"] if status >= "400" else []), *_OF_STATUSES.get(status, ())]
        if of_revision and status < "400":
            names += _OF_REVISIONS
        if status == "200" and "206" in responses:
            names.append("Accept-Ranges")
        if names:
            response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    operation["responses"] = dict(sorted(responses.items()))
