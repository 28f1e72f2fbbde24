"""Rate limit: a bucket for each client, one count for all ways in which answers are sent, and what refusals say."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.serving.rate_limit import TokenBuckets
from tests.support.problems import check_pair
from tests.support.servers import client_of, settings_for
from tests.support.world import World

SECOND = 1_000_000_000
ACTORS = "/v1/actors?limit=1"


class Clock:
    """A clock that a test moves, in seconds."""

    seconds = 100.0

    def __call__(self) -> int:
        return int(self.seconds * SECOND)


def taken(buckets: TokenBuckets, client: bytes = b"a", tries: int = 50) -> int:
    return sum(not buckets.take(client) for _ in range(tries))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_full_bucket_gives_its_quota_at_once_and_no_more(clock: Clock) -> None:
    buckets = TokenBuckets(10, 60, clock=clock)
    assert (taken(buckets), taken(buckets)) == (10, 0)


def test_a_bucket_fills_again_at_its_rate_and_not_beyond_its_quota(clock: Clock) -> None:
    buckets = TokenBuckets(10, 60, clock=clock)
    taken(buckets)
    clock.seconds += 12
    assert taken(buckets) == 2
    clock.seconds += 10_000
    assert taken(buckets) == 10


def test_a_refusal_takes_no_token_and_says_when_there_is_one(clock: Clock) -> None:
    buckets = TokenBuckets(10, 60, clock=clock)
    taken(buckets, tries=10_000)
    wait = buckets.take(b"a")
    assert 0 < wait <= 6 * SECOND
    clock.seconds += wait / SECOND
    assert buckets.take(b"a") == 0


def test_over_a_long_time_a_client_gets_the_rate_however_it_asks(clock: Clock) -> None:
    buckets = TokenBuckets(7, 1, clock=clock)
    count = 0
    for _ in range(10_000):
        clock.seconds += 0.01
        count += taken(buckets, tries=2)
    assert count == pytest.approx(7 * 100 + 7, abs=1)


def test_each_client_has_a_bucket_of_its_own(clock: Clock) -> None:
    buckets = TokenBuckets(3, 1, clock=clock)
    assert [taken(buckets, bytes([client])) for client in range(5)] == [3] * 5


def test_there_are_at_most_so_many_buckets_and_the_one_used_longest_ago_goes(clock: Clock) -> None:
    buckets = TokenBuckets(1, 3600, clients=100, clock=clock)
    assert not buckets.take(b"used")
    for number in range(99):
        assert not buckets.take(number.to_bytes(4, "big"))
    assert buckets.take(b"used")
    for number in range(99, 10_000):
        buckets.take(number.to_bytes(4, "big"))
    assert len(buckets) == 100
    assert buckets.take((9_999).to_bytes(4, "big"))


@pytest.fixture
def limited(world: World) -> Iterator[Any]:
    """Clients of servers of the tiny world with a rate limit and other settings."""
    with ExitStack() as stack:

        def start(rate: str, **changes: Any) -> httpx.Client:
            app = create_app(settings_for(world.db.path, rate_limit=rate, **changes))
            return stack.enter_context(client_of(app))

        yield start


def statuses(client: httpx.Client, count: int, address: str = ACTORS, method: str = "GET", **headers: str) -> list[int]:
    return [client.request(method, address, headers=headers).status_code for _ in range(count)]


def test_without_the_setting_there_is_no_limit(still: httpx.Client) -> None:
    assert set(statuses(still, 100)) == {200}


def test_answers_of_every_kind_count_once(limited: Any) -> None:
    client = limited("12/h")
    assert statuses(client, 4) == [200] * 4  # the last ones out of the store
    tag = client.get(ACTORS).headers["etag"]
    assert statuses(client, 2, **{"If-None-Match": tag}) == [304] * 2
    assert statuses(client, 1, method="HEAD") == [200]
    assert statuses(client, 1, method="OPTIONS") == [204]
    assert statuses(client, 1, "/v1/actors?format=csv") == [200]
    assert statuses(client, 1, "/nowhere") == [404]
    assert statuses(client, 1, "/openapi.json") == [200]
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        for address in (ACTORS, "/nowhere", "/docs", "/v1/actors?format=csv"):
            assert statuses(client, 1, address, method) == [429]


def test_health_checks_and_preflights_are_never_refused(limited: Any) -> None:
    client = limited("1/h")
    preflight = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    assert statuses(client, 5, "/health/live") == [200] * 5
    assert statuses(client, 5, method="OPTIONS", **preflight) == [204] * 5
    assert statuses(client, 2) == [200, 429]
    assert statuses(client, 1, "/health/ready") == [200]
    assert statuses(client, 1, method="OPTIONS", **preflight) == [204]


def test_the_refusal_is_a_problem_in_both_languages_with_the_time_to_wait(limited: Any) -> None:
    client = limited("1/min")
    client.get(ACTORS)
    english, french = (client.get(ACTORS, headers={"Accept-Language": lang}) for lang in ("en", "fr"))
    check_pair(english.json(), french.json())
    assert english.json()["type"] == "urn:dossier:problem:too-many-requests"
    seconds = english.headers["retry-after"]
    assert 1 <= int(seconds) <= 60
    assert english.json()["detail"] == f"Too many requests came from this client: wait {seconds} s."
    assert english.headers["ratelimit"] == f'"default";r=0;t={seconds}'
    assert english.headers["ratelimit-policy"] == '"default";q=1;w=60'
    assert english.headers["cache-control"] == "no-store"
    assert "RateLimit" in english.headers["access-control-expose-headers"]
    assert client.head(ACTORS).content == b""


def test_answers_carry_no_count_that_a_cache_could_give_to_others(limited: Any) -> None:
    client = limited("100/h")
    for _ in range(4):
        assert not [name for name in client.get(ACTORS).headers if name.startswith("ratelimit")]


def test_clients_behind_a_trusted_proxy_have_a_bucket_each(limited: Any) -> None:
    client = limited("4/h", trusted_proxies="127.0.0.1")
    for number in range(5):
        address = {"X-Forwarded-For": f"198.51.100.9, 203.0.113.{number}"}
        assert statuses(client, 5, **address) == [200] * 4 + [429]


def test_a_client_that_is_no_proxy_cannot_choose_its_bucket(limited: Any) -> None:
    client = limited("4/h")
    assert [statuses(client, 1, **{"X-Forwarded-For": f"203.0.113.{n}"})[0] for n in range(5)] == [200] * 4 + [429]
