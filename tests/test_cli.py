"""The command `dossier`, run as scripts run it: what it does, its exit codes, its one line for each failure."""

import hashlib
import json
import re
import signal
import socket
import subprocess
from contextlib import closing
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text as sql

from app import __version__
from app.errors import Fault
from app.paths import packaged
from app.publishing.check_citations import Report
from app.publishing.faults import RecordFault
from app.store import migrate
from tests.support.command import (
    SCRIPT,
    Outcome,
    answers,
    copied_home,
    dossier,
    environment,
    free_port,
    process,
    served,
)
from tests.support.engines import IS_POSTGRESQL, database_at, engine, on_sqlite
from tests.support.pages import CITED_PAGES, REAL, SOURCE, CitedPage
from tests.support.servers import migrated
from tests.support.waiting import TIMEOUT, eventually

SEED = {
    "sources.toml": """
        [[record]]
        id = "gazette"
        title = { en = "The gazette", fr = "La Gazette" }
        summary = { en = "A gazette", fr = "Une gazette" }
        kind = "web-page"
        publisher = { en = "Press", fr = "Presse" }
        address = "https://gazette.example/page"
        language = "en"
        licence = { en = "None", fr = "Aucune" }
    """,
    "actors.toml": """
        [[record]]
        id = "aland"
        title = { en = "Aland", fr = "Aland" }
        summary = { en = "A country", fr = "Un pays" }
        kind = "state"
        citations = [{ source = "gazette", section = "News", fragment = { start = "War began", end = "it ended" } }]
    """,
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a migrated database of the packaged revisions; to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    assert dossier(folder, "migrate").code == 0
    return folder


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A folder of one's own with such a database."""
    return copied_home(filled, tmp_path / "home")


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """A folder of two small seed files."""
    folder = tmp_path / "seed"
    folder.mkdir()
    for name, content in SEED.items():
        (folder / name).write_text(content)
    return folder


# --- bringing up ------------------------------------------------------------------------------------------------------


def test_migrate_makes_fills_and_then_leaves_a_database(tmp_path: Path) -> None:
    released = len(list((packaged("seed") / "revisions").glob("*.jsonl")))
    written = ", ".join(map(str, range(1, released + 1)))
    assert dossier(tmp_path, "migrate") == (0, [f"The schema is up to date; revisions written: {written}."], [])
    made = engine().content(tmp_path / "dossier.db")
    assert dossier(tmp_path, "migrate") == (0, ["The schema is up to date; no revision was missing."], [])
    assert engine().content(tmp_path / "dossier.db") == made


def test_serve_in_an_empty_folder_makes_the_dossier_and_answers(tmp_path: Path) -> None:
    with served(tmp_path) as (client, lines):
        assert [line.partition(" http")[0] for line in lines] == ["dossier: serving on"]
        assert client.get("/health/ready").status_code == 200
        assert client.get("/v1/revisions/1").status_code == 200
        assert client.get("/v1/actors/canada").json()["data"]["title"] == "Canada"
        assert "server" not in client.get("/v1").headers
    assert dossier(tmp_path, "verify").code == 0


@pytest.mark.slow
def test_serve_is_ended_by_the_interrupt_key_in_silence(home: Path) -> None:
    port = str(free_port())
    with subprocess.Popen(
        [SCRIPT, "serve", "--port", port], cwd=home, env=environment(home), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        assert "serving on" in process.stderr.readline()
        assert eventually(lambda: answers(f"http://127.0.0.1:{port}"))
        process.send_signal(signal.SIGINT)
        assert process.wait(TIMEOUT) in (0, 130, -signal.SIGINT)
        assert process.stderr.read() == ""


# --- databases that cannot be used ------------------------------------------------------------------------------------


def break_schema(folder: Path) -> None:
    """Leave a database without tables."""
    database = database_at(folder / "dossier.db")
    migrate.downgrade(database, "base")
    database.close()


def corrupt(folder: Path) -> None:
    """Leave a file that is no database."""
    (folder / "dossier.db").write_bytes(b"not a database" * 1000)


COMMANDS = [["verify"], ["release"], ["publish", "--author", "A", "--note", "B"], ["check-citations"]]


@on_sqlite
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_corrupt_database_is_named_in_one_line(tmp_path: Path, command: list[str]) -> None:
    corrupt(tmp_path)
    outcome = dossier(tmp_path, *command)
    assert (outcome.code, outcome.out) == (1, [])
    [line] = outcome.err
    assert line.startswith("dossier: The database cannot be read: file is not a database.")


@on_sqlite
def test_a_corrupt_database_is_not_migrated(tmp_path: Path) -> None:
    corrupt(tmp_path)
    assert dossier(tmp_path, "migrate") == (
        1,
        [],
        ["dossier: The database cannot be used: file is not a database. It is sqlite:///dossier.db."],
    )
    assert (tmp_path / "dossier.db").read_bytes() == b"not a database" * 1000


@on_sqlite
@pytest.mark.parametrize("command", COMMANDS[:3], ids=lambda command: command[0])
def test_a_missing_database_is_named_and_not_made(tmp_path: Path, command: list[str]) -> None:
    assert dossier(tmp_path, *command) == (
        1,
        [],
        ["dossier: The database file does not exist: run dossier migrate. It is sqlite:///dossier.db."],
    )
    assert list(tmp_path.iterdir()) == []


@on_sqlite
def test_a_missing_folder_is_named_by_what_would_make_a_database_in_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/none/dossier.db"
    line = f"dossier: The database cannot be used: unable to open database file. It is {url}."
    assert dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=url) == (1, [], [line])
    assert dossier(tmp_path, "serve", "--port", str(free_port()), DOSSIER_DATABASE_URL=url) == (1, [], [line])


def test_a_schema_of_another_release_is_named_with_what_to_do(home: Path) -> None:
    break_schema(home)
    outcome = dossier(home, "verify")
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err[0].startswith("dossier: The database has no schema, this release needs ")
    assert "run dossier migrate" in outcome.err[0]


def test_a_schema_of_a_newer_release_is_left_alone(home: Path) -> None:
    database = database_at(home / "dossier.db")
    with database.writing() as connection:
        connection.execute(sql("UPDATE alembic_version SET version_num = '30000101_future'"))
    database.close()
    newer = "The database schema is at 30000101_future, which this release does not know: a newer release made it."
    address = engine().shown(home / "dossier.db")
    assert dossier(home, "verify") == (1, [], [f"dossier: {newer} It is {address}."])
    outcome = dossier(home, "migrate")
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err == [f"dossier: {newer} It is {address}."]


def test_a_database_that_has_lost_the_version_of_its_schema_is_left_alone(home: Path) -> None:
    database = database_at(home / "dossier.db")
    with database.writing() as connection:
        connection.execute(sql("DELETE FROM alembic_version"))
    database.close()
    for command in ("verify", "migrate"):
        outcome = dossier(home, command)
        assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
        assert "restore a backup" in outcome.err[0]


def test_a_locked_database_is_named_by_those_who_would_write_and_hinders_no_reader(home: Path, seed: Path) -> None:
    database = database_at(home / "dossier.db")
    reason = "The database cannot be used: database is locked."
    if IS_POSTGRESQL:
        reason = "Another process is writing to the database: try again when it has ended."
    locked = Outcome(1, [], [f"dossier: {reason} It is {engine().shown(home / 'dossier.db')}."])
    with database.writing():
        assert dossier(home, "publish", "--author", "A", "--note", "B") == locked
        assert dossier(home, "migrate") == locked
        assert dossier(home, "verify").code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (corrupt, "The database cannot be read: file is not a database."),
        (break_schema, "The database has no schema, this release needs 20"),
    ],
)
def test_serve_names_a_database_that_it_cannot_serve_and_answers_503_until_it_is_repaired(
    home: Path, harm: object, reason: str
) -> None:
    whole = (home / "dossier.db").read_bytes()
    assert callable(harm)
    harm(home)
    with served(home) as (client, lines):
        assert len(lines) == 2
        assert lines[0].startswith(f"dossier: {reason}")
        ready = client.get("/health/ready")
        assert ready.status_code == 503
        assert ready.json()["detail"].startswith(reason)
        assert client.get("/v1/actors").status_code in (200, 503)
        for file in home.glob("dossier.db*"):
            file.unlink()
        (home / "dossier.db").write_bytes(whole)
        assert client.get("/health/ready").status_code == 200


