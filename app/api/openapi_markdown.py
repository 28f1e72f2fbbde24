"""openapi.md: the schema as a page to read. What many operations share stands once, before them."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from app.model.fields import SLUG

# An operation of its own says what only few have; what so many have reads better in one table.
_SHARED_BY = 4
# Shapes that each collection has one of, alike but for the shape of its records.
_ALIKE = ("Included", "Version")

_ANSWERS = """
A list answers `{"data": […], "page": {"limit", "total", "next"}, "dataset": {"revision", "published_at"}}`, an item
`{"data": {…}, "references": {…}, "dataset": {…}}`: [PageInfo](#pageinfo), [Dataset](#dataset), and under `references`
how many records of each collection name this one. Refusals are a [Problem](#problem).
"""


def markdown(schema: dict[str, Any]) -> str:
    """The whole reference as Markdown, ended by LF: conventions, what is shared, each tag, shapes, problems."""
    return "\n".join(_Page(schema).lines()).rstrip() + "\n"


class _Page:
    def __init__(self, schema: dict[str, Any]) -> None:
        self.schema = schema
        self.shapes: dict[str, Any] = schema["components"]["schemas"]
        self.operations = [(path, one) for path, methods in schema["paths"].items() for one in methods.values()]
        parameters = [json.dumps(one) for _, operation in self.operations for one in operation.get("parameters", [])]
        common = [json.loads(text) for text, count in Counter(parameters).items() if count >= _SHARED_BY]
        self.shared = [parameter for parameter in common if parameter["name"] != "sort"]  # each list has its own orders
        self.places: dict[str, str] = {}  # of shapes that have no heading of their own: the operation's
        self.shown: set[str] = set()  # shapes that have had their table
        self.formats_shown: set[str] = set()

    def lines(self) -> Iterator[str]:
        info = self.schema["info"]
        yield f"# {info['title']}: API reference, release {info['version']}\n"
        yield "Made from the OpenAPI schema by `make docs`; a test compares.\n"
        yield info["description"]
        yield from self._contents()
        yield f"\n## Answers\n{_ANSWERS}"
        yield from self._statuses()
        yield "\n## Shared parameters\n"
        yield from _parameters(self.shared)
        for tag in self.schema["tags"]:
            yield f"\n## {tag['name']}\n\n{tag['description']}"
            for path, operation in self.operations:
                if tag["name"] in operation["tags"]:
                    yield from self._operation(path, operation, tag["description"])
        yield "\n## Other shapes"
        for name, shape in sorted(self.shapes.items()):
            if name not in self.shown and "data" not in shape["properties"] and not name.endswith(_ALIKE):
                yield f"\n### {name}"
                yield from self._fields(name)
        yield from self._problems()

    def _contents(self) -> Iterator[str]:
        yield "## Operations\n\n| address (`GET`) | operation | what it gives |\n|---|---|---|"
        for path, operation in self.operations:
            name = operation["operationId"]
            yield f"| `{path}` | [{name}](#{name}) | {operation['summary']} |"

    def _statuses(self) -> Iterator[str]:
        """Each status with all that operations say of it."""
        meanings: dict[str, dict[str, None]] = {}
        for _, operation in self.operations:
            for status, answer in operation["responses"].items():
                if status != "200":
                    parts = answer["description"].rstrip(".").split(" or ")
                    meanings.setdefault(status, {}).update(dict.fromkeys(part[0].upper() + part[1:] for part in parts))
        yield "| status | meaning |\n|---|---|"
        for status, parts in sorted(meanings.items()):
            yield f"| {status} | {' · '.join(parts)} |"

    def _operation(self, path: str, operation: dict[str, Any], known: str) -> Iterator[str]:
        yield f"\n### {operation['operationId']}\n\n`GET {path}`\n"
        yield operation["description"].removeprefix(known).strip() + "\n"
        parameters = operation.get("parameters", [])
        own = [parameter for parameter in parameters if parameter not in self.shared]
        yield from _parameters(own)
        names = ", ".join(f"`{parameter['name']}`" for parameter in parameters if parameter not in own)
        if names:
            yield f"\n[Shared parameters](#shared-parameters): {names}."
        if operation["operationId"].startswith("get_"):
            for kind, content in operation["responses"]["200"]["content"].items():
                yield from self._answer(operation, kind, content)

    def _answer(self, operation: dict[str, Any], kind: str, content: dict[str, Any]) -> Iterator[str]:
        # Each format but JSON is shown once, and so is a history: they are alike for all collections.
        form = "history" if operation["operationId"].endswith("_history") else kind
        if form in self.formats_shown:
            return
        self.formats_shown |= {form} - {"application/json"}
        if "$ref" in content["schema"]:
            answer = content["schema"]
            data = self.shapes[_name(answer)]["properties"].get("data", answer)
            name = _name(data.get("items", data))
            self.places[name] = operation["operationId"]
            yield from self._fields(name)
        example = content.get("example")
        if example is not None:
            text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
            language = "json" if kind == "application/json" else "text"
            yield f"\n```{language}\n{text.rstrip()}\n```"

    def _fields(self, name: str) -> Iterator[str]:
        self.shown.add(name)
        shape = self.shapes[name]
        yield f"\n{shape['description']}\n\n| field | type | meaning |\n|---|---|---|"
        for field, schema in shape["properties"].items():
            optional = "" if field in shape.get("required", ()) else " Optional."
            yield f"| `{field}` | {self._linked(_type(schema))} | {_cell(schema.get('description', ''))}{optional} |"

    def _linked(self, kind: str) -> str:
        """A type whose links lead to where shapes are: that of a collection's records stands with its item."""
        places = {name.lower(): place for name, place in self.places.items()}
        return re.sub(r"\(#(\w+)\)", lambda link: f"(#{places.get(link[1], link[1])})", kind)

    def _problems(self) -> Iterator[str]:
        yield "\n## Problems\n\n| `type` | `status` | `title` | `detail`, for example |\n|---|---|---|---|"
        for example in self.schema["components"].get("examples", {}).values():
            value = example["value"]
            yield f"| `{value['type']}` | {value['status']} | {value['title']} | {_cell(value['detail'])} |"


def _parameters(parameters: Iterable[dict[str, Any]]) -> Iterator[str]:
    rows = [
        f"| `{parameter['name']}` | {_type(parameter['schema'])} | {_cell(parameter['description'])} |"
        for parameter in parameters
    ]
    if rows:
        yield "| parameter | type | meaning |\n|---|---|---|"
        yield from rows


def _name(reference: dict[str, Any]) -> str:
    return str(reference["$ref"].rpartition("/")[2])


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = _name(schema)
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    values = schema.get("enum") or schema.get("x-extensible-enum")
    if values:
        return ", ".join(f"`{value}`" for value in values)
    if schema.get("pattern") == SLUG:
        return "id"
    return str(schema.get("format") or schema.get("type", "object")) + _bounds(schema)


def _bounds(schema: dict[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" {low}–{high}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
