"""The OpenAPI schema's own words and examples, and Swagger UI served from this package."""

import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from app import __version__
from app.about import DISCLAIMER, MAINTAINERS, NAME
from app.api import openapi_examples as examples
from app.api.dependencies import query_params
from app.reading.changes import CHANGE_FEED
from app.reading.search import SEARCH
from app.reading.timeline import TIMELINE
from app.resources.params import NoParams
from app.resources.registry import COLLECTIONS
from app.serving import deprecation
from app.serving.conditional import not_modified
from app.settings import Settings

DESCRIPTION = f"""{DISCLAIMER["en"]}

- **Lists** come in pages: send `page.next` back as `cursor`. The order is total, `page.total` is exact. Filters
  apply all at once; a filter given more than once means either. `facets=` counts values in all rows that match,
  `include=` puts the records that rows name beside them.
- **Across collections.** `/v1/timeline` has what is dated in one order, `/v1/search` finds words in all texts.
- **Formats** by `format`, else `Accept`. Beside JSON, lists give all their rows at once as CSV or JSON Lines, with the
  columns that `fields=` names. Some also come as iCalendar or Atom, to subscribe to; a record as CSL-JSON, to be cited.
- **A copy.** `/v1/changes?since=N` tells what every revision after N did: apply it, and you hold what the lists serve.
  `/v1/dataset.sqlite` and `/v1/dataset.jsonl` are everything in one file; `/v1/catalog` has their checksums.
- **Time.** Every record is a version, and its `/history` has them all. `revision=N`, or `as_of=` an instant, gives any
  earlier answer again, unchanged; every answer names the revision that it speaks for.
- **Dates** are EDTF (ISO 8601-2), as precise as the source: `2006-10-09`, `2018-04`, `2003/2009`, `2011/..`. Beside
  them stand `earliest` and `latest`, plain days for filtering and sorting, null where the end is open or unknown.
- **Languages.** Texts are English or French: `lang`, else `Accept-Language`, else English. Ids and values stay.
- **Evidence.** Every statement is cited: source, section, passage, and a link that opens the passage.
- **Caching.** Send an `ETag` back as `If-None-Match`: 304 means that nothing changed.
- **Errors** are `application/problem+json` (RFC 9457) and say what to do. What cannot be understood is refused.
- **Stability.** Fields and values may be added within `/v1`: ignore the fields that you do not know, accept new values.

The code is under the MIT License, the dossier's own wording and structure under CC BY 4.0; each source
names its licence.
"""
STATIC = Path(__file__).parent / "static"
# Swagger UI's files and nothing else: no outside host, no inline script, no inline style.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Cache-Control": "How long it may be kept: a year where the request names a revision, a minute otherwise.",
    "Content-Disposition": "Name to save the answer under, where it is a file: it bears the revision.",
    "Content-Language": "Language of the texts, `en` or `fr`.",
    "Dataset-Revision": "Revision that the answer speaks for.",
    "Deprecation": "Since when what the request uses is deprecated; `Link` names what to do instead (RFC 9745).",
    "ETag": "Strong validator: send it as `If-None-Match` to get 304 instead of the same again.",
    "Link": "`first` and `next` page; `memento`: this answer pinned; `original`: the present one (RFC 8288, RFC 7089).",
    "Memento-Datetime": "When the revision was published; only where the request names one (RFC 7089).",
    "Retry-After": "Seconds to wait before asking again.",
    "Sunset": "Until when what the request uses is surely answered (RFC 8594).",
    "X-Request-ID": "Id of this request, also in the access log.",
}
_LAST_PARAMETERS = (
    *("q", "since", "from", "to", "in_force_on", "certain", "actor", "instrument", "topic", "source", "group_by"),
    *("sort", "limit", "cursor", "facets", "include", "fields", "lang", "format", "revision", "as_of"),
)
_JOINED = ("fields", "facets", "include")  # their values stand in one parameter, joined by commas
_ANSWER = ("Cache-Control", "Content-Language", "Dataset-Revision", "ETag", "Link", "Memento-Datetime")
_PROBLEM = {"410": ("Link",), "503": ("Retry-After",)}


def about(settings: Settings) -> dict[str, Any]:
    """What FastAPI is told of the service."""
    contact = {"name": MAINTAINERS["en"]}
    if settings.contact:
        contact |= {"email" if "@" in settings.contact else "url": settings.contact}
    tags = [{"name": name, "description": resource.about} for name, resource in COLLECTIONS.items()]
    return {
        "title": NAME["en"],
        "version": __version__,
        "summary": "Every statement cited, every answer repeatable, in English and French.",
        "description": DESCRIPTION,
        "contact": contact,
        "license_info": {"name": "Data: CC BY 4.0. Code: MIT.", "identifier": "CC-BY-4.0"},  # a link is made of it
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
        "openapi_tags": [
            {"name": "timeline", "description": TIMELINE.spec.about},
            {"name": "search", "description": SEARCH.spec.about},
            *tags,
            {"name": "changes", "description": CHANGE_FEED.spec.about},
            {"name": "revisions", "description": "The dataset's clock: every publication, with its digest."},
            {"name": "downloads", "description": "Everything in one file, and the catalogue that describes it."},
            {"name": "service", "description": "What this service is, and whether it is well."},
        ],
        # A path prefix in front of the service is made known by DOSSIER_PUBLIC_URL.
        "servers": [{"url": settings.public_url or "/", "description": "This service."}],
    }


