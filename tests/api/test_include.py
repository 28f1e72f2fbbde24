"""Included records over HTTP: their form in the answer, how they are asked for, and their refusal."""

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from tests.support.schema import choices_of
from tests.support.world import refused

EVENTS = "/v1/timeline-events"
PATHS = [*(f"/v1/{name}" for name in COLLECTIONS), "/v1/timeline"]


def test_includes_in_full(still: httpx.Client) -> None:
    answer = still.get("/v1/initiatives?include=actors,engagement-topics&lang=fr").json()
    assert list(answer) == ["data", "page", "included", "dataset"]
    assert list(answer["included"]) == ["actors", "engagement-topics"]
    assert answer["included"]["engagement-topics"] == {}
    assert {id: record["title"] for id, record in answer["included"]["actors"].items()} == {
        "aland": "Åland (fr)",
        "elba": "Élba (fr)",
    }
    item = still.get(f"{answer['data'][0]['url']}?include=actors,engagement-topics&lang=fr").json()
    assert list(item) == ["data", "references", "included", "dataset"]
    assert item["included"] == answer["included"]


def test_an_included_record_has_the_bytes_that_its_item_has(still: httpx.Client) -> None:
    page = still.get(f"{EVENTS}?include=actors&lang=fr").content
    item = still.get("/v1/actors/aland?lang=fr").content
    assert b'"aland":' + item.removeprefix(b'{"data":').partition(b',"references":')[0] in page


@pytest.mark.parametrize("path", PATHS)
def test_includes_change_nothing_else_in_a_page(still: httpx.Client, path: str) -> None:
    names = choices_of(path, "include")
    plain = still.get(f"{path}?limit=2").json()
    richer = still.get(f"{path}?limit=2&include={','.join(names)}").json()
    assert list(richer["included"]) == names
    assert {name: member for name, member in richer.items() if name != "included"} == plain


def test_collections_are_asked_for_by_comma_or_again_and_come_once(still: httpx.Client) -> None:
    for path in (EVENTS, f"{EVENTS}/war"):
        by_comma = still.get(f"{path}?include=sources,actors").json()
        assert list(by_comma["included"]) == ["sources", "actors"]
        assert still.get(f"{path}?include=sources&include=actors,sources").json() == by_comma


@pytest.mark.parametrize("path", PATHS)
def test_a_collection_that_cannot_be_named_is_refused_with_the_nearest(still: httpx.Client, path: str) -> None:
    known = choices_of(path, "include")
    addresses = [path] if path == "/v1/timeline" else [path, f"{path}/any"]
    for address in addresses:
        assert refused(still, f"{address}?include={known[-1]}x") == [
            ("include", f'"{known[-1]}x" is not known. Did you mean {known[-1]}? Allowed: {", ".join(known)}')
        ]
