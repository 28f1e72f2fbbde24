"""Static files: those of the documentation page, read once and served from memory."""

from mimetypes import guess_type
from pathlib import Path

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import Response

from app.api.dependencies import query_params
from app.resources.params import NoParams
from app.serving.fixed import FixedAnswer
from app.serving.page_style import with_colours

STATIC = Path(__file__).parent / "static"


def install(app: FastAPI) -> None:
    """Add /static with every file of the folder. They take no parameters, like any address that has none.

    Starlette's StaticFiles is not used: its entity tags are made of file times, which differ from machine to machine.
    """
    files = {
        path.relative_to(STATIC).as_posix(): FixedAnswer(_content(path), guess_type(path.name)[0] or "text/plain")
        for path in STATIC.rglob("*")
        if path.is_file()
    }

    @app.get("/static/{name:path}", include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def static(request: Request, name: str) -> Response:
        if name not in files:
            raise HTTPException(404)
        return files[name].respond(request)


def _content(path: Path) -> bytes:
    content = path.read_bytes()
    return with_colours(content) if path.name == "docs.css" else content
