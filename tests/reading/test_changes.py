"""The feed of changes: in order, complete, walked while publications go on; a copy that applies it has the data."""

import json
import random
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from app.errors import UnknownRevision
from app.resources.registry import COLLECTIONS
from tests.support import lived as pasts
from tests.support.reading import Reader, asking, reader_of
from tests.support.waiting import TIMEOUT
from tests.support.world import RECORDS, World, text

EVERYTHING = sum(map(len, RECORDS.values()))
IN_ORDER = [
    (2, "changed", "actors", "borea"),
    (2, "added", "actors", "newland"),
    (2, "changed", "timeline-events", "tie"),
    (3, "withdrawn", "background-facts", "hunger"),
    (3, "withdrawn", "timeline-events", "truce"),
    (4, "added", "timeline-events", "truce"),
]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """A reader of the tiny world with four revisions. Nothing more is published there."""
    with reader_of(tmp_path_factory.mktemp("lived"), pasts.changes) as reader:
        yield reader


def keys(changes: Iterable[dict[str, Any]]) -> list[tuple[int, str, str, str]]:
    return [(one["revision"], one["action"], one["collection"], one["id"]) for one in changes]


def test_without_since_every_change_comes_from_the_first_on(lived: Reader) -> None:
    everything = lived.walk("changes?limit=7")
    first = sorted((name, one["id"]) for name, records in RECORDS.items() for one in records)
    assert keys(everything) == [(1, "added", *key) for key in first] + IN_ORDER
    assert everything == lived.walk("changes?since=0&limit=200") == lived.everything("changes")
    assert lived.page("changes?limit=1").total == EVERYTHING + 6


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("since=1", IN_ORDER),
        ("since=2", IN_ORDER[3:]),
        ("since=3", IN_ORDER[5:]),
        ("since=4", []),
        ("since=1&revision=3", IN_ORDER[:5]),
        ("since=1&as_of=2020-01-02T12:00:00Z", IN_ORDER[:3]),
        ("since=1&collection=background-facts", IN_ORDER[3:4]),
        ("since=1&collection=background-facts&collection=actors", IN_ORDER[:2] + IN_ORDER[3:4]),
        ("since=1&collection=sources", []),
        ("since=1&" + "&".join(f"collection={name}" for name in COLLECTIONS), IN_ORDER),
        ("since=1&collection=" + ",".join(COLLECTIONS), IN_ORDER),
    ],
)
def test_changes_after_a_revision_come_by_revision_then_collection_then_id(
    lived: Reader, query: str, expected: list[tuple[int, str, str, str]]
) -> None:
    page = lived.page(f"changes?{query}")
    assert keys(page.rows) == expected
    assert page.total == len(expected)


def test_a_feed_has_the_newest_first(lived: Reader) -> None:
    assert keys(lived.page("changes?since=1", feed=True).rows) == IN_ORDER[::-1]


def test_a_change_says_when_it_came_and_what_was_done(lived: Reader) -> None:
    (change,) = lived.rows("changes?since=1&collection=timeline-events&limit=1&lang=fr")
    record = change.pop("record")
    assert (record["title"], record["revision"]) == ("Match nul", 2)
    assert change == {
        "revision": 2,
        "published_at": "2020-01-02T00:00:00Z",
        "action": "changed",
        "collection": "timeline-events",
        "id": "tie",
        "title": "Match nul",
        "changed_fields": ["title"],
        "reason": None,
    }


