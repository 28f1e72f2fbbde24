"""Publishing: all or nothing, what is refused and in which words, revisions that follow one another, two writers."""

import re
import subprocess
import sys
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, func, select

from app.messages import line
from app.model.records import Record
from app.publishing.current import _ids, _texts
from app.publishing.faults import PublicationError
from app.publishing.integrity import _TARGETS, _TO_WITHDRAWN, _WRITTEN
from app.publishing.publish import Lenient, publish
from app.publishing.revision_writer import write
from app.publishing.submission import Submission
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.revision_log import RevisionHeader
from app.store.statements import Statement
from app.store.tables import CHANGES, LINKS, REVISIONS, VERSION_INDEX, Revision
from tests.support.engines import database_at, on_sqlite
from tests.support.servers import migrated
from tests.support.world import Clock, World, record, text

NOTE = {"en": "A note", "fr": "Une note"}


def counts(db: SqliteDatabase) -> dict[str, int]:
    """Rows of every table that a publication writes; empty ones left out."""
    tables = [REVISIONS, CHANGES, VERSION_INDEX, LINKS, *(resource.table for resource in COLLECTIONS.values())]
    with db.reading() as connection:
        sums = [connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]
    return {table.name: number for table, number in zip(tables, sums, strict=True) if number}


def actor(id: str, title: str = "Someone", **fields: object) -> Submission:
    """One actor more, from an importer that says nothing of the others."""
    return Submission("import", "actors", [record(id, title, kind="group", **fields)], complete=False)


def refusal(db: SqliteDatabase, *submissions: Submission) -> list[str]:
    """What a publication of these is refused for, line by line."""
    with pytest.raises(PublicationError) as caught:
        publish(db, COLLECTIONS, submissions, "The test", NOTE)
    return [line(fault) for fault in caught.value.faults]


def test_one_bad_record_keeps_everything_out(world: World) -> None:
    before = counts(world.db)
    world.add("actors", "good", "Good", kind="state")
    world.add("timeline-events", "bad", "Bad", kind="summit", date="2017-13")
    assert len(world.faults()) == 1
    assert counts(world.db) == before


def test_a_reference_that_is_refused_at_the_end_keeps_everything_out(world: World) -> None:
    before = counts(world.db)
    world.add("actors", "good", "Good", kind="state")
    world.change("initiatives", "patrol", lead="nobody")
    assert world.faults() == ["initiatives: patrol: lead: names nobody, which is not in actors"]
    assert counts(world.db) == before


def test_every_fault_of_every_file_is_named_at_once(world: World) -> None:
    world.change("actors", "borea", kind="planet", colour="blue")
    world.change("timeline-events", "war", date="1953/1950")
    world.change("engagement-topics", "peace", title={"en": "Peace"})
    faults = world.faults()
    assert [": ".join(fault.split(": ")[:3]) for fault in faults] == [
        "actors.toml: borea: kind",
        "actors.toml: borea: colour",
        "engagement-topics.toml: peace: title.fr",
        "timeline-events.toml: war: date",
    ]
    assert faults[1:3] == [
        "actors.toml: borea: colour: is not a field here: check the spelling, or leave it out",
        "engagement-topics.toml: peace: title.fr: is required",
    ]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"id": "No Slug"}, 'import: No Slug: id: "No Slug" does not match the pattern ^[a-z0-9]+(-[a-z0-9]+)*$'),
        ({"id": None}, "import: record 1: id: null is not a text"),
        ({"url": "/x"}, "import: who: url is computed when a record is published: leave it out"),
        ({"title": {"en": " A", "fr": "B"}}, "title.en: has blanks at its ends or is not in Unicode normal form C"),
        ({"summary": {"en": "A", "fr": ""}}, "import: who: summary.fr: must have 1 or more characters"),
        ({"citations": []}, "import: who: citations: must have 1 or more values"),
        (
            {"citations": [{"source": "gazette", "section": {"en": "News"}}]},
            "import: who: citations.0.section.fr: is required",
        ),
        (
            {"citations": [{"source": "gazette", "section": ""}]},
            "import: who: citations.0.section: must have 1 or more characters",
        ),
        (
            {"citations": [{"source": "gazette", "page": {"en": "https://x.example", "fr": "ftp://x.example"}}]},
            'citations.0.page.fr: "ftp://x.example" does not match the pattern ^https?://[^\\s]+$',
        ),
        (
            {"citations": [{"source": "gazette", "url": "https://x.example"}]},
            "citations.0: url is computed when a record is published: leave it out",
        ),
        (
            {"citations": [{"source": "gazette", "section": "N", "fragment": {"start": "1 2 3 4 5 6 7 8 9"}}]},
            "import: who: citations.0.fragment: has more than 8 words: '1 2 3 4 5 6 7 8 9'",
        ),
    ],
)
def test_a_fault_names_file_id_field_and_reason(db: SqliteDatabase, fields: dict[str, object], fault: str) -> None:
    sent = Submission("import", "actors", [record("who", "Who", kind="group") | fields])
    (found,) = refusal(db, sent)
    assert found.endswith(fault)


