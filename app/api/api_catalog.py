"""Route of the API catalogue (RFC 9727), by which programs find the API and its documents from the host's name."""

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response

from app.api.dependencies import query_params
from app.formats import linkset
from app.model.json_text import compact
from app.resources.params import NoParams
from app.serving.fixed import FixedAnswer
from app.settings import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add /.well-known/api-catalog. Addresses are absolute if the settings have a public address."""

    def link(path: str) -> str:
        return f"{settings.public_url or ''}{path}"

    content = compact(linkset.api_catalog(link)).encode()
    answer = FixedAnswer(content, linkset.MEDIA_TYPE, {"Link": linkset.link_header(link)})

    @app.get(linkset.PATH, include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def get_api_catalog(request: Request) -> Response:
        return answer.respond(request)
