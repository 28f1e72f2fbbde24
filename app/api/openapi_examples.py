"""Examples for the schema: real answers of the packaged revisions, written by `make docs` and compared by a test."""

import functools
import json
from pathlib import Path
from typing import Any

from app.paths import packaged
from app.publishing.replay import Packaged, read_revision
from app.publishing.seed_files import revision_files
from app.resources.registry import COLLECTIONS

FILE = Path(__file__).parent / "openapi_examples.json"


def of_parameter(path: str, name: str) -> str | None:
    """The example of a parameter that only data can give, None where its declaration has one that will do."""
    collection = path.removeprefix("/v1/").partition("/")[0]
    if name == "id":
        return COLLECTIONS[collection].example
    first = _first() if name == "as_of" else None
    return first.header.published_at if first else None  # an instant that has passed, and has an answer


@functools.cache
def answers() -> dict[str, dict[str, Any]]:
    """By operation id and media type, an answer at revision 1: text, or what JSON stands for."""
    found: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@functools.cache
def _first() -> Packaged | None:
    files = revision_files(packaged("seed") / "revisions")[:1]
    return read_revision(files[0]) if files else None
