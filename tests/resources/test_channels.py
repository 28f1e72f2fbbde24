"""Diplomatic channels: fields, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids, refused

LIST = "/v1/diplomatic-channels"


def test_a_channel_has_all_its_fields(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/embassy?lang=fr").json()["data"] == {
        "id": "embassy",
        "title": "The embassy (fr)",
        "summary": "Summary of The embassy (fr)",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/diplomatic-channels/embassy",
        "topics": [],
        "kind": "embassy",
        "sending_state": "aland",
        "receiving_state": "elba",
        "operated_by": None,
        "accredited_to": ["borea"],
        "place": "Elba Town (fr)",
    }


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("kind=embassy", ["embassy"]),
        ("kind=protecting-power&kind=permanent-mission", []),
        ("actor=aland", ["embassy"]),
        ("actor=elba", ["embassy"]),
        ("actor=borea", ["embassy"]),
        ("actor=zara", []),
        ("topic=peace", []),
    ],
)
def test_channels_are_filtered_by_kind_and_by_every_actor_they_name(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


def test_channels_have_no_date_to_be_asked_for(still: httpx.Client) -> None:
    assert refused(still, f"{LIST}?from=2001")[0][0] == "from"
    assert refused(still, f"{LIST}?sort=date")[0][0] == "sort"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"kind": "pigeon"}, 'diplomatic-channels.toml: embassy: kind: "pigeon" is not known. Allowed: embassy, '),
        ({"sending_state": None}, "diplomatic-channels.toml: embassy: sending_state: null is not a text"),
        ({"operated_by": "who"}, "diplomatic-channels: embassy: operated_by: names who, which is not in "),
        ({"accredited_to": ["who"]}, "diplomatic-channels: embassy: accredited_to: names who, which is not"),
    ],
)
def test_a_channel_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("diplomatic-channels", "embassy", **fields)
    [line] = world.faults()
    assert fault in line
