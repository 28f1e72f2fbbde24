"""Policy positions: fields, order, filters, refusals."""

import httpx
import pytest

from tests.support.world import World, ids

LIST = "/v1/policy-positions"


def test_a_position_has_all_its_fields(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/be-kind").json()["data"] == {
        "id": "be-kind",
        "title": "Be kind",
        "summary": "Summary of Be kind",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/policy-positions/be-kind",
        "topics": ["peace"],
        "kind": "policy",
        "stated_on": "2010",
        "status": "current",
        "addressee": "borea",
        "instruments": [],
    }


@pytest.fixture
def dated(world: World, api: httpx.Client) -> httpx.Client:
    """Three positions with a date and two without."""
    world.add("policy-positions", "ask-twice", "Ask twice", kind="call", status="current", stated_on="2010")
    world.add("policy-positions", "worry", "Worry", kind="concern", status="current", stated_on="2009-12-31")
    world.add("policy-positions", "hope", "Hope", kind="support", status="current")
    world.publish()
    return api


def test_undated_positions_come_last_in_both_directions(dated: httpx.Client) -> None:
    assert ids(dated, f"{LIST}?sort=date") == ["worry", "ask-twice", "be-kind", "hope", "trade-more"]
    assert ids(dated, f"{LIST}?sort=-date") == ["be-kind", "ask-twice", "worry", "trade-more", "hope"]


def test_no_window_takes_an_undated_position(dated: httpx.Client) -> None:
    assert ids(dated, f"{LIST}?from=0001") == ["ask-twice", "be-kind", "worry"]
    assert ids(dated, f"{LIST}?to=9999") == ["ask-twice", "be-kind", "worry"]
    assert ids(dated, f"{LIST}?from=0001&to=9999&certain=true") == ["ask-twice", "be-kind", "worry"]
    assert ids(dated, f"{LIST}?certain=true") == ["ask-twice", "be-kind", "worry"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("kind=call", ["trade-more"]),
        ("kind=call&kind=policy", ["be-kind", "trade-more"]),
        ("status=ended", ["trade-more"]),
        ("status=current&kind=call", []),
        ("actor=borea", ["be-kind", "trade-more"]),
        ("actor=aland", []),
        ("instrument=the-treaty", ["trade-more"]),
        ("topic=peace", ["be-kind"]),
    ],
)
def test_positions_are_filtered_by_kind_status_addressee_instrument_and_topic(
    still: httpx.Client, filters: str, expected: list[str]
) -> None:
    assert ids(still, f"{LIST}?{filters}") == expected


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"status": "void"}, 'policy-positions.toml: be-kind: status: "void" is not known. Allowed: current, ended'),
        ({"kind": "wish"}, 'policy-positions.toml: be-kind: kind: "wish" is not known. Allowed: policy, call, '),
        ({"stated_on": "spring"}, "policy-positions.toml: be-kind: stated_on: 'spring' is not a date of the"),
        ({"addressee": "who"}, "policy-positions: be-kind: addressee: names who, which is not in actors"),
    ],
)
def test_a_position_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("policy-positions", "be-kind", **fields)
    [line] = world.faults()
    assert fault in line
