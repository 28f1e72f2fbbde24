"""An upgrade without a pause, by the commands of docs/operate.md: a second database, and readers who move to it."""

import os
import re
import signal
import subprocess
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from app.publishing.bootstrap import bootstrap
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from tests.support.command import SCRIPT, environment
from tests.support.paths import ROOT
from tests.support.waiting import eventually
from tools.cluster.load import Load
from tools.cluster.nginx import MISSING as NO_NGINX
from tools.cluster.nginx import Nginx, find_nginx
from tools.postgres.binaries import MISSING as NO_POSTGRES
from tools.postgres.binaries import find_binaries
from tools.postgres.server import PostgresServer
from tools.processes import DOSSIER, HOST, Server

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_nginx() is None, reason=NO_NGINX),
    pytest.mark.skipif(find_binaries() is None, reason=NO_POSTGRES),
]


def documented_steps() -> list[str]:
    """Commands of the steps, in their order."""
    text = (ROOT / "docs" / "operate.md").read_text()
    section = re.search(r"^### Upgrade without a pause\n.*?(?=^##)", text, re.DOTALL | re.MULTILINE)
    assert section is not None
    return re.findall(r"```sh\n(.*?)```", section[0], re.DOTALL)


def node_on(url: str) -> Server:
    return Server(
        [str(DOSSIER), "serve", "--port", "PORT"], "/health/ready", {"DOSSIER_DATABASE_URL": url, "DOSSIER_LOG": "off"}
    )


def test_readers_notice_nothing_when_nodes_and_database_of_a_new_release_take_over(tmp_path: Path) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(PostgresServer())
        with closing(open_database(Settings(database_url=server.url))) as database:
            bootstrap(database, COLLECTIONS)
        old = stack.enter_context(node_on(server.url))
        nginx = stack.enter_context(Nginx(tmp_path, [old.port] * 2, [("rate=50r/s", "rate=5000r/s")]))
        load = stack.enter_context(Load([("proxy", nginx.port)], lambda: 7))
        place = {"PGHOST": HOST, "PGPORT": str(server.port), "PGUSER": "dossier", "PGPASSWORD": server.password}
        path = f"{SCRIPT.parent}:{find_binaries()}:{os.environ['PATH']}"
        for commands in documented_steps():
            command = ["bash", "-euo", "pipefail", "-c", commands]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment(**place, PATH=path), capture_output=True, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
        new = stack.enter_context(node_on(server.url_of("dossier_next")))
        nginx.reload([new.port] * 2)
        before = len(load.seen)
        assert eventually(lambda: len(load.seen) > before + 20)
        old.stop(signal.SIGTERM)
        server.sql("DROP DATABASE dossier WITH (FORCE)", database="postgres")
        ended = time.monotonic()
        assert eventually(lambda: load.seen[-1].at > ended + 2)
    assert {one.fault for one in load.seen} == {""}
    assert {one.revision for one in load.seen} == {"7"}
