"""Snapshots: which revision is answered from, what was current at it, and why there is none."""

import itertools
from typing import Any

import pytest
from sqlalchemy import text as sql

from app.errors import DossierError, InvalidParameter, Unavailable, UnknownRevision
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.result_cache import ResultCache
from app.store.snapshot import RevisionRef, RevisionSelector, open_snapshot
from tests.support.checksums import renew_checksums
from tests.support.world import World

EVENTS = COLLECTIONS["timeline-events"].table


def revision_of(db: SqliteDatabase, **selector: Any) -> RevisionRef:
    with open_snapshot(db, ResultCache(), RevisionSelector(**selector)) as snapshot:
        return snapshot.revision


def refusal(db: SqliteDatabase, **selector: Any) -> tuple[type[DossierError], str]:
    with pytest.raises(DossierError) as caught:
        revision_of(db, **selector)
    return type(caught.value), caught.value.code


@pytest.fixture
def moved(world: World) -> World:
    """Three revisions: the beginning, a change and an addition, a withdrawal."""
    world.change("timeline-events", "tie", kind="meeting")
    world.add("timeline-events", "dawn", "A dawn", kind="diplomacy", date="1951")
    world.publish()
    world.withdraw("timeline-events", "truce")
    world.publish()
    return world


@pytest.mark.parametrize(
    ("selector", "number", "pinned"),
    [
        ({}, 3, False),
        ({"revision": 3}, 3, True),
        ({"revision": 1}, 1, True),
        ({"cursor": 2}, 2, False),
        ({"revision": 1, "cursor": 2}, 1, True),
        ({"as_of": "2020-01-02T12:00:00Z", "cursor": 1}, 2, True),
    ],
)
def test_a_number_is_taken_before_a_cursor_and_that_before_the_newest(
    moved: World, selector: dict[str, Any], number: int, pinned: bool
) -> None:
    found = revision_of(moved.db, **selector)
    assert (found.number, found.pinned, found.newest) == (number, pinned, number == 3)
    assert found.published_at == f"2020-01-0{number}T00:00:00Z"
    assert len(found.digest) == 64


@pytest.mark.parametrize(
    ("as_of", "number"),
    [
        ("2020-01-01T00:00:00Z", 1),
        ("2020-01-01T00:00:00.5Z", 1),
        ("2020-01-01T23:59:59+00:00", 1),
        ("2020-01-01T23:59:59.999999Z", 1),
        ("2020-01-02T00:00:00Z", 2),
        ("2020-06-01T00:00:00Z", 3),
    ],
)
def test_as_of_is_the_newest_revision_at_that_instant(moved: World, as_of: str, number: int) -> None:
    assert revision_of(moved.db, as_of=as_of).number == number


@pytest.mark.parametrize(
    ("selector", "code"),
    [
        ({"as_of": "2019-12-31T23:59:59Z"}, "before-first-revision"),
        ({"as_of": "0001-01-01T00:00:00Z"}, "before-first-revision"),
        ({"as_of": "2999-01-01T00:00:00Z"}, "in-the-future"),
        ({"as_of": "2020-01-01T00:00:00Z", "revision": 1}, "with-revision"),
        *(
            ({"as_of": text}, "not-an-instant")
            for text in (
                *("2020-01-01T00:00:00", "2020-01-01", "2020-01-01Z", "now", ""),
                *("2020-01-01T00:00:00+01:00", "2020-01-01T00:00:00 00:00", "2020-01-01T02:00:00+02:00Z"),
                *("2020-13-01T00:00:00Z", "2020-01-01T24:30:00Z"),
            )
        ),
    ],
)
def test_as_of_is_refused_where_it_is_no_known_instant(
    begun_db: SqliteDatabase, selector: dict[str, Any], code: str
) -> None:
    assert refusal(begun_db, **selector) == (InvalidParameter, code)


