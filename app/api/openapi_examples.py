"""OpenAPI examples: real responses of the packaged revisions, written by `make docs`.

openapi_examples.json has two parts: `schemas`, an example for each of some schemas by name, such as one record of each
collection; `answers`, by operation id and media type, the responses that are not made of these.
"""

import functools
import json
from pathlib import Path
from typing import Any

from app.api.openapi_schemas import extension
from app.resources.registry import COLLECTIONS

FILE = Path(__file__).parent / "openapi_examples.json"


def of_path(path: str, name: str) -> str | None:
    """Path parameter example: for `id` that of the collection; None if the declaration of the parameter has one."""
    return COLLECTIONS[path.removeprefix("/v1/").partition("/")[0]].example if name == "id" else None


def add_to_schemas(schemas: dict[str, Any]) -> None:
    """Schema examples: one for each schema, none for its fields, in place. Raises KeyError if a schema is missing."""
    for name, example in load()["schemas"].items():
        schemas[name]["examples"] = [example]
        for field in extension(schemas[name])[1].get("properties", {}).values():
            field.pop("examples", None)


def add_to_answer(operation_id: str, contents: dict[str, Any]) -> None:
    """Response examples: added to each media type, in place. Raises KeyError if the response lacks a media type."""
    for media_type, examples in load()["answers"].get(operation_id, {}).items():
        contents[media_type]["examples"] = {**examples}  # which is written to later


@functools.cache
def load() -> dict[str, Any]:
    """Example file: its content, read once. Raises OSError if it is missing, ValueError if it is not JSON."""
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found
