"""Histories over HTTP: envelope, caching, links, problems, and the one format that they come in."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support import lived as pasts
from tests.support.servers import inhabited
from tests.support.walks import data_of
from tests.support.world import refused

EVENTS = "/v1/timeline-events"
TRUCE = f"{EVENTS}/truce"


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server of the tiny world with six revisions. Nothing more is published there."""
    with inhabited(tmp_path_factory.mktemp("lived")) as (world, client):
        pasts.versions(world)
        yield client


def test_a_history_has_its_versions_its_place_and_its_revision(lived: httpx.Client) -> None:
    answer = lived.get(f"{TRUCE}/history?revision=4").json()
    assert list(answer) == ["data", "page", "dataset"]
    assert [one["revision"] for one in answer["data"]] == [4, 2, 1]
    assert list(answer["data"][0]) == [
        *("revision", "published_at", "note", "action", "changed_fields", "reason", "record"),
    ]
    assert answer["page"] == {"limit": 50, "total": 3, "next": None}
    assert answer["dataset"] == {"revision": 4, "published_at": "2020-01-04T00:00:00Z"}


def test_a_record_is_byte_for_byte_the_item_at_its_revision(lived: httpx.Client) -> None:
    body = lived.get(f"{TRUCE}/history").text
    places = [body.index(f'"record":{data_of(lived, f"{TRUCE}?revision={number}")}}}') for number in (5, 2, 1)]
    assert places == sorted(places)


def test_the_language_can_be_asked_for_by_header(lived: httpx.Client) -> None:
    by_header = lived.get(f"{TRUCE}/history", headers={"Accept-Language": "fr-CA"})
    assert by_header.headers["content-language"] == "fr"
    assert by_header.json() == lived.get(f"{TRUCE}/history?lang=fr").json()
    assert by_header.json()["data"][1]["note"] == "A withdrawal (fr)"


def test_a_record_that_was_withdrawn_still_has_its_history(lived: httpx.Client) -> None:
    assert lived.get(f"{EVENTS}/quarrel").status_code == 410
    assert lived.get(f"{EVENTS}/quarrel/history").status_code == 200


@pytest.mark.parametrize("conditional", ["*", None, '"own"'])
def test_what_never_was_is_404_whatever_the_client_has(lived: httpx.Client, conditional: str | None) -> None:
    own = lived.get(f"{TRUCE}/history").headers["etag"]
    headers = {"If-None-Match": own if conditional == '"own"' else conditional} if conditional else {}
    for path, detail in (
        (
            f"{EVENTS}/atlantis/history",
            "atlantis in timeline-events at revision 6: see /v1/timeline-events.",
        ),
        (
            f"{EVENTS}/dawn/history?revision=2",
            "dawn in timeline-events at revision 2: revision 3 published it first.",
        ),
    ):
        answer = lived.get(path, headers=headers)
        assert answer.status_code == 404
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json()["type"] == "urn:dossier:problem:unknown-record"
        assert answer.json()["detail"] == f"There is no {detail}"


def test_at_a_revision_that_does_not_exist_no_record_has_a_history(lived: httpx.Client) -> None:
    answer = lived.get(f"{EVENTS}/dawn/history?revision=7", headers={"If-None-Match": "*"})
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:dossier:problem:unknown-revision"


def test_a_cursor_of_another_list_is_refused(lived: httpx.Client) -> None:
    cursor = lived.get(f"{EVENTS}/tie/history?limit=1").json()["page"]["next"]
    [(parameter, detail)] = refused(lived, f"{EVENTS}/war/history?cursor={cursor}")
    assert parameter == "cursor"
    assert "belongs to another list, timeline-events/tie/history" in detail


def test_a_live_history_leads_to_its_memento_and_a_pinned_one_to_its_original(lived: httpx.Client) -> None:
    present = lived.get(f"{TRUCE}/history?limit=2")
    memento = present.links["memento"]["url"]
    assert memento == f"{TRUCE}/history?limit=2&revision=6&lang=en&format=json"
    assert present.headers["cache-control"] == "public, max-age=60"
    pinned = lived.get(memento)
    assert pinned.content == present.content
    assert pinned.headers["cache-control"] == "public, max-age=31536000"
    assert pinned.headers["memento-datetime"] == "Mon, 06 Jan 2020 00:00:00 GMT"
    assert pinned.links["original"]["url"] == f"{TRUCE}/history?limit=2&lang=en&format=json"
    assert lived.get(pinned.links["next"]["url"]).json()["data"][0]["revision"] == 2


def test_asking_again_costs_one_304(lived: httpx.Client) -> None:
    tag = lived.get(f"{TRUCE}/history").headers["etag"]
    again = lived.get(f"{TRUCE}/history", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert lived.get(f"{TRUCE}/history?lang=fr", headers={"If-None-Match": tag}).status_code == 200


def test_a_history_comes_as_json_alone(lived: httpx.Client) -> None:
    for name in ("csv", "jsonl", "atom", "csl"):
        assert refused(lived, f"{TRUCE}/history?format={name}")[0][0] == "format"
    assert lived.get(f"{TRUCE}/history", headers={"Accept": "text/csv"}).status_code == 406
