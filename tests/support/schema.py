"""The OpenAPI document that the code gives, and addresses made of it."""

from app.main import api as application
from app.settings import Settings

SCHEMA = application(Settings()).openapi()


def filled(path: str) -> str:
    """An address of the schema with the examples of all that it has to have filled in."""
    needed = []
    for parameter in SCHEMA["paths"][path]["get"].get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif parameter["required"]:
            needed.append(f"{parameter['name']}={parameter['example']}")
    return asking(path, *needed)


def asking(address: str, *parameters: str) -> str:
    """An address with more parameters."""
    for parameter in parameters:
        address += ("&" if "?" in address else "?") + parameter
    return address
