"""Packaged revisions: replayed into an empty database, continued, refused if tampered with, merged if diverged."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from app.messages import line
from app.paths import packaged
from app.publishing.faults import PublicationError
from app.publishing.replay import release, replay
from app.publishing.revision_files import LIST, read_revision_file, write_digests
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.tables import CHANGES, REVISIONS
from tests.support.engines import database_at, engine
from tests.support.servers import begun, copied, migrated
from tests.support.waiting import TIMEOUT
from tests.support.world import World, text


def log(db: SqliteDatabase) -> list[tuple[int, str, str]]:
    """Number, time and digest of every revision."""
    columns = select(REVISIONS.c.number, REVISIONS.c.published_at, REVISIONS.c.digest)
    with db.reading() as connection:
        verify(connection, COLLECTIONS)
        return [(row[0], row[1], row[2]) for row in connection.execute(columns.order_by(REVISIONS.c.number))]


def changes(db: SqliteDatabase, number: int) -> list[tuple[str, str]]:
    """Action and id of every change of a revision, by collection and id."""
    mine = select(CHANGES.c.action, CHANGES.c.id).where(CHANGES.c.revision == number)
    with db.reading() as connection:
        return [(row[0], row[1]) for row in connection.execute(mine.order_by(CHANGES.c.collection, CHANGES.c.id))]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The tiny world with three revisions, and a package of them: it begins, a title changes, a record goes."""
    world = begun(tmp_path_factory.mktemp("packed") / "world.db")
    world.change("timeline-events", "war", title=text("The great war"))
    world.publish("A title")
    world.withdraw("timeline-events", "tie", "Never was")
    world.publish("A withdrawal")
    release(world.db, COLLECTIONS, world.db.path.parent / "package")
    return world


@pytest.fixture
def world(packed: World, tmp_path: Path) -> Iterator[World]:
    """A copy of that world."""
    copy = copied(packed, tmp_path / "world.db")
    yield copy
    copy.db.close()


@pytest.fixture
def package(packed: World, tmp_path: Path) -> Path:
    """A copy of that package."""
    return shutil.copytree(packed.db.path.parent / "package", tmp_path / "package")


