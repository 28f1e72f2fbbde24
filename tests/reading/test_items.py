"""Items: a record at each revision, what names it, and why it is not there."""

import json

import pytest

from app.errors import UnknownRecord, WithdrawnRecord
from tests.support.reading import Reader
from tests.support.world import World

COMET, TRUCE = "timeline-events/comet", "timeline-events/truce"


@pytest.mark.parametrize(
    ("question", "references"),
    [
        (
            "actors/borea",
            {
                "actors": 1,
                "background-facts": 2,
                "diplomatic-channels": 1,
                "funding-records": 1,
                "legal-instruments": 1,
                "policy-positions": 2,
                "timeline-events": 2,
            },
        ),
        (
            "legal-instruments/the-treaty",  # the signing names it in two fields, and counts once
            {"legal-instruments": 1, "policy-positions": 1, "sanctions-measures": 1, "timeline-events": 1},
        ),
        ("sources/almanac", {"timeline-events": 1}),
        ("sanctions-measures/no-apples", {"sanctions-measures": 1}),
        ("timeline-events/tie", {}),
    ],
)
def test_an_item_counts_the_records_of_each_collection_that_name_it(
    tiny: Reader, question: str, references: dict[str, int]
) -> None:
    assert tiny.references(question) == references


def test_references_are_counted_at_the_revision_of_the_answer(world: World, reader: Reader) -> None:
    world.withdraw("timeline-events", "truce")
    world.change("timeline-events", "war", actors=["aland"])
    world.add("timeline-events", "visit", "A visit", kind="meeting", date="2020", actors=["zara"])
    world.publish()
    assert "timeline-events" not in reader.references("actors/borea")
    assert reader.references("actors/borea?revision=1")["timeline-events"] == 2
    assert reader.references("actors/zara") == {"timeline-events": 1}
    assert reader.references("actors/zara?revision=1") == {}


def test_an_item_reads_what_goes_with_it_only_when_it_is_used(tiny: Reader) -> None:
    tiny.references("timeline-events/war")  # what is kept for the revision
    with tiny.statements() as sent, tiny.item("timeline-events/war") as item:
        assert len(sent) == 2  # the revision, the record
        assert json.loads(item.body)["title"] == "The war"
        item.references()
        assert len(sent) == 2  # they are counted in bitmaps
        item.included(["actors", "sources"])
        assert len(sent) == 2 + 2 * 3  # the ids, the versions and their bodies


def test_an_id_that_was_never_published_is_unknown(tiny: Reader) -> None:
    with pytest.raises(UnknownRecord) as caught, tiny.item("actors/atlantis"):
        pass
    assert caught.value.code == "unknown-record"
    values = {"id": "atlantis", "collection": "actors", "revision": 1, "since": None, "suggestion": None}
    assert caught.value.values == values


@pytest.mark.parametrize(
    "wrong", ["the-treeaty", "The-Treaty", "THE-TREATY.", "the_treaty", "the treaty", "«The treaty»", "the-treat"]
)
@pytest.mark.parametrize("rest", ["", "/history"])
def test_the_nearest_id_published_so_far_is_suggested(world: World, reader: Reader, wrong: str, rest: str) -> None:
    def suggested(query: str = "") -> str | None:
        opened = reader.opened if rest else reader.item
        with pytest.raises(UnknownRecord) as caught, opened(f"legal-instruments/{wrong}{rest}?{query}"):
            pass
        found: str | None = caught.value.values["suggestion"]
        return found

    assert suggested() == "/v1/legal-instruments/the-treaty"
    # Also one that was withdrawn: its address says why.
    world.change("policy-positions", "trade-more", instruments=[])
    world.change("sanctions-measures", "no-loans", implements=[])
    world.change("legal-instruments", "the-rule", implements=[])
    world.change("timeline-events", "signing", instruments=[], related=[])
    world.withdraw("legal-instruments", "the-treaty")
    world.publish()
    assert suggested() == "/v1/legal-instruments/the-treaty"
    assert suggested("revision=1") == "/v1/legal-instruments/the-treaty"


@pytest.mark.parametrize(("lang", "reason"), [("en", "Counted twice"), ("fr", "Counted twice (fr)")])
def test_a_withdrawn_record_has_its_reason_and_the_address_of_its_last_version(
    world: World, reader: Reader, lang: str, reason: str
) -> None:
    world.publish_with_change("timeline-events", "truce", kind="meeting")
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish()
    with pytest.raises(WithdrawnRecord) as caught, reader.item(f"{TRUCE}?lang={lang}"):
        pass
    assert caught.value.values == {"revision": 3}
    assert caught.value.extra == {"reason": reason, "last_version": f"/v1/{TRUCE}?revision=2"}
    assert json.loads(reader.body(f"{TRUCE}?revision=2"))["kind"] == "meeting"


def test_an_item_is_unknown_before_its_first_version_and_withdrawn_until_it_comes_back(
    world: World, reader: Reader
) -> None:
    comet = {"kind": "diplomacy", "date": "2001"}
    world.add("timeline-events", "comet", "A comet", **comet)
    world.publish()
    world.withdraw("timeline-events", "comet")
    world.publish()
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    world.withdrawn = {}
    world.add("timeline-events", "comet", "A comet again", **comet)
    world.publish()

    def found(revision: int) -> str:
        try:
            return str(json.loads(reader.body(f"{COMET}?revision={revision}"))["title"])
        except WithdrawnRecord as gone:
            return str(gone.extra["last_version"])
        except UnknownRecord as unknown:
            return unknown.code

    last = f"/v1/{COMET}?revision=2"
    assert [found(number) for number in (1, 2, 3, 4, 5)] == ["unknown-record", "A comet", last, last, "A comet again"]
    assert reader.body(COMET) == reader.body(f"{COMET}?revision=5")
