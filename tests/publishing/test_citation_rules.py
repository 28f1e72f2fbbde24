"""What the citations of a published record need; packaged revisions are older than these rules."""

import pytest

from app.publishing.publish import Lenient, publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from tests.support.world import World, text

SECTION = "name the section of gazette, or write undivided = true there if it has no parts"
PASSAGE = "quote the passage: the text of gazette is kept"
KEPT = "a" * 64
WHOLE = {"source": "gazette", "section": "News", "fragment": {"start": "a war"}}


def test_a_source_that_has_parts_is_cited_with_a_section(draft: World) -> None:
    draft.change("sources", "gazette", undivided=False)
    draft.change("actors", "zara", title=text("Aline"))
    draft.change("actors", "elba", citations=[{"source": "gazette", "section": text("News", "Nouvelles")}])
    assert draft.faults() == [f"actors: zara: citations.0.section: {SECTION}"]


def test_a_source_whose_text_is_kept_is_cited_with_a_passage(draft: World) -> None:
    draft.change("sources", "gazette", text_sha256=KEPT, undivided=False)
    draft.change("actors", "elba", citations=[WHOLE, {"source": "gazette"}, {"source": "gazette", "section": "News"}])
    assert draft.faults() == [
        f"actors: elba: citations.1.section: {SECTION}",
        f"actors: elba: citations.1.fragment: {PASSAGE}",
        f"actors: elba: citations.2.fragment: {PASSAGE}",
    ]


def test_a_source_that_was_published_before_counts_as_it_is(world: World) -> None:
    world.publish_with_change("sources", "gazette", undivided=False)
    world.change("actors", "zara", title=text("Aline"))
    assert world.faults() == [f"actors: zara: citations.0.section: {SECTION}"]


def test_citations_of_other_values_follow_the_same_rules(draft: World) -> None:
    other = {"field": "date", "value": "1991", "citations": [{"source": "gazette"}]}
    draft.change("sources", "gazette", undivided=False)
    draft.change("timeline-events", "tie", other_values=[other], citations=[WHOLE])
    assert draft.faults() == [f"timeline-events: tie: other_values.0.citations.0.section: {SECTION}"]


@pytest.mark.parametrize("field", ["weather", "earliest", "collection", "url"])
def test_another_value_is_of_a_field_that_the_record_has(draft: World, field: str) -> None:
    other = {"field": field, "value": "1991", "citations": [{"source": "gazette"}]}
    draft.change("timeline-events", "tie", other_values=[other])
    assert draft.faults() == [
        f"timeline-events.toml: tie: other_values names {field}, which is no field of these records"
    ]


def test_packaged_records_are_taken_as_they_are(world: World) -> None:
    world.publish_with_change("sources", "gazette", undivided=False)
    changed = world.of("actors", "zara") | {"title": text("Aline")}
    submission = Submission("package", "actors", [changed], complete=False)
    assert publish(world.db, COLLECTIONS, [submission], "The test", text("Packaged"), lenient=Lenient.RULES) is not None
