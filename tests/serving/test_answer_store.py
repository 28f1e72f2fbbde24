"""The answer store: what it takes, what it gives, when it forgets, and how little memory strangers can fill."""

import asyncio
import gzip
import tracemalloc
from collections.abc import Hashable
from typing import Any

import pytest

from app.serving.answer_store import AnswerStore, FinishedResponse, Key, key_of

TAG = b'"1.abc-en-json-identity"'
HEADERS = [(b"etag", TAG), (b"cache-control", b"public, max-age=60"), (b"x-request-id", b"7"), (b"vary", b"Accept")]


def key(target: str = "/v1/actors", accept_encoding: bytes | None = None) -> Key:
    return target.encode(), None, None, accept_encoding


def whole(body: bytes, tag: bytes = TAG) -> list[tuple[bytes, bytes]]:
    return [(b"etag", tag), *HEADERS[1:], (b"content-length", str(len(body)).encode())]


class World:
    """A database whose state a test sets, and a store that looks at it."""

    def __init__(self, room: int = 1_000_000) -> None:
        self.state: Hashable = 1
        self.looks = 0
        self.store = AnswerStore(self._look, room)

    def _look(self) -> Hashable:
        self.looks += 1
        return self.state

    def ask(self, key: Key, condition: bytes | None = None) -> FinishedResponse | None:
        return self.store.find(key, condition)

    def admit(
        self, key: Key, body: bytes = b"{}", *, question: str = "", tag: bytes = TAG, token: Hashable = 1
    ) -> None:
        self.store.admit(key, token, question or key[0].decode(), 200, whole(body, tag), body)

    def admit_twice(self, key: Key, body: bytes = b"{}", **more: Any) -> None:
        self.admit(key, body, **more)
        self.admit(key, body, **more)


@pytest.fixture
def world() -> World:
    return World()


def test_an_answer_is_stored_when_it_is_asked_for_again(world: World) -> None:
    world.admit(key())
    assert world.ask(key()) is None
    world.admit(key())
    found = world.ask(key())
    assert found is not None
    assert (found.status, found.body) == (200, b"{}")
    assert found.headers("8") == [
        (b"etag", TAG),
        (b"cache-control", b"public, max-age=60"),
        (b"x-request-id", b"8"),
        (b"vary", b"Accept"),
        (b"content-length", b"2"),
    ]


def test_the_header_lines_are_those_of_http_around_the_request_id() -> None:
    response = FinishedResponse.of(304, HEADERS, b"")
    assert response.before == b"etag: " + TAG + b"\r\ncache-control: public, max-age=60\r\nx-request-id: "
    assert response.after == b"\r\nvary: Accept\r\n\r\n"


def test_another_state_of_the_database_empties_the_store(world: World) -> None:
    world.admit_twice(key())
    assert world.store.size > 0
    world.state = 2
    assert world.ask(key()) is None
    assert world.store.size == 0
    world.state = 1
    assert world.ask(key()) is None


def test_a_database_that_cannot_be_read_has_no_answers(world: World) -> None:
    world.admit_twice(key())
    world.state = None
    assert world.ask(key()) is None
    world.admit_twice(key(), token=None)
    assert world.ask(key()) is None


def test_an_answer_that_was_begun_before_a_change_is_not_stored(world: World) -> None:
    world.admit(key())
    world.state = 2
    world.admit(key(), token=1)
    assert world.ask(key()) is None
    world.admit(key(), token=2)
    assert world.ask(key()) is not None


