"""Histories: every version of a record, newest first, what changed and why, also after it was withdrawn."""

import json
from collections.abc import Iterator

import pytest

from app.errors import UnknownRecord, UnknownRevision, WithdrawnRecord
from tests.support import lived as pasts
from tests.support.reading import Reader, reader_of
from tests.support.world import World, text

TIE, TRUCE, DAWN = (f"timeline-events/{id}" for id in ("tie", "truce", "dawn"))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world with six revisions. Nothing more is published there."""
    with reader_of(tmp_path_factory.mktemp("lived"), pasts.versions) as reader:
        yield reader


@pytest.mark.parametrize(
    ("record", "versions"),
    [
        (TIE, [(6, "changed"), (3, "changed"), (2, "changed"), (1, "added")]),
        ("timeline-events/feud", [(1, "added")]),
        ("timeline-events/quarrel", [(6, "withdrawn"), (1, "added")]),
        (TRUCE, [(5, "added"), (4, "withdrawn"), (2, "changed"), (1, "added")]),
        # An id that two collections have
        ("engagement-topics/peace", [(1, "added")]),
        ("actors/peace", [(3, "added")]),
    ],
)
def test_every_version_of_this_record_alone_comes_newest_first(
    lived: Reader, record: str, versions: list[tuple[int, str]]
) -> None:
    assert [(one["revision"], one["action"]) for one in lived.rows(f"{record}/history")] == versions
    assert lived.page(f"{record}/history?limit=1").total == len(versions)


def test_a_version_says_when_it_came_why_and_what_it_changed(lived: Reader) -> None:
    newest = lived.rows(f"{TIE}/history")[0]
    assert json.dumps(newest.pop("record"), ensure_ascii=False, separators=(",", ":")) == lived.body(TIE)
    assert newest == {
        "revision": 6,
        "published_at": "2020-01-06T00:00:00Z",
        "note": "A tie in full",
        "action": "changed",
        "changed_fields": ["summary", "kind", "place"],
        "reason": None,
    }


@pytest.mark.parametrize(("lang", "ending"), [("en", ""), ("fr", " (fr)")])
def test_note_reason_and_record_are_in_the_language_asked_for(lived: Reader, lang: str, ending: str) -> None:
    gone, changed = lived.rows(f"{TRUCE}/history?lang={lang}")[1:3]
    assert gone == {
        "revision": 4,
        "published_at": "2020-01-04T00:00:00Z",
        "note": f"A withdrawal{ending}",
        "action": "withdrawn",
        "changed_fields": [],
        "reason": f"Counted twice{ending}",
        "record": None,
    }
    assert (changed["note"], changed["record"]["title"]) == (f"Other words{ending}", f"The truce{ending}")


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize(
    ("record", "changed"),
    [
        (TIE, {6: ["summary", "kind", "place"], 3: ["date", "actors"], 2: ["title"], 1: []}),
        ("timeline-events/war", {3: ["citations"], 1: []}),
        ("actors/zara", {3: ["roles"], 1: []}),
        (TRUCE, {5: [], 4: [], 2: ["kind"], 1: []}),
    ],
)
def test_changed_fields_are_those_that_somebody_wrote_otherwise(
    lived: Reader, record: str, lang: str, changed: dict[int, list[str]]
) -> None:
    versions = lived.rows(f"{record}/history?lang={lang}")
    assert {one["revision"]: one["changed_fields"] for one in versions} == changed


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("record", [TIE, "timeline-events/war", TRUCE, "actors/zara", "sources/gazette"])
def test_a_record_is_byte_for_byte_the_item_at_its_revision(lived: Reader, record: str, lang: str) -> None:
    for entry in lived.page(f"{record}/history?lang={lang}").bodies:
        said = json.loads(entry)
        if said["action"] != "withdrawn":
            item = lived.body(f"{record}?revision={said['revision']}&lang={lang}")
            assert entry.endswith(f'"record":{item}}}')


def test_a_record_that_was_withdrawn_still_has_its_history(lived: Reader) -> None:
    with pytest.raises(WithdrawnRecord), lived.item("timeline-events/quarrel"):
        pass
    assert lived.rows("timeline-events/quarrel/history")[1]["record"]["title"] == "The quarrel"


def test_a_record_that_came_back_shows_all_that_happened_to_it(lived: Reader) -> None:
    records = [one["record"] for one in lived.rows(f"{TRUCE}/history")]
    assert [record and record["kind"] for record in records] == ["agreement", None, "meeting", "agreement"]
    assert json.loads(lived.body(TRUCE)) == records[0]


@pytest.mark.parametrize(
    ("pin", "revision", "versions"),
    [
        ("revision=6", 6, [5, 4, 2, 1]),
        ("revision=4", 4, [4, 2, 1]),
        ("revision=3", 3, [2, 1]),
        ("revision=1", 1, [1]),
        ("as_of=2020-01-04T23:59:59Z", 4, [4, 2, 1]),
        ("as_of=2020-01-02T00:00:00Z", 2, [2, 1]),
    ],
)
def test_a_pinned_history_ends_at_its_revision(lived: Reader, pin: str, revision: int, versions: list[int]) -> None:
    page = lived.page(f"{TRUCE}/history?{pin}")
    assert [one["revision"] for one in page.rows] == versions
    assert (page.total, page.next, page.revision) == (len(versions), None, revision)


@pytest.mark.parametrize(
    ("question", "revision", "since"),
    [
        ("timeline-events/atlantis/history", 6, None),
        (f"{DAWN}/history?revision=2", 2, 3),
        (f"{DAWN}/history?as_of=2020-01-02T12:00:00Z", 2, 3),
        ("actors/peace/history?revision=1", 1, 3),
    ],
)
def test_what_never_was_up_to_a_revision_has_no_history_at_it(
    lived: Reader, question: str, revision: int, since: int | None
) -> None:
    with pytest.raises(UnknownRecord) as caught, lived.opened(question):
        pass
    collection, id, _ = question.split("/")
    values = {"id": id, "collection": collection, "revision": revision, "since": since, "suggestion": None}
    assert caught.value.values == values
    assert [one["action"] for one in lived.rows(f"{DAWN}/history?revision=3")] == ["added"]


def test_at_a_revision_that_does_not_exist_no_record_has_a_history(lived: Reader) -> None:
    with pytest.raises(UnknownRevision), lived.opened(f"{DAWN}/history?revision=7"):
        pass


def test_a_walk_meets_each_version_once_while_more_are_published(world: World, reader: Reader) -> None:
    pasts.versions(world)

    def publish() -> None:
        world.publish_with_change("timeline-events", "tie", title=text(f"Tie after {world.revisions}"))

    walked = reader.walk(f"{TIE}/history?limit=1", publish)
    assert [one["revision"] for one in walked] == [6, 3, 2, 1]
    assert [one["revision"] for one in reader.rows(f"{TIE}/history")] == [9, 8, 7, 6, 3, 2, 1]


@pytest.mark.parametrize("other", ["timeline-events/war/history", "actors/zara/history", "timeline-events", "changes"])
def test_a_cursor_of_another_list_is_refused(lived: Reader, other: str) -> None:
    cursor = lived.page(f"{TIE}/history?limit=1").next
    assert lived.refused(f"{other}?cursor={cursor}") == ("cursor", "cursor-of-other-list")
    own = lived.page(f"{other}?limit=1").next
    assert own
    assert lived.refused(f"{TIE}/history?cursor={own}") == ("cursor", "cursor-of-other-list")


def test_a_cursor_goes_on_in_the_other_language(lived: Reader) -> None:
    cursor = lived.page(f"{TRUCE}/history?limit=2").next
    rest = lived.rows(f"{TRUCE}/history?lang=fr&cursor={cursor}")
    assert [(one["revision"], one["note"]) for one in rest] == [(2, "Other words (fr)"), (1, "The world begins (fr)")]


@pytest.mark.parametrize("query", ["limit=0", "limit=201", "sort=revision", "since=1", "q=truce", "fields=note", "x=1"])
def test_what_a_history_does_not_understand_is_refused(lived: Reader, query: str) -> None:
    assert lived.refused(f"{TRUCE}/history?{query}")[0] == query.partition("=")[0]


def test_a_version_keeps_the_deep_link_of_its_day_when_its_source_moves(world: World, reader: Reader) -> None:
    world.publish_with_change("sources", "gazette", address="https://gazette.example/archive")
    world.publish_with_change("timeline-events", "war", kind="military")
    newer, older = reader.rows("timeline-events/war/history")
    passage = "#:~:text=War%20began,at%20last%2C%20it%20ended"
    assert newer["record"]["citations"][0]["url"] == f"https://gazette.example/archive{passage}"
    assert older["record"]["citations"][0]["url"] == f"https://gazette.example/page{passage}"
    assert newer["changed_fields"] == ["kind"]
