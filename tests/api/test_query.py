"""Cursors, links of pages, items and the records that name them, and `as_of`, as a server answers them."""

import httpx
import pytest

from tests.support.world import World, change_every_position, ids, refused

EVENTS = "/v1/timeline-events"


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
    change_every_position(world)
    separator = "&" if "?" in path else "?"
    [(parameter, detail)] = refused(api, f"{path}{separator}cursor={cursor}")
    assert parameter == "cursor"
    assert words in detail


def test_a_cursor_goes_on_with_another_limit_language_and_the_name_of_its_own_revision(
    world: World, api: httpx.Client
) -> None:
    cursor = next_of(api, f"{EVENTS}?limit=2")
    change_every_position(world)
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
