"""Backup and restore: a copy is verified before it counts, nothing is lost, and those who read or write go on."""

import os
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from app.errors import Unavailable
from app.messages import message
from app.publishing import backup as backups
from app.publishing.backup import Restored
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store.engines.base import BackupError, no_progress
from app.store.engines.sqlite import SqliteDatabase
from app.store.engines.sqlite_file import driver
from app.store.tables import REVISIONS, Revision
from app.store.unfinished_file import FileInUseError, unfinished
from tests.support.engines import on_sqlite
from tests.support.servers import begun, settings_for
from tests.support.world import World, text

pytestmark = on_sqlite


def back_up(world: World, file: Path, *, replace: bool = False) -> list[Revision]:
    return backups.backup(world.db, COLLECTIONS, file, replace=replace, progress=no_progress)


def restore(world: World, file: Path) -> Restored:
    return backups.restore(world.db, COLLECTIONS, file, no_progress)


def digests(path: Path) -> list[str]:
    """Digests of the revisions in a file that matches."""
    database = SqliteDatabase(settings_for(path))
    with database.reading() as connection:
        found = [revision.digest for revision in verify(connection, COLLECTIONS)]
    database.close()
    return found


@pytest.fixture(scope="module")
def first_backup(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup of the world as it begins, which is the same in each test."""
    folder = tmp_path_factory.mktemp("first")
    world = begun(folder / "world.db")
    back_up(world, folder / "backup.db")
    world.db.close()
    return (folder / "backup.db").read_bytes()


@pytest.fixture
def saved(world: World, first_backup: bytes, tmp_path: Path) -> Path:
    """A backup of the world as it began; the world has gone on since."""
    file = tmp_path / "backup.db"
    file.write_bytes(first_backup)
    world.publish_with_change("actors", "borea", title=text("Boreas"))
    return file


def test_a_backup_has_the_revisions_of_the_database_in_a_single_file(world: World, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    revisions = back_up(world, tmp_path / "backups" / "one.db")
    assert [revision.digest for revision in revisions] == digests(world.db.path)
    assert [file.name for file in (tmp_path / "backups").iterdir()] == ["one.db"]
    (tmp_path / "backups" / "one.db").chmod(0o400)
    assert digests(tmp_path / "backups" / "one.db") == digests(world.db.path)
    assert [file.name for file in (tmp_path / "backups").iterdir()] == ["one.db"]


def test_a_backup_is_of_one_snapshot_and_hinders_no_publication(world: World, tmp_path: Path) -> None:
    before = digests(world.db.path)

    def publish_once(_done: int, _all: int) -> None:
        if world.revisions == 1:
            world.publish_with_change("actors", "borea", title=text("Boreas"))

    with patch("app.store.engines.sqlite_backup._PAGES", 10):
        backups.backup(world.db, COLLECTIONS, tmp_path / "one.db", replace=False, progress=publish_once)
    assert digests(tmp_path / "one.db") == before
    assert len(digests(world.db.path)) == 2


def test_progress_grows_to_all_pages(world: World, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with patch("app.store.engines.sqlite_backup._PAGES", 10):
        backups.backup(
            world.db, COLLECTIONS, tmp_path / "one.db", replace=False, progress=lambda *step: seen.append(step)
        )
    assert seen == sorted(seen)
    assert len(seen) > 5
    assert seen[-1][0] == seen[-1][1]


def test_a_backup_is_readable_to_those_who_read_the_database(world: World, tmp_path: Path) -> None:
    world.db.path.chmod(0o640)
    back_up(world, tmp_path / "one.db")
    assert (tmp_path / "one.db").stat().st_mode & 0o777 == 0o640


def test_an_existing_file_is_replaced_only_when_asked(world: World, saved: Path) -> None:
    with pytest.raises(BackupError) as caught:
        back_up(world, saved)
    assert message(caught.value) == f"{saved} exists: name another file, or replace it with --force."
    assert len(digests(saved)) == 1
    back_up(world, saved, replace=True)
    assert len(digests(saved)) == 2


@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal"])
def test_a_backup_never_overwrites_the_database_or_what_belongs_to_it(world: World, ending: str) -> None:
    with pytest.raises(BackupError, match="backup-is-database"):
        back_up(world, Path(f"{world.db.path}{ending}"), replace=True)


def test_a_backup_never_overwrites_the_database_under_another_name(world: World, tmp_path: Path) -> None:
    (tmp_path / "hard").hardlink_to(world.db.path)
    (tmp_path / "soft").symlink_to(world.db.path)
    for name in ("hard", "soft"):
        with pytest.raises(BackupError, match="backup-is-database"):
            back_up(world, tmp_path / name, replace=True)


def test_what_is_no_file_is_neither_written_nor_read(world: World, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (tmp_path, tmp_path / "pipe", Path("/dev/null")):
        with pytest.raises(BackupError, match="not-a-file"):
            back_up(world, place, replace=True)
        with pytest.raises(BackupError, match="not-a-file"):
            restore(world, place)
    with pytest.raises(BackupError, match="backup-missing"):
        restore(world, tmp_path / "nothing")


def test_a_folder_that_does_not_exist_is_named_and_not_made(world: World, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="missing"):
        back_up(world, tmp_path / "missing" / "one.db")
    assert not (tmp_path / "missing").exists()


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second file system here")
def test_a_backup_may_be_on_another_file_system(world: World, tmp_path: Path) -> None:
    file = Path("/dev/shm") / f"{tmp_path.name}-{os.getpid()}.db"
    try:
        back_up(world, file)
        world.publish_with_change("actors", "borea", title=text("Boreas"))
        restore(world, file)
        assert len(digests(world.db.path)) == 1
    finally:
        file.unlink()


def damage(path: Path, statement: str) -> None:
    connection = driver.connect(path)
    assert connection.execute(statement).rowcount != 0
    connection.commit()
    connection.close()


TAMPERING = "UPDATE actors SET body_en = replace(body_en, 'Borea', 'Korea') WHERE id = 'borea'"


def test_no_backup_is_written_of_a_database_that_does_not_match(world: World, tmp_path: Path) -> None:
    damage(world.db.path, TAMPERING)
    with pytest.raises(BackupError) as caught:
        back_up(world, tmp_path / "one.db")
    assert message(caught.value).startswith(
        f"{tmp_path / 'one.db'} was not written: revision 1 does not match: actors/borea"
    )
    assert {file.name for file in tmp_path.iterdir()} - {"world.db-wal", "world.db-shm"} == {"world.db"}


def test_a_backup_that_fails_leaves_the_one_that_it_was_to_replace(world: World, saved: Path) -> None:
    before = saved.read_bytes()
    damage(world.db.path, TAMPERING)
    with pytest.raises(BackupError):
        back_up(world, saved, replace=True)
    assert saved.read_bytes() == before


def test_a_restored_database_is_the_one_that_was_backed_up(world: World, saved: Path) -> None:
    before = digests(saved)
    restored = restore(world, saved)
    assert [revision.digest for revision in restored.revisions] == before == digests(world.db.path)
    world.publish_with_change("actors", "borea", title=text("Boreas again"))
    assert len(digests(world.db.path)) == 2


def test_the_database_that_was_replaced_is_kept_whole_under_a_dated_name(world: World, saved: Path) -> None:
    replaced = digests(world.db.path)
    with world.db.reading():  # so that what was published last is still in the log
        kept = restore(world, saved).kept
    assert kept is not None
    assert kept.name.startswith("world.db.replaced-20")
    assert digests(kept) == replaced


def test_a_restored_file_has_the_mode_of_the_one_before(world: World, saved: Path) -> None:
    world.db.path.chmod(0o640)
    saved.chmod(0o600)
    restore(world, saved)
    assert world.db.path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_restores_for_the_owner_of_the_database_or_of_its_folder(world: World, saved: Path) -> None:
    os.chown(world.db.path, 4321, 4322)
    restore(world, saved)
    assert (world.db.path.stat().st_uid, world.db.path.stat().st_gid) == (4321, 4322)
    world.db.close()
    world.db.path.unlink()
    os.chown(world.db.path.parent, 5321, 5322)
    restore(world, saved)
    assert (world.db.path.stat().st_uid, world.db.path.stat().st_gid) == (5321, 5322)


def test_a_missing_database_is_restored_and_stray_logs_of_it_are_removed(world: World, saved: Path) -> None:
    world.db.close()
    world.db.path.unlink()
    for ending in ("-wal", "-shm", "-journal"):
        Path(f"{world.db.path}{ending}").write_bytes(b"left behind" * 1000)
    assert restore(world, saved).kept is None
    assert len(digests(world.db.path)) == 1


@pytest.mark.parametrize(
    "rest",
    [b"", b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000],
    ids=["empty", "other", "header"],
)
def test_a_damaged_database_is_replaced_and_kept_with_its_log(world: World, saved: Path, rest: bytes) -> None:
    world.db.close()
    world.db.path.write_bytes(rest)
    log = Path(f"{world.db.path}-wal")
    log.write_bytes(b"unmerged" * 1000)
    kept = restore(world, saved).kept
    assert len(digests(world.db.path)) == 1
    assert kept is not None
    assert kept.read_bytes() == rest


def test_a_truncated_database_is_replaced(world: World, saved: Path) -> None:
    world.db.close()
    os.truncate(world.db.path, world.db.path.stat().st_size // 2)
    restore(world, saved)
    assert len(digests(world.db.path)) == 1


def test_a_damaged_backup_is_refused_and_the_database_stays(world: World, saved: Path) -> None:
    before = digests(world.db.path)
    damage(saved, TAMPERING)
    with pytest.raises(BackupError) as caught:
        restore(world, saved)
    assert message(caught.value).startswith(f"{saved} was not restored: revision 1 does not match: actors/borea")
    os.truncate(saved, saved.stat().st_size // 2)
    with pytest.raises(BackupError, match="backup-not-restored"):
        restore(world, saved)
    assert digests(world.db.path) == before
    assert not [*saved.parent.glob(".*")], "unfinished files"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ("CREATE TABLE other (a)", "It is not a database of this service."),
        (
            "CREATE TABLE revisions (n); CREATE TABLE alembic_version AS SELECT '29990101_later' AS version_num",
            "A newer release made it (its schema is 29990101_later): install that release first.",
        ),
    ],
)
def test_what_is_no_backup_for_this_release_is_refused(
    world: World, tmp_path: Path, statements: str, expected: str
) -> None:
    connection = driver.connect(tmp_path / "other.db")
    connection.executescript(statements)
    connection.close()
    with pytest.raises(BackupError) as caught:
        restore(world, tmp_path / "other.db")
    assert message(caught.value) == f"{tmp_path / 'other.db'} was not restored: {expected}"
    assert len(digests(world.db.path)) == 1


def test_a_backup_of_a_database_without_revisions_is_refused(db: SqliteDatabase, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="nothing-to-verify"):
        backups.backup(db, COLLECTIONS, tmp_path / "one.db", replace=False, progress=no_progress)
    assert not (tmp_path / "one.db").exists()


def make_old(path: Path) -> None:
    """Leave a database whose derived data another release has written: `migrate` computes it again."""
    damage(path, "UPDATE derived_data SET release = '0.1.0'")


def test_a_database_of_an_older_release_is_backed_up_as_it_is(world: World, tmp_path: Path) -> None:
    make_old(world.db.path)
    assert len(back_up(world, tmp_path / "one.db")) == 1
    with SqliteDatabase(settings_for(tmp_path / "one.db")).reading() as connection:
        assert connection.execute(sql("SELECT release FROM derived_data")).scalar() == "0.1.0"


def test_a_backup_of_an_older_release_is_migrated_when_it_is_restored(world: World, saved: Path) -> None:
    make_old(saved)
    restore(world, saved)
    assert len(digests(world.db.path)) == 1
    with SqliteDatabase(settings_for(saved)).reading() as connection:
        assert connection.execute(sql("SELECT release FROM derived_data")).scalar() == "0.1.0"


def test_a_running_server_answers_from_the_restored_database_at_once(
    world: World, api: httpx.Client, saved: Path
) -> None:
    assert api.get("/v1/actors/borea").json()["data"]["title"] == "Boreas"
    tag = api.get("/v1/actors/borea").headers["ETag"]
    restore(world, saved)
    answer = api.get("/v1/actors/borea", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert answer.json()["data"]["title"] == "Borea"
    assert api.get("/v1/revisions/2").status_code == 404
    assert api.get("/health/ready").status_code == 200


def test_a_restore_waits_for_no_reader_longer_than_the_busy_timeout(world: World, saved: Path) -> None:
    impatient = SqliteDatabase(settings_for(world.db.path, busy_timeout_ms=50))
    with world.db.reading() as connection:
        connection.execute(select(REVISIONS)).all()
        world.publish_with_change("actors", "borea", title=text("Boreas again"))
        with pytest.raises(BackupError) as caught:
            backups.restore(impatient, COLLECTIONS, saved, no_progress)
    assert message(caught.value) == (
        f"Another process has used {world.db.path} for more than 0.05 s: try again, or stop the service first."
    )
    assert len(digests(world.db.path)) == 3


def test_a_publication_that_waited_for_a_restore_is_refused_and_not_lost_in_the_old_file(
    world: World, saved: Path
) -> None:
    with world.db.writers.connect() as late:  # connected before, and has the write lock after
        restore(world, saved)
        with pytest.raises(Unavailable) as caught:
            late.begin()
    assert "replaced by a restored one" in message(caught.value)
    assert len(digests(world.db.path)) == 1


def test_two_backups_to_one_file_do_not_meet(world: World, tmp_path: Path) -> None:
    file = tmp_path / "one.db"
    with unfinished(file), pytest.raises(FileInUseError) as caught:
        back_up(world, file)
    assert message(caught.value) == f"Another process is writing {file}: wait until it has ended."
    back_up(world, file)


def test_what_a_killed_backup_left_is_removed_by_the_next(world: World, tmp_path: Path) -> None:
    for ending in ("part", "part-wal", "part-shm", "lock"):
        (tmp_path / f".one.db.{ending}").write_bytes(b"left behind" * 1000)
    back_up(world, tmp_path / "one.db")
    assert len(digests(tmp_path / "one.db")) == 1
    assert not [*tmp_path.glob(".one*")]
