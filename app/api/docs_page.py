"""The documentation page: Swagger UI with files of this package alone, and the OpenAPI document that it reads."""

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response

from app.api import static
from app.api.dependencies import query_params
from app.resources.params import NoParams
from app.serving.fixed import FixedAnswer

# Swagger UI's files and nothing else: no outside host, no inline script, no inline style.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def install(app: FastAPI, document: bytes) -> None:
    """Add /docs with its files, and the OpenAPI document (JSON in UTF-8) as /openapi.json."""
    content = (static.STATIC / "docs.html").read_bytes()
    page = FixedAnswer(content, "text/html", {"Content-Security-Policy": PAGE_POLICY})
    packaged = FixedAnswer(document, "application/json")

    @app.get("/docs", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def docs(request: Request) -> Response:
        return page.respond(request)

    @app.get("/openapi.json", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def openapi(request: Request) -> Response:
        return packaged.respond(request)

    static.install(app)
