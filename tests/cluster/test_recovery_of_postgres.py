"""Backup and point-in-time recovery of a PostgreSQL database, by the commands of docs/operate.md."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.publishing.bootstrap import bootstrap
from app.publishing.publish import publish
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from tests.support.command import SCRIPT, environment
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT, eventually
from tools.postgres.binaries import MISSING, find_binaries, unprivileged_user
from tools.postgres.server import PostgresServer
from tools.processes import HOST, free_port
from tools.soak.publisher import submissions

pytestmark = [pytest.mark.slow, pytest.mark.skipif(find_binaries() is None, reason=MISSING)]

NOTE = {"en": "Recovery", "fr": "Reprise"}


def documented(heading: str) -> list[str]:
    """Blocks of commands under a heading of docs/operate.md."""
    text = (ROOT / "docs" / "operate.md").read_text()
    section = re.search(rf"^#+ {heading}\n.*?(?=^##)", text, re.DOTALL | re.MULTILINE)
    assert section is not None
    return re.findall(r"```sh\n(.*?)```", section[0], re.DOTALL)


@pytest.fixture
def primary() -> Iterator[PostgresServer]:
    """A primary that archives its log, with the packaged revisions."""
    with PostgresServer(settings={"archive_mode": "on", "archive_timeout": "'1s'"}) as server:
        archive = server.folder / "archive"
        archive.mkdir()
        shutil.chown(archive, unprivileged_user() or os.geteuid())
        server.sql(f"ALTER SYSTEM SET archive_command = '{archive_command(archive)}'")
        server.sql("SELECT pg_reload_conf()")
        yield server


def archive_command(archive: Path) -> str:
    """Archive command of the documentation, with another folder."""
    (line,) = re.findall(r"archive_command = '(.*)'", (ROOT / "docs" / "operate.md").read_text())
    return str(line).replace("/archive", str(archive))


def shell(commands: str, folder: Path, variables: dict[str, str]) -> str:
    """Output of documented commands, run as the user of the server."""
    own = environment(**variables, PATH=f"{find_binaries()}:{os.environ['PATH']}", LC_ALL="C")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=folder, env=own, capture_output=True, text=True, check=False, user=unprivileged_user(),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_database_is_brought_back_to_a_moment_by_the_documented_commands(primary: PostgresServer) -> None:
    take, recover = documented("Back up PostgreSQL")[:2]
    home = primary.folder / "home"
    home.mkdir()
    shutil.chown(home, unprivileged_user() or os.geteuid())
    with closing(open_database(Settings(database_url=primary.url))) as database:
        bootstrap(database, COLLECTIONS)
        place = {"PGHOST": HOST, "PGPORT": str(primary.port), "PGUSER": "dossier", "PGPASSWORD": primary.password}
        shell(take, home, place)
        changes = submissions(ROOT / "seed", 2)
        kept = publish(database, COLLECTIONS, [next(changes)], "test", NOTE)
        moment = primary.sql("SELECT now()")
        time.sleep(1.1)
        lost = publish(database, COLLECTIONS, [next(changes)], "test", NOTE)
    assert kept
    assert lost
    primary.sql("SELECT pg_switch_wal()")
    archived = (
        "SELECT coalesce(last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 1), false) FROM pg_stat_archiver"
    )
    assert eventually(lambda: primary.sql(archived) == "t")
    port = free_port()
    recover = recover.replace("/archive", str(primary.folder / "archive")).replace("2026-11-27 07:00:00+00", moment)
    shell(recover.split("postgres -D")[0], home, place)
    command = [
        f"{find_binaries()}/postgres",
        "-D",
        "restored",
        "-c",
        f"port={port}",
        "-c",
        f"unix_socket_directories={home}",
    ]
    with (home / "log").open("wb") as log:
        restored = subprocess.Popen(command, cwd=home, stdout=log, stderr=log, user=unprivileged_user())
    try:
        url = primary.url_of("dossier", port)

        def promoted() -> bool:
            try:
                with psycopg.connect(url.replace("+psycopg", "")) as connection:
                    return connection.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
            except psycopg.OperationalError:
                assert restored.poll() is None, (home / "log").read_text()
                return False

        assert eventually(promoted)
        verified = subprocess.run(
            [SCRIPT, "verify"], env=environment(DOSSIER_DATABASE_URL=url), capture_output=True, text=True, check=False
        )
        assert (verified.returncode, verified.stderr) == (0, "")
        assert f"Revisions that match: {kept.number}. The newest has digest {kept.digest}." in verified.stdout
    finally:
        restored.send_signal(signal.SIGINT)
        restored.wait(TIMEOUT)
