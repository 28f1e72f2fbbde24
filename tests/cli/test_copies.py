"""The command `dossier copy`: whose failure it reports."""

from pathlib import Path

import pytest

from tests.support.command import dossier
from tests.support.engines import damage, database_at, engine
from tests.support.servers import begun, migrated


@pytest.mark.parametrize(
    ("table", "broken"),
    [("revisions", "FROM"), ("sources", "FROM"), ("fetched_files", "FROM"), ("sources", "TO"), ("fetched_files", "TO")],
)
def test_a_failure_names_the_database_that_failed(tmp_path: Path, table: str, broken: str) -> None:
    paths = {"FROM": tmp_path / "one.db", "TO": tmp_path / "two.db"}
    begun(paths["FROM"]).db.close()
    migrated(paths["TO"]).close()
    database = database_at(paths[broken])
    damage(database, f"ALTER TABLE {table} RENAME TO lost")
    database.close()
    outcome = dossier(tmp_path, "copy", *(engine().url(path) for path in paths.values()))
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    shown = {name: engine().shown(path) for name, path in paths.items()}
    assert {name for name, address in shown.items() if address.split("/")[-1] in outcome.err[0]} == {broken}