def test_the_database_is_looked_at_once_for_all_that_one_poll_brought_and_each_time_otherwise() -> None:
    async def looks() -> list[int]:
        world, found = World(), []
        for _ in range(2):
            for _ in range(10):
                world.store.remember_token()
                world.store.token()
            found.append(world.looks)
            await asyncio.sleep(0)
        for _ in range(10):
            world.store.token()
        return [*found, world.looks]

    assert asyncio.run(looks()) == [1, 2, 12]


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (404, whole(b"{}")),
        (206, whole(b"{}")),
        (200, [header for header in whole(b"{}") if header[0] != b"etag"]),
        (200, [(b"etag", TAG), (b"cache-control", b"no-store"), (b"content-length", b"2")]),
        (200, [(b"etag", TAG), (b"content-length", b"2")]),
        (200, HEADERS),  # without a length
    ],
)
def test_what_caches_may_not_keep_is_not_stored(world: World, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    for _ in range(3):
        world.store.admit(key(), world.store.token(), "/v1/actors", status, headers, b"{}")
    assert world.store.size == 0


def test_equal_questions_share_an_answer_and_count_once(world: World) -> None:
    body = bytes(10_000)
    world.admit_twice(key("/v1/actors?kind=a&lang=en"), body, question="/v1/actors?kind=a&lang=en")
    one = world.store.size
    world.admit_twice(key("/v1/actors?lang=en&kind=a"), body, question="/v1/actors?kind=a&lang=en")
    assert world.store.size - one < 1_000
    first, second = (world.ask(key(f"/v1/actors?{query}")) for query in ("kind=a&lang=en", "lang=en&kind=a"))
    assert first is second is not None


def test_a_304_is_stored_with_its_answer_and_given_to_those_who_have_it(world: World) -> None:
    world.admit_twice(key())
    assert world.ask(key(), TAG) is None  # the application has not said yet what its headers are
    world.store.admit(key(), 1, "/v1/actors", 304, HEADERS, b"")
    for condition in (TAG, b"W/" + TAG, b'"other", ' + TAG, TAG[:-1] + b'-gzip"'):
        found = world.ask(key(), condition)
        assert found is not None
        assert (found.status, found.body) == (304, b"")
    for condition in (b'"other"', b"malformed", b'"1.abc-fr-json-identity"'):
        found = world.ask(key(), condition)
        assert found is not None
        assert found.status == 200


def test_the_tag_of_another_coding_that_the_client_takes_is_left_to_the_application(world: World) -> None:
    packed = TAG.replace(b"identity", b"gzip")
    asked = key(accept_encoding=b"gzip")
    world.admit_twice(asked, gzip.compress(b"{}"), tag=packed)
    assert world.ask(asked, TAG) is None
    refused = key(accept_encoding=b"gzip, identity;q=0")
    world.admit_twice(refused, gzip.compress(b"{}"), tag=packed)
    assert world.ask(refused, TAG) is not None


def test_a_304_of_another_coding_does_not_replace_an_answer(world: World) -> None:
    packed = TAG.replace(b"identity", b"gzip")
    asked = key(accept_encoding=b"gzip")
    world.admit_twice(asked, b"packed", tag=packed)
    world.store.admit(asked, 1, "/v1/actors", 304, HEADERS, b"")
    found = world.ask(asked)
    assert found is not None
    assert found.body == b"packed"


def test_the_least_recently_used_goes_first(world: World) -> None:
    world.store = AnswerStore(lambda: 1, room=60_000)
    body = bytes(3_000)
    for number in range(10):
        world.admit_twice(key(f"/{number}"), body)
    assert world.ask(key("/0")) is not None
    for number in range(10, 22):
        world.admit_twice(key(f"/{number}"), body)
    kept = [number for number in range(22) if world.ask(key(f"/{number}"))]
    assert 10 < len(kept) < 20
    assert kept == [0, *range(23 - len(kept), 22)]


def test_nothing_over_a_sixteenth_of_the_room_is_stored(world: World) -> None:
    world.admit_twice(key("/large"), bytes(1_000_000 // 16))
    world.admit_twice(key("/" + "long" * 20_000))
    assert world.store.size == 0
    world.admit_twice(key("/small"), bytes(1_000_000 // 16 - 1_000))
    assert world.store.size > 60_000


@pytest.mark.parametrize("questions", [50_000, pytest.param(1_000_000, marks=pytest.mark.slow)])
def test_different_questions_take_no_more_than_the_room_and_push_nothing_out(world: World, questions: int) -> None:
    world.store = AnswerStore(lambda: 1, room=2_000_000)
    body = bytes(1_000)
    world.admit_twice(key("/wanted"), body)
    tracemalloc.start()
    for number in range(questions):
        world.store.admit(key(f"/v1/actors?q={number}"), 1, "", 200, HEADERS, body)
    _, never_repeated = tracemalloc.get_traced_memory()
    assert world.ask(key("/wanted")) is not None
    for number in range(5_000):  # each of them twice, so that they are stored
        world.admit_twice(key(f"/v1/actors?q=x{number}", b"gzip"), bytes(1_000), question=f"/v1/actors?q=x{number}")
    _, repeated = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert never_repeated < 2_000_000
    assert repeated < 4_000_000
    assert 1_900_000 < world.store.size <= 2_000_000


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"host", b"a"), (b"host", b"b")],
        [(b"host", b"a b/c")],
        [(b"host", b"a"), (b"accept", b"text/csv"), (b"accept", b"application/json")],
        *([(b"host", b"a"), (name, b"0")] for name in (b"range", b"if-range", b"if-match", b"expect", b"upgrade")),
        [(b"host", b"a"), (b"content-length", b"0")],
        [(b"host", b"a"), (b"transfer-encoding", b"chunked")],
    ],
)
def test_an_unusual_request_is_left_to_the_application(headers: list[tuple[bytes, bytes]]) -> None:
    assert key_of(b"/v1", headers) is None


def test_a_key_has_all_that_an_answer_may_depend_on() -> None:
    headers = [
        (b"host", b"example.org"),
        (b"accept", b"text/csv"),
        (b"user-agent", b"any"),
        (b"accept-language", b"fr"),
        (b"accept-encoding", b"gzip"),
        (b"if-none-match", TAG),
    ]
    assert key_of(b"/v1?lang=en", headers) == ((b"/v1?lang=en", b"text/csv", b"fr", b"gzip"), TAG)
