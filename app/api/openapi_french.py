"""The OpenAPI document with French words, for the documentation page: groups, tags, operations and parameters.

Fields of answers, examples and problems stay in English: they are fifteen times as much text. /openapi.json, which
clients are made from, is the English document.
"""

import re

from app.api.openapi_components import Document
from app.messages.reference_operations import HISTORY, HISTORY_ABOUT, OPERATIONS, RECORD_ABOUT, RECORDS
from app.messages.reference_parameters import DEFAULT, EXAMPLE, PARAMETERS
from app.model.labels import LABELS, label

_ROWS = "Rows match all filters."
_TAIL = re.compile(r" (Default|Example): (`[^`]*`)\.")


def in_french(document: Document) -> Document:
    """Copy of a document with French words. A text that has none stays in English."""
    components = document["components"]
    parameters = {name: _described(one) for name, one in components["parameters"].items()}
    return document | {
        "tags": [_tag(one) for one in document["tags"]],
        "x-tagGroups": [_group(one) for one in document["x-tagGroups"]],
        "components": components | {"parameters": parameters},
        "paths": {
            path: {method: _operation(path, one) for method, one in methods.items()}
            for path, methods in document["paths"].items()
        },
    }


def _tag(tag: Document) -> Document:
    return tag | {"x-displayName": _text(tag["x-displayName"]), "description": _text(tag["description"])}


def _group(group: Document) -> Document:
    return group | {"name": _text(group["name"]), "description": _text(group["description"])}


def _operation(path: str, operation: Document) -> Document:
    collection = operation["tags"][0]
    if path.endswith("/{id}") and collection in RECORDS:
        names = {
            "summary": _capital(RECORDS[collection]),
            "description": RECORD_ABOUT.format(collection=_name(collection)),
        }
    elif path.endswith("/{id}/history"):
        about = HISTORY_ABOUT.format(collection=_name(collection))
        names = {"summary": HISTORY.format(record=RECORDS[collection]), "description": about}
    else:
        names = {"summary": _text(operation["summary"]), "description": _text(operation["description"])}
    parameters = [_described(one) for one in operation.get("parameters", ())]
    return operation | names | ({"parameters": parameters} if parameters else {})


def _described(parameter: Document) -> Document:
    """Parameter with its description in French; a reference stays as it is."""
    if "description" not in parameter:
        return parameter
    text: str = parameter["description"]
    own = _TAIL.sub("", text)
    if own not in PARAMETERS:
        return parameter
    tails = {"Default": DEFAULT, "Example": EXAMPLE}
    more = [tails[kind].format(value=value) for kind, value in _TAIL.findall(text)]
    return parameter | {"description": " ".join([PARAMETERS[own], *more])}


def _text(text: str) -> str:
    """Description in French, paragraph by paragraph."""
    return "\n\n".join(_paragraph(" ".join(one.split())) for one in text.split("\n\n"))


def _paragraph(text: str) -> str:
    if text.endswith(f" {_ROWS}"):
        return f"{_paragraph(text.removesuffix(f' {_ROWS}'))} {OPERATIONS[_ROWS]}"
    return OPERATIONS.get(text, text)


def _name(collection: str) -> str:
    return label(collection, "fr", LABELS)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
