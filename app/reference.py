"""openapi.md: the schema as a page to read."""

import json
from collections.abc import Iterator
from typing import Any


def markdown(schema: dict[str, Any]) -> str:
    """The whole reference: conventions once, then every operation under its tag, then every schema."""
    return "\n".join(_page(schema)).rstrip() + "\n"


def _page(schema: dict[str, Any]) -> Iterator[str]:
    info = schema["info"]
    yield f"# {info['title']}: API reference, release {info['version']}\n"
    yield "Generated from the OpenAPI schema by `make docs`; a test compares.\n"
    yield info["description"] + "\n"
    operations = list(_operations(schema))
    yield "| operation | address | what it gives |\n|---|---|---|"
    for path, operation in operations:
        name = operation["operationId"]
        yield f"| [{name}](#{name}) | `GET {path}` | {operation['summary']} |"
    yield "\n## Parameters that every list has\n"
    shared = _shared_parameters(schema)
    yield from _parameters(shared.values())
    for tag in schema["tags"]:
        yield f"\n## {tag['name']}\n\n{tag['description']}"
        for path, operation in operations:
            if tag["name"] in operation["tags"]:
                yield from _operation(path, operation, shared)
    yield from _schemas(schema["components"]["schemas"])
    yield from _problems(schema["components"]["examples"])


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            yield path, operation


def _shared_parameters(schema: dict[str, Any]) -> dict[str, Any]:
    """Parameters that read the same on every list, by name."""
    lists = [
        {parameter["name"]: parameter for parameter in operation["parameters"]}
        for _, operation in _operations(schema)
        if operation["operationId"].startswith("list_")
    ]
    first = lists[0] if lists else {}
    return {name: value for name, value in first.items() if all(other.get(name) == value for other in lists)}


def _operation(path: str, operation: dict[str, Any], shared: dict[str, Any]) -> Iterator[str]:
    yield f"\n### {operation['operationId']}\n\n`GET {path}` — {operation['summary']}\n\n{operation['description']}\n"
    parameters = operation.get("parameters", [])
    own = [parameter for parameter in parameters if shared.get(parameter["name"]) != parameter]
    if len(own) < len(parameters):
        names = ", ".join(f"`{parameter['name']}`" for parameter in parameters if parameter not in own)
        yield f"Takes {names} (above){' and:' if own else '.'}\n"
    yield from _parameters(own)
    yield f"\nAnswers: {_answers(operation['responses'])}"
    for kind, content in operation["responses"]["200"].get("content", {}).items():
        if "example" in content:
            example = content["example"]
            text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2)
            language = "json" if kind == "application/json" else "text"
            yield f"\n```{language}\n{text.rstrip()}\n```"


def _parameters(parameters: Any) -> Iterator[str]:
    rows = [
        f"| `{parameter['name']}` | {_type(parameter['schema'])} | {_cell(parameter['description'])} |"
        for parameter in parameters
    ]
    if rows:
        yield "| parameter | type | meaning |\n|---|---|---|"
        yield from rows


def _answers(responses: dict[str, Any]) -> str:
    return ", ".join(f"{status} {answer['description'].rstrip('.')}" for status, answer in responses.items()) + "."


def _schemas(schemas: dict[str, Any]) -> Iterator[str]:
    yield "\n## Shapes"
    for name, shape in sorted(schemas.items()):
        if "properties" not in shape:
            continue
        yield f"\n### {name}\n\n{shape.get('description', '')}\n\n| field | type | meaning |\n|---|---|---|"
        for field, schema in shape["properties"].items():
            yield f"| `{field}` | {_type(schema)} | {_cell(schema.get('description', ''))} |"


def _problems(examples: dict[str, Any]) -> Iterator[str]:
    yield "\n## Problems\n\n| type | status | title |\n|---|---|---|"
    for example in examples.values():
        value = example["value"]
        yield f"| `{value['type']}` | {value['status']} | {value['title']} |"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    values = schema.get("enum") or schema.get("x-extensible-enum")
    if values:
        return ", ".join(f"`{value}`" for value in values)
    return str(schema.get("format") or schema.get("type", "object")) + _bounds(schema)


def _bounds(schema: dict[str, Any]) -> str:
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f" {low}–{high}"
    return f", at most {schema['maxLength']} characters" if "maxLength" in schema else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
