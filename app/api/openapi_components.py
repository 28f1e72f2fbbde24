"""OpenAPI components: what operations share is written once, and referred to.

Parameters, responses other than 200, and examples that occur in several places move to `components`. The functions with
`resolved` in their name go the other way.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import getitem
from typing import Any, NamedTuple

from app.model.json_text import compact

Document = dict[str, Any]


class _Place(NamedTuple):
    """A part of an operation: the object or list that contains it, its key there, and its name as a component.

    If another part has that name already, the id of the operation is added to it.
    """

    holder: Any
    key: str | int
    name: str
    operation_id: str


def share(document: Document) -> None:
    """Shared components: moves what occurs more than once to `components`, in place, and drops unused ones.

    Raises KeyError for an operation without a response 200.
    """
    every = [operation for _, operation in operations(document)]
    _share(document, "examples", [place for one in every for place in _examples(one)])
    _share(document, "parameters", [place for one in every for place in _parameters(one)])
    _share(document, "responses", [place for one in every for place in _responses(one)])
    _drop_unused(document)


def operations(document: Document) -> Iterator[tuple[str, Document]]:
    """OpenAPI operations in the order of the document: pairs of a path and an operation."""
    for path, methods in document["paths"].items():
        for operation in methods.values():
            yield path, operation


def resolved(document: Document, part: Document) -> Document:
    """Reference resolution: what the `$ref` of a part leads to, or the part itself if it has none.

    Raises KeyError for a reference that leads nowhere.
    """
    if "$ref" not in part:
        return part
    target: Document = reduce(getitem, part["$ref"].removeprefix("#/").split("/"), document)
    return resolved(document, target)


def resolved_operations(document: Document) -> Iterator[tuple[str, Document]]:
    """Resolved operations: pairs of a path and an operation without references, except those to schemas.

    Raises KeyError for a reference that leads nowhere.
    """
    for path, operation in operations(document):
        parameters = [resolved(document, one) for one in operation.get("parameters", [])]
        responses = {
            status: _written_out(document, resolved(document, response))
            for status, response in operation["responses"].items()
        }
        yield path, {**operation, "parameters": parameters, "responses": responses}


def _written_out(document: Document, response: Document) -> Document:
    headers = {name: resolved(document, header) for name, header in response.get("headers", {}).items()}
    contents = response.get("content", {})
    content = {media_type: _with_examples(document, one) for media_type, one in contents.items()}
    return {**response, "headers": headers, **({"content": content} if content else {})}


def _with_examples(document: Document, content: Document) -> Document:
    examples = {name: resolved(document, one) for name, one in content.get("examples", {}).items()}
    return {**content, **({"examples": examples} if examples else {})}


def _share(document: Document, kind: str, places: Sequence[_Place]) -> None:
    """Move what occurs in more than one of the places to the components of a kind."""
    components = document["components"].setdefault(kind, {})
    alike: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        alike[compact(place.holder[place.key])].append(place)
    # The most used of a name gets it. Sorting is stable: otherwise the first in the document does.
    for group in sorted((group for group in alike.values() if len(group) > 1), key=len, reverse=True):
        first = group[0]
        name = first.name if first.name not in components else f"{first.name}.{first.operation_id}"
        components[name] = first.holder[first.key]
        for place in group:
            place.holder[place.key] = {"$ref": f"#/components/{kind}/{name}"}


def _examples(operation: Document) -> Iterator[_Place]:
    for content in operation["responses"]["200"]["content"].values():
        examples = content.get("examples", {})
        yield from (_Place(examples, name, name, operation["operationId"]) for name in examples)


def _parameters(operation: Document) -> Iterator[_Place]:
    parameters = operation.get("parameters", [])
    for number, parameter in enumerate(parameters):
        yield _Place(parameters, number, parameter["name"], operation["operationId"])


def _responses(operation: Document) -> Iterator[_Place]:
    responses = operation["responses"]
    names = [status for status in responses if status != "200"]
    yield from (_Place(responses, status, status, operation["operationId"]) for status in names)


def _drop_unused(document: Document) -> None:
    """Linters report components that nothing refers to; dropping one can leave another unused."""
    while True:
        text = compact(document)
        unused = [
            (kind, name)
            for kind, named in document["components"].items()
            for name in named
            if f'"#/components/{kind}/{name}"' not in text
        ]
        if not unused:
            return
        for kind, name in unused:
            del document["components"][kind][name]
