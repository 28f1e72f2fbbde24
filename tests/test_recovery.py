"""Recovery as an operator does it: the documented commands, run as processes, on disks that are full or damaged."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import SCRIPT, Outcome, dossier, environment, process, served
from tests.support.engines import on_sqlite
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT

pytestmark = [pytest.mark.slow, on_sqlite]

SECTION = re.search(
    r"^### When the disk or the database fails\n.*?(?=^##+ )",
    (ROOT / "docs/operate.md").read_text(),
    re.DOTALL | re.MULTILINE,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the packaged revisions; to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    assert process(folder, "migrate").code == 0
    return folder / "dossier.db"


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    """A folder of one's own with such a database, and a backup of it."""
    (tmp_path / "dossier.db").write_bytes(filled.read_bytes())
    assert process(tmp_path, "backup", "backup.db").code == 0
    return tmp_path


def digest(folder: Path, **variables: str) -> str:
    """Digest of the newest revision of a database that matches."""
    outcome = dossier(folder, "verify", **variables)
    assert outcome.code == 0, outcome
    return outcome.out[0].split()[-1].rstrip(".")


def zeros_in_the_middle(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as handle:
        handle.seek(4096)
        handle.write(bytes(size - 8192))


def noise(file: Path) -> None:
    size = file.stat().st_size
    with file.open("r+b") as handle:
        handle.write(os.urandom(size))


def cut_in_half(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def gone(file: Path) -> None:
    for one in file.parent.glob("dossier.db*"):
        one.unlink()


def documented_commands(address: str) -> list[str]:
    """Commands of docs/operate.md for a database that has failed, for a server at an address."""
    assert SECTION is not None
    (block,) = re.findall(r"```sh\n(.*?)```", SECTION[0], re.DOTALL)
    lines = [line.strip().replace("http://127.0.0.1:8000", address) for line in block.splitlines()]
    return [line for line in lines if line]


@pytest.mark.parametrize("failure", [zeros_in_the_middle, noise, cut_in_half, gone], ids=lambda one: one.__name__)
def test_a_failed_database_is_said_by_the_service_and_back_after_the_documented_commands(
    home: Path, failure: Callable[[Path], None]
) -> None:
    with served(home) as (client, _):
        before = client.get("/v1/revisions").json()["data"]
        failure(home / "dossier.db")
        refused = client.get("/health/ready")
        assert refused.status_code == 503
        assert SECTION is not None
        assert any(reason.strip(".` ") in refused.json()["detail"] for reason in re.findall(r"`([^`]+)`", SECTION[0]))
        assert client.get("/health/live").status_code == 200
        printed = ""
        for command in documented_commands(str(client.base_url).rstrip("/")):
            done = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                cwd=home,
                env=environment(PATH=f"{SCRIPT.parent}:{os.environ['PATH']}"),
                capture_output=True,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
            assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
            printed = done.stdout
        assert printed.strip() == '{"status":"ok"}'
        after = client.get("/v1/revisions").json()["data"]
        assert [one["digest"] for one in after] == [one["digest"] for one in before]
        assert client.get("/v1/actors/canada").json()["data"]["title"] == "Canada"


def limited(folder: Path, most: int, *arguments: str) -> Outcome:
    """The command where no file may have more than so many bytes, as on a disk that is nearly full."""
    done = subprocess.run(
        [SCRIPT, *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )
    return Outcome(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


@pytest.mark.parametrize("most", [40_000, 100_000, 1_000_000])
def test_on_a_full_disk_one_line_says_so_and_no_part_of_a_file_is_left(home: Path, most: int) -> None:
    files = {file.name: file.read_bytes() for file in home.iterdir() if not file.name.endswith(("-wal", "-shm"))}
    for command in (["backup", "other.db"], ["backup", "--force", "backup.db"], ["restore", "backup.db"]):
        outcome = limited(home, most, *command)
        assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1), outcome
        assert re.search(r"cannot be written: (disk I/O error|database or disk is full)", outcome.err[0])
    left = {file.name: file.read_bytes() for file in home.iterdir() if not file.name.endswith(("-wal", "-shm"))}
    assert left == files


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(home: Path) -> None:
    (home / "closed").mkdir(mode=0o500)
    outcome = process(home, "backup", "closed/one.db")
    assert outcome.code == 1
    assert "Permission denied" in outcome.err[0]


def killed(folder: Path, seconds: float, *arguments: str) -> bool:
    """Run the command and kill it after so many seconds; whether it was still running."""
    with subprocess.Popen(
        [SCRIPT, *arguments], cwd=folder, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as command:
        try:
            command.wait(seconds)
        except subprocess.TimeoutExpired:
            command.send_signal(signal.SIGKILL)
            return True
    return False


def test_a_backup_that_is_killed_leaves_no_file_by_its_name_or_a_whole_one(home: Path) -> None:
    expected, cut = digest(home), 0
    begun = time.monotonic()
    assert process(home, "backup", "other.db").code == 0
    whole = time.monotonic() - begun
    for share in (0.4, 0.6, 0.8, 0.95):
        (home / "other.db").unlink(missing_ok=True)
        cut += killed(home, whole * share, "backup", "other.db")
        if (home / "other.db").exists():
            assert digest(home, DOSSIER_DATABASE_URL="sqlite:///other.db") == expected
    assert cut
    assert process(home, "backup", "--force", "other.db").code == 0
    assert not [*home.glob(".*.part*")]


# Ends the process as SIGKILL does, before the operation on files of the given number
ENDED_BEFORE = """
import os, sys

left = int(sys.argv.pop(1))

def count(event, arguments):
    global left
    if event in {"os.link", "os.rename", "os.remove", "os.chmod", "os.chown"}:
        left -= 1
        if not left:
            os.kill(os.getpid(), 9)

from app.cli import main
sys.addaudithook(count)
main()
"""


def test_a_restore_that_is_killed_at_any_step_leaves_the_old_database_or_the_restored_one(home: Path) -> None:
    shutil.copytree(ROOT / "seed", home / "new", ignore=shutil.ignore_patterns("revisions", "*.md"))
    actors = home / "new" / "actors.toml"
    actors.write_text(re.sub(r'title\.(en|fr) = "Canada"', r'title.\1 = "Canada, changed"', actors.read_text()))
    old = digest(home)
    assert dossier(home, "publish", "new", "--author", "A", "--note", "B").code == 0
    new = digest(home)
    assert dossier(home, "backup", "newer.db").code == 0
    present, seen = new, set()
    with served(home) as (client, _):
        for step in range(1, 100):
            name, restored = ("newer.db", new) if present == old else ("backup.db", old)
            command = [sys.executable, "-c", ENDED_BEFORE, str(step), "restore", name]
            code = subprocess.run(command, cwd=home, env=environment(), capture_output=True, check=False).returncode
            found = digest(home)
            assert found == restored if code == 0 else found in {present, restored}
            assert client.get("/v1/revisions?sort=-number&limit=1").json()["data"][0]["digest"] == found
            assert client.get("/health/ready").status_code == 200
            seen.add(code == 0 or found == restored)
            present = found
            if code == 0:
                break
    assert step > 5
    assert seen == {False, True}
    assert not [*home.glob(".*.part*")]
