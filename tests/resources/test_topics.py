"""Engagement topics: fields, order by the policy's own list, refusals."""

import httpx
import pytest

from tests.support.world import World, ids, refused

LIST = "/v1/engagement-topics"


def test_a_topic_has_all_its_fields_and_no_topics_of_its_own(still: httpx.Client) -> None:
    assert still.get(f"{LIST}/trade?lang=fr").json()["data"] == {
        "id": "trade",
        "title": "Trade (fr)",
        "summary": "Summary of Trade (fr)",
        "citations": [{"source": "gazette", "section": None, "fragment": None, "url": None}],
        "revision": 1,
        "published_at": "2020-01-01T00:00:00Z",
        "url": "/v1/engagement-topics/trade",
        "number": 2,
        "policy": "be-kind",
    }


def test_topics_come_in_the_order_of_the_policy_and_equal_numbers_by_id(world: World, api: httpx.Client) -> None:
    world.add("engagement-topics", "arts", "Arts", number=2, policy="be-kind")
    world.add("engagement-topics", "zeal", "Zeal", number=10, policy="be-kind")
    world.publish()
    assert ids(api, LIST) == ["peace", "arts", "trade", "zeal"]
    assert ids(api, f"{LIST}?sort=-number") == ["zeal", "trade", "arts", "peace"]
    assert ids(api, f"{LIST}?sort=id") == ["arts", "peace", "trade", "zeal"]


def test_topics_can_be_asked_for_by_source_and_words_alone(still: httpx.Client) -> None:
    assert ids(still, f"{LIST}?source=gazette") == ["peace", "trade"]
    assert ids(still, f"{LIST}?source=almanac") == []
    assert ids(still, f"{LIST}?q=trade") == ["trade"]
    assert refused(still, f"{LIST}?topic=peace")[0][0] == "topic"
    assert refused(still, f"{LIST}?sort=date") == [
        ("sort", '"date" is not known. Allowed: number, -number, title, -title, id, -id')
    ]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"number": 0}, "engagement-topics.toml: trade: number: must be at least 1"),
        ({"number": 1.5}, "engagement-topics.toml: trade: number: 1.5 is not a whole number"),
        ({"policy": None}, "engagement-topics.toml: trade: policy: null is not a text"),
        ({"topics": ["peace"]}, "engagement-topics.toml: trade: topics: is not a field here"),
        ({"policy": "war"}, "engagement-topics: trade: policy: names war, which is not in policy-positions"),
    ],
)
def test_a_topic_that_does_not_fit_is_refused(world: World, fields: dict[str, object], fault: str) -> None:
    world.change("engagement-topics", "trade", **fields)
    [line] = world.faults()
    assert fault in line
