"""Servers of PostgreSQL that tests and developers start: tools/postgres."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT, eventually
from tools.postgres import binaries
from tools.postgres.server import PostgresError, PostgresServer, Shutdown

needs_server = pytest.mark.skipif(binaries.find_binaries() is None, reason=binaries.MISSING)
slow = pytest.mark.slow


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresServer]:
    with PostgresServer() as server:
        yield server


def test_the_newest_version_that_is_installed_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9.6", "15", "17"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for name in ("postgres", "initdb", "pg_basebackup", "psql"):
            (folder / name).touch()
    (tmp_path / "17" / "bin" / "psql").unlink()  # a package without the client
    monkeypatch.setattr(binaries, "_FOLDERS", (f"{tmp_path}/*/bin",))
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert binaries.find_binaries() == tmp_path / "15" / "bin"


def test_where_there_is_no_postgresql_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.postgres.server.find_binaries", lambda: None)
    with pytest.raises(PostgresError, match="install Debian's packages postgresql and postgresql-client"):
        PostgresServer()


@slow
@needs_server
def test_a_server_is_ready_when_its_block_begins_and_removed_when_it_ends() -> None:
    with PostgresServer() as server:
        folder = server.folder
        assert server.sql("SELECT current_database(), current_user, getdatabaseencoding()") == "dossier|dossier|UTF8"
        (process,) = [int((server.data / "postmaster.pid").read_text().split()[0])]
        assert Path(f"/proc/{process}").exists()
    assert not folder.exists()
    assert not Path(f"/proc/{process}").exists()


@slow
@needs_server
def test_a_wrong_password_is_refused(primary: PostgresServer) -> None:
    right, primary.password = primary.password, "wrong"
    try:
        with pytest.raises(PostgresError, match="password authentication failed"):
            primary.sql("SELECT 1")
    finally:
        primary.password = right


@slow
@needs_server
def test_the_server_listens_on_the_loopback_address_only(primary: PostgresServer) -> None:
    assert primary.sql("SHOW listen_addresses") == "127.0.0.1"
    assert primary.sql("SHOW unix_socket_directories") == str(primary.folder)


@slow
@needs_server
def test_what_is_committed_survives_each_way_to_end_and_the_port_stays(primary: PostgresServer) -> None:
    port = primary.port
    primary.sql("CREATE TABLE kept (n int)")
    for count, end in enumerate([primary.stop, lambda: primary.stop(Shutdown.IMMEDIATE), primary.kill], 1):
        primary.sql(f"INSERT INTO kept VALUES ({count})")
        end()
        assert not primary.running
        primary.start()
        assert primary.port == port
        assert primary.sql("SELECT max(n) FROM kept") == str(count)


@slow
@needs_server
def test_a_replica_follows_refuses_writes_and_takes_them_once_promoted() -> None:
    with PostgresServer() as primary, PostgresServer.replica_of(primary) as replica:
        primary.sql("CREATE TABLE followed (n int)")
        assert eventually(lambda: replica.caught_up(primary))
        with pytest.raises(PostgresError, match="read-only transaction"):
            replica.sql("INSERT INTO followed VALUES (1)")
        primary.kill()
        replica.promote()
        replica.sql("INSERT INTO followed VALUES (2)")
        assert replica.sql("SELECT n FROM followed") == "2"


@slow
@needs_server
def test_text_can_have_the_order_of_a_language() -> None:
    with PostgresServer(icu_locale="fr-CA") as server:
        assert server.sql("""SELECT 'a' < 'B', 'a' < 'B' COLLATE "C" """) == "t|f"


@slow
@needs_server
def test_a_setting_that_the_server_refuses_is_named_and_nothing_stays() -> None:
    server = PostgresServer(settings={"max_connections": "many"})
    with pytest.raises(PostgresError, match="max_connections"), server:
        pass
    with pytest.raises(PostgresError, match="no files"):
        server.folder  # noqa: B018 - reading it is what fails


@slow
@needs_server
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_developers_get_a_url_and_ctrl_c_removes_the_server(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "tools.postgres"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().startswith("postgresql+psycopg://dossier:")
        process.send_signal(number)
        assert process.wait(TIMEOUT) == 0
