"""API reference in Markdown (openapi.md), made from the OpenAPI document. What many operations share comes first."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from app.api.openapi_components import Document, operations, resolved, resolved_operations
from app.api.openapi_schemas import extension
from app.api.problem_schemas import code_table, type_table
from app.model.fields import SLUG

# A parameter that at least so many operations share is written in one table; the others repeat it.
_SHARED_BY = 4
_SCHEMAS = "#/components/schemas/"
_PARAMETERS = "#/components/parameters/"

_RESPONSES = """
A list answers `{"data": […], "page": {"limit", "total", "next"}, "dataset": {"revision", "published_at"}}`, an item
`{"data": {…}, "references": {…}, "dataset": {…}}`. `references` has the number of records of each collection that refer
to this one. `facets` and `included` are there only if the request asks for them. What was refused or failed is a
[Problem](#problem).
"""
_PROBLEMS = """
`title` and `detail` of a problem are in the language of the response; `type` is the same in both.
"""
_CODES = """
A problem with status 422 has `errors`: `parameter`, `code` and `detail` of each parameter that cannot be used. These
are the codes: they stay as they are, and new ones may come.
"""


def markdown(document: Document) -> str:
    """API reference in Markdown, ended by LF: conventions, operations by tag, schemas.

    Raises KeyError for a reference that leads nowhere.
    """
    return "\n".join(_Page(document).lines()).rstrip() + "\n"


class _Page:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.schemas: dict[str, Any] = document["components"]["schemas"]
        self.operations = list(resolved_operations(document))
        self.responses = {name for _, operation in self.operations for name in _json_schemas(operation)}
        self.shared = _shared_parameters(document)
        self.inline = self._inline()

    def lines(self) -> Iterator[str]:
        info = self.document["info"]
        yield f"# {info['title']}: API reference, release {info['version']}\n"
        yield "Made from the OpenAPI document by `make docs`; a test compares the two.\n"
        yield info["description"]
        yield from self._contents()
        yield f"\n## Responses\n{_RESPONSES}"
        yield from self._statuses()
        yield "\n## Shared parameters\n"
        yield from self._parameters(self.shared.values())
        for tag in self.document["tags"]:
            yield f"\n## {tag['name']}\n\n{tag['description']}"
            for path, operation in self.operations:
                if tag["name"] in operation["tags"]:
                    yield from self._operation(path, operation, tag["description"])
        yield "\n## Schemas"
        for name, schema in sorted(self.schemas.items()):
            if name not in self.responses | self.inline:
                yield f"\n### {name}\n"
                yield from self._schema(schema)

    def _contents(self) -> Iterator[str]:
        yield "## Operations"
        by_id = {operation["operationId"]: (path, operation) for path, operation in self.operations}
        for group in self.document["x-tagGroups"]:
            yield f"\n**{group['name']}.** {group['description']}\n"
            yield "| operation | address (`GET`) | summary |\n|---|---|---|"
            own = [id for tag in group["tags"] for id, (_, one) in by_id.items() if tag in one["tags"]]
            for id in [*own, *group.get("x-operations", ())]:
                path, operation = by_id[id]
                yield f"| [{id}](#{id}) | `{path}` | {operation['summary']} |"

    def _statuses(self) -> Iterator[str]:
        """Status tables: each status other than 200, every problem type, every code of a parameter."""
        responses = {status: one for _, operation in self.operations for status, one in operation["responses"].items()}
        yield "| status | meaning |\n|---|---|"
        for status, response in sorted(responses.items()):
            if "200" < status < "400":
                yield f"| {status} | {response['description']} |"
        yield _PROBLEMS
        yield from type_table()
        yield _CODES
        yield from code_table()

    def _operation(self, path: str, operation: Document, known: str) -> Iterator[str]:
        yield f"\n### {operation['operationId']}\n\n`GET {path}`\n"
        yield operation["description"].removeprefix(known).strip() + "\n"
        parameters, shared = operation["parameters"], self.shared.values()
        yield from self._parameters(one for one in parameters if one not in shared)
        names = ", ".join(f"`{one['name']}`" for one in parameters if one in shared)
        if names:
            yield f"\n[Shared parameters](#shared-parameters): {names}.\n"
        contents = operation["responses"]["200"]["content"]
        yield f"Response: {operation['responses']['200']['description']}\n"
        for media_type, content in contents.items():
            yield f"- `{media_type}`: {self._response(content['schema'])}"
        for name in _json_schemas(operation):
            base, own = extension(self.schemas[name])
            if not base:
                yield ""
                yield from self._fields(own)
        yield from _examples(contents)

    def _response(self, schema: Document) -> str:
        """Response type: that of the schema; if it extends another, the type of that one with the added fields."""
        whole = resolved(self.document, schema)
        if "allOf" in whole:
            return self._extended(whole)
        return "an object of these fields" if _name(schema) in self.responses else self._type(schema)

    def _extended(self, schema: Document) -> str:
        base, own = extension(schema)
        fields = ", ".join(f"`{name}`: {self._type(one)}" for name, one in own["properties"].items())
        return f"{self._type(base or {})} with {fields}"

    def _schema(self, schema: Document) -> Iterator[str]:
        yield schema["description"]
        base, own = extension(schema)
        if base:
            yield f"\nIt has all fields of {self._type(base)}, and these:"
        if "properties" in own:
            yield ""
            yield from self._fields(own)
        yield from _example(schema.get("examples", []))

    def _fields(self, schema: Document) -> Iterator[str]:
        yield "| field | type | meaning |\n|---|---|---|"
        for name, field in schema["properties"].items():
            words = field.get("description") or resolved(self.document, field)["description"]
            optional = "" if name in schema.get("required", ()) else " Optional."
            yield f"| `{name}` | {self._type(field)} | {_cell(words)}{optional} |"

    def _parameters(self, parameters: Iterable[Document]) -> Iterator[str]:
        rows = [
            f"| `{one['name']}` | {self._type(one['schema'])} | {_cell(one['description'])} |" for one in parameters
        ]
        if rows:
            yield "| parameter | type | meaning |\n|---|---|---|"
            yield from rows

    def _inline(self) -> set[str]:
        """Inlined schemas: those that are written where they are referred to.

        They add one field to another schema, or only fields of extending responses refer to them.
        """
        extending = {name: extension(one) for name, one in self.schemas.items() if "allOf" in one}
        bases = {_name(base or {}) for base, _ in extending.values()}
        small = {name for name, (_, own) in extending.items() if len(own["properties"]) == 1}
        of_responses = Counter(
            _name(field)
            for name in self.responses & extending.keys()
            for field in extending[name][1]["properties"].values()
        )
        text = json.dumps(self.document)
        only = {name for name, count in of_responses.items() if name and text.count(f'"{_SCHEMAS}{name}"') == count}
        return (small | only) - self.responses - bases

    def _type(self, schema: Document) -> str:
        if "$ref" in schema:
            name = _name(schema)
            return self._inlined(self.schemas[name]) if name in self.inline else f"[{name}](#{name.lower()})"
        if "anyOf" in schema:
            return " or ".join(self._type(option) for option in schema["anyOf"])
        if isinstance(schema.get("type"), list):
            return " or ".join(self._type({**schema, "type": one}) for one in schema["type"])
        if schema.get("type") == "array":
            return f"list of {self._type(schema.get('items', {}))}"
        if isinstance(schema.get("additionalProperties"), dict):
            return f"map to {self._type(schema['additionalProperties'])}"
        return _plain_type(schema)

    def _inlined(self, schema: Document) -> str:
        if "allOf" in schema:
            return self._extended(schema)
        return "object with " + ", ".join(f"`{name}`" for name in schema["properties"])


def _shared_parameters(document: Document) -> dict[str, Document]:
    """Shared parameters, by name: those that at least `_SHARED_BY` operations use."""
    uses = Counter(
        one["$ref"].removeprefix(_PARAMETERS)
        for _, operation in operations(document)
        for one in operation.get("parameters", [])
        if "$ref" in one
    )
    components = document["components"]["parameters"].items()
    return {key: one for key, one in components if uses[key] >= _SHARED_BY and key == one["name"]}


def _json_schemas(operation: Document) -> Iterator[str]:
    """Response schema: the name of that of an operation's JSON response; nothing if it has none."""
    content = operation["responses"]["200"]["content"].get("application/json", {"schema": {}})
    if name := _name(content["schema"]):
        yield name


def _name(schema: Document) -> str:
    """Schema name in a reference; empty if the schema is not a reference."""
    return str(schema.get("$ref", "")).removeprefix(_SCHEMAS)


def _examples(contents: Document) -> Iterator[str]:
    shown: list[Any] = []
    for content in contents.values():
        for example in content.get("examples", {}).values():
            if example not in shown:
                shown.append(example)
                yield f"\n`{example['summary']}`:"
                yield from _example([example["value"]])


def _example(values: list[Any]) -> Iterator[str]:
    for value in values[:1]:
        if isinstance(value, str):
            lines = value.replace("\r\n", "\n").rstrip()
            yield f"\n```text\n{lines}\n```"
        elif value:
            yield f"\n```json\n{json.dumps(value, ensure_ascii=False, indent=2)}\n```"


def _plain_type(schema: Document) -> str:
    kind = schema.get("type", "object")
    values = (
        schema.get("enum") or schema.get("x-extensible-enum") or [schema[key] for key in ("const",) if key in schema]
    )
    if kind == "null":
        return "null"
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if schema.get("pattern") == SLUG:
        return "id"
    return str(kind if kind == "integer" else schema.get("format") or kind) + _bounds(schema)


def _bounds(schema: Document) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" {low}–{high}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
