"""Addresses of every kind, made from the OpenAPI schema and the record itself: what two servers are compared by."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

import httpx

from app.model.fields import LANGUAGES

_WORDS = (
    "nuclear", "nucléaire", "sanctions", "embassy", "ambassade", "food aid", "aide alimentaire", "north korea",
    '"north korea"', "corée du nord", "test", "tests", "missile", "S/RES/1718", "un security council", "-nuclear aid",
    "human rights", "droits de la personne", "non-proliferation", "nonproliferation", "world food programme", "sor",
    "c", "ca", "can", "cana", "inter-korean", "l’aide", "2017", "canada", '"first nuclear"', "pyongyang visit",
    "luxury goods", "o'neil", "zzzz", "ship-to-ship", "the", "un", "of the", "k", "kim jong un", "air koryo",
)  # fmt: skip
_NAMES = ("Ri Je-son", "Kim", "Tanchon Commercial Bank", "Korea", "Air Koryo", "金", "Nobody At All")
_INSTANTS = ("2026-12-31T00:00:00Z", "2026-11-24T00:00:00Z", "1999-01-01T00:00:00Z")
_DAYS = ("2006", "2009-05", "2017-01-01", "2018-06-12", "2026-11-27")
_SET_APART = {"cursor", "revision", "as_of", "lang", "format", "limit", "fields", "facets", "include", "sort", "q"}
_FREE: Mapping[str, Sequence[str]] = {
    "q": _WORDS[:12],
    "name": _NAMES,
    "from": _DAYS,
    "to": _DAYS,
    "in_force_on": _DAYS[2:],
    "min_score": ("0.5", "0.99"),
    "since": ("0", "1", "6", "99"),
    "min_amount": ("1000", "1000000.5"),
    "max_amount": ("1000", "1000000.5"),
}
_LIMITS = ("1", "7", "200")
_PAGES = 8  # of a list that are walked through
_IN_FULL = 5  # records of a collection that are asked for with every parameter


class Addresses:
    """Addresses that a client is asked for; what they are made of is read from the answers of one server."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._schema: dict[str, Any] = {}
        self._revisions = 0

    async def all(self) -> list[str]:
        """All addresses, each once, in order: the same for the same record."""
        self._schema = (await self._client.get("/openapi.json")).json()
        self._revisions = (await self._client.get("/v1/revisions?limit=1")).json()["page"]["total"]
        found: list[str] = []
        for path, operations in self._schema["paths"].items():
            found += await self._of_path(path, self._parameters(operations["get"]))
        return list(dict.fromkeys(found))

    def _parameters(self, operation: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        named = (self._resolved(one) for one in operation.get("parameters", ()))
        return {one["name"]: self._resolved(one.get("schema", {})) for one in named if one["in"] == "query"}

    def _resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in part:
            name = part["$ref"].split("/")[1:]
            part = self._schema
            for key in name:
                part = part[key]
        return part

    async def _of_path(self, path: str, parameters: Mapping[str, dict[str, Any]]) -> list[str]:
        """Addresses of an operation: of each of its records if it has an id, else with each value of each parameter."""
        if "{" in path:
            return await self._of_items(path, parameters)
        required = {"q": "nuclear"} if path.endswith("/search") else {"name": "Kim"} if path.endswith("/screen") else {}
        queries = [*self._queries(parameters, required)]
        addresses = [f"{path}?{urlencode(query)}" if query else path for query in queries]
        if "cursor" in parameters:
            addresses += await self._pages(path, required)
        return addresses

    def _queries(
        self, parameters: Mapping[str, dict[str, Any]], required: Mapping[str, str]
    ) -> Iterator[dict[str, str]]:
        base = dict(required)
        yield base
        pins = [{"revision": str(number)} for number in range(1, self._revisions + 2)]
        pins += [{"as_of": instant} for instant in _INSTANTS]
        languages = [{"lang": lang} for lang in LANGUAGES if "lang" in parameters]
        if "revision" in parameters:
            yield from (base | pin | lang for pin in pins for lang in languages or [{}])
        singles = [*self._singles(parameters)]
        for single, lang in itertools.product(singles, languages or [{}]):
            yield base | single | lang
        # Filters together, at earlier revisions, in orders and formats.
        orders = [{"sort": value} for value in self._values("sort", parameters.get("sort", {}))] or [{}]
        formats = [{"format": value} for value in self._values("format", parameters.get("format", {}))] or [{}]
        for number, (order, format_, lang) in enumerate(itertools.product(orders, formats, languages or [{}])):
            pin = pins[number % self._revisions] if "revision" in parameters else {}
            yield base | order | format_ | lang
            yield base | order | format_ | lang | pin | (singles[number % len(singles)] if singles else {})

    def _singles(self, parameters: Mapping[str, dict[str, Any]]) -> Iterator[dict[str, str]]:
        for name, schema in parameters.items():
            for value in self._values(name, schema):
                yield {name: value}
        if "limit" in parameters:
            yield from ({"limit": limit} for limit in _LIMITS)

    def _values(self, name: str, schema: dict[str, Any]) -> Sequence[str]:
        if name in ("cursor", "revision", "as_of", "lang", "limit"):
            return ()
        if name == "q":
            return _WORDS
        if name in _FREE:
            return _FREE[name]
        found: list[str] = []
        for one in (schema, *schema.get("anyOf", ()), schema.get("items", {})):
            part = self._resolved(one)
            part = self._resolved(part.get("items", part))
            found += part.get("enum", [])
            found += ["true", "false"] if part.get("type") == "boolean" else []
            found += [str(one) for one in part.get("examples", ()) if not isinstance(one, bool)]
        return list(dict.fromkeys(map(str, found)))

    async def _pages(self, path: str, required: Mapping[str, str]) -> list[str]:
        """Up to eight pages of a list, by the links that lead from one to the next."""
        found: list[str] = []
        following: str | None = f"{path}?{urlencode({**required, 'limit': '13'})}"
        while following and len(found) < _PAGES:
            found.append(following)
            answer = await self._client.get(following)
            following = answer.links.get("next", {}).get("url")
        return found

    async def _of_items(self, path: str, parameters: Mapping[str, dict[str, Any]]) -> list[str]:
        ids = await self._ids(path)
        languages = [f"lang={lang}" for lang in LANGUAGES] if "lang" in parameters else [""]
        found: list[str] = []
        for number, id in enumerate(ids):
            item = path[: path.index("{")] + quote(id) + path[path.index("}") + 1 :]
            found += [f"{item}?{language}" for language in languages]
            if "revision" in parameters:
                found.append(f"{item}?revision={number % self._revisions + 1}")
            if number < _IN_FULL:
                found += [f"{item}?{urlencode(single)}" for single in self._singles(parameters)]
        return found

    async def _ids(self, path: str) -> list[str]:
        collection = path[: path.index("{")].rstrip("/")
        ids: list[str] = ["no-such-record"]
        following: str | None = f"{collection}?limit=200"
        while following:
            answer = await self._client.get(following)
            if answer.is_error:
                return ids
            rows = answer.json()["data"]
            ids += [str(row.get("id", row.get("number", ""))) for row in rows]
            following = answer.links.get("next", {}).get("url")
        return ids
