"""MCP server (Model Context Protocol): the tools for an assistant, over stdin and stdout.

Made of the SDK's low-level server. Its MCPServer makes the schema of a tool out of a function: it passes over unknown
arguments in silence, and refuses wrong ones in pydantic's words, in English only.
"""

import json
import logging
import signal
from typing import Any

import anyio
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from sqlalchemy.exc import DBAPIError

from app import __version__
from app.about import DISCLAIMER, NAME
from app.errors import DossierError, InternalError, Unavailable, cut
from app.mcp_server.arguments import language_given
from app.mcp_server.tools import TOOLS, Reader
from app.messages import sentence
from app.model.fields import Language
from app.serving.problems import problem_body
from app.serving.worker_threads import WorkerThreads
from app.settings import Settings
from app.store.engines.base import Database
from app.store.readiness import database_fault
from app.store.result_cache import ResultCache

INSTRUCTIONS = (
    f"{DISCLAIMER['en']} Every record has citations: name the source and give its url when you use a record. Dates are "
    "EDTF: 2018-04 is a month, 2003/2009 a period, 2011/.. one that goes on. Every answer names the revision of the "
    "dataset that it was made from; with the argument `revision` you get the same answer again. Values such as kind "
    "are English words in both languages."
)
_READ_ONLY = types.ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_log = logging.getLogger("dossier")


def make_server(reader: Reader) -> Server[Any]:
    """MCP server with the tools, for any transport."""
    threads = WorkerThreads()

    async def list_tools(
        _: ServerRequestContext[Any], __: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return types.ListToolsResult(tools=DESCRIBED)

    async def call_tool(_: ServerRequestContext[Any], call: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return await threads.run(_answer, reader, call.name, call.arguments or {})
        except Unavailable as busy:
            return _refusal(busy, language_given(call.arguments or {}))

    return Server(
        "dossier",
        title=NAME["en"],
        version=__version__,
        instructions=INSTRUCTIONS,
        on_list_tools=list_tools,
        on_call_tool=call_tool,
    )


DESCRIBED = [
    types.Tool(
        name=tool.name,
        title=tool.title,
        description=tool.description,
        input_schema=tool.arguments.schema,
        output_schema=tool.output.model_json_schema(mode="serialization"),
        annotations=_READ_ONLY,
    )
    for tool in TOOLS.values()
]


def _answer(reader: Reader, name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """Result of a call; what cannot be answered is an error result that says what to do, in its language."""
    lang = language_given(arguments)
    try:
        if name not in TOOLS:
            return _error(sentence("unknown-tool", {"name": cut(name), "known": list(TOOLS)}, lang))
        answer = TOOLS[name](reader, arguments).model_dump(mode="json")
    except DossierError as error:
        return _refusal(error, lang)
    except DBAPIError:
        return _refusal(database_fault(reader.database) or Unavailable(), lang)
    except Exception:  # noqa: BLE001 - whatever it is, no traceback is an answer
        # Not the arguments: one of them may be a name that somebody checks.
        _log.exception("The tool %s failed", name)
        return _refusal(InternalError(), lang)
    text = types.TextContent(type="text", text=json.dumps(answer, ensure_ascii=False))
    return types.CallToolResult(content=[text], structured_content=answer)


def _refusal(error: DossierError, lang: Language) -> types.CallToolResult:
    """Error result with the sentences that the API has in its problem, and with its further members."""
    problem = problem_body(error, "", lang)
    more = [f"{name}: {value}" for name, value in error.extra.items()]
    return _error("\n".join([f"{problem['title']}. {problem['detail']}", *more]))


def _error(text: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=text)], is_error=True)


def run(database: Database, settings: Settings) -> None:
    """Serve one client until it closes stdin. SIGTERM and SIGINT end the process at once: nothing is ever written.

    Raises OSError if stdout is closed first. stdout belongs to the protocol: what else is printed goes to stderr.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own would wait for the thread that reads stdin
    try:
        anyio.run(_serve, Reader(database, ResultCache(), settings.public_url or ""))
    except* OSError as group:
        lost = group.exceptions[0]
        while isinstance(lost, BaseExceptionGroup):
            lost = lost.exceptions[0]
        raise OSError(lost.errno, lost.strerror, "stdout") from None
    finally:
        database.close()


async def _serve(reader: Reader) -> None:
    server = make_server(reader)
    async with stdio_server() as (incoming, outgoing):
        await server.run(incoming, outgoing, server.create_initialization_options())