def test_a_collection_that_does_not_exist_is_refused(db: SqliteDatabase) -> None:
    assert refusal(db, Submission("planets.toml", "planets", [])) == ["planets.toml: there is no collection planets"]


def test_an_id_given_twice_is_refused(db: SqliteDatabase) -> None:
    twice = [record("who", "Who", kind="group"), record("who", "Whom", kind="group")]
    assert refusal(db, Submission("a.toml", "actors", twice)) == ["a.toml: who: id: is in this file twice"]


@pytest.mark.parametrize(
    ("author", "note", "fault"),
    [
        (" ", NOTE, "author: name who publishes, in one line of at most 200 characters"),
        ("a" * 201, NOTE, "author: name who publishes, in one line of at most 200 characters"),
        ("The test", {"en": "A note"}, "note: fr: is required"),
        ("The test", {"en": "", "fr": "Une note"}, "note: en: must have 1 or more characters"),
    ],
)
def test_a_revision_needs_an_author_and_a_note_in_both_languages(
    db: SqliteDatabase, author: str, note: dict[str, str], fault: str
) -> None:
    with pytest.raises(PublicationError) as caught:
        publish(db, COLLECTIONS, [], author, note)
    assert [line(found) for found in caught.value.faults] == [fault]


def test_the_same_input_twice_makes_no_revision(world: World) -> None:
    before = counts(world.db)
    assert world.publish() is None
    assert counts(world.db) == before


def test_a_record_as_it_was_published_is_not_validated_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.change("actors", "borea", code=None)  # another form of the same record
    checked: list[str] = []

    def validated(origin: type[Record], raw: dict[str, Any]) -> Record:
        checked.append(raw["id"])
        return origin.__pydantic_validator__.validate_python(raw)  # type: ignore[no-any-return]  # pydantic says Any

    monkeypatch.setattr(Record, "model_validate", classmethod(validated))
    assert world.publish() is None
    actors = {one["id"] for one in world.records["actors"]}
    assert [id for id in checked if id in actors] == ["borea"]


def test_an_unquoted_day_of_toml_is_not_taken_for_the_published_text(world: World) -> None:
    world.change("timeline-events", "tie", date=date(1990, 5, 1))
    assert [fault.split(": ")[:3] for fault in world.faults()] == [["timeline-events.toml", "tie", "date"]]


def test_a_revision_is_written_again_with_a_later_time_if_its_time_has_passed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[str] = []

    def slow(connection: Connection, resources: Any, header: RevisionHeader, changes: Any) -> Revision:
        times.append(header.published_at)
        if len(times) == 1:
            time.sleep(1.1)
        return write(connection, resources, header, changes)

    monkeypatch.setattr("app.publishing.publish.write", slow)
    revision = publish(world.db, COLLECTIONS, [actor("late")], "The test", NOTE)
    assert revision is not None
    assert len(times) == 2
    assert revision.published_at == times[1]
    assert counts(world.db)["revisions"] == 2


