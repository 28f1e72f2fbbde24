"""The documentation page: Swagger UI with files of this package alone, and the OpenAPI document that it reads."""

import hashlib
from pathlib import Path

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles

from app.api.dependencies import query_params
from app.resources.params import NoParams
from app.serving.conditional import not_modified

STATIC = Path(__file__).parent / "static"
# Swagger UI's files and nothing else: no outside host, no inline script, no inline style.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: FastAPI, document: bytes) -> None:
    """Add /docs with its files, and the OpenAPI document (JSON in UTF-8) as /openapi.json."""
    page = (STATIC / "docs.html").read_bytes()
    of_page, of_document = _caching(page) | {"Content-Security-Policy": PAGE_POLICY}, _caching(document)

    @app.get("/docs", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def docs(request: Request) -> Response:
        return _answer(request, page, "text/html", of_page)

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def openapi(request: Request) -> Response:
        return _answer(request, document, "application/json", of_document)

    app.mount("/static", StaticFiles(directory=STATIC))


def _caching(content: bytes) -> dict[str, str]:
    """The headers of bytes that depend on no data: a strong entity tag made of them."""
    return {"Cache-Control": "public, max-age=60", "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}


def _answer(request: Request, content: bytes, media_type: str, headers: dict[str, str]) -> Response:
    if not_modified(", ".join(request.headers.getlist("if-none-match")) or None, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type=media_type)
