"""The kernel of reading: totals, walks, pinned answers, items and what points at them, and as_of."""

import itertools
from collections.abc import Callable

import httpx
import pytest

from tests.support.world import World, ids, refused, text

EVENTS = "/v1/timeline-events"
SORTS = ["date", "-date", "title", "-title", "id", "-id"]


def walk(api: httpx.Client, path: str, after_first: Callable[[], object] = lambda: None) -> list[str]:
    """The ids that a walk by page.next meets; something may happen behind the first page."""
    met: list[str] = []
    answer = api.get(path).json()
    for number in itertools.count():
        met += [row["id"] for row in answer["data"]]
        if number == 0:
            after_first()
        if answer["page"]["next"] is None:
            return met
        answer = api.get(path, params={**httpx.QueryParams(path.partition("?")[2]), "cursor": answer["page"]["next"]})
        answer = answer.raise_for_status().json()
    raise AssertionError


def shake(world: World) -> None:
    """Add, move, retitle, change and withdraw events, so that any position in the list means something else."""
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.add("timeline-events", "zenith", "Zenith", kind="diplomacy", date="3000")
    world.change("timeline-events", "tie", date="1940", title=text("Zz tie"))
    world.change("timeline-events", "war", date="2020")
    world.withdraw("timeline-events", "truce")
    world.publish()


@pytest.mark.parametrize("limit", [1, 2, 4, 5, 6, 7, 200])
def test_a_walk_meets_every_row_once_whatever_the_size_of_its_pages(still: httpx.Client, limit: int) -> None:
    for sort in SORTS:
        path = f"{EVENTS}?sort={sort}"
        assert walk(still, f"{path}&limit={limit}") == ids(still, path)


@pytest.mark.parametrize("sort", SORTS)
def test_a_walk_meets_the_rows_of_its_revision_once_whatever_is_published_in_the_middle(
    world: World, api: httpx.Client, sort: str
) -> None:
    before = ids(api, f"{EVENTS}?sort={sort}")
    assert len(before) == 6
    assert walk(api, f"{EVENTS}?sort={sort}&limit=2", lambda: shake(world)) == before
    assert ids(api, f"{EVENTS}?sort={sort}") != before


def test_a_walk_stays_with_its_filters_and_words_whatever_is_published_in_the_middle(
    world: World, api: httpx.Client
) -> None:
    assert walk(api, f"{EVENTS}?kind=agreement&limit=1", lambda: shake(world)) == ["truce", "signing"]
    world.change("timeline-events", "signing", title=text("Ink"))
    assert walk(api, f"{EVENTS}?q=the&from=1953&limit=1", world.publish) == [
        "feud",
        "signing",
        "quarrel",
        "war",
    ]


def test_every_page_of_a_walk_tells_the_total_and_the_revision_it_began_with(world: World, api: httpx.Client) -> None:
    first = api.get(f"{EVENTS}?limit=4").json()
    shake(world)
    second = api.get(f"{EVENTS}?limit=4&cursor={first['page']['next']}").json()
    assert first["page"]["total"] == second["page"]["total"] == 6
    assert second["dataset"] == {"revision": 1, "published_at": "2020-01-01T00:00:00Z"}
    assert second["page"]["next"] is None


def test_pages_never_overlap_when_dates_tie(world: World, api: httpx.Client) -> None:
    twins = [f"twin-{letter}" for letter in "abcdefg"]
    for id in reversed(twins):
        world.add("timeline-events", id, "Twin", kind="meeting", date="1990-05-01")
    world.publish()
    assert walk(api, f"{EVENTS}?kind=meeting&limit=2") == twins
    assert walk(api, f"{EVENTS}?kind=meeting&limit=2&sort=-date") == twins[::-1]
    assert walk(api, f"{EVENTS}?kind=meeting&limit=2&sort=title") == twins


def test_a_walk_passes_from_dated_to_undated_rows(still: httpx.Client) -> None:
    assert walk(still, "/v1/policy-positions?sort=date&limit=1") == ["be-kind", "trade-more"]
    assert walk(still, "/v1/policy-positions?sort=-date&limit=1") == ["be-kind", "trade-more"]


