"""Facets over HTTP: their form in the answer, how they are asked for, and their refusal."""

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from tests.support.schema import asking, choices_of
from tests.support.world import refused

EVENTS = "/v1/timeline-events"
LISTS = [*(f"/v1/{name}" for name in COLLECTIONS), "/v1/timeline", "/v1/changes", "/v1/search?q=the"]


def test_a_facet_in_full(still: httpx.Client) -> None:
    assert still.get(f"{EVENTS}?facets=kind,actor&limit=1").json()["facets"] == {
        "kind": [
            {"value": "diplomacy", "label": "Diplomacy", "count": 3},
            {"value": "agreement", "label": "Agreement", "count": 2},
            {"value": "armed-conflict", "label": "Armed conflict", "count": 1},
        ],
        "actor": [{"value": "borea", "label": "Borea", "count": 2}, {"value": "aland", "label": "Åland", "count": 1}],
    }
    assert still.get("/v1/funding-records?facets=cumulative,currency&lang=fr").json()["facets"] == {
        "cumulative": [
            {"value": "false", "label": "Montant non cumulatif", "count": 1},
            {"value": "true", "label": "Montant cumulatif", "count": 1},
        ],
        "currency": [{"value": "CAD", "label": "CAD", "count": 1}, {"value": "USD", "label": "USD", "count": 1}],
    }
    empty = still.get(f"{EVENTS}?kind=summit&facets=kind,actor").json()
    assert empty["page"]["total"] == 0
    assert empty["facets"] == {
        "kind": [
            {"value": "diplomacy", "label": "Diplomacy", "count": 3},
            {"value": "agreement", "label": "Agreement", "count": 2},
            {"value": "armed-conflict", "label": "Armed conflict", "count": 1},
            {"value": "summit", "label": "Summit", "count": 0},
        ],
        "actor": [],
    }
    assert empty["facets_truncated"] == []


@pytest.mark.parametrize("path", LISTS)
def test_facets_change_nothing_else_in_a_page(still: httpx.Client, path: str) -> None:
    names = choices_of(path, "facets")
    plain = still.get(asking(path, "limit=2")).json()
    counted = still.get(asking(path, "limit=2", f"facets={','.join(names)}")).json()
    assert list(counted["facets"]) == names
    assert {name: member for name, member in counted.items() if not name.startswith("facets")} == plain


def test_facets_are_asked_for_by_comma_or_again(still: httpx.Client) -> None:
    by_comma = still.get(f"{EVENTS}?facets=topic,kind").json()
    assert list(by_comma["facets"]) == ["topic", "kind"]
    assert still.get(f"{EVENTS}?facets=topic&facets=kind").json() == by_comma


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_facet_is_refused_with_the_nearest(still: httpx.Client, path: str) -> None:
    names = choices_of(path, "facets")
    assert refused(still, asking(path, f"facets={names[-1]}x")) == [
        ("facets", f'"{names[-1]}x" is not known. Did you mean {names[-1]}? Allowed: {", ".join(names)}')
    ]


def test_a_list_without_facets_refuses_them(still: httpx.Client) -> None:
    assert [name for name, _ in refused(still, "/v1/revisions?facets=number")] == ["facets"]
