"""A server of a newer release: passes on what a server answers, with fields, values and a collection added."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.support.waiting import TIMEOUT

NEW_VALUE = "of-a-newer-release"
NEW_RECORD = {
    "collection": "observations",
    "id": "a-vessel",
    "title": "A vessel",
    "names": [{"name": "A", "kind": "primary"}],
}
NEW_FACET = [{"value": "panama", "label": "Panama", "count": 1}]


class Newer:
    """Answers of a newer release, made of answers of this one and its OpenAPI document."""

    def __init__(self, document: Any) -> None:
        self.document = document

    def answer(self, path: str, body: Any) -> Any:
        """An answer with additions; that of the change feed and of lists of all collections has another collection."""
        changed = self._value(body, self._schema(path))
        if "included" in changed:
            changed["included"]["observations"] = {"a-vessel": NEW_RECORD}
        if "facets" in changed:
            changed["facets"]["flag"] = NEW_FACET
        if path in ("/v1/changes", "/v1/search", "/v1/timeline"):
            changed["data"][1] |= {"collection": "observations", "id": "a-vessel"}
        if path == "/v1/changes":
            changed["data"][1] |= {"record": NEW_RECORD}
        return changed

    def _schema(self, path: str) -> Any:
        for template, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
                return operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        raise KeyError(path)

    def _value(self, value: Any, schema: Any) -> Any:
        """JSON with one field more in each object that has declared fields, and a new value for each open enum."""
        parts = list(self._parts(schema))
        if isinstance(value, list):
            items: Any = next((part["items"] for part in parts if "items" in part), {})
            return [self._value(one, items) for one in value]
        if isinstance(value, dict):
            fields = {name: field for part in parts for name, field in part.get("properties", {}).items()}
            others = [
                part["additionalProperties"] for part in parts if part.get("additionalProperties", True) is not True
            ]
            rest = others[0] if others else {}
            changed = {name: self._value(one, fields.get(name, rest)) for name, one in value.items()}
            return changed if others else changed | {"added_later": {"a": [1]}}
        return NEW_VALUE if value is not None and any("x-extensible-enum" in part for part in parts) else value

    def _parts(self, schema: Any) -> Iterator[Any]:
        """A schema and those that it is made of, without references."""
        if "$ref" in schema:
            yield from self._parts(self.document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
        else:
            yield schema
            for part in [*schema.get("allOf", []), *schema.get("anyOf", [])]:
                yield from self._parts(part)


@contextmanager
def newer_release(server: str) -> Iterator[str]:
    """Address of a newer release, which answers JSON from a server of this one; it is ended in the end."""
    release = Newer(httpx.get(f"{server}/openapi.json", timeout=TIMEOUT).json())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = httpx.get(f"{server}{self.path}", timeout=TIMEOUT)
            body = release.answer(self.path.partition("?")[0], reply.json()) if reply.is_success else reply.json()
            content = json.dumps(body).encode()
            self.send_response(reply.status_code)
            self.send_header("Content-Type", reply.headers["Content-Type"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()