# --- publishing, releasing, verifying ---------------------------------------------------------------------------------


def bare(tmp_path: Path) -> Path:
    """A folder with a database that has a schema and nothing published in it."""
    migrated(tmp_path / "dossier.db").close()
    return tmp_path


def test_publish_makes_a_revision_once_and_release_writes_its_file_once(tmp_path: Path, seed: Path) -> None:
    folder = bare(tmp_path)
    publish = ("publish", str(seed), "--author", "The desk", "--note", "First", "--note-fr", "D’abord")
    published = dossier(folder, *publish)
    assert (published.code, published.err) == (0, [])
    [line] = published.out
    assert line.startswith("Revision 1: 2 added, 0 changed, 0 withdrawn; digest ")
    again = dossier(folder, *publish)
    assert again == (0, ["Nothing differs from what is published: no revision was made."], [])

    assert dossier(folder, "release", "--folder", "out") == (
        0,
        ["Written: out/0001.jsonl", "Written: out/SHA256SUMS"],
        [],
    )
    assert dossier(folder, "release", "--folder", "out") == (0, ["Every revision already has its file."], [])
    written = (folder / "out" / "0001.jsonl").read_bytes()
    digest = hashlib.sha256(written).hexdigest()
    assert line.endswith(f"digest {digest}.")
    assert json.loads(written.splitlines()[0])["note"] == {"en": "First", "fr": "D’abord"}
    assert dossier(folder, "verify") == (0, [f"Revisions that match: 1. The newest has digest {digest}."], [])