@pytest.fixture
def other(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A second migrated database without data."""
    database = migrated(tmp_path / "other.db")
    yield database
    database.close()


def relist(package: Path) -> None:
    """Write the list of digests again, as for a package whose author made these files."""
    (package / LIST).unlink(missing_ok=True)
    write_digests(package, {file.name: read_revision_file(file).digest for file in package.glob("*.jsonl")})


def faults(db: SqliteDatabase, folder: Path) -> list[str]:
    """What a package is refused for; the database stays as it was."""
    before = log(db)
    with pytest.raises(PublicationError) as caught:
        replay(db, COLLECTIONS, folder)
    assert log(db) == before
    return [line(fault) for fault in caught.value.faults]


def test_two_fresh_databases_have_the_same_revisions_times_and_digests(
    world: World, package: Path, db: SqliteDatabase, other: SqliteDatabase
) -> None:
    assert replay(db, COLLECTIONS, package) == [1, 2, 3]
    assert replay(other, COLLECTIONS, package) == [1, 2, 3]
    assert log(db) == log(other) == log(world.db)


def test_two_fresh_databases_serve_the_same_bytes(package: Path, world: World, db: SqliteDatabase) -> None:
    replay(db, COLLECTIONS, package)
    for resource in COLLECTIONS.values():
        rows = select(resource.table).order_by(resource.table.c.id, resource.table.c.published_in)
        with db.reading() as here, world.db.reading() as there:
            assert here.execute(rows).all() == there.execute(rows).all()


def test_the_real_package_replays_to_the_digests_of_its_files(dossier_db: SqliteDatabase) -> None:
    files = sorted((packaged("seed") / "revisions").glob("*.jsonl"))
    assert [digest for _, _, digest in log(dossier_db)] == [read_revision_file(file).digest for file in files]


def test_a_database_that_is_up_to_date_gets_nothing(package: Path, db: SqliteDatabase) -> None:
    replay(db, COLLECTIONS, package)
    assert replay(db, COLLECTIONS, package) == []


def test_a_log_that_the_package_continues_gets_what_it_lacks(world: World, package: Path, db: SqliteDatabase) -> None:
    later = {name: (package / name).read_bytes() for name in ("0002.jsonl", "0003.jsonl")}
    for name in later:
        (package / name).unlink()
    relist(package)
    assert replay(db, COLLECTIONS, package) == [1]
    for name, content in later.items():
        (package / name).write_bytes(content)
    relist(package)
    assert replay(db, COLLECTIONS, package) == [2, 3]
    assert log(db) == log(world.db)


def test_a_log_that_is_ahead_of_the_package_stays_as_it_is(world: World, package: Path) -> None:
    (package / "0003.jsonl").unlink()
    relist(package)
    assert replay(world.db, COLLECTIONS, package) == []


def test_a_diverged_log_gets_the_difference_and_keeps_its_own(package: Path, db: SqliteDatabase) -> None:
    own = World(db)
    own.add("actors", "newland", "Newland", kind="state")
    own.change("actors", "borea", title=text("Boreas"))
    own.publish("Its own way")
    first = log(db)
    assert replay(db, COLLECTIONS, package) == [2]
    assert log(db)[:1] == first
    assert changes(db, 2) == [("withdrawn", "tie"), ("changed", "war")]
    assert replay(db, COLLECTIONS, package) == []


def test_a_log_that_diverged_later_gets_the_difference_too(package: Path, db: SqliteDatabase) -> None:
    third = (package / "0003.jsonl").read_bytes()
    (package / "0003.jsonl").unlink()
    relist(package)
    replay(db, COLLECTIONS, package)
    own = World(db)
    own.revisions = 10
    own.change("timeline-events", "war", title=text("The great war"))
    own.add("actors", "newland", "Newland", kind="state")
    own.publish("Its own way")
    (package / "0003.jsonl").write_bytes(third)
    relist(package)
    assert replay(db, COLLECTIONS, package) == [4]
    assert changes(db, 4) == [("withdrawn", "tie")]


def imported_file(world: World) -> dict[str, Any]:
    """A source that is the file of an import, published in a world; returns the citation of it."""
    facts = {"publisher": text("P"), "address": "https://file.example/", "language": "en", "licence": text("Free")}
    day = {"content_as_of": "2020", "retrieved_on": "2024-06-01", "file_sha256": "0" * 64}
    world.add("sources", "file", "A file", kind="dataset", **facts, **day)
    return {"source": "file", "section": text("line 1")}


def test_what_came_by_an_import_alone_gives_way_to_what_the_package_has_from_elsewhere(
    package: Path, db: SqliteDatabase
) -> None:
    own = World(db)
    own.change("timeline-events", "war", title=text("Of a file"), citations=[imported_file(own)])
    own.publish("An import")
    assert replay(db, COLLECTIONS, package) == [2]
    assert changes(db, 2) == [("withdrawn", "tie"), ("changed", "war")]


def test_what_came_by_an_import_and_was_changed_since_stays(package: Path, db: SqliteDatabase) -> None:
    own = World(db)
    citation, others = imported_file(own), own.of("timeline-events", "war")["citations"]
    own.change("timeline-events", "war", title=text("Of a file"), citations=[citation])
    own.publish("An import")
    own.change("timeline-events", "war", title=text("Our own"), citations=[*others, citation])
    own.publish("Our own words")
    assert replay(db, COLLECTIONS, package) == [3]
    assert changes(db, 3) == [("withdrawn", "tie")]


@pytest.fixture
def parted(package: Path, db: SqliteDatabase) -> World:
    """A database that has the first packaged revision, a record of its own, and then what the package changed."""
    later = [(package / name, (package / name).read_bytes()) for name in ("0002.jsonl", "0003.jsonl")]
    for file, _ in later:
        file.unlink()
    relist(package)
    replay(db, COLLECTIONS, package)
    own = World(db, revisions=10)
    own.add("actors", "newland", "Newland", kind="state")
    own.publish("Its own way")
    for file, content in later:
        file.write_bytes(content)
    relist(package)
    assert replay(db, COLLECTIONS, package) == [3]
    assert changes(db, 3) == [("withdrawn", "tie"), ("changed", "war")]
    own.change("timeline-events", "war", title=text("The great war"))
    own.withdraw("timeline-events", "tie", "Never was")
    return own


def test_what_was_corrected_here_after_the_logs_parted_stays(parted: World, package: Path) -> None:
    parted.change("timeline-events", "war", title=text("The small war"))
    parted.restore("timeline-events", "tie")
    assert parted.publish("Its own words") is not None
    assert replay(parted.db, COLLECTIONS, package) == []


def test_what_was_corrected_here_back_to_older_packaged_words_stays(parted: World, package: Path) -> None:
    parted.publish_with_change("timeline-events", "war", title=text("War"))
    assert replay(parted.db, COLLECTIONS, package) == []


def test_a_later_packaged_revision_changes_only_what_was_not_changed_here(
    parted: World, world: World, package: Path
) -> None:
    parted.publish_with_change("actors", "borea", title=text("Our Borea"))
    world.change("actors", "borea", title=text("Their Borea"))
    world.change("timeline-events", "war", title=text("The greatest war"))
    world.publish("Two titles")
    release(world.db, COLLECTIONS, package)
    assert replay(parted.db, COLLECTIONS, package) == [5]
    assert changes(parted.db, 5) == [("changed", "war")]
    assert replay(parted.db, COLLECTIONS, package) == []


def tampered(file: Path, old: str, new: str) -> None:
    """Put other words into a packaged revision."""
    content = file.read_text()
    assert old in content
    file.write_text(content.replace(old, new, 1))


def rewritten(file: Path, old: str, new: str) -> None:
    """Put other words into a packaged revision and its digest into the list: a package that somebody made so."""
    tampered(file, old, new)
    relist(file.parent)


@pytest.mark.parametrize("name", ["0001.jsonl", "0002.jsonl", "0003.jsonl"])
def test_a_packaged_revision_with_one_other_character_is_refused_by_name(
    package: Path, db: SqliteDatabase, name: str
) -> None:
    tampered(package / name, "r", "R")
    assert faults(db, package) == [
        f"{package / name}: does not have the digest that SHA256SUMS gives: it was changed after its release"
    ]


def test_windows_line_ends_in_a_packaged_revision_are_a_change(package: Path, db: SqliteDatabase) -> None:
    file = package / "0003.jsonl"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert faults(db, package)[0].startswith(f"{file}: does not have the digest that SHA256SUMS gives")


def test_the_list_of_digests_may_have_windows_line_ends(package: Path, world: World, db: SqliteDatabase) -> None:
    names = (package / LIST).read_bytes()
    (package / LIST).write_bytes(names.replace(b"\n", b"\r\n").replace(b"  ", b" *"))
    assert replay(db, COLLECTIONS, package) == [1, 2, 3]
    assert log(db) == log(world.db)


def test_a_packaged_revision_that_the_list_lacks_is_refused(package: Path, db: SqliteDatabase) -> None:
    (package / "0004.jsonl").write_bytes((package / "0003.jsonl").read_bytes())
    (fault,) = faults(db, package)
    assert fault.startswith(f"{package / '0004.jsonl'}: is not in the list of digests SHA256SUMS: remove it, or run ")


def test_packaged_revisions_without_a_list_are_refused(package: Path, db: SqliteDatabase) -> None:
    (package / LIST).unlink()
    assert faults(db, package)[0].startswith(f"{package / '0001.jsonl'}: is not in the list of digests SHA256SUMS")


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [("0002.jsonl", "0004.jsonl", 2), ("\n", "\n\n", 2), ("  ", " ", 1), ("0003.jsonl", "../3.jsonl", 3)],
)
def test_a_list_with_another_line_is_refused_by_the_number_of_the_line(
    package: Path, db: SqliteDatabase, old: str, new: str, number: int
) -> None:
    tampered(package / LIST, old, new)
    assert faults(db, package) == [
        f"{package / LIST}: line {number}: must be the SHA-256 of {number:04d}.jsonl, two spaces and this name"
    ]


def test_sha256sum_reads_the_packaged_list(package: Path) -> None:
    done = subprocess.run(["sha256sum", "--check", "--strict", LIST], cwd=package, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_digests_of_released_revisions_never_change() -> None:
    lines = (packaged("seed") / "revisions" / LIST).read_text().splitlines()
    assert lines[:2] == [
        "c75b5452b508f6699bb268b8f3f065d083949c0ea83e2b928ef5b66f23f95104  0001.jsonl",
        "7679236aca9a6ed6d79d9479780f3dab9760bb108dd0816b6469f7aafe2e33a3  0002.jsonl",
    ]


def test_a_packaged_revision_that_was_changed_is_refused(package: Path, db: SqliteDatabase) -> None:
    rewritten(package / "0001.jsonl", "Summary of Borea", "Summary of Korea")
    assert faults(db, package) == ["packaged revision 2: does not continue the revision before it"]


def test_changes_out_of_order_are_refused(package: Path, db: SqliteDatabase) -> None:
    for name in ("0002.jsonl", "0003.jsonl"):
        (package / name).unlink()
    file = package / "0001.jsonl"
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join([lines[0], lines[2], lines[1], *lines[3:]]))
    relist(package)
    assert faults(db, package) == ["packaged revision 1: its lines are not in the order or form that its digest needs"]


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("0001.jsonl", '"number":1', '"number":2', "packaged revision 2: does not continue the revision before it"),
        ("0003.jsonl", '"number":3', '"number":7', "packaged revision 7: does not continue the revision before it"),
        (
            "0003.jsonl",
            "2020-01-03T",
            "2020-01-02T",
            "packaged revision 3: its time is not later than that of the revision before it",
        ),
        (
            "0003.jsonl",
            "2020-01-03T00:00:00Z",
            "tomorrow",
            "packaged revision 3: its time is not later than that of the revision before it",
        ),
        (
            "0003.jsonl",
            '"action":"withdrawn"',
            '"action":"dropped"',
            "0003.jsonl: line 2: is not a change: it needs action, collection, id and record",
        ),
        (
            "0002.jsonl",
            '"action":"changed"',
            '"action":"added"',
            "packaged revision 2: timeline-events: war: is added, but already exists at that point",
        ),
        (
            "0001.jsonl",
            '"action":"added","collection":"actors","id":"aland"',
            '"action":"changed","collection":"actors","id":"aland"',
            "packaged revision 1: actors: aland: is changed, but does not exist at that point",
        ),
        (
            "0003.jsonl",
            '"id":"tie"',
            '"id":"tea"',
            "packaged revision 3: timeline-events: tea: is withdrawn, but does not exist at that point",
        ),
    ],
)
def test_a_package_with_an_impossible_history_is_refused_in_one_line(
    package: Path, db: SqliteDatabase, name: str, old: str, new: str, fault: str
) -> None:
    rewritten(package / name, old, new)
    (found,) = faults(db, package)
    assert found.removeprefix(f"{package}/") == fault


def test_a_record_that_a_revision_names_twice_is_refused(package: Path, db: SqliteDatabase) -> None:
    file = package / "0003.jsonl"
    heading, line = file.read_text().splitlines(keepends=True)
    file.write_text(heading + line + line)
    relist(package)
    assert faults(db, package) == [
        "packaged revision 3: timeline-events: tie: is withdrawn, but does not exist at that point"
    ]


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('{"author"', '{ "author"', "line 1: is not in canonical form"),
        ('"number":1', '"number":01', "line 1: Expecting ',' delimiter"),
        ('"number":1,', "", "line 1: is not the header of a revision: it needs exactly number, published_at"),
    ],
)
def test_what_is_not_in_canonical_form_is_refused_by_file_and_line(
    package: Path, db: SqliteDatabase, old: str, new: str, fault: str
) -> None:
    rewritten(package / "0001.jsonl", old, new)
    (found,) = faults(db, package)
    assert found.startswith(f"{package / '0001.jsonl'}: line ")
    assert fault in found


@pytest.mark.parametrize("content", ["", "{}\n", "\n", "\xff\n", "[]\n"])
def test_a_file_that_is_no_revision_is_refused_by_name(package: Path, db: SqliteDatabase, content: str) -> None:
    (package / "0002.jsonl").write_bytes(content.encode("latin-1"))
    relist(package)
    assert faults(db, package)[0].startswith(f"{package / '0002.jsonl'}: line ")


def test_a_last_line_without_its_end_is_refused(package: Path, db: SqliteDatabase) -> None:
    file = package / "0003.jsonl"
    file.write_bytes(file.read_bytes().removesuffix(b"\n"))
    relist(package)
    assert len(faults(db, package)) == 1


def test_a_missing_packaged_revision_is_named(package: Path, db: SqliteDatabase) -> None:
    (package / "0002.jsonl").unlink()
    assert faults(db, package) == [f"{package / '0002.jsonl'}: is missing"]


def test_a_packaged_record_that_no_longer_fits_is_named(package: Path, db: SqliteDatabase) -> None:
    rewritten(package / "0001.jsonl", '"kind":"state"', '"kind":"planet"')
    (fault,) = faults(db, package)
    assert fault.startswith('packaged revision 1: actors: aland: kind: "planet" is not known. Allowed: state, person, ')
    assert "\n" not in fault


def test_a_package_without_revisions_leaves_a_database_empty(db: SqliteDatabase, tmp_path: Path) -> None:
    assert replay(db, COLLECTIONS, tmp_path / "nothing") == []


def test_release_writes_what_has_no_file_and_only_that(world: World, package: Path) -> None:
    world.change("actors", "borea", title=text("Boreas"))
    world.publish("One more")
    assert release(world.db, COLLECTIONS, package) == [package / "0004.jsonl", package / LIST]
    assert release(world.db, COLLECTIONS, package) == []
    heading = json.loads((package / "0004.jsonl").read_text().split("\n")[0])
    assert heading == {
        "author": "The test",
        "note": {"en": "One more", "fr": "One more (fr)"},
        "number": 4,
        "previous_digest": read_revision_file(package / "0003.jsonl").digest,
        "published_at": "2020-01-04T00:00:00Z",
    }


def test_release_never_overwrites_another_revision(world: World, package: Path) -> None:
    tampered(package / "0003.jsonl", "Never was", "Was never")
    content = (package / "0003.jsonl").read_bytes()
    with pytest.raises(PublicationError, match=r"0003\.jsonl: other-revision"):
        release(world.db, COLLECTIONS, package)
    assert (package / "0003.jsonl").read_bytes() == content


def test_release_never_overwrites_the_digest_of_another_revision(world: World, package: Path) -> None:
    rewritten(package / "0003.jsonl", "Never was", "Was never")
    with pytest.raises(PublicationError, match=r"SHA256SUMS: other-revision .*3"):
        release(world.db, COLLECTIONS, package)


def test_a_release_that_was_killed_before_it_wrote_the_digests_is_completed_by_the_next(
    world: World, package: Path, db: SqliteDatabase
) -> None:
    digests = (package / LIST).read_bytes()
    (package / LIST).unlink()
    (package / "0003.jsonl").unlink()
    (package / "0003.jsonl.draft").write_text("half")
    assert release(world.db, COLLECTIONS, package) == [package / "0003.jsonl", package / LIST]
    assert (package / LIST).read_bytes() == digests
    assert replay(db, COLLECTIONS, package) == [1, 2, 3]


def test_a_corrupt_revision_is_not_released(world: World, tmp_path: Path) -> None:
    table = COLLECTIONS["actors"].table
    with world.db.writing() as connection:
        connection.execute(update(table).values(record=func.replace(table.c.record, "Borea", "Korea")))
    with pytest.raises(PublicationError, match="stored-revision-differs"):
        release(world.db, COLLECTIONS, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


BOOTSTRAP = """
import sys
from app.resources.registry import COLLECTIONS
from app.publishing.bootstrap import bootstrap
from app.store.database import open_database
from app.settings import Settings
print(bootstrap(open_database(Settings(database_url=sys.argv[1])), COLLECTIONS))
"""


@pytest.mark.slow
def test_two_processes_at_once_on_an_empty_folder_replay_once(dossier_db: SqliteDatabase, tmp_path: Path) -> None:
    engine().prepare(tmp_path / "dossier.db")
    database = database_at(tmp_path / "dossier.db")
    command = [sys.executable, "-c", BOOTSTRAP, database.url.render_as_string(hide_password=False)]
    pipe = subprocess.PIPE
    processes = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True) for _ in range(3)]
    ends = [process.communicate(timeout=2 * TIMEOUT) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], ends
    written = str([number for number, _, _ in log(dossier_db)])
    assert sorted(out.strip() for out, _ in ends) == sorted(["[]", "[]", written])
    assert log(database) == log(dossier_db)
    database.close()
