"""A stored answer is the application's, byte for byte: in each language, format and coding, to HEAD and as 304."""

from collections.abc import Iterator
from itertools import product

import pytest
from starlette.types import Receive, Scope, Send

from app.main import create_app
from app.serving.middleware import EdgeMiddleware
from app.store.engines.sqlite import SqliteDatabase
from tests.support.raw_http import Connection, RawAnswer, ask, connection_to
from tests.support.schema import SCHEMA, asking, choices_of, example_of, parameters_of
from tests.support.servers import serving, settings_for
from tests.support.waiting import eventually

OUTSIDE = ["/", "/docs", "/openapi.json", "/static/docs.js", "/static/docs.css", "/.well-known/api-catalog"]
FILES = {"/v1/dataset.sqlite", "/v1/dataset.jsonl"}  # which are sent in parts
NEVER_STORED = {"/health/live", "/health/ready", "/v1/designations/screen", *FILES}
PATHS = [path for path in SCHEMA["paths"] if path not in NEVER_STORED]
LANGUAGES = [{}, {"Accept-Language": "fr"}]
CODINGS = [{}, {"Accept-Encoding": "gzip"}]


class Counted:
    """An application that counts the requests which reach it."""

    def __init__(self, app: EdgeMiddleware) -> None:
        self.inner = app._app
        self.requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.requests += scope["type"] == "http"
        await self.inner(scope, receive, send)


class Pair:
    """Connections to two servers of the packaged data: one with an answer store, one without."""

    def __init__(self, stored: Connection, computed: Connection, counted: Counted) -> None:
        self.stored = stored
        self.computed = computed
        self.counted = counted

    def differences(self, target: str, headers: dict[str, str]) -> list[str]:
        """What differs between the two, and what the store left to the application though it had it."""
        whole = ask(self.computed, target, headers)
        if whole.status != 200:
            return [f"{target}: {whole.status}"]
        held = {**headers, "If-None-Match": whole.tag}
        expected = [whole, ask(self.computed, target, held), ask(self.computed, target, headers, "HEAD")]
        assert [one.status for one in expected] == [200, 304, 200]
        for _ in range(2):
            if self._answers(target, headers, held) != expected:
                return [f"{target} {headers}: another answer from the application"]
        before = self.counted.requests
        found = self._answers(target, headers, held)
        misses = self.counted.requests - before
        wrong = [f"{target} {headers}: {misses} asked of the application"] if misses else []
        return wrong + ([f"{target} {headers}: another answer from the store"] if found != expected else [])

    def _answers(self, target: str, headers: dict[str, str], held: dict[str, str]) -> list[RawAnswer]:
        asked = [("GET", headers), ("GET", held), ("HEAD", headers)]
        return [ask(self.stored, target, sent, method) for method, sent in asked]


@pytest.fixture(scope="module")
def pair(dossier_db: SqliteDatabase) -> Iterator[Pair]:
    settings = settings_for(dossier_db.path)
    storing, computing = create_app(settings), create_app(settings)
    assert isinstance(storing, EdgeMiddleware)
    assert isinstance(computing, EdgeMiddleware)
    storing._app, computing.answers = (counted := Counted(storing)), None
    with (
        serving(storing) as first,
        serving(computing) as second,
        connection_to(first) as stored,
        connection_to(second) as computed,
    ):
        made = Pair(stored, computed, counted)
        # With PostgreSQL, answers are stored as soon as the server has told the newest revision.
        assert eventually(lambda: made.differences("/v1", {}) == [])
        yield made


@pytest.mark.parametrize("path", [*OUTSIDE, *PATHS])
def test_every_path_has_the_same_answer_from_the_store(pair: Pair, path: str) -> None:
    target = path if path in OUTSIDE else example_of(path)
    wrong = [
        one for lang, coding in product(LANGUAGES, CODINGS) for one in pair.differences(target, {**lang, **coding})
    ]
    assert wrong == []


@pytest.mark.parametrize("path", [path for path in PATHS if len(choices_of(path, "format")) > 1])
def test_every_format_has_the_same_answer_from_the_store(pair: Pair, path: str) -> None:
    address = example_of(path)
    if path == "/v1/changes":  # all of them are more than is stored
        address = asking(address, "collection=engagement-topics")
    formats = [asking(address, f"format={name}") for name in choices_of(path, "format")]
    pin = "revision=4" if path.startswith("/v1/designations") else "revision=1"
    targets = [*formats, asking(address, "lang=fr"), asking(address, pin)]
    wrong = [one for target in targets for coding in CODINGS for one in pair.differences(target, coding)]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS)
def test_every_example_has_the_same_answer_from_the_store(pair: Pair, path: str) -> None:
    wrong: list[str] = []
    for parameter in parameters_of(path):
        if parameter["in"] != "query" or "example" not in parameter or parameter.get("required"):
            continue
        example = parameter["example"]
        text = ",".join(map(str, example)) if isinstance(example, list) else str(example)
        target = asking(example_of(path), f"{parameter['name']}={text}")
        wrong += [one for coding in CODINGS for one in pair.differences(target, coding) if not one.endswith(": 404")]
    assert wrong == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/v1/timeline-events?kind=summit&limit=2", "/v1/timeline-events?limit=2&kind=summit"),
        ("/v1/timeline-events?limit=5", "/v1/timeline-events?sort=date&limit=5&utm_source=mail"),
        ("/v1/actors?kind=state,person", "/v1/actors?kind=state&kind=person"),
        ("/v1/actors?lang=fr&limit=3", "/v1/actors?limit=3&lang=fr-CA"),
        ("/v1/timeline?format=atom&limit=3", "/v1/timeline?limit=3&format=atom"),
        ("/v1/funding-records?currency=CAD", "/v1/funding-records?currency=cad"),
    ],
)
def test_equal_questions_have_the_same_answer_whichever_came_first(pair: Pair, one: str, other: str) -> None:
    assert ask(pair.computed, one) == ask(pair.computed, other)
    assert pair.differences(one, {}) == pair.differences(other, {}) == []


def test_a_feed_in_the_order_of_events_is_not_the_feed_that_begins_with_the_newest(pair: Pair) -> None:
    newest, by_date = (asking("/v1/timeline?format=atom&limit=3", *order) for order in ([], ["sort=date"]))
    assert pair.differences(newest, {}) == pair.differences(by_date, {}) == []
    assert ask(pair.stored, newest).body != ask(pair.stored, by_date).body