def test_publish_names_each_fault_in_a_line_and_changes_nothing(tmp_path: Path, seed: Path) -> None:
    folder = bare(tmp_path)
    (seed / "actors.toml").write_text(SEED["actors.toml"].replace('"state"', '"stat"').replace("Un pays", " "))
    outcome = dossier(folder, "publish", str(seed), "--author", "A", "--note", "B")
    assert (outcome.code, outcome.out) == (1, [])
    assert [line.partition(': "stat"')[0] for line in outcome.err] == [
        f"dossier: {seed}/actors.toml: aland: summary.fr: has blanks at its ends or is not in Unicode normal form C",
        f"dossier: {seed}/actors.toml: aland: kind",
    ]
    assert dossier(folder, "verify") == (1, [], ["dossier: nothing has been published in this database"])


def test_publish_refuses_a_folder_that_is_not_there_or_has_something_else(home: Path, seed: Path) -> None:
    def refused(folder: object) -> list[str]:
        outcome = dossier(home, "publish", str(folder), "--author", "A", "--note", "B")
        assert (outcome.code, outcome.out) == (1, [])
        return outcome.err

    assert refused("nowhere") == ["dossier: nowhere: contains no seed file (<collection>.toml)"]
    (seed / "dreams.toml").write_text("")
    assert refused(seed) == [f"dossier: {seed}/dreams.toml: is not named after a collection"]
    (seed / "dreams.toml").unlink()
    (seed / "actors.toml").write_text("[[record")
    [line] = refused(seed)
    assert line.startswith(f"dossier: {seed}/actors.toml: cannot be read: ")


def test_release_continues_a_log_and_never_rewrites_one(home: Path) -> None:
    (home / "out").mkdir()
    (home / "out" / "0001.jsonl").write_text("{}\n")
    outcome = dossier(home, "release", "--folder", "out")
    assert outcome == (1, [], ["dossier: out/0001.jsonl: is another revision 1 than this database has"])
    assert (home / "out" / "0001.jsonl").read_text() == "{}\n"


def test_verify_names_the_revision_that_was_tampered_with(home: Path) -> None:
    database = database_at(home / "dossier.db")
    with database.writing() as connection:
        connection.execute(sql("UPDATE actors SET body_fr = '{}' WHERE id = 'canada'"))
    database.close()
    outcome = dossier(home, "verify")
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err[0].startswith("dossier: revision 1 does not match: actors/canada: ")


