"""Examples of the OpenAPI document: answers of a server of the packaged revisions, shortened."""

import json
from typing import Any

import httpx

from app.api.openapi_components import resolved_operations
from app.api.openapi_schemas import extension
from app.resources.registry import COLLECTIONS

# Schemas of formats, each with the request whose response is the example
FORMATS = {
    "Csv": "/v1/timeline-events?format=csv&fields=title,date&revision=1",
    "JsonLines": "/v1/timeline-events?format=jsonl&fields=title,date&revision=1",
    "Calendar": "/v1/timeline-events?format=ics&revision=1",
    "AtomFeed": "/v1/timeline?format=atom&limit=1&revision=1",
    "CslItems": "/v1/timeline-events/first-nuclear-test?format=csl&revision=1",
    "BibTeX": "/v1/timeline-events/first-nuclear-test?format=bibtex&revision=1",
    "PlainCitation": "/v1/timeline-events/first-nuclear-test?format=txt&revision=1",
}
# Of files whose bytes depend on the SQLite that wrote them: an example has to be the same everywhere
VARYING = {"spdx:checksumValue", "schema:sha256", "dcat:byteSize", "schema:contentSize"}
_PATIENCE = 60  # seconds


def examples(document: dict[str, Any], address: str) -> dict[str, Any]:
    """The content of openapi_examples.json, from a server of the packaged revisions."""
    with httpx.Client(base_url=address, timeout=_PATIENCE) as client:
        return {
            "schemas": schema_examples(document, client),
            "answers": answer_examples(document, client),
        }


def schema_examples(document: dict[str, Any], client: httpx.Client) -> dict[str, Any]:
    """An example for each schema of a record or format, and for the parts of a page; `included` is empty in all."""
    found = {
        resource.model.__name__: shortened(first_version(client, resource.address(resource.example)))
        for resource in COLLECTIONS.values()
    }
    page = get(client, "/v1/timeline-events?revision=1&limit=1&facets=kind")
    found |= {"PageInfo": page["page"], "FacetedPageFacets": shortened(page["facets"])}
    fields = [extension(schema)[1].get("properties", {}) for schema in document["components"]["schemas"].values()]
    included = [one["included"]["$ref"].rpartition("/")[2] for one in fields if "included" in one]
    formats = {name: example(client.get(address).raise_for_status()) for name, address in FORMATS.items()}
    return found | {name: {} for name in included} | formats


def first_version(client: httpx.Client, address: str) -> dict[str, Any]:
    """The first version of a record, which later revisions do not change."""
    first = get(client, f"{address}/history?limit=200")["data"][-1]["revision"]
    version: dict[str, Any] = get(client, f"{address}?revision={first}")["data"]
    return version


def answer_examples(document: dict[str, Any], client: httpx.Client) -> dict[str, Any]:
    """By operation id and media type, examples of the responses for which schemas and formats have none."""
    found: dict[str, Any] = {}
    for path, operation in resolved_operations(document):
        name = operation["operationId"]
        for media_type in operation["responses"]["200"]["content"]:
            if lacks_example(path, media_type):
                asked = example_address(path, operation)
                found.setdefault(name, {})[media_type] = named(client, name, asked, media_type)
    return found


def lacks_example(path: str, media_type: str) -> bool:
    """Whether an operation needs an example of its own: schemas of records and formats have theirs."""
    collection, _, rest = path.removeprefix("/v1/").partition("/")
    if media_type == "application/json":
        return collection not in COLLECTIONS or rest not in ("", "{id}", "{id}/history")
    downloads = ("/v1/dataset.jsonl", "/v1/revisions/{number}/canonical", "/v1/catalog")
    return path in downloads


def example_address(path: str, operation: dict[str, Any]) -> str:
    """The address of an example: revision 1, and a page of one row where there are pages."""
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    for name, parameter in parameters.items():
        path = path.replace(f"{{{name}}}", str(parameter.get("example")))
    query = {name: one["example"] for name, one in parameters.items() if one["in"] == "query" and "example" in one}
    query |= {"revision": 1} if "revision" in parameters else {}
    query |= {"limit": 1} if "limit" in parameters else {}
    return f"{path}?{httpx.QueryParams(query)}" if query else path


def named(client: httpx.Client, name: str, address: str, media_type: str = "*/*") -> dict[str, Any]:
    """The response to a request as an example object of OpenAPI under a name, shortened."""
    reply = client.get(address, headers={"Accept": media_type}).raise_for_status()
    return {name: {"summary": address, "value": example(reply)}}


def get(client: httpx.Client, address: str) -> Any:
    """The JSON of a response."""
    return client.get(address).raise_for_status().json()


def shortened(value: Any) -> Any:
    """JSON whose lists end after their first element, without what differs from machine to machine."""
    if isinstance(value, dict):
        return {name: "…" if name in VARYING else shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value[:1]] if isinstance(value, list) else value


def outline(node: Any, depth: int = 1) -> Any:
    """A JSON-LD node whose nodes further down than this depth are references: their `@id` alone.

    What repeats other members in the terms of schema.org is left out, and the classes of what is referred to.
    """
    if isinstance(node, list):
        return [outline(one, depth) for one in node]
    if not isinstance(node, dict):
        return node
    if not depth and "@id" in node:
        return {"@id": node["@id"]}
    below = depth - ("@id" in node)
    kept = {name: value for name, value in node.items() if not name.startswith(("schema:", "@included"))}
    return {name: value if name == "@context" else outline(value, below) for name, value in kept.items()}


def example(reply: httpx.Response) -> Any:
    """A response as an example: JSON, feeds, BibTeX whole, of a calendar an event, of CSV a row, of JSON Lines one."""
    media_type, text = reply.headers["Content-Type"].partition(";")[0], reply.text
    if media_type.endswith("json"):
        return outline(shortened(json.loads(text)))
    if media_type in ("application/atom+xml", "application/x-bibtex"):
        return text
    if media_type == "text/calendar":
        return text.partition("END:VEVENT")[0] + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    lines = text.splitlines(keepends=True)
    return "".join(lines[:2]) if media_type == "text/csv" else min(lines, key=len)