def test_the_last_page_has_no_next_even_where_it_is_full(still: httpx.Client) -> None:
    page = still.get(f"{EVENTS}?limit=6").json()["page"]
    assert page == {"limit": 6, "total": 6, "next": None}


def test_limit_is_50_where_none_is_given(still: httpx.Client) -> None:
    assert still.get(EVENTS).json()["page"] == {"limit": 50, "total": 6, "next": None}


@pytest.mark.parametrize(
    ("path", "total"),
    [
        (EVENTS, 6),
        (f"{EVENTS}?limit=1", 6),
        (f"{EVENTS}?kind=agreement&limit=1", 2),
        (f"{EVENTS}?kind=summit", 0),
        (f"{EVENTS}?actor=aland&actor=borea&limit=1", 2),
        (f"{EVENTS}?topic=peace&topic=trade&limit=1", 3),
        (f"{EVENTS}?source=gazette&source=almanac&limit=1", 6),
        (f"{EVENTS}?instrument=the-treaty", 1),
        (f"{EVENTS}?q=summary&limit=1", 6),
        (f"{EVENTS}?q=castle&kind=agreement", 1),
        (f"{EVENTS}?from=1953&to=1990&certain=true&limit=1", 3),
        ("/v1/sanctions-measures?in_force_on=2005-06-01", 1),
        ("/v1/funding-records?cumulative=false", 1),
    ],
)
def test_total_counts_the_filtered_rows_and_each_of_them_once(still: httpx.Client, path: str, total: int) -> None:
    assert still.get(path).json()["page"]["total"] == total


def test_total_follows_a_publication_at_once_and_stays_with_a_pinned_revision(world: World, api: httpx.Client) -> None:
    assert api.get(EVENTS).json()["page"]["total"] == 6
    shake(world)
    assert api.get(EVENTS).json()["page"]["total"] == 7
    assert api.get(f"{EVENTS}?revision=1").json()["page"]["total"] == 6
    assert api.get(f"{EVENTS}?revision=2").json()["page"]["total"] == 7


def next_of(api: httpx.Client, path: str) -> str:
    cursor: str = api.get(path).json()["page"]["next"]
    return cursor


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{EVENTS}?sort=-date", "was made with another order or other filters"),
        (f"{EVENTS}?kind=agreement", "was made with another order or other filters"),
        (f"{EVENTS}?q=war", "was made with another order or other filters"),
        (f"{EVENTS}?certain=true", "was made with another order or other filters"),
        (f"{EVENTS}?actor=borea", "was made with another order or other filters"),
        ("/v1/actors?sort=id", "belongs to another list, timeline-events"),
        ("/v1/revisions?sort=number", "belongs to another list, timeline-events"),
        (f"{EVENTS}?revision=2", "belongs to revision 1: ask for that revision"),
        (f"{EVENTS}?as_of=2020-01-02T00:00:00Z", "belongs to revision 1: ask for that revision"),
    ],
)
def test_a_cursor_is_refused_with_another_list_order_filter_or_revision(
    world: World, api: httpx.Client, path: str, words: str
) -> None:
    cursor = next_of(api, f"{EVENTS}?limit=2")
    shake(world)
    separator = "&" if "?" in path else "?"
    [(parameter, detail)] = refused(api, f"{path}{separator}cursor={cursor}")
    assert parameter == "cursor"
    assert words in detail


def test_a_cursor_goes_on_with_another_limit_language_and_the_name_of_its_own_revision(
    world: World, api: httpx.Client
) -> None:
    cursor = next_of(api, f"{EVENTS}?limit=2")
    shake(world)
    rest = ["truce", "signing", "tie", "quarrel"]
    assert ids(api, f"{EVENTS}?limit=200&cursor={cursor}") == rest
    assert ids(api, f"{EVENTS}?lang=fr&cursor={cursor}") == rest
    assert ids(api, f"{EVENTS}?revision=1&cursor={cursor}") == rest
    assert ids(api, f"{EVENTS}?as_of=2020-01-01T12:00:00Z&cursor={cursor}") == rest


