"""The simulated CDN: its caches follow RFC 9111, its counts the arithmetic, its answers what the service sends."""

import random
import re
from collections.abc import Iterator

import pytest

from app.store.engines.sqlite import SqliteDatabase
from tests.support.servers import settings_for
from tools.bench.plan import ROOT
from tools.bench.table import section
from tools.scale.addresses import Address, addresses
from tools.scale.asking import PUBLIC, Answer, Asker, asking
from tools.scale.cache import Copy, Origin, Representation, Tier
from tools.scale.measure import measure, unmodified_size
from tools.scale.page import PAGE
from tools.scale.simulation import DAY, Case, simulate
from tools.scale.workload import CODINGS, LANGUAGES, Workload, ranked, workload, zipf

YEAR = 31_536_000
LISTED = Representation(size=1_000, size_unmodified=100, lifetime=60, changes=True)
PINNED = Representation(size=1_000, size_unmodified=100, lifetime=YEAR, changes=False)
VARYING = ("Accept", "Accept-Language", "Accept-Encoding")


def tier(*keys: Representation, room: int = 10_000, interval: float = DAY, purged: bool = False) -> Tier:
    """A cache right before an origin that publishes at 0 and then at each interval."""
    return Tier(keys, room, Origin(keys, interval, [0] * len(keys), purged=purged))


def answer(path: str, body: int, lifetime: int = 60, vary: tuple[str, ...] = VARYING) -> dict[tuple[str, str], Answer]:
    """What was measured of an address: both languages alike."""
    one = Answer(200, f"public, max-age={lifetime}", vary, head=200, body=body, plain=4 * body, revision=7)
    return {(path, lang): one for lang in ("en", "fr")}


def test_a_copy_is_used_for_its_lifetime_and_no_longer() -> None:
    cache = tier(LISTED)
    for now in (0, 1, 59.9, 60, 61):
        cache.get(0, now)
    assert (cache.hits, cache.filled, cache.unmodified) == (3, 1, 1)


def test_a_stale_copy_costs_a_304_while_nothing_is_published_and_a_200_afterwards() -> None:
    cache = tier(LISTED, interval=100)
    for now in (0, 60, 120):
        cache.get(0, now)
    assert (cache.filled, cache.unmodified, cache.bytes_in) == (2, 1, 2_100)


def test_a_pinned_answer_is_fetched_once() -> None:
    cache = tier(PINNED, interval=100)
    for now in range(0, 10 * DAY, DAY):
        cache.get(0, now)
    assert (cache.filled, cache.unmodified, cache.hits) == (1, 0, 9)


def test_the_least_recently_used_copies_go_first() -> None:
    cache = tier(PINNED, PINNED, PINNED, room=2_000)
    for key in (0, 1, 0, 2):
        cache.get(key, 0)
    assert [key in cache for key in (0, 1, 2)] == [True, False, True]
    assert cache.most == 2_000


def test_an_answer_larger_than_the_cache_is_passed_on_and_not_kept() -> None:
    cache = tier(PINNED, room=999)
    cache.get(0, 0)
    assert 0 not in cache
    assert cache.most == 0


def test_an_edge_keeps_what_a_shield_gives_only_for_the_rest_of_its_lifetime() -> None:
    shield = tier(LISTED)
    edge = Tier([LISTED], 10_000, shield)
    shield.get(0, 0)
    edge.get(0, 40)
    edge.get(0, 59)
    edge.get(0, 61)
    assert (edge.hits, edge.misses, shield.hits, shield.misses) == (1, 2, 1, 2)


def test_a_purge_keeps_copies_until_the_next_publication() -> None:
    cache = tier(LISTED, interval=1_000, purged=True)
    for now in (0, 500, 999, 1_000):
        cache.get(0, now)
    assert (cache.hits, cache.filled) == (2, 2)


def test_shares_follow_the_law_of_zipf() -> None:
    shares = zipf(1_000, 0.8)
    assert sum(shares) == pytest.approx(1)
    assert shares[0] / shares[99] == pytest.approx(100**0.8)


def test_readers_share_an_address_by_language_and_coding() -> None:
    load = workload(answer("/a", 1_000), [Address("list", "/a")], 1, 100)
    assert load.shares == pytest.approx([lang * coding for lang in LANGUAGES.values() for coding in CODINGS.values()])
    assert [key.size for key in load.keys] == [1_200, 4_200] * 2


def test_an_answer_in_one_language_has_a_key_for_each_coding_only() -> None:
    assert len(workload(answer("/a", 1, vary=("Accept-Encoding",)), [Address("page", "/a")], 1, 100).keys) == 2


def test_headers_that_are_not_normalised_multiply_the_keys_but_not_the_requests() -> None:
    load = workload(answer("/a", 1_000), [Address("list", "/a")], 1, 100, normalised=False)
    assert len(load.keys) == (5 + 4) * (4 + 2) * 3
    assert sum(load.shares) == pytest.approx(1)


def test_ways_in_are_more_popular_than_records_in_an_order_that_the_seed_gives() -> None:
    found = [Address("item", f"/v1/x/{n}") for n in range(50)] + [Address("page", "/en/"), Address("list", "/v1/x")]
    order = ranked(found, 3)
    assert [one.path for one in order[:2]] == ["/en/", "/v1/x"]
    assert order == ranked(found, 3) != ranked(found, 4)


