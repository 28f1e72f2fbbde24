"""Route of security.txt (RFC 9116), which says whom to write to about a weakness."""

from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, urlsplit

from fastapi import Depends, FastAPI, Request
from fastapi.responses import Response

from app import clock
from app.api.dependencies import query_params
from app.model.fields import LANGUAGES
from app.resources.params import NoParams
from app.serving.fixed import FixedAnswer
from app.settings import Settings

PATH = "/.well-known/security.txt"
_MONTHS = 7  # until it expires, from the first of this month: at least six from any day, and less than a year
# Not `public` at its beginning: the answer store keeps what is, as long as nothing is published, even for years.
_CACHE_CONTROL = "max-age=86400"  # seconds


def install(app: FastAPI, settings: Settings) -> None:
    """Add /.well-known/security.txt if the settings have a contact that the standard allows: by mail or https."""
    contact = contact_address(settings.contact or "")
    if contact is None:
        return
    fields = [f"Contact: {contact}", f"Preferred-Languages: {', '.join(LANGUAGES)}"]
    fields += [f"Canonical: {address}" for address in canonical_addresses(settings.public_url or "")]

    @lru_cache(1)
    def answer(expires: str) -> FixedAnswer:
        content = "\n".join([*fields, f"Expires: {expires}", ""])
        return FixedAnswer(content.encode(), "text/plain", {"Cache-Control": _CACHE_CONTROL})

    @app.get(PATH, include_in_schema=False, dependencies=[Depends(query_params(NoParams))])
    async def get_security_txt(request: Request) -> Response:
        return answer(expiry(clock.now())).respond(request)


def contact_address(contact: str) -> str | None:
    """Contact as an address that security.txt may have; None for one without https."""
    if "://" not in contact:
        return f"mailto:{quote(contact, safe='@!$&*+;=:/._~-')}" if contact else None
    return contact if contact.lower().startswith("https://") else None


def canonical_addresses(public_url: str) -> list[str]:
    """Addresses of security.txt: under the public address and, if that has a path, at the root of the host too."""
    parts = urlsplit(public_url)
    roots = dict.fromkeys([f"{parts.scheme}://{parts.netloc}", public_url])
    return [f"{root}{PATH}" for root in roots] if parts.scheme == "https" else []


def expiry(now: datetime) -> str:
    """Time at which security.txt expires. It is the same for a month, so that copies in caches are the same too."""
    months = now.year * 12 + now.month - 1 + _MONTHS
    return f"{months // 12:04}-{months % 12 + 1:02}-01T00:00:00Z"
