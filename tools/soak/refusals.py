"""Figure 11: every kind of refusal, over all routes, languages, formats and methods, is a problem without internals."""

import http.client
import itertools
import json
import random
import re
import string
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from app.api.openapi import packaged_document
from app.api.openapi_components import resolved_operations
from app.paths import packaged
from app.publishing.publish import publish
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from tools.processes import DOSSIER, HOST, Server, get
from tools.soak.figure import Counts, Figure, Outcome
from tools.soak.publisher import submissions
from tools.soak.servers import packaged_database

METHODS = ("POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "SEARCH", "LOCK")
TONGUES: tuple[dict[str, str], ...] = (
    {},
    {"Accept-Language": "en"},
    {"Accept-Language": "fr-CA, en;q=0.5"},
    {"Accept-Language": "de"},
)
# Words of programs, libraries and machines. What is sent has none of them, so an answer that has one gives it away.
INTERNALS = re.compile(
    r"Traceback|\bFile \"|\.pyc?\b|\bline \d+, in |site-packages|sqlite3|sqlalchemy|pydantic|starlette|fastapi"
    r"|uvicorn|httptools|\bSELECT\b|\bINSERT\b|\bPRAGMA\b|no such (table|column)|\b0x[0-9a-f]{6,}"
    r"|\b[A-Z]\w*(Error|Exception)\b"
    r"|\bapp\.\w+\.|object at|NoneType|/(usr|home|root|tmp|var)/",
)
_LETTERS = string.ascii_lowercase + "éß-_.~ '\"<>&\\😀"
_SEED = 11
RANGE = 416
_FAR = 4_000_000  # number of a revision that there will never be
_SHOWN = 3  # failures that the outcome names


@dataclass(frozen=True, slots=True)
class Refusal:
    """A request, and the status and type of the problem that has to come."""

    status: int
    slug: str
    target: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)


