"""Lists walked page by page."""

import functools
import itertools
from collections.abc import Callable
from typing import Any

import httpx

from tests.support.schema import asking


def rows(client: httpx.Client, path: str, between: Callable[[], object] = lambda: None) -> list[dict[str, Any]]:
    """All rows that a walk by page.next meets; something may happen behind every page."""
    met: list[dict[str, Any]] = []
    cursor: str | None = None
    for number in itertools.count():
        page = client.get(path, params={**httpx.URL(path).params, **({"cursor": cursor} if cursor else {})})
        met += page.raise_for_status().json()["data"]
        cursor = page.json()["page"]["next"]
        if cursor is None:
            return met
        between()
        assert number < 1000
    raise AssertionError


def data_of(client: httpx.Client, path: str) -> str:
    """The member `data` of an item, byte for byte."""
    body = client.get(path).raise_for_status().text
    return body.removeprefix('{"data":')[: body.rindex(',"references":') - len('{"data":')]


def walked(client: httpx.Client, path: str, limit: int = 200) -> list[Any]:
    """The rows of a list, all pages of it."""
    rows: list[dict[str, Any]] = []
    following: str | None = asking(path, f"limit={limit}")
    while following:
        answer = client.get(following).raise_for_status()
        rows += answer.json()["data"]
        following = answer.links.get("next", {}).get("url")
    return rows


@functools.cache
def records_of(client: httpx.Client, collection: str, query: str) -> dict[str, dict[str, Any]]:
    """All records of a collection in a language and at a revision that do not change meanwhile, by id."""
    return {row["id"]: row for row in walked(client, f"/v1/{collection}?{query}")}
