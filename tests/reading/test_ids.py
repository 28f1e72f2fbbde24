"""The filter `id`: the records with these ids, as they are at the revision."""

import pytest

from app.resources.registry import COLLECTIONS
from tests.support.reading import Reader
from tests.support.world import World, text


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_collection_gives_the_records_asked_for_in_the_order_of_the_list(tiny: Reader, name: str) -> None:
    wanted = tiny.ids(name)[:2]
    assert tiny.ids(f"{name}?id={','.join(reversed(wanted))}") == wanted
    assert tiny.ids(f"{name}?" + "&".join(f"id={id}" for id in [*wanted, *wanted])) == wanted
    assert tiny.page(f"{name}?id={wanted[0]}").total == 1
    assert tiny.refused(f"{name}?id={wanted[0]},atlantis") == ("id", "unknown-id")


def test_the_timeline_gives_dated_records_of_any_collection_by_id(tiny: Reader) -> None:
    assert tiny.ids("timeline?id=the-law,war,aid-2010") == ["war", "the-law", "aid-2010"]
    assert tiny.ids("timeline?id=the-law,war&kind=statute") == ["the-law"]
    assert tiny.ids("timeline?id=no-boats") == []  # it has no date
    assert tiny.ids("timeline?id=borea") == []  # an actor
    assert tiny.refused("timeline?id=atlantis") == ("id", "unknown-id")


def test_withdrawn_records_are_left_out_and_those_of_later_too(world: World, reader: Reader) -> None:
    world.withdraw("timeline-events", "truce")
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.publish()
    asked = "timeline-events?id=truce,war,dawn"
    assert reader.ids(asked) == ["war", "dawn"]
    assert reader.ids(f"{asked}&revision=1") == ["war", "truce"]
    world.change("timeline-events", "war", title=text("Great war"))
    world.publish()
    assert [row["title"] for row in reader.rows("timeline-events?id=war&revision=2")] == ["The war"]


def test_ids_go_with_other_filters_facets_and_cursors(tiny: Reader) -> None:
    asked = "timeline-events?id=war,truce,tie"
    assert tiny.ids(f"{asked}&kind=agreement") == ["truce"]
    assert tiny.page(f"{asked}&facets=kind&kind=agreement").facets["kind"] == [
        ("agreement", "Agreement", 1),
        ("armed-conflict", "Armed conflict", 1),
        ("diplomacy", "Diplomacy", 1),
    ]
    cursor = tiny.page(f"{asked}&limit=2").next
    # The order in which values are sent, and sending one twice, change nothing
    assert tiny.ids(f"timeline-events?id=tie&id=war,truce&id=war&limit=2&cursor={cursor}") == ["tie"]
    assert tiny.refused(f"timeline-events?id=tie,war&cursor={cursor}") == ("cursor", "cursor-of-other-query")
