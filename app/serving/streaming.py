"""Streaming responses: answers sent piece by piece, whose resources are released however they end."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping

from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

_PATIENCE = 60  # seconds that a client may take nothing of a stream, which holds a connection to the database


class _TakesNothing(Exception):  # noqa: N818 - what a client does
    """Ends a stream whose client takes nothing."""


class Stream(StreamingResponse):
    """An answer sent piece by piece. Its generator is closed however it ends: whole, failed, or cut off.

    Starlette leaves that to the garbage collector, and until then open whatever the generator holds. Servers wait for
    ever for a client that takes nothing: here it is given up, and the server closes the connection.
    """

    def __init__(
        self,
        content: Generator[str | bytes, None, None] | AsyncGenerator[str | bytes, None],
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(content, headers=headers, media_type=media_type)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await send(message)
            except TimeoutError as fault:
                raise _TakesNothing from fault

        try:
            await super().__call__(scope, receive, send_in_time)
        except _TakesNothing:
            return  # not whole, so that the server closes the connection; no fault of ours that the log should tell
        finally:
            if isinstance(self._content, AsyncGenerator):
                await self._content.aclose()
            else:
                await run_in_threadpool(self._content.close)