def test_a_dry_run_lists_what_would_change_and_writes_nothing(tmp_path: Path, seed: Path) -> None:
    bare(tmp_path)
    publish = ("publish", str(seed), "--author", "A", "--note", "N")
    first = dossier(tmp_path, "publish", str(seed), "--dry-run")
    assert first == (
        0,
        [
            "added actors/aland",
            "added sources/gazette",
            "This would publish 2 added, 0 changed, 0 withdrawn. Nothing was written.",
        ],
        [],
    )
    assert dossier(tmp_path, "verify").err == ["dossier: nothing has been published in this database"]
    assert dossier(tmp_path, *publish).code == 0
    nothing = "Nothing differs from what is published: no revision was made."
    assert dossier(tmp_path, "publish", str(seed), "--dry-run") == (0, [nothing], [])
    aland = SEED["actors.toml"].replace('kind = "state"', 'kind = "group"')
    (seed / "actors.toml").write_text(aland + 'code = "AX"\n')
    changed = dossier(tmp_path, "publish", str(seed), "--dry-run")
    assert changed.out == [
        "changed actors/aland: kind, code",
        "This would publish 0 added, 1 changed, 0 withdrawn. Nothing was written.",
    ]
    (seed / "actors.toml").write_text('[[withdrawn]]\nid = "aland"\nreason = { en = "Gone", fr = "Parti" }\n')
    assert dossier(tmp_path, "publish", str(seed), "--dry-run").out[0] == "withdrawn actors/aland"


def test_a_dry_run_finds_the_faults_that_publishing_would(tmp_path: Path, seed: Path) -> None:
    bare(tmp_path)
    (seed / "sources.toml").unlink()
    real = dossier(tmp_path, "publish", str(seed), "--author", "A", "--note", "N")
    assert dossier(tmp_path, "publish", str(seed), "--dry-run") == real
    assert real == (1, [], ["dossier: actors: aland: source: names gazette, which is not in sources"])


def test_a_text_changed_in_one_language_only_is_published_with_a_warning(tmp_path: Path, seed: Path) -> None:
    bare(tmp_path)
    publish = ("publish", str(seed), "--author", "A", "--note", "N")
    assert dossier(tmp_path, *publish).err == []
    half = SEED["actors.toml"].replace('fr = "Un pays"', 'fr = "Une contrée"')
    (seed / "actors.toml").write_text(half)
    warning = ["dossier: actors: aland: summary: is changed in fr only: check the other language"]
    assert dossier(tmp_path, "publish", str(seed), "--dry-run").err == warning
    published = dossier(tmp_path, *publish)
    assert (published.code, published.err) == (0, warning)
    whole = half.replace('en = "A country"', 'en = "A nation"').replace("Une contrée", "Une nation")
    (seed / "actors.toml").write_text(whole)
    assert dossier(tmp_path, *publish).err == []


def test_values_without_quotes_are_named_with_what_to_do(tmp_path: Path, seed: Path) -> None:
    bare(tmp_path)
    unquoted = "\ncontent_as_of = 2018-06-12\nretrieved_on = 2018\n"
    (seed / "sources.toml").write_text(SEED["sources.toml"].rstrip() + unquoted)
    outcome = dossier(tmp_path, "publish", str(seed), "--dry-run")
    where = f"dossier: {seed}/sources.toml: gazette"
    assert outcome.err == [
        f"{where}: content_as_of: is 2018-06-12 without quotes: put it in quotes",
        f"{where}: retrieved_on: is 2018 without quotes: put it in quotes",
    ]


# --- citations --------------------------------------------------------------------------------------------------------


