"""Examples of answers for the schema, made from the packaged records, so that they are true."""

import functools
import json
from collections import Counter
from typing import Any

from app.collections import COLLECTIONS
from app.fields import references
from app.replay import Packaged, edit_of, read_revision
from app.resource import Resource
from app.seedfiles import packaged, revision_files
from app.words import DISCLAIMER, LICENCES, NAME
from app.write import Edit, source_addresses, version_values

_CURSOR = "dGhlIG5leHQgcGFnZSBvZiBhIGxpc3Q"  # shape only: a cursor is bound to one request


def of_parameter(path: str, name: str) -> str | None:
    """The example of a parameter that only data can give, None where its declaration has one that will do."""
    collection = path.removeprefix("/v1/").partition("/")[0]
    if name == "id":
        return COLLECTIONS[collection].example
    first = _first() if name == "as_of" else None
    return first.heading.published_at if first else None  # an instant that has passed, and has an answer


def answers() -> dict[str, Any]:
    """An example answer by operation id, at revision 1; nothing while no revision is packaged."""
    first = _first()
    return _answers(first) if first else {}


@functools.cache
def _first() -> Packaged | None:
    files = revision_files(packaged("seed") / "revisions")[:1]
    return read_revision(files[0]) if files else None


def _answers(first: Packaged) -> dict[str, Any]:
    edits = [edit_of(COLLECTIONS, line, "packaged revision 1") for line in first.lines]
    dataset = {"revision": 1, "published_at": first.heading.published_at}
    found: dict[str, Any] = {"get_liveness": {"status": "ok"}, "get_readiness": {"status": "ok"}}
    totals = Counter(edit.collection for edit in edits)
    for resource in COLLECTIONS.values():
        record = _served(resource, first, edits)
        if record:
            page = {"limit": 1, "total": totals[resource.name], "next": _CURSOR}
            item = {"data": record, "references": _pointing(resource, edits), "dataset": dataset}
            found[resource.list_operation] = {"data": [record], "page": page, "dataset": dataset}
            found[resource.item_operation] = item
    return found | _service(first, totals, dataset)


def _served(resource: Resource, first: Packaged, edits: list[Edit]) -> Any:
    addresses = source_addresses({}, edits)
    for edit in edits:
        if edit.collection == resource.name and edit.id == resource.example:
            return json.loads(version_values(resource, edit, first.heading, addresses)["body_en"])
    return None


def _pointing(resource: Resource, edits: list[Edit]) -> dict[str, int]:
    meant = (resource.name, resource.example)
    return dict(
        sorted(
            Counter(
                edit.collection
                for edit in edits
                if edit.record and any((ref.collection, ref.id) == meant for ref in references(edit.record))
            ).items()
        )
    )


def _service(first: Packaged, totals: Counter[str], dataset: dict[str, Any]) -> dict[str, Any]:
    heading = first.heading
    revision = {
        "number": 1,
        "published_at": heading.published_at,
        "author": heading.author,
        "note": heading.note["en"],
        "added": len(first.lines),
        "changed": 0,
        "withdrawn": 0,
        "records": len(first.lines),
        "digest": first.digest,
        "previous_digest": None,
        "url": "/v1/revisions/1",
    }
    page = {"limit": 1, "total": 1, "next": None}
    links = {"docs": "/docs", "openapi": "/openapi.json", "revisions": "/v1/revisions", "health": "/health/ready"}
    document = {
        "name": NAME["en"],
        "description": DISCLAIMER["en"],
        "collections": [{"name": name, "records": totals[name], "url": f"/v1/{name}"} for name in COLLECTIONS],
        "links": links,
        "licence": LICENCES,
        "contact": None,
        "dataset": dataset,
    }
    return {
        "get_service_document": document,
        "list_revisions": {"data": [revision], "page": page, "dataset": dataset},
        "get_revision": {"data": revision, "dataset": dataset},
        "get_canonical_revision": heading.line() + "\n",
    }
