"""Fixed answers: pages, scripts and documents whose bytes depend on no data, with their entity tags and codings."""

import hashlib
from collections.abc import Mapping
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response

from app.serving.compression import GZIP, IDENTITY, codings, compressed, is_worth_it
from app.serving.conditional import entity_tag, held_coding, joined
from app.serving.responses import MINUTE


class FixedAnswer:
    """Fixed answer: bytes in memory, sent as they are or in gzip, which is made when it is first asked for.

    Each coding has a strong entity tag with the SHA-256 of the bytes. `headers` are those that other answers lack.
    """

    def __init__(self, content: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self._content = content
        self._media_type = media_type
        self._digest = hashlib.sha256(content).hexdigest()[:32]
        self._headers = {"Cache-Control": f"public, max-age={MINUTE}", **(headers or {})}
        if is_worth_it(len(content)):
            self._headers["Vary"] = ", ".join(filter(None, [self._headers.get("Vary"), "Accept-Encoding"]))

    def respond(self, request: Request) -> Response:
        """Conditional response: 200, or 304 if the client has the bytes. Raises PreconditionFailed (412)."""
        is_compressed = is_worth_it(len(self._content))
        taken = codings(joined(request.headers, "accept-encoding") or None) if is_compressed else (IDENTITY,)
        held = held_coding(request.headers, self._digest, taken)
        coding = held or taken[0]
        headers = self._headers | {"ETag": entity_tag(self._digest, coding)}
        if coding == GZIP:
            headers["Content-Encoding"] = coding
        if held:
            return Response(status_code=304, headers=headers)
        content = self._in_gzip if coding == GZIP else self._content
        return Response(content, headers=headers, media_type=self._media_type)

    @cached_property
    def _in_gzip(self) -> bytes:
        return compressed(self._content)
