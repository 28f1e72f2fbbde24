"""The comparison of the two engines: the rows that it copies are those of a publication, and each kind has a line."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

from app.publishing.verify import verify_database
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from app.store.tables import Revision
from tests.support.engines import on_postgresql
from tools.bench.database import make
from tools.bench.engines import KINDS
from tools.bench.plan import ROOT
from tools.bench.table_copy import copy_tables
from tools.postgres.server import PostgresServer

pytestmark = on_postgresql


def verified(url: str) -> list[Revision]:
    with closing(open_database(Settings(database_url=url))) as database:
        return verify_database(database, COLLECTIONS)


def test_copied_tables_verify_as_the_database_that_they_come_from(tmp_path: Path) -> None:
    file = tmp_path / "events.db"
    make(file, 100)
    with PostgresServer() as server:
        copy_tables(file, server.url)
        assert verified(server.url) == verified(f"sqlite:///{file}")


def test_each_kind_of_answer_has_a_line(tmp_path: Path) -> None:
    page = tmp_path / "scale.md"
    page.write_text("<!-- scale-engines -->\n<!-- end of scale-engines -->\n", encoding="utf-8")
    command = [sys.executable, "-m", "tools.bench.engines", "100", "200", "--page", str(page)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=300)
    lines = [line.split(" | ")[0].removeprefix("| ") for line in page.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line in KINDS] == [*KINDS]