def small_load() -> Workload:
    """Readers of 200 items."""
    paths = [f"/v1/x/{number}" for number in range(200)]
    measured = {key: one for path in paths for key, one in answer(path, 1_000).items()}
    return workload(measured, [Address("item", path) for path in paths], 1, 100)


def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    load = small_load()
    case = Case(edges=3, rate=300, counted=60)
    assert simulate(load, case, 5) == simulate(load, case, 5) != simulate(load, case, 6)


@pytest.mark.parametrize("edges", [1, 10, 100])
def test_the_origin_gets_as_many_requests_as_renewal_theory_says(edges: int) -> None:
    """A key that is asked for `rate` times a second is fetched once in `lifetime + 1 / rate` seconds."""
    load = small_load()
    result = simulate(load, Case(edges=edges, rate=1_000, warm=0, counted=240))
    expected = edges * sum(1 / (60 + edges / (1_000 * share)) for share in load.shares)
    assert result.origin_requests == pytest.approx(expected, rel=0.05)
    assert result.edge_hits == pytest.approx(1 - expected / 1_000, abs=0.01)


def test_a_shield_leaves_the_origin_what_one_edge_would() -> None:
    load = small_load()
    shielded = simulate(load, Case(edges=30, shield=True, rate=1_000, counted=240))
    single = simulate(load, Case(edges=1, rate=1_000, counted=240))
    assert shielded.origin_requests == pytest.approx(single.origin_requests, rel=0.05)
    assert shielded.edge_hits < single.edge_hits


def test_only_the_last_publication_makes_a_revalidation_a_200() -> None:
    load = small_load()
    rare, often = (simulate(load, Case(edges=1, rate=1_000, counted=240, interval=one)) for one in (DAY, 600))
    assert rare.origin_unmodified > 0.99
    assert often.origin_unmodified == pytest.approx(1 - 60 / 600, abs=0.05)
    assert rare.origin_requests == often.origin_requests


def test_a_cache_without_room_hits_nothing() -> None:
    load = small_load()
    result = simulate(load, Case(edges=2, rate=100, room=0, counted=30))
    assert (result.hits, result.origin_unmodified, result.held) == (0, 0, 0)
    assert result.origin_requests == pytest.approx(100)


def test_a_stored_copy_says_the_version_of_its_time() -> None:
    origin = Origin([LISTED, PINNED], 100, [50, 50])
    assert [origin.get(0, now) for now in (0, 49, 50)] == [Copy(0, 60), Copy(0, 109), Copy(1, 110)]
    assert origin.get(1, 500) == Copy(0, 500 + YEAR)


@pytest.fixture(scope="module")
def asker(dossier_db: SqliteDatabase) -> Iterator[Asker]:
    """A client, without a network, of a service of the packaged record."""
    with asking(settings_for(dossier_db.path, public_url=PUBLIC)) as made:
        yield made


@pytest.mark.parametrize(
    ("path", "lifetime", "varies"),
    [
        ("/v1/timeline-events", 60, set(VARYING)),
        ("/v1/timeline-events?revision=3", YEAR, set(VARYING)),
        ("/v1/timeline-events?format=csv&lang=fr", 60, {"Accept-Encoding"}),
        ("/v1/timeline-events?format=json&lang=fr", 60, {"Accept-Encoding"}),
        ("/v1/timeline-events?format=xlsx&lang=fr", 60, set()),
        ("/en/timeline", 60, {"Accept-Encoding"}),
        ("/v1/designations/screen?name=kim", 0, {"Accept", "Accept-Language"}),
        ("/v1/timeline-events/unknown", 0, {"Accept", "Accept-Language"}),
    ],
)
def test_docs_scale_is_right_about_what_caches_may_keep(
    asker: Asker, path: str, lifetime: int, varies: set[str]
) -> None:
    found = asker.get(path)
    assert found.lifetime == lifetime
    assert set(found.vary) == varies


def test_sizes_in_both_codings_are_those_that_are_sent(asker: Asker) -> None:
    in_gzip, plain = (asker.get("/v1/timeline-events", coding=coding) for coding in ("gzip", "identity"))
    assert in_gzip.body < in_gzip.plain == plain.plain == plain.body


def test_a_304_is_smaller_than_a_kilobyte(asker: Asker) -> None:
    assert 300 < unmodified_size(asker, "/v1/timeline-events") < 1_000


def test_the_page_has_each_table_of_the_program() -> None:
    program = (ROOT / "tools/scale/page.py").read_text()
    names = re.findall(r'yield "(scale-[a-z]+)"', program)
    assert len(names) == 4
    assert all("|---|" in section(PAGE, name) for name in names)


def test_every_link_of_the_page_to_this_project_leads_somewhere() -> None:
    for file, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", PAGE.read_text()):
        place = PAGE.parent / file if file else PAGE
        headings = re.findall(r"^##+ (.+)$", place.read_text(), re.MULTILINE)
        assert not heading or heading in [re.sub("[^a-z0-9_ -]", "", one.lower()).replace(" ", "-") for one in headings]


@pytest.mark.slow
def test_every_address_answers_and_each_kind_is_there(asker: Asker) -> None:
    found = addresses(asker)
    assert len(found) == len(set(found)) > 6_000
    assert {one.kind for one in found} >= {"page", "item", "list", "filter", "search", "export", "pinned item"}
    sample = random.Random(1).sample(found, 60)
    assert measure(asker, sample).addresses == sample
