"""OpenAPI document: made from the routes and completed here. The service serves a copy from the package.

`make docs` writes the copy, `openapi.json`, and a test compares it with what the routes give: at start only the
settings are put into it, and no request waits for it to be made.
"""

import copy
import functools
import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from app import __version__
from app.about import DISCLAIMER, MAINTAINERS, NAME
from app.api import openapi_examples as examples
from app.api.openapi_components import Document, operations, share
from app.api.openapi_groups import GROUPS, tags
from app.api.openapi_operations import FORMATS, HEADERS, complete_operation
from app.api.openapi_schemas import complete_schema, extend_bases
from app.api.problem_schemas import problem_components
from app.model.json_text import compact
from app.serving import deprecation
from app.serving.problems import prefixed_paths
from app.settings import Settings

FILE = Path(__file__).parent / "openapi.json"


_DESCRIPTION = f"""{DISCLAIMER["en"]}

- **Lists** come in pages: send `page.next` as `cursor` to get the next page. The pages together have every row once,
  and `page.total` is exact. Rows match all filters, and at least one value of each. `facets=` counts values over all
  matching rows; `include=` adds the records that the rows refer to.
- **Across collections.** `/v1/timeline` lists all dated records in one order, `/v1/search` finds words in all texts.
- **Formats** are chosen by `format`, otherwise by `Accept`. CSV, Excel and JSON Lines have the whole list, with the
  columns that `fields=` names. Some lists come as iCalendar or Atom, for subscriptions, and records as CSL-JSON,
  BibTeX or a line of text, for citing.
- **Copies.** `/v1/changes?since=N` lists what every revision after N changed: apply the changes, and your copy equals
  the lists. `/v1/dataset.sqlite` and `/v1/dataset.jsonl` are the whole dataset; `/v1/catalog` has their checksums.
- **Time.** `/history` lists the versions of a record. `revision=N`, or `as_of=` with a time, gives the data of an
  earlier revision, unchanged. Every response names the revision that it was made from.
- **Dates** are EDTF (ISO 8601-2), as precise as the source: `2006-10-09`, `2018-04`, `2003/2009`, `2011/..`. The
  fields `earliest` and `latest` have the first and last possible day, or null if that is open or unknown.
- **Languages.** Texts are in English or French: `lang`, otherwise `Accept-Language`, otherwise English. Ids and values
  are the same in both.
- **Evidence.** Every statement cites its source, the section and an address. Where the service has the text of the
  source, the citation quotes the passage, and its link opens it.
- **Caching.** Send an `ETag` as `If-None-Match`: 304 means that nothing has changed.
- **Errors** are `application/problem+json` (RFC 9457) and say what to do. Unknown parameters and values are refused.
- **Stability.** `/v1` may gain fields and values: ignore fields that you do not know, and accept new values.

The code is under the MIT License, the wording and structure of the dossier under CC BY 4.0; each source names its own
licence.
"""


def metadata() -> dict[str, Any]:
    """API metadata: the arguments of `FastAPI` that describe the service, with its tags."""
    return {
        "title": NAME["en"],
        "version": __version__,
        "summary": "Public data with a citation for every statement, in English and French.",
        "description": _DESCRIPTION,
        "license_info": {"name": "Data: CC BY 4.0. Code: MIT.", "identifier": "CC-BY-4.0"},  # a link is made of it
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
        "openapi_tags": tags(),
    }


def install(app: FastAPI, settings: Settings) -> None:
    """OpenAPI hook: makes `app.openapi()` return the completed document, which is then kept."""
    generate = app.openapi
    app.openapi = functools.cache(lambda: with_settings(complete(generate()), settings))  # type: ignore[method-assign]  # its documented hook


def packaged_document(settings: Settings) -> Document:
    """OpenAPI document of the package, with the settings. Raises OSError if missing, ValueError if broken."""
    return with_settings(json.loads(FILE.read_bytes()), settings)


def write_packaged(document: Document) -> None:
    """OpenAPI file of the package: written with each component on its own line, without settings. Raises OSError."""
    FILE.write_text(_lines(document, depth=3) + "\n", encoding="utf-8")


def _lines(value: Any, depth: int) -> str:
    if not depth or not isinstance(value, dict):
        return compact(value)
    return "{\n" + ",\n".join(f"{compact(name)}:{_lines(one, depth - 1)}" for name, one in value.items()) + "\n}"


def with_settings(document: Document, settings: Settings) -> Document:
    """OpenAPI servers and contact: a copy of the document with both as the settings give them."""
    contact = {"name": MAINTAINERS["en"]}
    if settings.contact:
        contact |= {"email" if "@" in settings.contact else "url": settings.contact}
    # A path prefix in front of the service is part of DOSSIER_PUBLIC_URL.
    servers = [{"url": settings.public_url or "/", "description": "This service."}]
    if settings.path_prefix:
        document = _with_prefix_in_examples(document, settings.path_prefix)
    return document | {"info": document["info"] | {"contact": contact}, "servers": servers}


def _with_prefix_in_examples(part: Any, prefix: str) -> Any:
    """Part of the document whose examples have the path prefix, as real answers have."""
    if isinstance(part, list):
        return [_with_prefix_in_examples(one, prefix) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        name: prefixed_paths(one, prefix) if name in ("example", "examples") else _with_prefix_in_examples(one, prefix)
        for name, one in part.items()
    }


def complete(generated: Document) -> Document:
    """OpenAPI completion: a copy of the document that FastAPI generates, completed. Nothing else completes it."""
    document = copy.deepcopy(generated)
    components = document["components"]
    components["headers"] = {
        name: {"schema": {"type": "string"}, "description": text} for name, text in HEADERS.items()
    }
    for kind, named in problem_components().items():
        components.setdefault(kind, {}).update(named)
    components["schemas"] |= {name: {**schema} for name, schema in FORMATS.values()}
    for path, operation in operations(document):
        complete_operation(path, operation)
    for schema in components["schemas"].values():
        complete_schema(schema)
    deprecation.mark(document)
    extend_bases(components["schemas"])
    share(document)
    examples.add_to_schemas(components["schemas"])
    document["security"] = []  # nothing needs a key
    document["x-tagGroups"] = [group.extension() for group in GROUPS]
    # Readers begin with what the service is
    names = ("openapi", "info", "tags", "x-tagGroups", "security", "paths", "components")
    return {name: document[name] for name in names}
