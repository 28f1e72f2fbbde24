"""Yardstick for hot answers: an ASGI function that answers with the bytes of a file, and does nothing else.

uvicorn runs it with the settings that it has for the service. BENCH_BODIES is the folder of the files.
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

BODIES = {f"/{file.name}": file.read_bytes() for file in Path(os.environ["BENCH_BODIES"]).iterdir()}
Message = MutableMapping[str, Any]


async def app(scope: Message, _receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Any]) -> None:
    """Answer with the file that the path names."""
    body = BODIES[scope["path"]]
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
