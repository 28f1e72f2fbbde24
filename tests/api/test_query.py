"""Lists and items over HTTP: envelope, cursors, links, problems, and the revision that an answer is for."""

import httpx
import pytest

from tests.support.walks import rows
from tests.support.world import World, ids, refused

EVENTS = "/v1/timeline-events"


def test_a_page_has_its_rows_its_place_and_the_revision_it_is_for(still: httpx.Client) -> None:
    answer = still.get(f"{EVENTS}?limit=6").json()
    assert list(answer) == ["data", "page", "dataset"]
    assert [row["id"] for row in answer["data"]] == ["war", "truce", "signing", "tie", "quarrel", "feud"]
    assert answer["page"] == {"limit": 6, "total": 6, "next": None}
    assert answer["dataset"] == {"revision": 1, "published_at": "2020-01-01T00:00:00Z"}
    assert still.get(EVENTS).json()["page"] == {"limit": 50, "total": 6, "next": None}


def test_a_walk_meets_the_rows_of_its_revision_once_whatever_is_published_in_the_middle(
    world: World, api: httpx.Client
) -> None:
    def publish() -> None:
        world.publish_with_change("timeline-events", "tie", date=f"19{50 + world.revisions}")

    before = ids(api, f"{EVENTS}?sort=-date")
    assert [row["id"] for row in rows(api, f"{EVENTS}?sort=-date&limit=2", publish)] == before
    assert ids(api, f"{EVENTS}?sort=-date") != before


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"{EVENTS}?sort=-date", "was made with another order or other filters"),
        ("/v1/revisions?sort=number", "belongs to another list, timeline-events"),
        (f"{EVENTS}?revision=2", "belongs to revision 1: ask for that revision"),
    ],
)
def test_a_cursor_is_refused_with_another_list_order_filter_or_revision(
    world: World, api: httpx.Client, path: str, words: str
) -> None:
    cursor = api.get(f"{EVENTS}?limit=2").json()["page"]["next"]
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    [(parameter, detail)] = refused(api, f"{path}&cursor={cursor}")
    assert parameter == "cursor"
    assert words in detail


def test_a_cursor_of_a_list_by_title_keeps_the_language_that_a_header_asked_for(still: httpx.Client) -> None:
    cursor = still.get(f"{EVENTS}?sort=title&limit=2").json()["page"]["next"]
    path, french = f"{EVENTS}?sort=title&cursor={cursor}", {"Accept-Language": "fr"}
    assert still.get(path).status_code == 200
    assert still.get(path, headers=french).status_code == 422


def test_links_lead_to_the_first_and_the_next_page_with_all_that_was_asked(still: httpx.Client) -> None:
    answer = still.get(f"{EVENTS}?kind=agreement&limit=1&lang=fr&actor=borea&actor=aland&kind=armed-conflict")
    cursor = answer.json()["page"]["next"]
    asked = f"{EVENTS}?actor=borea,aland&kind=agreement,armed-conflict&limit=1"
    assert answer.links["first"]["url"] == f"{asked}&lang=fr"
    assert answer.links["next"]["url"] == f"{asked}&lang=fr&cursor={cursor}"
    last = still.get(answer.links["next"]["url"])
    assert [row["id"] for row in last.json()["data"]] == ["truce"]
    assert "next" not in last.links
    assert last.links["first"]["url"] == f"{asked}&lang=fr"


def test_an_item_has_its_record_and_how_many_records_of_each_collection_name_it(still: httpx.Client) -> None:
    answer = still.get("/v1/policy-positions/be-kind").json()
    assert list(answer) == ["data", "references", "dataset"]
    assert (answer["data"]["id"], answer["references"]) == ("be-kind", {"engagement-topics": 2})


def test_an_id_that_was_never_published_is_404(still: httpx.Client) -> None:
    answer = still.get("/v1/actors/atlantis")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:dossier:problem:unknown-record"
    assert answer.json()["detail"] == "There is no atlantis in actors at revision 1: see /v1/actors."


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


def test_an_item_is_404_before_its_first_version_200_while_it_was_current_and_410_once_it_is_withdrawn(
    world: World, api: httpx.Client
) -> None:
    world.add("timeline-events", "comet", "A comet", kind="diplomacy", date="2001")
    world.publish()
    world.withdraw("timeline-events", "comet")
    world.publish()
    statuses = [api.get(f"{EVENTS}/comet?revision={number}").status_code for number in (1, 2, 3)]
    assert statuses == [404, 200, 410]


def test_a_revision_that_there_is_not_is_404(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}/tie", "/v1", "/v1/revisions"):
        answer = still.get(f"{path}?revision=2")
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/tie", "/v1", "/v1/revisions"])
def test_as_of_is_the_newest_revision_at_that_instant(world: World, api: httpx.Client, path: str) -> None:
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    for as_of, revision in (
        *(("2020-01-01T23:59:59%2B00:00", 1), ("2020-01-02T00:00:00Z", 2)),
        ("2020-01-01T23:59:59+00:00", 1),  # `+` is a blank in an address
    ):
        answer = api.get(f"{path}?as_of={as_of}").raise_for_status()
        assert answer.json()["dataset"]["revision"] == revision


@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/tie", "/v1"])
@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("as_of=2019-12-31T23:59:59Z", "is before the first revision"),
        ("as_of=2999-01-01T00:00:00Z", "is in the future"),
        ("as_of=2020-01-01T00:00:00Z&revision=1", "cannot be combined with revision: give one of the two"),
        ("as_of=2020-01-01T00:00:00+01:00", "is not a time in UTC"),
        ("as_of=2020-01-01T00:00:00%20", "is not a time in UTC"),
    ],
)
def test_as_of_is_refused_where_it_is_no_known_instant(still: httpx.Client, path: str, query: str, words: str) -> None:
    [(parameter, detail)] = refused(still, f"{path}?{query}")
    assert parameter == "as_of"
    assert words in detail
