"""Operations are grouped by what one wants to do: each once, under words that a newcomer reads."""

from collections import Counter

from app.api.openapi_groups import GROUPS
from tests.support.schema import DOCUMENT

OPERATIONS = {one["operationId"]: one for methods in DOCUMENT["paths"].values() for one in methods.values()}
NAMED = {tag["name"]: tag for tag in DOCUMENT["tags"]}


def test_every_tag_is_in_one_group() -> None:
    grouped = Counter(tag for group in DOCUMENT["x-tagGroups"] for tag in group["tags"])
    assert grouped == Counter(NAMED.keys())
    assert {tag for one in OPERATIONS.values() for tag in one["tags"]} == NAMED.keys()


def test_tags_come_in_the_order_of_their_groups() -> None:
    assert list(NAMED) == [tag for group in GROUPS for tag in group.tags]
    assert list(NAMED)[:5] == ["search", "timeline", "changes", "downloads", "sources"]
    assert [group.name for group in GROUPS] == [
        *("Look up", "Follow", "Export", "Cite", "Prove", "Collections", "Service")
    ]


def test_a_group_names_operations_of_other_tags_that_exist() -> None:
    for group in DOCUMENT["x-tagGroups"]:
        for id in group.get("x-operations", ()):
            assert not set(OPERATIONS[id]["tags"]) & set(group["tags"]), id


def test_summaries_are_what_one_gets_and_never_repeat() -> None:
    summaries = {id: one["summary"] for id, one in OPERATIONS.items()}
    assert [summaries[id] for id in ("list_search", "list_timeline", "list_timeline_events")] == [
        *("Search", "Timeline", "Events")
    ]
    assert summaries["get_timeline_event"] == "One event"
    assert summaries["get_engagement_topic_history"] == "History of an engagement topic"
    assert summaries["get_sanctions_measure_history"] == "History of a sanctions measure"
    assert [one for one in summaries.values() if one.startswith(("List ", "Get "))] == []
    assert len(set(summaries.values())) == len(summaries)


def test_tags_have_a_name_to_show_beside_the_one_that_clients_are_made_of() -> None:
    assert NAMED["timeline-events"]["x-displayName"] == "Events"
    assert NAMED["sanctions-measures"]["x-displayName"] == "Sanctions measures"