def test_correct_citations_are_counted_and_wrong_ones_are_listed(tmp_path: Path, seed: Path) -> None:
    (tmp_path / "page.txt").write_text("News\n\nWar began in May. At last, it ended.\n")
    (tmp_path / "other.txt").write_text("News\n\nPeace began.\n")
    check = ("check-citations", "--folder", str(seed), "--text")
    good = dossier(tmp_path, *check, "gazette=page.txt")
    assert good == (0, [f"1 passages of 1 records checked ({seed}): all correct."], [])
    bad = dossier(tmp_path, *check, "gazette=other.txt")
    assert bad == (
        1,
        [
            "actors/aland: gazette: start: 'War began' is not in the source",
            f"1 passages of 1 records checked ({seed}): 1 wrong.",
        ],
        [],
    )


def test_what_is_no_text_of_a_cited_source_is_refused(tmp_path: Path, seed: Path) -> None:
    (tmp_path / "page.bin").write_bytes(b"\xff\xfe")
    check = ("check-citations", "--folder", str(seed), "--text")
    assert dossier(tmp_path, *check, "gazette") == (
        2,
        [],
        ["dossier: --text gazette: write SOURCE=FILE, such as gac-country-page=page.txt"],
    )
    assert dossier(tmp_path, *check, "almanac=page.bin") == (
        2,
        [],
        ["dossier: --text almanac: no passage of that source is cited"],
    )
    missing = "dossier: none.txt: cannot be read: No such file or directory"
    assert dossier(tmp_path, *check, "gazette=none.txt") == (2, [], [missing])
    assert dossier(tmp_path, *check, "gazette=.") == (
        2,
        [],
        ["dossier: .: is not a regular file (a folder, a pipe, a socket or a device)"],
    )
    assert dossier(tmp_path, *check, "gazette=page.bin") == (2, [], ["dossier: page.bin: is not text in UTF-8"])


def test_without_a_text_each_address_is_fetched_and_one_that_cannot_be_is_named(tmp_path: Path, seed: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/page"
    (seed / "sources.toml").write_text(SEED["sources.toml"].replace("https://gazette.example/page", address))
    outcome = dossier(tmp_path, "check-citations", "--folder", str(seed))
    assert (outcome.code, outcome.err) == (2, [])
    assert outcome.out[0].startswith(f"sources/gazette: {address} is at 127.0.0.1, which is not a public address")
    outcome = dossier(tmp_path, "check-citations", "--allow-private-addresses", "--folder", str(seed))
    assert (outcome.code, outcome.err) == (2, [])
    assert outcome.out[0].startswith(f"sources/gazette: {address} cannot be read: ")
    assert outcome.out[1:] == [
        f"No passage was checked ({seed}).",
        "Sources whose text cannot be read, so that their passages were not checked: 1.",
    ]


def test_a_wrong_citation_is_exit_code_1_even_if_another_source_cannot_be_read(tmp_path: Path, seed: Path) -> None:
    fault = RecordFault("missing-file")
    report = Report(Fault("", "from-package"), faults=[fault], unread=[fault])
    with patch("app.publishing.check_citations.run", return_value=report):
        assert dossier(tmp_path, "check-citations").code == 1


@pytest.mark.parametrize("page", CITED_PAGES.values(), ids=CITED_PAGES)
def test_the_citations_of_a_page_are_correct_in_a_folder_and_in_a_database(tmp_path: Path, page: CitedPage) -> None:
    check = ("check-citations", "--text", f"{SOURCE}={page.text}")
    from_folder = dossier(tmp_path, *check, "--folder", str(page.seed))
    assert from_folder.out[-1].endswith(f" records checked ({page.seed}): all correct.")
    assert dossier(bare(tmp_path), "publish", str(page.seed), "--author", "A", "--note", "B").code == 0
    outcome = dossier(tmp_path, *check)
    assert (outcome.code, outcome.err) == (0, [])
    assert outcome.out[-1].endswith("records checked (the database): all correct.")


@on_sqlite
@pytest.mark.parametrize("page", CITED_PAGES.values(), ids=CITED_PAGES)
def test_without_a_database_the_citations_of_the_package_are_checked(tmp_path: Path, page: CitedPage) -> None:
    packaged = dossier(tmp_path, "check-citations", "--text", f"{SOURCE}={page.text}")
    assert packaged.code == (0 if page is REAL else 1)
    assert " records checked (the packaged seed files, since there is no database): " in packaged.out[-1]
    assert list(tmp_path.iterdir()) == []


# --- the command line itself ------------------------------------------------------------------------------------------


def test_a_port_in_use_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]
        outcome = dossier(tmp_path, "serve", "--port", str(port))
    assert outcome == (1, [], [f"dossier: cannot listen on 127.0.0.1 port {port}: Address already in use"])
    assert list(tmp_path.iterdir()) == []


