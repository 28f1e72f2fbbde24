"""Requests to the application in this process, and what a cache reads in its answers."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, MutableMapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import httpx
from starlette.types import ASGIApp

from app.main import create_app
from app.settings import Settings

PUBLIC = "https://dossier.example"
_LINE = len(b": \r\n")  # bytes of a header line without name and value
_STATUS_LINE = len(b"HTTP/1.1 200 OK\r\n\r\n")
_DAY = 86_400
_MAX_AGE = re.compile(r"max-age=(\d+)")


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer as a cache sees it. `body` counts the bytes sent, `plain` those without content coding."""

    status: int
    cache_control: str
    vary: tuple[str, ...]
    head: int
    body: int
    plain: int
    revision: int  # 0 for an answer that depends on no data
    following: str | None = None

    @property
    def lifetime(self) -> int:
        """Seconds that a shared cache may keep it; 0 for one that it may not store."""
        stored = self.cache_control.startswith("public") and _MAX_AGE.search(self.cache_control)
        return int(stored[1]) if stored else 0

    @property
    def is_pinned(self) -> bool:
        """Whether its data never change: caches may keep it longer than a day."""
        return self.lifetime > _DAY

    @classmethod
    def from_dict(cls, members: dict[str, Any]) -> "Answer":
        """Answer that `asdict` wrote, read from JSON."""
        return cls(**{**members, "vary": tuple(members["vary"])})

    def members(self) -> dict[str, Any]:
        """Members for JSON."""
        return asdict(self)


class Asker:
    """Client of the application, without a network."""

    def __init__(self, client: httpx.AsyncClient, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def get(self, path: str, *, lang: str = "en", coding: str = "gzip", etag: str | None = None) -> Answer:
        """Answer to a GET request, in a language and a content coding; with `etag`, to a conditional one."""
        response = self.ask(path, lang=lang, coding=coding, etag=etag)
        headers = response.headers
        head = sum(len(name) + len(value) + _LINE for name, value in response.headers.raw) + _STATUS_LINE
        plain = len(response.content)
        sent = headers.get("content-length", str(plain))
        vary = (name.strip() for name in headers.get("vary", "").split(","))
        return Answer(
            status=response.status_code,
            cache_control=headers.get("cache-control", ""),
            vary=tuple(filter(None, vary)),
            head=head,
            body=int(sent) if response.status_code == httpx.codes.OK else 0,
            plain=plain,
            revision=int(headers.get("dataset-revision", "0")),
            following=response.links.get("next", {}).get("url"),
        )

    def ask(self, path: str, *, lang: str = "en", coding: str = "gzip", etag: str | None = None) -> httpx.Response:
        """Response itself; its body is unpacked."""
        headers = {"Accept-Language": lang, "Accept-Encoding": coding}
        if etag:
            headers["If-None-Match"] = etag
        return self._runner.run(self._client.get(path, headers=headers))

    def text(self, path: str) -> str:
        """Body of an answer, which has to be 200."""
        return self.ask(path).raise_for_status().text


@contextmanager
def asking(settings: Settings) -> Iterator[Asker]:
    """Client of an application with these settings. At the end the application closes its database."""
    app = create_app(settings)
    client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=PUBLIC)
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            runner.run(stack.enter_async_context(_lifespan(app)))
            runner.run(stack.enter_async_context(client))
            yield Asker(client, runner)
        finally:
            runner.run(stack.aclose())


@asynccontextmanager
async def _lifespan(app: ASGIApp) -> AsyncIterator[None]:
    """ASGI lifespan, which httpx leaves out: startup, and in the end shutdown. Raises RuntimeError if one fails."""
    events: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()
    answers: asyncio.Queue[MutableMapping[str, Any]] = asyncio.Queue()

    async def send(event: str) -> None:
        await events.put({"type": f"lifespan.{event}"})
        answer = await answers.get()  # a failed start is answered too: the lifespan of Starlette sends what went wrong
        if answer["type"] != f"lifespan.{event}.complete":
            raise RuntimeError(answer.get("message", event))

    scope = {"type": "lifespan", "asgi": {"version": "3.0", "spec_version": "2.0"}, "state": {}}
    task = asyncio.ensure_future(app(scope, events.get, answers.put))
    await send("startup")
    yield
    await send("shutdown")
    await task
