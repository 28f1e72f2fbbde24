"""A server of a newer release: passes on what a server answers, with fields, values and a collection added."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from tests.support.waiting import TIMEOUT

NEW_RECORD = {
    "collection": "designations",
    "id": "a-vessel",
    "title": "A vessel",
    "names": [{"name": "A", "kind": "primary"}],
}


def newer(value: Any) -> Any:
    """JSON with one more field in every object, and another value as the kind of every record."""
    if isinstance(value, list):
        return [newer(one) for one in value]
    if not isinstance(value, dict):
        return value
    changed = {name: newer(one) for name, one in value.items()} | {"added_later": {"a": [1]}}
    return changed | ({"kind": "of-a-newer-release"} if "kind" in value else {})


def newer_changes(body: Any) -> Any:
    """A page of the change feed whose second change is of a new collection, and whose third has a new action."""
    body["data"][1] |= {"collection": "designations", "id": "a-vessel", "record": NEW_RECORD}
    body["data"][2] |= {"action": "merged"}
    return body


@contextmanager
def newer_release(server: str) -> Iterator[str]:
    """Address of a newer release, which answers from a server of this one; it is ended in the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = httpx.get(f"{server}{self.path}", timeout=TIMEOUT)
            body = newer(reply.json())
            content = json.dumps(newer_changes(body) if "/v1/changes" in self.path else body).encode()
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