def install(app: FastAPI) -> None:
    """Add /docs with its files and /openapi.json, and complete the schema that FastAPI generates."""
    generate = app.openapi
    app.openapi = functools.cache(lambda: completed(generate()))  # type: ignore[method-assign]  # its documented hook

    @app.get("/docs", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def docs(request: Request) -> Response:
        page = (STATIC / "docs.html").read_bytes()
        return _tagged(request, page, "text/html", {"Content-Security-Policy": PAGE_POLICY})

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def openapi(request: Request) -> Response:
        return _tagged(request, schema_json(app).encode(), "application/json", {})

    app.mount("/static", StaticFiles(directory=STATIC))


def _tagged(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    """What does not depend on the data, under a tag made of its bytes; 304 to who has it."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers |= {"Cache-Control": "public, max-age=60", "ETag": tag}
    if not_modified(", ".join(request.headers.getlist("if-none-match")) or None, tag):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)


def schema_json(app: FastAPI) -> str:
    """The OpenAPI schema as indented JSON, ended by LF, in UTF-8 when encoded to bytes."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """The generated schema with what FastAPI cannot know; it is changed in place."""
    schema["security"] = []  # nothing needs a key
    components = schema["components"]
    texts = {"schema": {"type": "string"}}
    components["headers"] = {name: texts | {"description": text} for name, text in _HEADERS.items()}
    answers = examples.answers()
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                _complete_parameter(parameter, examples.of_parameter(path, parameter["name"]))
            operation.get("parameters", []).sort(key=_place)
            _complete_answers(operation, answers)
    for shape in components["schemas"].values():
        _tidy(shape)
    deprecation.mark(schema)
    _drop_unused(schema)
    return schema


def _place(parameter: dict[str, Any]) -> int:
    """Where a parameter stands: what is particular to an operation before what many have."""
    return _LAST_PARAMETERS.index(parameter["name"]) + 1 if parameter["name"] in _LAST_PARAMETERS else 0


def _complete_parameter(parameter: dict[str, Any], example: Any) -> None:
    schema = parameter["schema"]
    # A parameter is absent or has a value, never null: say the one type it has.
    real = [option for option in schema.pop("anyOf", []) if option.get("type") != "null"]
    for key, value in (real[0] if real else {}).items():
        schema.setdefault(key, value)
    for repeated in ("title", "description"):  # the parameter has both
        schema.pop(repeated, None)
    if "const" in schema:
        schema["enum"] = [schema.pop("const")]  # Swagger UI then offers it
    # Swagger UI sends what it pre-fills, and it pre-fills defaults and `example`, not `examples`.
    default = schema.pop("default", None)
    if default not in (None, []):
        parameter["description"] += f" Default: `{default}`."
    if example is not None:
        schema["examples"] = [example]
    elif "examples" not in schema:
        values = schema.get("items", schema)["enum"]
        schema["examples"] = [values[:1] if "items" in schema else values[0]]
    if parameter["name"] in _JOINED:
        parameter |= {"style": "form", "explode": False}
    if parameter["required"]:
        parameter["example"] = schema.pop("examples")[0]
        return
    choices = "enum" in schema.get("items", schema) or schema["type"] == "boolean"
    if not choices and parameter["name"] != "cursor":  # shown beside the input, where there is nothing to choose from
        shown = schema["examples"][0]
        parameter["description"] += f" Example: `{shown[0] if isinstance(shown, list) else shown}`."


def _complete_answers(operation: dict[str, Any], answers: dict[str, Any]) -> None:
    responses = operation["responses"]
    dated = not operation["operationId"].endswith("ness")  # health speaks for no revision
    shown = answers.get(operation["operationId"], {})
    for media_type, content in responses["200"]["content"].items():
        if media_type in shown:
            content["example"] = shown[media_type]
    if dated:
        responses["304"] = {"description": "Not modified: what `If-None-Match` names is still right."}
    for status, answer in responses.items():
        names = ["X-Request-ID", *(_ANSWER if dated and status in ("200", "304") else _PROBLEM.get(status, ()))]
        if status == "200" and responses["200"]["content"].keys() - {"application/json"}:
            names.append("Content-Disposition")
        answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    operation["responses"] = dict(sorted(responses.items()))


def _tidy(shape: dict[str, Any]) -> None:
    """Leave out what does not hold or says nothing in an answer; bounds become whole numbers."""
    for field in shape.get("properties", {}).values():
        field.pop("title", None)
        field.pop("default", None)
    if shape.get("additionalProperties") is False:
        del shape["additionalProperties"]  # answers may gain fields
    for bound in ("minimum", "maximum"):
        if bound in shape:
            shape[bound] = int(shape[bound])
    within = [shape["items"]] if "items" in shape else shape.get("anyOf", [])
    for part in [*within, *shape.get("properties", {}).values()]:
        _tidy(part)


def _drop_unused(schema: dict[str, Any]) -> None:
    """Take out components that nothing points to: those that only an unused one points to as well."""
    while True:
        text = json.dumps(schema)
        unused = [
            (kind, name)
            for kind, named in schema["components"].items()
            for name in named
            if f'"#/components/{kind}/{name}"' not in text
        ]
        if not unused:
            return
        for kind, name in unused:
            del schema["components"][kind][name]