@pytest.mark.parametrize(
    ("lang", "reason", "title"),
    [("en", "Counted twice", "The truce"), ("fr", "Counted twice (fr)", "The truce (fr)")],
)
def test_a_withdrawal_has_its_reason_and_the_title_of_the_last_version_and_no_record(
    lived: Reader, lang: str, reason: str, title: str
) -> None:
    (gone,) = lived.rows(f"changes?since=2&revision=3&collection=timeline-events&lang={lang}")
    assert gone == {
        "revision": 3,
        "published_at": "2020-01-03T00:00:00Z",
        "action": "withdrawn",
        "collection": "timeline-events",
        "id": "truce",
        "title": title,
        "changed_fields": [],
        "reason": reason,
        "record": None,
    }


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_record_is_byte_for_byte_the_item_after_the_change(lived: Reader, lang: str) -> None:
    bodies = lived.page(f"changes?since=1&lang={lang}").bodies
    for (revision, action, collection, id), body in zip(IN_ORDER, bodies, strict=True):
        if action != "withdrawn":
            item = lived.body(f"{collection}/{id}?revision={revision}&lang={lang}")
            mark = f'"revision":{revision},"published_at":"2020-01-0{revision}T00:00:00Z","action":"{action}",'
            title = json.dumps(json.loads(item)["title"], ensure_ascii=False)
            fields = '["title"]' if action == "changed" else "[]"
            mark += f'"collection":"{collection}","id":"{id}","title":{title},"changed_fields":{fields},'
            assert body == f'{{{mark}"reason":null,"record":{item}}}'


def test_a_change_names_the_fields_that_differ_as_the_history_of_its_record_does(world: World, reader: Reader) -> None:
    pasts.versions(world)
    changes = reader.walk("changes?limit=7")
    assert [one["changed_fields"] for one in changes if one["id"] == "tie"] == [
        *([], ["title"], ["date", "actors"], ["summary", "kind", "place"]),
    ]
    for change in changes:
        history = reader.rows(f"{change['collection']}/{change['id']}/history")
        (entry,) = [one for one in history if one["revision"] == change["revision"]]
        same = ("action", "changed_fields", "reason", "record", "published_at")
        assert [change[name] for name in same] == [entry[name] for name in same]


def test_a_page_of_changes_reads_each_collection_at_most_twice(world: World, reader: Reader) -> None:
    pasts.changes(world)
    with reader.opened("changes?since=1") as page, reader.statements() as sent:
        assert len(json.loads(page.array())) == 6
    assert len(sent) == 1 + 2 + 3  # the changes; versions made (two collections), versions ended (three)


def test_a_walk_meets_each_change_once_and_stays_on_its_revision(world: World, reader: Reader) -> None:
    pasts.changes(world)

    def publish() -> None:
        world.publish_with_change("actors", "aland", summary=text(f"Summary {world.revisions}"))

    assert keys(reader.walk("changes?since=1&limit=2", publish)) == IN_ORDER
    assert world.revisions == 6
    later = [(number, "changed", "actors", "aland") for number in (5, 6)]
    assert keys(reader.walk("changes?since=4&limit=1")) == later


def test_each_page_has_the_revision_to_ask_for_next(world: World, reader: Reader) -> None:
    pasts.changes(world)
    first = reader.page("changes?since=1&limit=3")
    world.publish_with_change("actors", "aland", summary=text("New"))
    second = reader.page(f"changes?since=1&limit=3&cursor={first.next}")
    assert (first.revision, first.total) == (second.revision, second.total) == (4, 6)
    assert second.next is None
    assert keys(reader.rows(f"changes?since={second.revision}")) == [(5, "changed", "actors", "aland")]


@pytest.mark.parametrize(
    "query", ["since=5", "since=2147483647", "since=3&revision=2", "since=3&as_of=2020-01-02T12:00:00Z"]
)
def test_since_a_revision_that_does_not_exist_is_unknown(lived: Reader, query: str) -> None:
    with pytest.raises(UnknownRevision, match="unknown-since"), lived.opened(f"changes?{query}"):
        pass


@pytest.mark.parametrize(
    "query",
    [
        "since=-1", "since=01", "since=%2B1", "since=1.0", "since=1e0", "since=2147483648", f"since={10**20}",
        "since=", "since=%201", "since=one", "collection=planets", "collection=actors,planets",
        "sort=revision", "q=truce", "kind=state", "from=1990", "limit=0", "limit=201", "cursor=x", "include=actors",
        "format=ics", "facets=since",
    ],
)  # fmt: skip
def test_what_the_feed_does_not_understand_is_refused(lived: Reader, query: str) -> None:
    assert lived.refused(f"changes?{query}")[0] == query.partition("=")[0]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ("since=1", "cursor-of-other-query"),
        ("since=1&collection=actors&collection=sources", "cursor-of-other-query"),
        ("collection=actors", "cursor-of-other-query"),
        ("since=0&revision=3", "cursor-of-other-revision"),
    ],
)
def test_a_cursor_with_another_question_is_refused(lived: Reader, other: str, code: str) -> None:
    cursor = lived.page("changes?since=0&limit=2").next
    assert lived.refused(f"changes?{other}&cursor={cursor}") == ("cursor", code)
    of_a_feed = lived.page("changes?limit=2", feed=True).next
    assert lived.refused(asking("changes", cursor=of_a_feed)) == ("cursor", "cursor-of-other-query")


