"""Route of the API catalogue (RFC 9727), by which programs find the API and its documents from the host's name."""

import hashlib

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response

from app.api.dependencies import query_params
from app.formats import linkset
from app.model.json_text import compact
from app.resources.params import NoParams
from app.serving.conditional import not_modified
from app.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add /.well-known/api-catalog. Addresses are absolute if the settings have a public address."""

    def link(path: str) -> str:
        return f"{settings.public_url or ''}{path}"

    content = compact(linkset.api_catalog(link)).encode()
    headers = {
        "Cache-Control": "public, max-age=60",
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        "Link": linkset.link_header(link),
    }

    @app.get(linkset.PATH, include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def get_api_catalog(request: Request) -> Response:
        if not_modified(", ".join(request.headers.getlist("if-none-match")) or None, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=linkset.MEDIA_TYPE)
