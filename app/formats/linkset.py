"""API catalogue (RFC 9727): which APIs are here, and where their documents are, as a set of links (RFC 9264)."""

from collections.abc import Callable
from typing import Any

PATH = "/.well-known/api-catalog"
API = "/v1"
MEDIA_TYPE = 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"'


def api_catalog(link: Callable[[str], str]) -> dict[str, Any]:
    """API catalogue: the one API, with its description, documentation, metadata and status.

    `link` makes the absolute address of a path, or returns the path itself.
    """
    api: dict[str, Any] = {"anchor": link(API)}
    for relation, path, media_type in (
        ("service-desc", "/openapi.json", "application/json"),
        ("service-doc", "/docs", "text/html"),
        ("service-meta", "/v1/catalog", "application/ld+json"),
        ("status", "/health/ready", "application/json"),
    ):
        api[relation] = [{"href": link(path), "type": media_type}]
    return {"linkset": [{"anchor": link(PATH), "item": [{"href": link(API)}]}, api]}


def link_header(link: Callable[[str], str]) -> str:
    """`Link` header of the catalogue: its own address and the API, for clients that send HEAD (RFC 9727 §2)."""
    return f'<{link(PATH)}>; rel="api-catalog", <{link(API)}>; rel="item"'
