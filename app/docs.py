"""The OpenAPI schema's own words and examples, and Swagger UI served from this package."""

import functools
import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from app import __version__, examples
from app.collections import COLLECTIONS
from app.settings import Settings
from app.words import DISCLAIMER, NAME

DESCRIPTION = f"""{DISCLAIMER["en"]}

Every record is a version: `?revision=N` or `?as_of=` an instant gives any earlier answer again. Every statement is
cited down to the passage. Dates are EDTF; `earliest` and `latest` beside them are strict bounds. Texts come in English
or French (`lang`, else `Accept-Language`). Values such as `kind` may grow: a client must accept new ones.

Errors are `application/problem+json` (RFC 9457). Wording and structure: CC BY 4.0; each source's own licence is on
its record.
"""
STATIC = Path(__file__).parent / "static"
# Swagger UI's files and nothing else: no outside host, no inline script, no inline style.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "ETag": "Strong validator: send it as `If-None-Match` to get 304 instead of the same again.",
    "Dataset-Revision": "Revision that the answer speaks for.",
    "Link": "`first` and `next` page; `memento`: this answer pinned; `original`: the present one (RFC 8288, RFC 7089).",
    "X-Request-ID": "Id of this request, also in the access log.",
}


def about(settings: Settings) -> dict[str, Any]:
    """What FastAPI is told of the service."""
    contact = {"name": "Maintainers of the dossier"}
    if settings.contact:
        contact |= {"email" if "@" in settings.contact else "url": settings.contact}
    tags = [{"name": name, "description": resource.about} for name, resource in COLLECTIONS.items()]
    return {
        "title": NAME["en"],
        "version": __version__,
        "summary": "Canada's relations with North Korea as data: cited, versioned, in English and French.",
        "description": DESCRIPTION,
        "contact": contact,
        "license_info": {"name": "MIT", "identifier": "MIT"},
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
        "openapi_tags": [
            *tags,
            {"name": "revisions", "description": "The dataset's clock: every publication, with its digest."},
            {"name": "service", "description": "What this service is, and whether it is well."},
        ],
        # A path prefix in front of the service is made known by DOSSIER_PUBLIC_URL.
        "servers": [{"url": settings.public_url or "/", "description": "This service."}],
    }


def install(app: FastAPI) -> None:
    """Add /docs with its files and /openapi.json, and complete the schema that FastAPI generates."""
    generate = app.openapi
    app.openapi = functools.cache(lambda: completed(generate()))  # type: ignore[method-assign]  # its documented hook

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return FileResponse(STATIC / "docs.html", headers={"Content-Security-Policy": PAGE_POLICY})

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        headers = {"Cache-Control": "public, max-age=60"}
        return Response(schema_json(app), headers=headers, media_type="application/json")

    app.mount("/static", StaticFiles(directory=STATIC))


def schema_json(app: FastAPI) -> str:
    """The OpenAPI schema as indented JSON, ended by LF, in UTF-8 when encoded to bytes."""
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2) + "\n"


def completed(schema: dict[str, Any]) -> dict[str, Any]:
    """The generated schema with what FastAPI cannot know; it is changed in place."""
    schema["security"] = []  # nothing needs a key
    for name in ("HTTPValidationError", "ValidationError", "Bilingual"):  # generated, and never referred to
        schema["components"]["schemas"].pop(name, None)
    texts = {"schema": {"type": "string"}}
    schema["components"]["headers"] = {name: texts | {"description": text} for name, text in _HEADERS.items()}
    answers = examples.answers()
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                _complete_parameter(parameter, examples.id_of(path))
            _complete_answer(operation, answers)
    return schema


def _complete_parameter(parameter: dict[str, Any], id: str | None) -> None:
    schema = parameter["schema"]
    # A parameter is absent or has a value, never null: say the one type it has.
    real = [option for option in schema.pop("anyOf", []) if option.get("type") != "null"]
    for key, value in (real[0] if real else {}).items():
        schema.setdefault(key, value)
    schema.pop("title", None)
    # Swagger UI sends what it pre-fills, and it pre-fills defaults and `example`, not `examples`.
    default = schema.pop("default", None)
    if default not in (None, []):
        parameter["description"] += f" Default: `{default}`."
    if parameter["in"] == "path":
        parameter["example"] = id if parameter["name"] == "id" else schema.get("examples", [1])[0]
        return
    if "enum" in schema.get("items", {}) and "examples" not in schema:
        schema["examples"] = [schema["items"]["enum"][:1]]
    elif "enum" in schema and "examples" not in schema:
        schema["examples"] = schema["enum"][:1]
    shown = schema["examples"][0]
    parameter["description"] += f" Example: `{shown[0] if isinstance(shown, list) else shown}`."


def _complete_answer(operation: dict[str, Any], answers: dict[str, Any]) -> None:
    answer = operation["responses"]["200"]
    answer["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    for content in answer["content"].values():
        if operation["operationId"] in answers:
            content["example"] = answers[operation["operationId"]]
    if not operation["operationId"].startswith("get_liveness") and "304" not in operation["responses"]:
        operation["responses"]["304"] = {"description": "Not modified: what `If-None-Match` names is still right."}
    operation["responses"] = dict(sorted(operation["responses"].items()))
