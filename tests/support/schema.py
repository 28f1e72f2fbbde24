"""The OpenAPI document that the code gives, and addresses made of it."""

from typing import Any

from app.api.openapi_schemas import extension
from app.main import api as application
from app.settings import Settings


def inlined(document: Any) -> Any:
    """A document in which shared parameters, responses, headers and examples are where they are used."""

    def within(part: Any) -> Any:
        if isinstance(part, list):
            return [within(one) for one in part]
        if not isinstance(part, dict):
            return part
        _, found, name = str(part.get("$ref", "")).partition("#/components/")
        if found and not name.startswith("schemas/"):
            kind, _, name = name.partition("/")
            return within(document["components"][kind][name])
        return {key: within(value) for key, value in part.items()}

    return within(document)


DOCUMENT: dict[str, Any] = application(Settings()).openapi()
SCHEMA = inlined(DOCUMENT)
SHAPES: dict[str, Any] = SCHEMA["components"]["schemas"]


def parameters_of(path: str) -> list[dict[str, Any]]:
    """The parameters of a path; what a query adds to it is left aside."""
    found: list[dict[str, Any]] = SCHEMA["paths"][path.partition("?")[0]]["get"].get("parameters", [])
    return found


def choices(schema: dict[str, Any]) -> list[str]:
    """The values that a parameter, or each value of one that takes several, can have; none where it is free."""
    one = schema.get("items", schema)
    return [one["const"]] if "const" in one else list(one.get("enum", []))


def choices_of(path: str, name: str) -> list[str]:
    """The values that a parameter of a path can have; none where there is no such parameter."""
    return next((choices(one["schema"]) for one in parameters_of(path) if one["name"] == name), [])


def example_of(path: str) -> str:
    """An address of a path with the examples of all that it has to have filled in."""
    address, needed = path, []
    for parameter in parameters_of(path):
        if parameter["in"] == "path":
            address = address.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif parameter.get("required"):
            needed.append(f"{parameter['name']}={parameter['example']}")
    return asking(address, *needed)


def asking(address: str, *parameters: str) -> str:
    """An address with more parameters."""
    for parameter in parameters:
        address += ("&" if "?" in address else "?") + parameter
    return address


def fields_of(name: str) -> dict[str, Any]:
    """The fields of a schema by name, with those of the schema that it extends."""
    base, own = extension(SHAPES[name])
    inherited = fields_of(name_of(base)) if base else {}
    return {**inherited, **own["properties"]}


def required_of(name: str) -> set[str]:
    """The fields that a schema requires, with those of the schema that it extends."""
    base, own = extension(SHAPES[name])
    return {*own.get("required", []), *(required_of(name_of(base)) if base else ())}


def name_of(reference: dict[str, Any]) -> str:
    """The name of the schema that a reference leads to."""
    return str(reference["$ref"].rpartition("/")[2])
