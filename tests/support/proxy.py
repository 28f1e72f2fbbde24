"""A reverse proxy that takes a path prefix off, as many operators have in front of the service."""

from starlette.types import ASGIApp, Receive, Scope, Send

PUBLIC, PREFIX = "https://example.org/dossier", "/dossier"


class StrippingProxy:
    """What `location /dossier/ { proxy_pass http://127.0.0.1:PORT/; }` does; outside of the prefix nothing is found."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"].startswith(f"{PREFIX}/"):
            stripped = {"path": scope["path"].removeprefix(PREFIX), "raw_path": scope["raw_path"][len(PREFIX) :]}
            await self._app({**scope, **stripped}, receive, send)
        else:
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
