"""The documentation page: questions with their answers, then Swagger UI, with files of this package alone.

The page is useful before Swagger UI is there: it lists the operations itself. Its script loads Swagger UI, of 500 kB
compressed, once somebody gets near to the list.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pydantic import BeforeValidator, Field

from app.about import NAME
from app.api import static
from app.api.dependencies import query_params
from app.api.docs_questions import QUESTIONS
from app.api.openapi_components import Document, operations
from app.api.openapi_french import in_french
from app.messages import MESSAGES
from app.messages.docs_page import DOCS_SCRIPT
from app.model.fields import LANGUAGES, Language, language_of
from app.model.json_text import compact
from app.resources.params import NoParams
from app.serving.conditional import joined
from app.serving.fixed import FixedAnswer
from app.serving.negotiation import language
from app.serving.page_style import page_policy

PAGE_POLICY = page_policy("'none'")
_NAMED = {"en": "English", "fr": "Français"}


class DocsParams(NoParams):
    """Parameters of the page."""

    lang: Annotated[Language | None, BeforeValidator(lambda tag: language_of(tag) or tag)] = Field(None)


def install(app: FastAPI, document: Document) -> None:
    """Add /docs with its files, and the OpenAPI document (JSON in UTF-8) as /openapi.json.

    The page in French has a document of its own, which is not for clients: its names of tags are the same.
    """
    french = in_french(document)
    documents: Mapping[Language, Document] = {"en": document, "fr": french}
    pages = {(lang, named): _page(documents[lang], lang, named=named) for lang in LANGUAGES for named in (True, False)}
    packaged = FixedAnswer(compact(document).encode(), "application/json")
    packaged_french = FixedAnswer(compact(french).encode(), "application/json", {"Content-Language": "fr"})

    @app.get("/docs", include_in_schema=False)
    async def docs(request: Request, params: Annotated[DocsParams, Depends(query_params(DocsParams))]) -> Response:
        lang = language(params.lang, joined(request.headers, "accept-language"))
        return pages[lang, params.lang is not None].respond(request)

    @app.get("/docs/", include_in_schema=False, dependencies=[Depends(query_params(DocsParams))])
    async def docs_with_slash(request: Request) -> Response:
        # Relative, so that a path prefix which a proxy takes away stays.
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"../docs{query}", 308, {"Cache-Control": "public, max-age=86400"})

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def openapi(request: Request) -> Response:
        return packaged.respond(request)

    @app.get("/docs/openapi.fr.json", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def openapi_french(request: Request) -> Response:
        return packaged_french.respond(request)

    static.install(app)


def _page(document: Document, lang: Language, *, named: bool) -> FixedAnswer:
    """Page in a language, which the address names or the client prefers."""
    headers = {"Content-Security-Policy": PAGE_POLICY, "Content-Language": lang}
    if not named:
        headers["Vary"] = "Accept-Language"
    return FixedAnswer(render(document, lang).encode(), "text/html", headers)


def render(document: Document, lang: Language) -> str:
    """HTML of the page. Its addresses are relative: whatever path prefix is in front of it, they work."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["code"] = _with_code
    other = next(one for one in LANGUAGES if one != lang)
    words = {code.removeprefix("docs-"): texts[lang] for code, texts in DOCS_SCRIPT.items()}
    return environment.get_template("docs.html").render(
        lang=lang,
        other=other,
        other_name=_NAMED[other],
        name=NAME[lang],
        t=lambda code: MESSAGES[code][lang],
        words=compact(words),
        questions=QUESTIONS,
        groups=[*_groups(document)],
    )


def _groups(document: Document) -> Iterator[Mapping[str, Any]]:
    """Groups of tags with their operations, each as its summary and its address in Swagger UI."""
    every = [operation for _, operation in operations(document)]
    shown = {
        one["operationId"]: {"summary": one["summary"], "address": f"{one['tags'][0]}/{one['operationId']}"}
        for one in every
    }
    names = {tag["name"]: tag["x-displayName"] for tag in document["tags"]}
    for group in document["x-tagGroups"]:
        yield {
            "name": group["name"],
            "description": group["description"],
            "tags": [
                {
                    "name": names[tag],
                    "operations": [shown[one["operationId"]] for one in every if tag in one["tags"]],
                }
                for tag in group["tags"]
            ],
            "also": [shown[id] for id in group.get("x-operations", ())],
        }


def _with_code(text: str) -> Markup:
    """Text in which the parts between backticks are code."""
    pieces = enumerate(text.split("`"))
    return Markup("").join(Markup("<code>{}</code>").format(one) if number % 2 else one for number, one in pieces)
