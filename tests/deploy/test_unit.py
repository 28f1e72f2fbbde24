"""The systemd unit: systemd accepts it, finds it hardened, and its command serves as it stands."""

import re
import shlex
import shutil
import signal
import subprocess
from pathlib import Path

import httpx
import pytest

from app.serving.lifecycle import GRACE
from tests.support.command import SCRIPT, answers, environment, free_port
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT, eventually

UNIT = (ROOT / "deploy" / "dossier.service").read_text()
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(not ANALYZE, reason="no systemd-analyze")
MOST_EXPOSED = 1.5  # systemd's measure: 0 is all closed, 10 all open; network and user account for 1


def value(name: str) -> str:
    """The value of a setting that stands once."""
    (found,) = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    return str(found)


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit with a program that exists here."""
    path = tmp_path / "dossier.service"
    path.write_text(UNIT.replace("/opt/dossier/bin/dossier", str(SCRIPT)))
    return path


def analyzed(*arguments: str) -> str:
    done = subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    return output


@needs_systemd
def test_systemd_knows_every_setting_of_the_unit(unit: Path) -> None:
    assert analyzed("verify", str(unit)) == ""


@needs_systemd
def test_systemd_finds_the_unit_hardened(unit: Path) -> None:
    output = analyzed("security", "--offline=true", f"--threshold={MOST_EXPOSED * 10:.0f}", str(unit))
    found = re.search(r"exposure level .*: ([\d.]+)", output)
    assert found is not None
    assert float(found[1]) <= MOST_EXPOSED


def test_a_reload_sends_one_sighup() -> None:
    assert value("ExecReload") == "/bin/kill -HUP $MAINPID"


def test_the_unit_gives_open_answers_longer_to_end_than_the_server_does() -> None:
    assert int(value("TimeoutStopSec")) > GRACE


@pytest.mark.slow
def test_the_command_of_the_unit_serves_from_its_folder_and_ends_when_it_is_told(tmp_path: Path) -> None:
    port = free_port()
    state = tmp_path / "dossier"
    state.mkdir()
    command = shlex.split(
        value("ExecStart").replace("/opt/dossier/bin/dossier", str(SCRIPT)).replace("8000", str(port))
    )
    name, _, url = value("Environment").partition("=")
    variables = {name: url.replace("%S", str(tmp_path))}
    with subprocess.Popen(
        command, cwd=value("WorkingDirectory").replace("%S", str(tmp_path)), env=environment(**variables), umask=0o077
    ) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            assert eventually(lambda: answers(address))
            assert httpx.get(f"{address}/health/ready").status_code == 200
            assert (state / "dossier.db").stat().st_mode & 0o777 == 0o600
            assert [*tmp_path.iterdir()] == [state]
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(int(value("TimeoutStopSec")) + TIMEOUT)
    assert process.returncode in {0, -signal.SIGTERM}