def test_a_bad_setting_stops_every_command_with_one_line(tmp_path: Path) -> None:
    for command in (["serve"], ["verify"], ["openapi"]):
        outcome = dossier(tmp_path, *command, DOSSIER_LOG="maybe")
        assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
        assert outcome.err[0].startswith("dossier: DOSSIER_LOG: the value is not known. Allowed: auto, json, off. ")


def test_the_version_is_printed(tmp_path: Path) -> None:
    assert dossier(tmp_path, "--version") == (0, [f"dossier {__version__}"], [])


def test_shell_completion_knows_the_commands(tmp_path: Path) -> None:
    done = process(tmp_path, _DOSSIER_COMPLETE="complete_bash", COMP_WORDS="dossier ser", COMP_CWORD="1")
    assert done == (0, ["serve"], [])


def test_a_variable_that_is_no_setting_is_named_by_every_command(tmp_path: Path) -> None:
    mistyped = {"DOSSIER_DATABSE_URL": "sqlite:///other.db", "DOSSIER_PORT_8000_TCP": "tcp://10.0.0.1:8000"}
    outcome = dossier(tmp_path, "migrate", **mistyped)
    name = "dossier: DOSSIER_DATABSE_URL: is not a setting of this service and has no effect."
    assert (outcome.code, outcome.err) == (0, [f"{name} Did you mean DOSSIER_DATABASE_URL?"])


