"""Assets of pages: style sheet and scripts, each under an address with its digest, which caches may keep for a year."""

import hashlib
from mimetypes import guess_type
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from app.serving.fixed import FixedAnswer
from app.serving.page_style import with_colours
from app.serving.responses import YEAR

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".js": "text/javascript", ".css": "text/css"}  # whatever the machine's table of types says


class Assets:
    """Assets: the files of the folder, read once."""

    def __init__(self) -> None:
        self._addresses: dict[str, str] = {}
        self._answers: dict[str, FixedAnswer] = {}
        for path in sorted(_FOLDER.iterdir()):
            content = path.read_bytes()
            if path.name == "style.css":
                content = with_colours(content)
            digest = hashlib.sha256(content).hexdigest()[:12]
            served = f"{path.stem}.{digest}{path.suffix}"
            kind = _TYPES.get(path.suffix) or guess_type(path.name)[0] or "application/octet-stream"
            headers = {"Cache-Control": f"public, max-age={YEAR}, immutable"}
            self._addresses[path.name] = f"/assets/{served}"
            self._answers[served] = FixedAnswer(content, kind, headers)

    def address(self, name: str) -> str:
        """Path of a file by its name in the folder. Raises KeyError for an unknown one."""
        return self._addresses[name]

    def mount(self, router: APIRouter) -> None:
        """Mount /assets/{name}."""

        async def asset(request: Request, name: str) -> Response:
            if name not in self._answers:
                raise HTTPException(404)
            return self._answers[name].respond(request)

        router.add_api_route("/assets/{name}", asset, include_in_schema=False)