def test_the_time_of_a_large_revision_is_foreseen_from_its_changes(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.publishing.publish._WRITTEN_A_SECOND", 2)
    world.revisions = 5
    for number in range(10):
        world.add("actors", f"actor-{number}", f"Actor {number}", kind="group")
    revision = world.publish()
    assert revision is not None
    assert revision.published_at == "2020-01-06T00:00:05Z"


def plan_of(connection: Connection, statement: Statement) -> list[str]:
    """What SQLite does to answer a statement, line by line."""
    sql = statement.select.compile(dialect=connection.dialect, compile_kwargs={"render_postcompile": True})
    values = tuple("1" for _ in sql.positiontup or ())
    return [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]


@on_sqlite
def test_a_publication_looks_up_by_an_index_what_it_compares_and_checks(world: World) -> None:
    tables = [resource.table for resource in COLLECTIONS.values()]
    statements = [_TARGETS, _WRITTEN, _TO_WITHDRAWN, *map(_texts, tables), *map(_ids, tables)]
    with world.db.reading() as connection:
        plan = [line for statement in statements for line in plan_of(connection, statement)]
    scans = [line for line in plan if line.startswith("SCAN")]
    assert len(plan) > len(statements)
    assert [line for line in scans if "VIRTUAL TABLE" not in line] == []  # json_each: the ids that are asked for


def test_a_field_set_to_its_default_is_no_difference(world: World) -> None:
    world.change("actors", "borea", code=None, roles=[])
    assert world.publish() is None


def test_a_revision_counts_what_it_did(world: World) -> None:
    world.add("actors", "newland", "Newland", kind="state")
    world.change("actors", "borea", title=text("Boreas"))
    world.withdraw("timeline-events", "tie")
    revision = world.publish("Three changes")
    assert revision is not None
    assert revision.model_dump(exclude={"digest", "previous_digest", "row_check"}) == {
        "number": 2,
        "published_at": "2020-01-02T00:00:00Z",
        "author": "The test",
        "note_en": "Three changes",
        "note_fr": "Three changes (fr)",
        "added": 1,
        "changed": 1,
        "withdrawn": 1,
        "records": 29,
    }


def test_a_record_that_is_no_longer_in_the_file_is_refused(world: World) -> None:
    world.records["actors"].remove(world.of("actors", "zara"))
    assert world.faults() == [
        "actors.toml: zara: is published but not in this file: add it, or withdraw it with a reason"
    ]


def test_a_submission_that_is_not_complete_leaves_the_others_alone(world: World) -> None:
    revision = publish(world.db, COLLECTIONS, [actor("crew")], "The test", NOTE)
    assert revision is not None
    assert (revision.added, revision.changed, revision.withdrawn) == (1, 0, 0)


def test_a_record_that_others_name_cannot_be_withdrawn(world: World) -> None:
    world.withdraw("actors", "elba")
    assert sorted(world.faults()) == [
        "diplomatic-channels: embassy: receiving_state: names elba, which is not in actors",
        "funding-records: aid-2010: delivery_channels: names elba, which is not in actors",
        "initiatives: patrol: partners: names elba, which is not in actors",
    ]


@pytest.mark.parametrize(
    ("withdrawal", "fault"),
    [
        ({}, "withdrawn: needs id and reason (en and fr), and nothing else"),
        ({"reason": text("Gone"), "by": "me"}, "withdrawn: needs id and reason (en and fr), and nothing else"),
        ({"reason": {"en": "Gone"}}, "reason.fr: is required"),
        ({"reason": {"en": "", "fr": "Partie"}}, "reason.en: must have 1 or more characters"),
    ],
)
def test_a_withdrawal_needs_a_reason_in_both_languages(world: World, withdrawal: dict[str, object], fault: str) -> None:
    world.records["actors"].remove(world.of("actors", "zara"))
    world.withdrawn["actors"] = [{"id": "zara"} | withdrawal]
    assert world.faults() == [f"actors.toml: zara: {fault}"]


def test_a_record_cannot_be_both_in_the_file_and_withdrawn(world: World) -> None:
    world.withdrawn["actors"] = [{"id": "zara", "reason": text("Gone")}]
    assert world.faults() == ["actors.toml: zara: is both present and withdrawn: remove one of the two"]


def test_a_record_cannot_be_withdrawn_twice_in_a_file(world: World) -> None:
    world.withdraw("actors", "zara")
    world.withdrawn["actors"] *= 2
    assert world.faults() == ["actors.toml: zara: is withdrawn twice"]


def test_what_was_never_published_cannot_be_withdrawn(world: World) -> None:
    world.withdrawn["actors"] = [{"id": "ghost", "reason": text("Gone")}]
    assert world.faults() == ["actors.toml: ghost: withdrawn: was never published: check the id"]


def test_a_seed_with_withdrawals_begins_an_empty_database(world: World, tmp_path: Path) -> None:
    """Nothing was published there that an id could be checked against."""
    world.withdrawn["actors"] = [{"id": "ghost", "reason": text("Gone")}]
    database = migrated(tmp_path / "empty.db")
    revision = publish(database, COLLECTIONS, world.submissions(), "A", NOTE)
    database.close()
    assert revision is not None
    assert (revision.number, revision.withdrawn) == (1, 0)


def test_a_withdrawal_that_stays_in_the_file_makes_no_other_revision(world: World) -> None:
    world.withdraw("actors", "zara")
    assert world.publish() is not None
    assert world.publish() is None


def test_a_withdrawn_record_can_be_published_again(world: World) -> None:
    world.withdraw("actors", "zara", "By mistake")
    world.publish()
    world.restore("actors", "zara")
    assert world.publish() is not None
    log = select(CHANGES.c.revision, CHANGES.c.action, CHANGES.c.reason_en).where(CHANGES.c.id == "zara")
    versions = select(VERSION_INDEX.c.published_in, VERSION_INDEX.c.superseded_in).where(VERSION_INDEX.c.id == "zara")
    with world.db.reading() as connection:
        assert connection.execute(log.order_by(CHANGES.c.revision)).all() == [
            (1, "added", None),
            (2, "withdrawn", "By mistake"),
            (3, "added", None),
        ]
        assert connection.execute(versions.order_by(VERSION_INDEX.c.number)).all() == [(1, 2), (3, None)]


def test_an_older_version_stays_as_it_was(world: World) -> None:
    table = COLLECTIONS["actors"].table
    stored = select(table).where(table.c.id == "borea", table.c.published_in == 1)
    with world.db.reading() as connection:
        before = dict(connection.execute(stored).mappings().one())
    world.change("actors", "borea", title=text("Boreas"))
    world.publish()
    with world.db.reading() as connection:
        assert connection.execute(stored).mappings().one() == before | {"superseded_in": 2}


def published_at(db: SqliteDatabase, clock: datetime, id: str) -> str:
    """`published_at` of a revision that is published at this time."""
    Clock.set_to = datetime.fromtimestamp(clock.timestamp() + 1, UTC)  # Clock is one second behind
    with patch("app.clock.datetime", Clock):
        submissions = [actor(id, citations=[{"source": "gazette"}])]
        revision = publish(db, COLLECTIONS, submissions, "The test", NOTE, lenient=Lenient.CLOCK)
    assert revision is not None
    return revision.published_at


def test_times_are_the_next_whole_second_and_always_later_than_the_one_before(world: World) -> None:
    assert published_at(world.db, datetime(2021, 5, 1, 12, 0, 0, 999_999, UTC), "a") == "2021-05-01T12:00:01Z"
    assert published_at(world.db, datetime(2021, 5, 1, 12, 0, 0, 999_999, UTC), "b") == "2021-05-01T12:00:02Z"
    assert published_at(world.db, datetime(2019, 5, 1, tzinfo=UTC), "c") == "2021-05-01T12:00:03Z"
    assert published_at(world.db, datetime(2021, 5, 1, 12, 0, 3, 0, UTC), "d") == "2021-05-01T12:00:04Z"


def test_each_revision_names_the_digest_of_the_one_before(world: World) -> None:
    publish(world.db, COLLECTIONS, [actor("a")], "The test", NOTE)
    publish(world.db, COLLECTIONS, [actor("b")], "The test", NOTE)
    with world.db.reading() as connection:
        log = connection.execute(select(REVISIONS).order_by(REVISIONS.c.number)).all()
    assert all(re.fullmatch("[0-9a-f]{64}", row.digest) for row in log)
    assert [row.previous_digest for row in log] == [None, log[0].digest, log[1].digest]


KILLED = """
import sys, time
from app.publishing import publish as door
from app.resources.registry import COLLECTIONS
from app.store.database import open_database
from app.settings import Settings
from tests.support.world import record

def stop(*_):
    print("in the middle", flush=True)
    time.sleep(60)

door.check_references = stop
one = door.Submission("import", "actors", [record("late", "Late", kind="group")], complete=False)
door.publish(open_database(Settings(database_url=sys.argv[1])), COLLECTIONS, [one], "The test", {"en": "A", "fr": "B"})
"""


@pytest.fixture
def killed(world: World) -> World:
    """The world after a process was killed that had written a revision and not yet committed it."""
    command = [sys.executable, "-c", KILLED, world.db.url.render_as_string(hide_password=False)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "in the middle\n"
        process.kill()
    return world


@pytest.mark.slow
def test_a_process_killed_in_the_middle_leaves_nothing(killed: World) -> None:
    assert counts(killed.db)["revisions"] == 1
    assert counts(killed.db)["actors"] == 4
    with killed.db.reading() as connection:
        assert len(verify(connection, COLLECTIONS)) == 1
    assert publish(killed.db, COLLECTIONS, [actor("next")], "The test", NOTE) is not None


def at_once(db: SqliteDatabase, *submissions: Submission) -> list[Revision | None]:
    """Publish each from a thread and database object of its own, all at the same moment."""
    assert db.path is not None
    gate = threading.Barrier(len(submissions))
    outcomes: list[Revision | None] = []

    def work(submission: Submission) -> None:
        own = database_at(db.path)
        gate.wait()
        outcomes.append(publish(own, COLLECTIONS, [submission], "The test", NOTE))
        own.close()

    threads = [threading.Thread(target=work, args=(submission,)) for submission in submissions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_two_writers_at_once_make_two_revisions_one_after_the_other(world: World) -> None:
    outcomes = at_once(world.db, *(actor(f"writer-{number}") for number in range(4)))
    assert sorted(revision.number for revision in outcomes if revision) == [2, 3, 4, 5]
    with world.db.reading() as connection:
        assert len(verify(connection, COLLECTIONS)) == 5


def test_two_writers_of_the_same_make_one_revision(world: World) -> None:
    outcomes = at_once(world.db, actor("same"), actor("same"))
    assert [revision.number for revision in outcomes if revision] == [2]
    assert outcomes.count(None) == 1