class Answer(NamedTuple):
    """An answer: status, headers by their lower-case names, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Requests:
    """Requests that have to be refused, without end and the same in each run. `kinds` are all that one server gives."""

    def __init__(self, withdrawn: str) -> None:
        self._random = random.Random(_SEED)
        self._withdrawn = withdrawn
        operations = list(resolved_operations(packaged_document(Settings())))
        self._queries = {_example(path, one): _query(one) for path, one in operations}
        self._routes = list(self._queries)
        self._items = [path for path, _ in operations if "{id}" in path]
        self.kinds: tuple[Callable[[], Refusal], ...] = (
            *(self._unknown_path, self._unknown_record, self._unknown_revision, self._withdrawn_record),
            *(self._method, self._not_acceptable, self._precondition, self._too_long, self._range),
            *(self._unknown_parameter, self._no_value, self._wrong_value, self._unreadable, self._twice, self._hosts),
            self._long_head,
        )

    def __iter__(self) -> Iterator[Refusal]:
        for kind in itertools.cycle(self.kinds):
            yield self._dressed(kind())

    def of_every_route(self, status: int, slug: str) -> Iterator[Refusal]:
        """Good requests for data, all of which one server refuses alike."""
        while True:
            yield self._dressed(Refusal(status, slug, self._of(self._with("revision"))))

    def _dressed(self, refusal: Refusal) -> Refusal:
        """The same in some language, and half as often as not with HEAD, which has the same head and no body."""
        chosen = dict(self._random.choice(TONGUES)) | dict(refusal.headers)
        is_of_get = refusal.method == "GET" and refusal.status != RANGE  # for HEAD there are no ranges
        method = "HEAD" if is_of_get and self._random.random() < 0.2 else refusal.method
        tongue = f"lang={self._random.choice(['en', 'fr', 'fr-CA'])}"
        # Where the language is asked for already, or the address takes none, one more parameter would be refused first.
        takes_lang = refusal.status in (404, 412) and self._takes_lang(refusal.target)
        target = _asking(refusal.target, tongue) if takes_lang and self._random.random() < 0.3 else refusal.target
        return replace(refusal, target=target, method=method, headers=chosen)

    def _takes_lang(self, target: str) -> bool:
        path = target.partition("?")[0]
        return any(route.partition("?")[0] == path and "lang" in query for route, query in self._queries.items())

    def _word(self, least: int = 3, most: int = 12) -> str:
        return "x" + "".join(self._random.choices(_LETTERS, k=self._random.randint(least, most)))

    def _of(self, route: str) -> str:
        """A route, half of the time with one of its formats."""
        formats = self._queries[route].get("format", {}).get("enum", [])
        is_named = formats and self._random.random() < 0.5
        return _asking(route, f"format={self._random.choice(formats)}") if is_named else route

    def _with(self, name: str) -> str:
        return self._random.choice([route for route in self._routes if name in self._queries[route]])

    def _unknown_path(self) -> Refusal:
        start = self._random.choice([*self._routes, "", "/v1", "/v2", "/static", "/.well-known", "/docs", "/metrics"])
        return Refusal(404, "unknown-path", f"{start.partition('?')[0]}/{quote(self._word())}/{quote(self._word())}/x")

    def _unknown_record(self) -> Refusal:
        path = self._random.choice(self._items).replace("{id}", quote(self._word(), safe=""))
        return Refusal(404, "unknown-record", path)

    def _unknown_revision(self) -> Refusal:
        number = self._random.randint(_FAR, 2**31 - 1)
        if self._random.random() < 0.1:
            return Refusal(404, "unknown-revision", f"/v1/revisions/{number}")
        return Refusal(404, "unknown-revision", _asking(self._of(self._with("revision")), f"revision={number}"))

    def _withdrawn_record(self) -> Refusal:
        return Refusal(410, "withdrawn-record", self._withdrawn)

    def _method(self) -> Refusal:
        route = self._random.choice([*self._routes, "/", "/docs", "/openapi.json", "/nowhere"])
        return Refusal(405, "method-not-allowed", route, self._random.choice(METHODS))

    def _not_acceptable(self) -> Refusal:
        several = [route for route in self._routes if len(self._queries[route].get("format", {}).get("enum", [])) > 1]
        accept = self._random.choice(["image/png", "text/html", "application/xml;q=0.9", "json", "*/*;q=0", ";;,"])
        return Refusal(406, "not-acceptable", self._random.choice(several), headers={"Accept": accept})

    def _precondition(self) -> Refusal:
        tag = self._random.choice(['"x"', 'W/"x"', '"a", "b"', "nonsense"])
        return Refusal(412, "precondition-failed", self._with("revision"), headers={"If-Match": tag})

    def _too_long(self) -> Refusal:
        route = self._random.choice([*self._routes, "/nowhere"])
        return Refusal(414, "uri-too-long", _asking(route, "q=" + "a" * self._random.randint(16_384, 40_000)))

    def _range(self) -> Refusal:
        start = self._random.randint(10**9, 10**12)
        file = self._random.choice(["/v1/dataset.sqlite", "/v1/dataset.jsonl"])
        return Refusal(416, "range-not-satisfiable", file, headers={"Range": f"bytes={start}-"})

    def _unknown_parameter(self) -> Refusal:
        names = [
            f"{quote(self._word(), safe='')}={self._random.randint(0, 9)}" for _ in range(self._random.randint(1, 30))
        ]
        return self._invalid(self._of(self._random.choice(self._routes)), *names)

    def _no_value(self) -> Refusal:
        name = self._random.choice(sorted({name for query in self._queries.values() for name in query}))
        return self._invalid(self._with(name), self._random.choice([f"{name}=", name, f"{name}=%20"]))

    def _wrong_value(self) -> Refusal:
        while True:
            route = self._random.choice(self._routes)
            name = self._random.choice([*self._queries[route], ""])
            schema = self._queries[route].get(name, {})
            if "enum" in schema.get("items", schema) or schema.get("type") in ("integer", "boolean"):
                wrong = self._random.choice([quote(self._word(), safe=""), "-1", "1e9", "NaN", "null", "[]", "9" * 40])
                return self._invalid(route.partition("?")[0] if f"{name}=" in route else route, f"{name}={wrong}")
            if name in ("cursor", "as_of", "from", "to", "in_force_on"):
                return self._invalid(route, f"{name}={quote(self._word(), safe='')}")

    def _unreadable(self) -> Refusal:
        wrong = self._random.choice(["%FF", "%00", "%ED%A0%80", "%", "%zz", "%C3"])
        return self._invalid(self._random.choice(self._routes), f"{self._random.choice(['q', 'lang', 'nope'])}={wrong}")

    def _twice(self) -> Refusal:
        return self._invalid(self._with("lang"), "lang=fr", "lang=fr")

    def _hosts(self) -> Refusal:
        return Refusal(400, "bad-request", self._random.choice(self._routes), headers={"Host": "two.example"})

    def _long_head(self) -> Refusal:
        lines = {f"X-{number}": "y" for number in range(self._random.randint(101, 300))}
        return Refusal(431, "request-headers-too-large", self._random.choice(self._routes), headers=lines)

    def _invalid(self, route: str, *parameters: str) -> Refusal:
        return Refusal(422, "invalid-parameter", _asking(route, *parameters))


def _asking(route: str, *parameters: str) -> str:
    return f"{route}{'&' if '?' in route else '?'}{'&'.join(parameters)}"


def _example(path: str, operation: dict[str, Any]) -> str:
    """An address of a path with the examples of all that it needs."""
    needed = []
    for parameter in operation["parameters"]:
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif parameter.get("required"):
            needed.append(f"{parameter['name']}={parameter['example']}")
    return _asking(path, *needed) if needed else path


def _query(operation: dict[str, Any]) -> dict[str, Any]:
    """Schemas of the parameters of a query by name; a constant counts as the only value of an enumeration."""
    found = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
    return {
        name: {**schema, "enum": [schema["const"]]} if "const" in schema else schema for name, schema in found.items()
    }


def fault_of(refusal: Refusal, answer: Answer, own_paths: Sequence[str]) -> str | None:
    """What is wrong with an answer to a request that had to be refused; None if nothing is."""
    shown = answer.body.decode() + "\n".join(answer.headers.values())
    internals = INTERNALS.search(shown) or next((path for path in own_paths if path in shown), None)
    if (answer.status, answer.headers.get("content-type")) != (refusal.status, "application/problem+json"):
        return f"{answer.status} {answer.headers.get('content-type')} instead of {refusal.status}"
    if internals:
        return f"internals: {internals}"
    if refusal.method == "HEAD":
        return "a body for HEAD" if answer.body else None
    problem = json.loads(answer.body)
    expected = {
        "type": f"urn:dossier:problem:{refusal.slug}",
        "status": refusal.status,
        "instance": f"urn:uuid:{answer.headers['x-request-id']}",
    }
    wrong = [name for name, value in expected.items() if problem.get(name) != value]
    wrong += [name for name in ("title", "detail") if not (isinstance(problem.get(name), str) and problem[name])]
    return f"wrong in the problem: {', '.join(wrong)}" if wrong else None


class Asker:
    """Asks one server on a connection that stays open where the server lets it, and counts what is wrong."""

    def __init__(self, port: int, own_paths: list[str]) -> None:
        self._connection = http.client.HTTPConnection(HOST, port, timeout=60)
        self._own_paths = own_paths
        self.kinds: Counter[int] = Counter()
        self.faults: list[str] = []

    def ask(self, refusal: Refusal) -> None:
        """Ask, and note what is wrong."""
        self._connection.putrequest(refusal.method, refusal.target, skip_accept_encoding=True)
        for name, value in refusal.headers.items():
            self._connection.putheader(name, value)
        self._connection.endheaders()
        came = self._connection.getresponse()
        headers = {name.lower(): value for name, value in came.getheaders()}
        self.kinds[refusal.status] += 1
        if fault := fault_of(refusal, Answer(came.status, headers, came.read()), self._own_paths):
            self.faults.append(f"{refusal.method} {refusal.target[:100]} {dict(refusal.headers)}: {fault}")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def measure(count: int, folder: Path) -> Outcome:
    """Ask for so many refusals: most of one server, some of one with a rate limit and of one with a broken database."""
    database = packaged_database(folder)
    requests = Requests(_withdrawn_address(database))
    broken = folder / "broken.db"
    broken.write_bytes(b"This is no database. " * 1_000)
    log, share = folder / "log", count // 20
    told: list[Asker] = []
    for server, refusals, number in (
        (_server(database, log), iter(requests), count - 2 * share),
        (_server(database, log, DOSSIER_RATE_LIMIT="1/h"), requests.of_every_route(429, "too-many-requests"), share),
        (_server(broken, log), requests.of_every_route(503, "unavailable"), share),
    ):
        with server, closing(Asker(server.port, [str(folder), str(packaged("seed").parent)])) as asker:
            get(server.port, "/v1")  # the only request that the rate limit allows
            for refusal in itertools.islice(refusals, number):
                asker.ask(refusal)
        told.append(asker)
    kinds = sum((asker.kinds for asker in told), Counter[int]())
    faults = [fault for asker in told for fault in asker.faults]
    traces = log.read_text().count("Traceback")
    counted = ", ".join(f"{number:,} x {status}" for status, number in sorted(kinds.items()))
    text = f"{kinds.total():,} refusals ({counted}); {len(faults)} wrong, {traces} tracebacks in the log"
    return Outcome(not faults and not traces, "; ".join([text, *faults[:_SHOWN]]))


def _server(database: Path, log: Path, **settings: str) -> Server:
    variables = {"DOSSIER_DATABASE_URL": f"sqlite:///{database}", "DOSSIER_LOG": "off", **settings}
    return Server([str(DOSSIER), "serve", "--port", "PORT"], "/health/live", variables, output=log)


def _withdrawn_address(file: Path) -> str:
    """Address of a record that is published and withdrawn here."""
    with closing(open_database(Settings(database_url=f"sqlite:///{file}"))) as database:
        added, withdrawing = itertools.islice(submissions(packaged("seed"), 1), 2)
        for submission in (added, withdrawing):
            publish(database, COLLECTIONS, [submission], "soak", {"en": "Soak", "fr": "Soak"})
    return f"/v1/{added.collection}/{added.records[-1]['id']}"


FIGURES = (
    Figure(
        number=11,
        name="Refusals",
        goal="10,000 refusals all problem+json with their status, 0 internals",
        counts=Counts(short=400, reduced=4_000, full=10_000),
        measure=measure,
    ),
)