def test_a_revision_published_for_a_second_to_come_is_known_by_that_second(moved: World) -> None:
    with moved.db.writing() as writer:
        writer.execute(sql("UPDATE revisions SET published_at = '2998-01-01T00:00:00Z' WHERE number = 3"))
        renew_checksums(writer)
    assert revision_of(moved.db, as_of="2998-01-01T00:00:00Z").number == 3
    assert refusal(moved.db, as_of="2998-01-01T00:00:01Z") == (InvalidParameter, "in-the-future")


@pytest.mark.parametrize("selector", [{"revision": 2}, {"cursor": 99}])
def test_a_revision_that_does_not_exist_is_unknown(begun_db: SqliteDatabase, selector: dict[str, int]) -> None:
    assert refusal(begun_db, **selector) == (UnknownRevision, "unknown-revision")


@pytest.mark.parametrize(
    ("selector", "error"),
    [
        ({}, (Unavailable, "nothing-published-yet")),
        ({"revision": 1}, (UnknownRevision, "unknown-revision")),
        ({"as_of": "2020-01-01T00:00:00Z"}, (InvalidParameter, "before-first-revision")),
    ],
)
def test_before_the_first_publication_there_is_no_snapshot(
    db: SqliteDatabase, selector: dict[str, Any], error: tuple[type[DossierError], str]
) -> None:
    assert refusal(db, **selector) == error


@pytest.mark.parametrize("selector", [{}, {"revision": 1}, {"cursor": 1}, {"as_of": "2020-01-01T00:00:00Z"}])
def test_data_that_another_release_prepared_are_not_read(world: World, selector: dict[str, Any]) -> None:
    with world.db.writing() as writer:
        writer.execute(sql("UPDATE derived_data SET release = '0.0.1'"))
    assert refusal(world.db, **selector) == (Unavailable, "other-release")


@pytest.mark.parametrize(
    ("revision", "versions"),
    [
        (1, {"feud": 1, "quarrel": 1, "signing": 1, "tie": 1, "truce": 1, "war": 1}),
        (2, {"dawn": 2, "feud": 1, "quarrel": 1, "signing": 1, "tie": 2, "truce": 1, "war": 1}),
        (3, {"dawn": 2, "feud": 1, "quarrel": 1, "signing": 1, "tie": 2, "war": 1}),
    ],
)
def test_as_of_a_table_are_the_versions_that_were_current(
    moved: World, revision: int, versions: dict[str, int]
) -> None:
    with open_snapshot(moved.db, ResultCache(), RevisionSelector(revision)) as snapshot:
        condition = str(snapshot.as_of(EVENTS))
        rows = snapshot.connection.execute(EVENTS.select().where(snapshot.as_of(EVENTS)))
        assert {row.id: row.published_in for row in rows} == versions
    # Indexes cover the newest revision: they have `superseded_in IS NULL` and nothing else
    assert (condition == "timeline_events.superseded_in IS NULL") is (revision == 3)


def test_a_snapshot_stays_as_it_was_whatever_is_published_and_ends_with_its_context(world: World) -> None:
    with open_snapshot(world.db, ResultCache(), RevisionSelector()) as snapshot:
        world.withdraw("timeline-events", "truce")
        world.publish()
        rows = snapshot.connection.execute(EVENTS.select().where(snapshot.as_of(EVENTS))).all()
        assert (len(rows), snapshot.revision.number, snapshot.revision.newest) == (6, 1, True)
    assert not snapshot.connection.in_transaction()
    assert revision_of(world.db).number == 2


def test_results_are_kept_for_a_revision_by_its_digest(world: World) -> None:
    results, numbers = ResultCache(), itertools.count(1)

    def ask(revision: int, *question: str) -> int:
        with open_snapshot(world.db, results, RevisionSelector(revision)) as snapshot:
            return snapshot.cached(question, lambda: next(numbers))

    assert [ask(1, "a"), ask(1, "a"), ask(1, "b")] == [1, 1, 2]
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    assert [ask(2, "a"), ask(1, "a")] == [3, 1]
    with world.db.writing() as writer:  # another database under the same name has the same numbers
        writer.execute(sql("UPDATE revisions SET digest = 'other' WHERE number = 1"))
        renew_checksums(writer)
    assert ask(1, "a") == 4
