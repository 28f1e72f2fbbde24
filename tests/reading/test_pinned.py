"""Pinned data: what is read at a revision stays the same whatever is published later, and on another machine."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from app.publishing.replay import release, replay
from app.resources.registry import COLLECTIONS
from tests.support import lived as pasts
from tests.support.reading import Page, Reader, asking, offered
from tests.support.servers import begun, migrated
from tests.support.world import World

EVENTS = "timeline-events"


def enriched(question: str) -> str:
    """A list with all its facets and included records."""
    name = question.partition("?")[0]
    more = {parameter: ",".join(offered(name, parameter)) or None for parameter in ("facets", "include")}
    return asking(question, **more)


# Every list with all its facets and included records, then in other orders and with other filters
LISTS = [
    *(enriched(f"{name}?limit=2") for name in (*COLLECTIONS, "timeline", "changes")),
    enriched(f"{EVENTS}?q=of&source=gazette&sort=-id"),
    *(enriched(f"{name}?limit=2&lang=fr&sort=title") for name in COLLECTIONS),
    *(f"{name}?q=of&source=gazette&sort=-id&limit=3" for name in COLLECTIONS),
    f"{EVENTS}?kind=agreement&kind=diplomacy&sort=-date&limit=1",
    f"{EVENTS}?actor=borea&topic=peace&source=almanac",
    f"{EVENTS}?from=1950&to=1990&certain=true&sort=title&lang=fr",
    f"{EVENTS}?q=war",
    f"{EVENTS}?q=summary&sort=-title&limit=3",
    "sanctions-measures?in_force_on=2005-06-01",
    enriched("sanctions-measures?instrument=the-treaty&lang=fr"),
    "legal-instruments?actor=aland&sort=-date",
    "legal-instruments?in_force_on=2000-06-01",
    "funding-records?cumulative=false&currency=CAD",
    "actors?q=borea",
    "timeline?sort=-date&limit=3",
    "timeline?collection=timeline-events&collection=initiatives&q=the&lang=fr",
    "timeline?actor=borea",
    "search?q=borea",
    "search?q=the%20war&limit=2",
    "search?q=summary&limit=5&lang=fr",
    'search?q="of the"&collection=timeline-events',
    "search?q=peace&lang=fr",
    "search?q=tre",
    "search?q=lark%20owl",  # best first depends on which of the two is rarer, and that on the revision
    "changes?limit=3",
    "changes?collection=actors",
    "revisions?limit=1&lang=fr",
    "revisions?sort=number",
    f"{EVENTS}/truce/history",
    f"{EVENTS}/tie/history?lang=fr&limit=1",
    "actors/borea/history",
]
ITEMS = [f"{EVENTS}/war", f"{EVENTS}/signing?lang=fr", f"{EVENTS}/tie", f"{EVENTS}/truce", "actors/borea"]
TOTALS = ["group_by=year", "group_by=delivery_channel&q=aid"]
Answers = dict[str, Any]


def answers(reader: Reader, **pin: object) -> Answers:
    """All that is read at a revision, by question without its pin."""
    found: Answers = {}
    for question in LISTS:
        found[question] = reader.page(asking(question, **pin))
        found[f"{question}: whole"] = reader.everything(asking(question, **pin))
    for question in ITEMS:
        with reader.item(asking(question, **pin)) as item:
            found[question] = item.body, item.references(), item.included(list(COLLECTIONS))
    for query in TOTALS:
        with reader.totals(asking(f"?{query}", **pin)[1:]) as totals:
            found[query] = totals.sums(), totals.cumulative()
    return found


class Recording(NamedTuple):
    """What was read when each of two revisions was the newest; five are published now."""

    world: World
    then: dict[int, Answers]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    """Answers recorded at the time, and three publications more."""
    world = begun(tmp_path_factory.mktemp("past") / "world.db")
    then = {1: answers(Reader(world.db))}
    pasts.second(world)
    then[2] = answers(Reader(world.db))
    pasts.later(world)
    yield Recording(world, then)
    world.db.close()


def differing(one: Answers, other: Answers) -> list[str]:
    return [question for question in one if one[question] != other[question]]


@pytest.mark.parametrize("revision", [1, 2])
def test_what_is_read_at_a_revision_is_what_was_read_when_it_was_the_newest(past: Recording, revision: int) -> None:
    now = answers(Reader(past.world.db), revision=revision)  # a reader that has kept no result
    assert differing(past.then[revision], now) == []


def test_what_was_published_since_touches_every_list(past: Recording) -> None:
    def data(page: Page) -> Page:
        return replace(page, revision=0, next=None)

    now, then = answers(Reader(past.world.db)), past.then[2]
    untouched = [question for question in LISTS if data(now[question]) == data(then[question])]
    assert untouched == [f"{EVENTS}/tie/history?lang=fr&limit=1"]


def test_a_replayed_database_has_the_same_data(past: Recording, tmp_path: Path) -> None:
    release(past.world.db, COLLECTIONS, tmp_path / "package")
    database = migrated(tmp_path / "elsewhere.db")
    assert replay(database, COLLECTIONS, tmp_path / "package") == [1, 2, 3, 4, 5]
    assert differing(past.then[2], answers(Reader(database), revision=2)) == []
    database.close()