def test_a_cursor_of_a_list_by_title_keeps_its_language(still: httpx.Client) -> None:
    cursor = next_of(still, f"{EVENTS}?sort=title&limit=2")
    assert ids(still, f"{EVENTS}?sort=title&lang=en&cursor={cursor}") == ["quarrel", "signing", "truce", "war"]
    assert refused(still, f"{EVENTS}?sort=title&lang=fr&cursor={cursor}")[0][0] == "cursor"
    french = {"Accept-Language": "fr"}
    assert still.get(f"{EVENTS}?sort=title&cursor={cursor}", headers=french).status_code == 422


def test_links_lead_to_the_first_and_the_next_page_with_all_that_was_asked(still: httpx.Client) -> None:
    answer = still.get(f"{EVENTS}?kind=agreement&limit=1&lang=fr&actor=borea&actor=aland&kind=armed-conflict")
    cursor = answer.json()["page"]["next"]
    asked = f"{EVENTS}?kind=agreement&limit=1&lang=fr&actor=borea&actor=aland&kind=armed-conflict"
    assert answer.links["first"]["url"] == asked
    assert answer.links["next"]["url"] == f"{asked}&cursor={cursor}"
    last = still.get(answer.links["next"]["url"])
    assert [row["id"] for row in last.json()["data"]] == ["truce"]
    assert "next" not in last.links
    assert last.links["first"]["url"] == asked


def test_an_item_tells_how_many_records_of_each_collection_name_it(still: httpx.Client) -> None:
    def references(path: str) -> dict[str, int]:
        counts: dict[str, int] = still.get(path).json()["references"]
        return counts

    assert references("/v1/actors/borea") == {
        "actors": 1,
        "background-facts": 2,
        "diplomatic-channels": 1,
        "funding-records": 1,
        "legal-instruments": 1,
        "policy-positions": 2,
        "timeline-events": 2,
    }
    assert references("/v1/sources/almanac") == {"timeline-events": 1}
    assert references("/v1/sanctions-measures/no-apples") == {"sanctions-measures": 1}
    assert references(f"{EVENTS}/tie") == {}


def test_a_record_that_names_another_twice_counts_once(world: World, api: httpx.Client) -> None:
    assert api.get("/v1/legal-instruments/the-treaty").json()["references"] == {
        "legal-instruments": 1,
        "policy-positions": 1,
        "sanctions-measures": 1,
        "timeline-events": 1,
    }


def test_references_are_counted_at_the_revision_of_the_answer(world: World, api: httpx.Client) -> None:
    world.withdraw("timeline-events", "truce")
    world.change("timeline-events", "war", actors=["aland"])
    world.add("timeline-events", "visit", "A visit", kind="meeting", date="2020", actors=["zara"])
    world.publish()
    assert api.get("/v1/actors/borea").json()["references"].get("timeline-events") is None
    assert api.get("/v1/actors/borea?revision=1").json()["references"]["timeline-events"] == 2
    assert api.get("/v1/actors/zara").json()["references"] == {"timeline-events": 1}
    assert api.get("/v1/actors/zara?revision=1").json()["references"] == {}


def test_an_id_that_was_never_published_is_404(still: httpx.Client) -> None:
    answer = still.get("/v1/actors/atlantis")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:dossier:problem:unknown-record"
    assert answer.json()["detail"] == "There is no atlantis in actors at revision 1."


def test_a_withdrawn_record_is_410_with_the_reason_and_the_address_of_its_last_version(
    world: World, api: httpx.Client
) -> None:
    world.publish_with_change("timeline-events", "truce", kind="meeting")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish()
    answer = api.get(f"{EVENTS}/truce")
    assert answer.status_code == 410
    problem = answer.json()
    assert problem["type"] == "urn:dossier:problem:withdrawn-record"
    assert problem["reason"] == "Counted twice"
    assert problem["last_version"] == f"{EVENTS}/truce?revision=2"
    assert answer.links["memento"]["url"] == f"{EVENTS}/truce?revision=2"
    assert api.get(f"{EVENTS}/truce?lang=fr").json()["reason"] == "Counted twice (fr)"
    assert api.get(problem["last_version"]).json()["data"]["kind"] == "meeting"