def test_a_page_takes_one_statement_for_each_collection_in_it(lived: Reader) -> None:
    with lived.statements() as sent:
        assert len(lived.page("changes?limit=200&revision=1").bodies) == EVERYTHING
    assert len([statement for statement in sent if "body_en" in statement]) == len(COLLECTIONS)


class Copy:
    """A partner's copy: starts empty, applies the feed, and knows no more than the revision that it has."""

    def __init__(self, reader: Reader, lang: str) -> None:
        self.reader, self.lang = reader, lang
        self.revision = 0
        self.records: dict[tuple[str, str], str] = {}

    def poll(self, between: Callable[[], object] = lambda: None) -> None:
        """Walk all changes since the revision it has; something may happen after every page."""
        question, cursor = f"changes?since={self.revision}&lang={self.lang}&limit=5", None
        while True:
            page = self.reader.page(asking(question, cursor=cursor))
            for change in page.bodies:
                self.apply(change)
            if page.next is None:
                self.revision = page.revision
                return
            cursor = page.next
            between()

    def apply(self, change: str) -> None:
        """Do to the copy what a change did to the data."""
        said = json.loads(change)
        key = said["collection"], said["id"]
        assert (said["action"] == "added") == (key not in self.records)
        if said["action"] == "withdrawn":
            del self.records[key]
        else:
            self.records[key] = change.partition(',"record":')[2].removesuffix("}")

    def served(self) -> dict[tuple[str, str], str]:
        """What the lists of all collections have at the revision of the copy."""
        found: dict[tuple[str, str], str] = {}
        for name in COLLECTIONS:
            with self.reader.opened(f"{name}?revision={self.revision}&lang={self.lang}") as page:
                bodies = b"".join(page.all_lines()).decode().split("\n")[:-1]
                found |= {(name, json.loads(body)["id"]): body for body in bodies}
        return found


def publish_many(world: World, count: int, published: threading.Semaphore) -> None:
    """Publish so many revisions more, each of some additions, changes, withdrawals and returns; report each."""
    chance = random.Random(count)
    for number in range(count):
        for id in chance.sample(["truce", "quarrel", "feud", "tie"], 2):  # nothing names these
            if any(gone["id"] == id for gone in world.withdrawn.get("timeline-events", [])):
                world.restore("timeline-events", id)
            elif chance.random() < 0.5:
                world.withdraw("timeline-events", id, f"Gone {number}")
            else:
                world.change("timeline-events", id, place=text(f"Place {number}"))
        world.add("actors", f"land-{number}", f"Land {number}", kind="state")
        world.change("actors", "borea", title=text(f"Borea {number}", f"Borée {number}"))
        world.change("sources", "gazette", address=f"https://gazette.example/{number}")
        assert world.publish(f"Revision {number}") is not None
        published.release()


def test_a_copy_that_applies_the_feed_has_what_the_lists_have_while_publications_go_on(
    world: World, reader: Reader
) -> None:
    published = threading.Semaphore(0)
    publisher = threading.Thread(target=publish_many, args=(world, 20, published))
    copies = [Copy(reader, "en"), Copy(reader, "fr")]

    def meanwhile() -> None:
        if publisher.ident is None:
            publisher.start()
        assert published.acquire(timeout=TIMEOUT)

    copies[0].poll(meanwhile)  # a publication after every page; from then on as they come
    assert (copies[0].revision, world.revisions > 5) == (1, True)
    while publisher.is_alive():
        for copy in copies:
            copy.poll()
            assert copy.records == copy.served()
    for copy in copies:
        copy.poll()
        assert copy.revision == world.revisions == 21
        assert copy.records == copy.served()
    assert len(copies[0].records) == reader.rows("revisions?limit=1")[0]["records"]
