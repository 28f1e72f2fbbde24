"""An assistant: calls the tools of the MCP server through the SDK's own client, in this process."""

from typing import Any

import anyio
from mcp import types
from mcp.client import Client

from app.mcp_server.server import make_server
from app.mcp_server.tools import Reader
from app.store.engines.base import Database
from app.store.result_cache import ResultCache


class Assistant:
    """A client of the tools on a database, one connection for each call."""

    def __init__(self, database: Database, base: str = "") -> None:
        self.reader = Reader(database, ResultCache(), base)

    def tools(self) -> dict[str, types.Tool]:
        """The tools by name."""

        async def ask() -> list[types.Tool]:
            async with Client(make_server(self.reader)) as client:
                return (await client.list_tools()).tools

        return {tool.name: tool for tool in anyio.run(ask)}

    def call(self, tool: str, /, **arguments: Any) -> types.CallToolResult:
        """Result of a call, whether it is an error or not."""
        return self.all_at_once([(tool, arguments)])[0]

    def ask(self, tool: str, /, **arguments: Any) -> dict[str, Any]:
        """Answer to a call, which must not be an error."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result.content
        answer: dict[str, Any] = result.structured_content
        return answer

    def refusal(self, tool: str, /, **arguments: Any) -> str:
        """Text of an error result."""
        result = self.call(tool, **arguments)
        assert result.is_error
        assert result.structured_content is None
        return text_of(result)

    def all_at_once(self, calls: list[tuple[str, dict[str, Any]]]) -> list[types.CallToolResult]:
        """Results of calls that are made at the same time on one connection."""
        results: dict[int, types.CallToolResult] = {}

        async def one(client: Client, place: int) -> None:
            tool, arguments = calls[place]
            results[place] = await client.call_tool(tool, arguments)

        async def ask() -> None:
            async with Client(make_server(self.reader)) as client, anyio.create_task_group() as group:
                for place in range(len(calls)):
                    group.start_soon(one, client, place)

        anyio.run(ask)
        return [results[place] for place in range(len(calls))]


def text_of(result: types.CallToolResult) -> str:
    """The one text of a result."""
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text