@pytest.mark.slow
@pytest.mark.parametrize("host", ["::1", "::"])
def test_the_address_that_serve_prints_can_be_opened(home: Path, host: str) -> None:
    port = free_port()
    with subprocess.Popen(
        [SCRIPT, "serve", "--host", host, "--port", str(port)],
        cwd=home, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as server:  # fmt: skip
        assert server.stderr is not None
        line = server.stderr.readline()
        address = f"http://[::1]:{port}"
        try:
            assert line.startswith(f"dossier: serving on {address}, ")
            assert eventually(lambda: answers(address))
        finally:
            server.send_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--prt", "1"], "No such option: --prt"),
        (["serv"], "No such command 'serv'."),
        (["serve", "--port", "70000"], "Invalid value for '--port'"),
        (["serve", "--port", "http"], "Invalid value for '--port'"),
        (["publish", "--author", "A"], "Invalid value for '--note': is required unless --dry-run is given"),
        (["publish", "--note", "N"], "Invalid value for '--author': is required unless --dry-run is given"),
        (["verify", "now"], "Got unexpected extra argument(s) (now)"),
    ],
)
def test_a_wrong_command_line_is_exit_code_2_with_what_is_wrong_and_where_help_is(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    outcome = dossier(tmp_path, *arguments)
    assert (outcome.code, outcome.out) == (2, [])
    assert outcome.err[0].startswith("Usage: dossier")
    assert "--help' for help." in outcome.err[1]
    assert words in outcome.err[-1]


HELP = {
    "serve": ["--host", "--port", "--workers", "[default: 127.0.0.1]", "503"],
    "migrate": ["packaged revisions"],
    "verify": ["digest", "first revision that does not match"],
    "backup": ["file", "--force", "verified"],
    "restore": ["file", "verified first", "dated name"],
    "copy": ["FROM", "TO", "same digests"],
    "publish": ["[folder]", "--author", "--note", "--note-fr", "--dry-run", "Required.", "all of it, or nothing"],
    "release": ["--folder", "packaged file"],
    "import": ["--list", "--dry-run", "--matches", "--force", "--allow-private-addresses", "--accept-clock"],
    "check-citations": ["--text", "SOURCE=FILE", "--folder", "--allow-private-addresses"],
    "openapi": ["--markdown"],
    "mcp": ["stdin and stdout (MCP)", "the extra `mcp`"],
}


def test_help_names_every_command_and_each_lists_its_options(tmp_path: Path) -> None:
    whole = dossier(tmp_path, "--help")
    assert (whole.code, whole.err) == (0, [])
    listed = [line.split()[0] for line in whole.out[whole.out.index("Commands:") + 1 :] if re.match("  [a-z]", line)]
    assert listed == list(HELP)
    for command, words in HELP.items():
        outcome = dossier(tmp_path, command, "--help")
        assert (outcome.code, outcome.err) == (0, [])
        text = " ".join(" ".join(outcome.out).split())
        assert [word for word in words if word not in text] == []


@pytest.mark.parametrize("place", ["FROM", "TO"])
@pytest.mark.parametrize("address", ["mysql://127.0.0.1/dossier", "no address", "sqlite://", "postgresql://127.0.0.1"])
def test_copy_names_the_argument_that_is_no_database(tmp_path: Path, place: str, address: str) -> None:
    addresses = {"FROM": "sqlite:///one.db", "TO": "sqlite:///two.db", place: address}
    outcome = dossier(tmp_path, "copy", addresses["FROM"], addresses["TO"])
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err[0].startswith(f"dossier: {place}: ")
    assert [*tmp_path.iterdir()] == []


def test_a_replica_of_sqlite_is_refused(tmp_path: Path) -> None:
    replica = {"DOSSIER_READ_DATABASE_URL": "postgresql+psycopg://user@127.0.0.1/dossier"}
    outcome = dossier(tmp_path, "serve", DOSSIER_DATABASE_URL="sqlite:///dossier.db", **replica)
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err[0].startswith("dossier: DOSSIER_READ_DATABASE_URL: needs DOSSIER_DATABASE_URL")


def test_a_server_is_named_by_the_hosts_in_its_url_and_by_nothing_secret(tmp_path: Path) -> None:
    url = "postgresql+psycopg://user@/dossier?host=127.0.0.1:1&host=127.0.0.1:2&password=secret"
    outcome = dossier(tmp_path, "verify", DOSSIER_DATABASE_URL=url)
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err[0].endswith("It is postgresql+psycopg://user@/dossier?host=127.0.0.1%3A1&host=127.0.0.1%3A2.")


def test_openapi_is_printed_without_a_database_as_json_and_as_a_page(tmp_path: Path) -> None:
    schema = dossier(tmp_path, "openapi")
    assert (schema.code, schema.err) == (0, [])
    assert json.loads("\n".join(schema.out))["info"]["title"] == "Canada–North Korea dossier"
    page = dossier(tmp_path, "openapi", "--markdown")
    assert (page.code, page.err) == (0, [])
    assert page.out[0].startswith("# Canada–North Korea dossier: API reference")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_shell_gets_the_same_lines_and_exit_codes(home: Path, tmp_path: Path) -> None:
    assert process(home, "migrate") == (0, ["The schema is up to date; no revision was missing."], [])
    assert process(home, "verify") == dossier(home, "verify")
    packed = sorted(file.name for file in (packaged("seed") / "revisions").iterdir())
    assert process(home, "release", "--folder", "out").out == [f"Written: out/{name}" for name in packed]
    corrupt(tmp_path)
    line = "dossier: The database cannot be read: file is not a database. It is sqlite:///dossier.db."
    assert process(tmp_path, "verify") == (1, [], [line])
    wrong = process(tmp_path, "serve", "--prt", "1")
    assert (wrong.code, wrong.out) == (2, [])
    assert wrong.err[-1].startswith("Error: No such option: --prt")
    bad = process(tmp_path, "serve", DOSSIER_FETCH_MAX_BYTES="many")
    assert (bad.code, bad.out, len(bad.err)) == (1, [], 1)


@pytest.mark.slow
def test_output_that_cannot_be_written_is_one_line_and_exit_code_1(home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [SCRIPT, "openapi"],
            cwd=home,
            env=environment(home),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert (done.returncode, done.stderr) == (1, "dossier: stdout: No space left on device\n")
