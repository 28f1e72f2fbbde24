"""Search over HTTP: the form of an answer, refusals, walks and exports."""

import csv
import io
import json
from urllib.parse import quote

import httpx
import pytest

from tests.support.walks import rows
from tests.support.world import World, ids, refused, text

SEARCH, EVENTS = "/v1/search", "/v1/timeline-events"


def test_a_search_needs_words(still: httpx.Client) -> None:
    assert refused(still, SEARCH) == [("q", "is required. For example: korea")]
    assert refused(still, f"{SEARCH}?q=")[0][0] == "q"
    assert refused(still, f"{SEARCH}?q=war&sort=date")[0][0] == "sort"


@pytest.mark.parametrize("path", [SEARCH, EVENTS])
def test_q_takes_200_characters_with_a_letter_or_digit(still: httpx.Client, path: str) -> None:
    assert ids(still, f"{path}?q={quote('é' * 200)}") == []
    too_long = "must have at most 200 characters. For example: korea"
    assert refused(still, f"{path}?q={quote('é' * 201)}") == [("q", too_long)]
    no_words = "has no letter or digit to search for: write a word. For example: korea"
    assert refused(still, f"{path}?q={quote('-- ;')}") == [("q", no_words)]


def test_a_hit_in_full(still: httpx.Client) -> None:
    assert still.get(f"{SEARCH}?q=castle&lang=fr").json() == {
        "data": [
            {
                "collection": "timeline-events",
                "id": "signing",
                "title": "The signing (fr)",
                "summary": "Summary of The signing (fr)",
                "kind": "agreement",
                "date": "1990-05-01",
                "earliest": "1990-05-01",
                "latest": "1990-05-01",
                "place": "Château d’Elbe",
                "actors": [],
                "topics": [],
                "url": "/v1/timeline-events/signing",
                "snippet": [
                    {"text": "Summary of The signing · Elba ", "match": False},
                    {"text": "Castle", "match": True},
                ],
            }
        ],
        "page": {"limit": 50, "total": 1, "next": None},
        "counts": {"timeline-events": 1},
        "ranking": "relevance",
        "dataset": {"revision": 1, "published_at": "2020-01-01T00:00:00Z"},
    }


@pytest.mark.parametrize("q", ["CHÂTEAU", "d’Elbe", '"elba castle"', "castle*", "elba cas", "{castle}"])
@pytest.mark.parametrize("path", [SEARCH, EVENTS])
def test_words_reach_the_search_as_they_were_written(still: httpx.Client, path: str, q: str) -> None:
    assert [row["id"] for row in still.get(path, params={"q": q}).json()["data"]] == ["signing"]
    assert still.get(path, params={"q": f"{q} and"}).json()["data"] == []


def test_a_walk_meets_every_hit_of_its_revision_once_while_publications_go_on(world: World, api: httpx.Client) -> None:
    def publish() -> None:
        world.publish_with_change("timeline-events", "war", title=text(f"The war {world.revisions}"))

    first = api.get(f"{SEARCH}?q=the&limit=200").json()
    assert rows(api, f"{SEARCH}?q=the&limit=5", publish) == first["data"]
    assert len(first["data"]) == first["page"]["total"] >= 12


def test_csv_and_json_lines_have_all_hits_in_the_order_of_the_pages(still: httpx.Client) -> None:
    hits = rows(still, f"{SEARCH}?q=the&limit=3")
    assert len(hits) >= 12
    lines = still.get(f"{SEARCH}?q=the&format=jsonl").text.splitlines()
    assert [json.loads(line) for line in lines] == hits
    table = list(csv.DictReader(io.StringIO(still.get(f"{SEARCH}?q=the&format=csv").text)))
    assert [(row["collection"], row["id"], json.loads(row["snippet"])) for row in table] == [
        (hit["collection"], hit["id"], hit["snippet"]) for hit in hits
    ]
