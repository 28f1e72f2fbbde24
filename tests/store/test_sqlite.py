"""Connections: readers that cannot write and see one snapshot, a writer that is all or nothing, odd file names."""

import contextlib
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import NullPool, create_engine, literal_column, select
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from app.errors import Unavailable, UnknownPath
from app.messages import line, message
from app.settings import Settings, SettingsError
from app.store import migrate
from app.store.engines.sqlite import SqliteDatabase
from app.store.engines.sqlite_file import driver
from app.store.statements import Statement
from tests.support.command import environment
from tests.support.engines import on_sqlite
from tests.support.servers import settings_for
from tests.support.world import World

pytestmark = on_sqlite

NUMBERS = sql("SELECT count(*) FROM revisions")


def test_a_reader_is_refused_every_write(world: World) -> None:
    for statement in ("DELETE FROM revisions", "CREATE TABLE t (a)", "PRAGMA user_version = 7"):
        with pytest.raises(OperationalError, match="readonly"), world.db.reading() as connection:
            connection.execute(sql(statement))


def test_a_file_that_cannot_be_written_is_refused_in_the_words_of_the_database(world: World) -> None:
    with contextlib.closing(driver.connect(world.db.path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # as in a backup
    address = f"file:{quote(str(world.db.path))}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: driver.connect(address, uri=True), poolclass=NullPool)
    with engine.connect() as connection, pytest.raises(OperationalError, match="readonly"):
        world.db.prepare(connection)


def test_a_reader_sees_from_first_to_last_statement_what_it_saw_first(world: World) -> None:
    with world.db.reading() as early, world.db.reading() as download:
        assert early.execute(NUMBERS).scalar() == download.execute(NUMBERS).scalar() == 1
        world.publish_with_change("timeline-events", "tie", kind="meeting")
        assert early.execute(NUMBERS).scalar() == download.execute(NUMBERS).scalar() == 1
        with world.db.reading() as late:
            assert late.execute(NUMBERS).scalar() == 2


def test_reading_hinders_no_publication_and_a_publication_no_reading(world: World) -> None:
    with world.db.writing() as writer:
        writer.execute(sql("UPDATE revisions SET author = 'Someone'"))
        with world.db.reading() as reader:
            assert reader.execute(sql("SELECT author FROM revisions")).scalar() == "The test"
    with world.db.reading() as reader:
        assert reader.execute(sql("SELECT author FROM revisions")).scalar() == "Someone"


def test_what_a_writer_did_is_undone_by_any_exception(world: World) -> None:
    def fail_halfway() -> None:
        with world.db.writing() as writer:
            writer.execute(sql("UPDATE revisions SET author = 'Someone'"))
            writer.execute(sql("CREATE TABLE half (a)"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_halfway()
    with world.db.reading() as reader:
        assert reader.execute(sql("SELECT author FROM revisions")).scalar() == "The test"
        assert reader.execute(sql("SELECT name FROM sqlite_master WHERE name = 'half'")).all() == []


def test_a_second_writer_waits_for_the_first(world: World) -> None:
    begun, order = threading.Event(), []

    def second() -> None:
        begun.wait()
        with world.db.writing():
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with world.db.writing():
        begun.set()
        thread.join(0.3)
        assert thread.is_alive()
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_second_writer_is_refused_when_the_time_out_is_over(world: World) -> None:
    impatient = SqliteDatabase(settings_for(world.db.path, busy_timeout_ms=50))
    with world.db.writing(), pytest.raises(OperationalError, match="database is locked"), impatient.writing():
        pass


def test_references_between_tables_are_enforced_for_writers(world: World) -> None:
    with pytest.raises(Exception, match="FOREIGN KEY constraint failed"), world.db.writing() as writer:
        writer.execute(sql("DELETE FROM revisions"))


def test_a_commit_is_on_the_disk_before_it_returns(world: World) -> None:
    with world.db.writing() as writer:
        assert writer.execute(sql("PRAGMA synchronous")).scalar() == 2
        assert writer.execute(sql("PRAGMA journal_mode")).scalar() == "wal"


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
LONG = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9000000) SELECT i FROM n"


@pytest.fixture
def hasty(world: World) -> SqliteDatabase:
    """The database of the world with a statement timeout of 50 ms."""
    return SqliteDatabase(Settings(database_url=str(world.db.url), statement_timeout_ms=50))


FILLING = sql("UPDATE revisions SET author = hex(randomblob(:bytes))")
MEBIBYTE = 2**20


def fill(db: SqliteDatabase, mebibytes: int) -> None:
    """A large commit."""
    with db.writing() as writer:
        writer.execute(FILLING, {"bytes": mebibytes * MEBIBYTE // 2})


def log_size(db: SqliteDatabase) -> int:
    return db.path.with_name(f"{db.path.name}-wal").stat().st_size


@pytest.mark.parametrize("mebibytes", [1, 12])
def test_the_log_of_a_commit_does_not_stay(world: World, mebibytes: int) -> None:
    with world.db.reading() as reader:  # once it was used, it stays open, so that no closing writer removes the log
        reader.execute(NUMBERS).scalar()
    fill(world.db, mebibytes)
    assert log_size(world.db) == 0


def test_a_reader_of_an_old_snapshot_keeps_the_log_until_the_next_commit_after_it_ends(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engines.sqlite._CHECKPOINT_MS", 50)
    with world.db.reading() as old:
        assert old.execute(NUMBERS).scalar() == 1
        fill(world.db, 12)
        assert log_size(world.db) > 12 * MEBIBYTE
        assert old.execute(sql("SELECT length(author) FROM revisions")).scalar() == len("The test")
    fill(world.db, 1)
    assert log_size(world.db) == 0


@pytest.mark.slow
def test_a_reader_in_another_process_fails_no_commit_and_its_log_is_cut_later(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engines.sqlite._CHECKPOINT_MS", 50)
    program = (
        "import sys; from sqlalchemy import text\n"
        "from app.store.engines.sqlite import SqliteDatabase; from app.settings import Settings\n"
        "with SqliteDatabase(Settings(database_url=sys.argv[1])).reading() as reader:\n"
        "    print(reader.execute(text('SELECT count(*) FROM revisions')).scalar(), flush=True)\n"
        "    input()"
    )
    command = [sys.executable, "-c", program, str(world.db.url)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "1\n"
        fill(world.db, 12)
        assert log_size(world.db) > 12 * MEBIBYTE
        other.communicate("\n")
    with world.db.reading() as reader:
        reader.execute(NUMBERS).scalar()
    fill(world.db, 1)
    assert log_size(world.db) == 0


def test_a_writer_that_is_at_work_fails_no_checkpoint(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.store.engines.sqlite._CHECKPOINT_MS", 50)
    empty = SqliteDatabase._empty_log

    def late(db: SqliteDatabase) -> None:  # another writer begins between commit and checkpoint
        monkeypatch.setattr(SqliteDatabase, "_empty_log", empty)
        with SqliteDatabase(settings_for(world.db.path)).writing() as second:
            second.execute(sql("UPDATE revisions SET author = 'Second'"))
            empty(db)

    monkeypatch.setattr(SqliteDatabase, "_empty_log", late)
    fill(world.db, 12)
    with world.db.reading() as reader:
        assert reader.execute(sql("SELECT author FROM revisions")).scalar() == "Second"


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_can_corrupt_a_file_at_a_reset_of_the_log_is_not_asked_for_one(
    world: World, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int]
) -> None:
    with world.db.reading() as reader:
        reader.execute(NUMBERS).scalar()
    monkeypatch.setattr("app.store.engines.sqlite.driver.sqlite_version_info", version)
    fill(world.db, 12)
    assert log_size(world.db) > 12 * MEBIBYTE


def test_a_statement_that_takes_too_long_is_ended_and_its_connection_can_be_used_on(
    hasty: SqliteDatabase, caplog: pytest.LogCaptureFixture
) -> None:
    with hasty.reading(timeouts=1) as reader:
        with pytest.raises(Unavailable, match="statement-timeout"):
            reader.execute(sql(ENDLESS))
        with pytest.raises(Unavailable, match="statement-timeout"):
            Statement(select(literal_column("i")).select_from(sql(f"({LONG})"))).rows(reader)
        assert reader.execute(NUMBERS).scalar() == 1
    assert caplog.messages[0] == f"a statement was ended after 0.05 seconds: {ENDLESS}"


def test_each_batch_of_a_stream_has_the_whole_time(hasty: SqliteDatabase) -> None:
    with hasty.reading(timeouts=1) as reader:
        rows = reader.execute(sql(LONG))
        for first in (1, 11, 21):
            assert rows.fetchmany(10)[0] == (first,)
            time.sleep(0.06)


def test_a_reader_with_more_timeouts_has_so_many_times_as_long(world: World) -> None:
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT max(i) FROM n"
    hasty = SqliteDatabase(settings_for(world.db.path, statement_timeout_ms=1))
    with hasty.reading(timeouts=1) as reader, pytest.raises(Unavailable):
        reader.exec_driver_sql(numbers).scalar()
    with hasty.reading(timeouts=60_000) as reader:
        assert reader.exec_driver_sql(numbers).scalar() == 400_000


def test_an_error_in_a_later_row_is_the_same_however_rows_are_fetched(world: World) -> None:
    text = "json_extract(CASE value WHEN 5 THEN '{' ELSE '{}' END, '$') AS i FROM json_each('[1,2,3,4,5]')"
    rows = Statement(select(literal_column("i")).select_from(sql(f"(SELECT {text})")))
    for timeouts in (1, None):
        with world.db.reading(timeouts=timeouts) as reader:
            cursor = rows.run(reader)
            assert cursor.fetchmany(2) == [("{}",), ("{}",)]
            with pytest.raises(OperationalError, match="malformed JSON"):
                cursor.fetchmany(3)
            with pytest.raises(OperationalError, match="malformed JSON"):
                rows.rows(reader)


def test_commands_and_a_timeout_of_0_have_no_limit(hasty: SqliteDatabase, world: World) -> None:
    patient = SqliteDatabase(Settings(database_url=str(world.db.url), statement_timeout_ms=0))
    for reading in (hasty.reading(), patient.reading(timeouts=1)):
        with reading as reader:
            assert len(reader.execute(sql(LONG.replace("9000000", "900000"))).all()) == 900_000


def test_more_readers_than_the_pool_keeps_do_not_wait_for_each_other(world: World) -> None:
    with contextlib.ExitStack() as stack:
        readers = [stack.enter_context(world.db.reading()) for _ in range(12)]
        assert [reader.execute(NUMBERS).scalar() for reader in readers] == [1] * 12
        assert len({id(reader) for reader in readers}) == 12
    with world.db.reading() as again:
        assert again in readers


@pytest.mark.parametrize(
    ("error", "is_used_again"),
    [(RuntimeError(), False), (Unavailable("too-busy"), False), (UnknownPath("unknown-path"), True)],
)
def test_a_reader_is_not_used_again_after_an_error_that_may_have_left_a_cursor(
    world: World, error: Exception, is_used_again: bool
) -> None:
    world.db.close()
    with pytest.raises(type(error)), world.db.reading() as failed:
        raise error
    with world.db.reading() as reader:
        assert (reader is failed) is is_used_again
        assert reader.execute(NUMBERS).scalar() == 1
    assert failed.closed is not is_used_again


def test_reading_makes_no_database_where_there_is_none(tmp_path: Path) -> None:
    database = SqliteDatabase(settings_for(tmp_path / "none.db"))
    with pytest.raises(OperationalError, match="unable to open database file"), database.reading() as reader:
        reader.execute(NUMBERS)
    assert list(tmp_path.iterdir()) == []


def test_making_the_object_opens_nothing(tmp_path: Path) -> None:
    SqliteDatabase(settings_for(tmp_path / "no" / "such" / "folder" / "none.db"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a b.db", "100%.db", "what?.db", "no#1.db", "é’“.db", "a%20b.db", "mode=rw&x.db"])
def test_a_file_may_have_any_name(tmp_path: Path, name: str) -> None:
    database = SqliteDatabase(Settings(database_url=f"sqlite:///{quote(str(tmp_path / name))}"))
    migrate.upgrade(database)
    with database.reading() as reader:
        assert reader.execute(NUMBERS).scalar() == 0
    database.close()
    assert {path.name.removesuffix("-wal").removesuffix("-shm") for path in tmp_path.iterdir()} == {name}


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "sqlite:///d.db?mode=ro", "postgresql://user:hunter2@host/name"]
)
def test_what_is_no_sqlite_file_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        SqliteDatabase(Settings(database_url=url))
    assert line(caught.value.faults[0]) == (
        "DOSSIER_DATABASE_URL: must name a SQLite file, as in sqlite:///dossier.db."
    )
    assert "hunter2" not in str(caught.value)


def test_a_file_that_takes_the_place_of_another_is_read_from_then_on(world: World, tmp_path: Path) -> None:
    other = SqliteDatabase(settings_for(tmp_path / "other.db"))
    migrate.upgrade(other)
    other.close()
    with world.db.reading() as reader:
        assert reader.execute(NUMBERS).scalar() == 1
    for file in tmp_path.glob("world.db-*"):
        file.unlink()
    (tmp_path / "other.db").replace(world.db.path)
    with world.db.reading() as reader:
        assert reader.execute(NUMBERS).scalar() == 0


def test_a_file_that_is_removed_is_missed_at_once(world: World) -> None:
    with world.db.reading() as reader:
        assert reader.execute(NUMBERS).scalar() == 1
    world.db.path.unlink()
    with pytest.raises(OperationalError, match="unable to open database file"), world.db.reading() as reader:
        reader.execute(NUMBERS)


@pytest.mark.parametrize(
    ("version", "warned"),
    [((3, 6, 23), False), ((3, 7, 0), True), ((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)],
)
def test_a_sqlite_with_the_fault_of_the_wal_is_warned_of(
    db: SqliteDatabase, monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], warned: bool
) -> None:
    monkeypatch.setattr("app.store.engines.sqlite.driver.sqlite_version_info", version)
    assert (db.warning() is not None) is warned


@pytest.fixture
def frozen(world: World, monkeypatch: pytest.MonkeyPatch) -> SqliteDatabase:
    """The database of the world in a folder that cannot be written, as it would be on a read-only file system."""
    world.db.close()
    monkeypatch.setattr("app.store.engines.sqlite.os.access", lambda *_: False)
    return world.db


def test_a_database_in_a_folder_that_cannot_be_written_is_read_without_making_a_file(frozen: SqliteDatabase) -> None:
    files = sorted(frozen.path.parent.iterdir())
    with frozen.reading() as reader:
        assert reader.execute(NUMBERS).scalar() == 1
        assert sorted(frozen.path.parent.iterdir()) == files


def test_a_writer_elsewhere_ends_the_pooled_connections_to_a_read_only_database(frozen: SqliteDatabase) -> None:
    with frozen.reading() as reader:
        assert reader.execute(sql("SELECT author FROM revisions")).scalar() == "The test"
    with frozen.writing() as writer:
        writer.execute(sql("UPDATE revisions SET author = 'Someone'"))
    with frozen.reading() as reader:
        assert reader.execute(sql("SELECT author FROM revisions")).scalar() == "Someone"


_UNREADABLE = OperationalError("SELECT 1", None, Exception("unable to open database file"))


def test_a_log_left_in_a_folder_that_cannot_be_written_is_named_with_what_to_do(frozen: SqliteDatabase) -> None:
    assert frozen.obstacle(_UNREADABLE) is None
    frozen.path.with_name(f"{frozen.path.name}-wal").write_bytes(b"pages of a writer that was killed")
    obstacle = frozen.obstacle(_UNREADABLE)
    assert obstacle
    assert "Make the folder writable" in message(obstacle)


def test_the_state_changes_with_each_publication_and_not_otherwise(world: World) -> None:
    begun = world.db.state()
    assert begun is not None
    with world.db.reading() as reader:
        reader.execute(NUMBERS)
    assert world.db.state() == begun
    world.publish_with_change("timeline-events", "tie", kind="meeting")
    assert world.db.state() not in (begun, None)


def test_the_state_changes_when_the_file_is_replaced_and_is_none_without_one(world: World, tmp_path: Path) -> None:
    begun = world.db.state()
    copy = shutil.copy(world.db.path, tmp_path / "copy.db")
    Path(copy).replace(world.db.path)
    replaced = world.db.state()
    assert replaced not in (begun, None)
    world.db.path.unlink()
    assert world.db.state() is None
    world.db.path.write_bytes(b"no database at all, but as long as a header of one" * 10)
    assert world.db.state() is None


def test_the_state_of_a_read_only_database_changes_with_a_writer_elsewhere(frozen: SqliteDatabase) -> None:
    begun = frozen.state()
    assert begun is not None
    assert frozen.state() == begun
    with frozen.writing() as writer:
        writer.execute(sql("UPDATE revisions SET author = 'Someone'"))
    assert frozen.state() not in (begun, None)


@pytest.mark.slow
def test_serve_answers_from_a_folder_that_cannot_be_written(world: World, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    world.db.close()
    shutil.copy(world.db.path, home / "dossier.db")
    home.chmod(0o555)
    # Root may write everywhere, unless it gives up that capability.
    least = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []
    program = [*least, sys.executable, "-c", READ_ONLY]
    done = subprocess.run(program, cwd=home, env=environment(), capture_output=True, text=True, check=False)
    home.chmod(0o755)
    assert (done.stdout.split(), done.stderr) == (["refused", "200", "200", "200"], "")


READ_ONLY = """
import httpx, asyncio
from app.main import create_app
from app.settings import Settings
try:
    open("written", "w")
except PermissionError:
    print("refused")

async def ask():
    transport = httpx.ASGITransport(create_app(Settings(log="off")))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for path in ("/health/ready", "/v1/actors", "/v1/dataset.sqlite"):
            print((await client.get(path)).status_code)

asyncio.run(ask())
"""