def test_an_item_answers_for_each_revision_404_before_it_was_200_while_it_stood_410_when_it_was_gone(
    world: World, api: httpx.Client
) -> None:
    world.add("timeline-events", "comet", "A comet", kind="diplomacy", date="2001")
    world.publish()
    world.withdraw("timeline-events", "comet")
    world.publish()
    world.change("timeline-events", "tie", kind="meeting")
    world.publish()
    world.withdrawn = {}
    world.add("timeline-events", "comet", "A comet again", kind="diplomacy", date="2001")
    world.publish()
    path = f"{EVENTS}/comet"
    assert [api.get(f"{path}?revision={number}").status_code for number in (1, 2, 3, 4, 5)] == [
        404, 200, 410, 410, 200,
    ]  # fmt: skip
    assert api.get(f"{path}?revision=4").json()["last_version"] == f"{path}?revision=2"
    assert api.get(path).json()["data"]["title"] == "A comet again"
    assert api.get(f"{path}?revision=2").json()["data"]["title"] == "A comet"


def test_a_revision_that_there_is_not_is_404(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}/tie", "/v1", "/v1/revisions"):
        answer = still.get(f"{path}?revision=2")
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"


@pytest.mark.parametrize(
    ("as_of", "revision"),
    [
        ("2020-01-01T00:00:00Z", 1),
        ("2020-01-01T00:00:00.5Z", 1),
        ("2020-01-01T23:59:59%2B00:00", 1),
        ("2020-01-01T23:59:59.999999Z", 1),
        ("2020-01-02T00:00:00Z", 2),
        ("2020-06-01T00:00:00Z", 2),
    ],
)
def test_as_of_speaks_for_the_newest_revision_at_that_instant(
    world: World, api: httpx.Client, as_of: str, revision: int
) -> None:
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    for path in (EVENTS, f"{EVENTS}/tie", "/v1", "/v1/revisions"):
        answer = api.get(f"{path}?as_of={as_of}")
        assert answer.status_code == 200
        assert answer.json()["dataset"]["revision"] == revision


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("as_of=2019-12-31T23:59:59Z", "is before the first revision"),
        ("as_of=0001-01-01T00:00:00Z", "is before the first revision"),
        ("as_of=2999-01-01T00:00:00Z", "is in the future"),
        ("as_of=2020-01-01T00:00:00Z&revision=1", "cannot be combined with revision: give one of the two"),
        ("as_of=2020-01-01T00:00:00", "is not a time in UTC"),
        ("as_of=2020-01-01", "is not a time in UTC"),
        ("as_of=2020-01-01Z", "is not a time in UTC"),
        ("as_of=2020-01-01T00:00:00%2B01:00", "is not a time in UTC"),
        ("as_of=2020-01-01T00:00:00+00:00", "is not a time in UTC"),  # `+` is a blank in an address
        ("as_of=2020-01-01T02:00:00%2B02:00Z", "is not a time in UTC"),
        ("as_of=2020-13-01T00:00:00Z", "is not a time in UTC"),
        ("as_of=2020-01-01T24:30:00Z", "is not a time in UTC"),
        ("as_of=now", "is not a time in UTC"),
    ],
)
def test_as_of_is_refused_where_it_names_no_known_instant(still: httpx.Client, query: str, words: str) -> None:
    for path in (EVENTS, f"{EVENTS}/tie", "/v1"):
        [(parameter, detail)] = refused(still, f"{path}?{query}")
        assert parameter == "as_of"
        assert words in detail


def test_a_filter_by_an_id_of_a_later_revision_finds_nothing_at_an_earlier_one(world: World, api: httpx.Client) -> None:
    world.add("actors", "cora", "Cora", kind="person")
    world.change("timeline-events", "tie", actors=["cora"])
    world.publish()
    assert ids(api, f"{EVENTS}?actor=cora") == ["tie"]
    assert ids(api, f"{EVENTS}?actor=cora&revision=1") == []


def test_a_filter_by_an_id_that_was_withdrawn_still_finds_what_named_it_then(world: World, api: httpx.Client) -> None:
    world.change("actors", "zara", roles=[])
    world.publish()
    world.change("timeline-events", "tie", actors=["zara"])
    world.publish()
    world.change("timeline-events", "tie", actors=[])
    world.withdraw("actors", "zara")
    world.publish()
    assert ids(api, f"{EVENTS}?actor=zara") == []
    assert ids(api, f"{EVENTS}?actor=zara&revision=3") == ["tie"]
