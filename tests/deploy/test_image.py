"""The container image, as far as it can be tested without a registry: its Dockerfile, its command, its health check."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app import __version__
from tests.support.command import SCRIPT, answers, environment, free_port
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT, eventually

DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())  # one instruction a line
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
HADOLINT = ROOT / ".venv-supply" / "bin" / "hadolint"


def instruction(name: str) -> str:
    """What follows the last instruction of this name."""
    return str(re.findall(rf"^{name} (.*)$", DOCKERFILE, re.MULTILINE)[-1])


def health_check() -> list[str]:
    command: list[str] = json.loads(re.findall(r"^HEALTHCHECK .*?CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
    return command


def server_command() -> list[str]:
    command: list[str] = json.loads(re.findall(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)[0])
    return command


def test_every_stage_begins_with_the_same_base_by_digest() -> None:
    assert re.search(r"^ARG PYTHON=python:3\.11\.\d+-slim-\w+@sha256:[0-9a-f]{64}$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${PYTHON}", "${PYTHON}"]


def test_the_final_image_has_no_pip_and_runs_without_privileges() -> None:
    final = DOCKERFILE.split("FROM ${PYTHON}\n")[1]
    assert re.search(r"pip uninstall .*\bpip\b", final)
    assert "ensurepip" in final
    assert "pip install" not in final
    assert "venv --without-pip" in DOCKERFILE
    assert instruction("USER") == "10001:10001"
    assert instruction("STOPSIGNAL") == "SIGTERM"


def test_the_labels_say_what_the_package_says() -> None:
    labels = dict(re.findall(r'org\.opencontainers\.image\.([a-z.]+)="([^"]*)"', instruction("LABEL")))
    assert labels["title"] == PROJECT["name"]
    assert labels["description"] == PROJECT["description"]
    assert labels["licenses"] == PROJECT["license"]
    assert labels["version"] == "${VERSION}"
    assert f"\nARG VERSION={__version__}\n" in DOCKERFILE
    assert labels["revision"] == "${REVISION}"
    assert labels["base.name"].split("/")[-1] in DOCKERFILE.split("@")[0]


def test_the_context_has_what_the_image_copies_and_nothing_else() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    assert all((ROOT / name).exists() for name in kept)
    assert {"requirements.txt", "deploy/healthcheck.py", "app", "migrations", "seed", "pyproject.toml"} <= {*kept}
    assert not [name for name in kept if name.startswith((".", "tests", "tools", "build"))]


@pytest.mark.slow
@pytest.mark.skipif(not HADOLINT.exists(), reason="no hadolint: make supply")
def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([HADOLINT, ROOT / "Dockerfile"], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@contextmanager
def running(folder: Path, command: list[str], **variables: str) -> Iterator[int]:
    """The command of the image in a folder that stands for /data; the number of its process."""
    settings = {"PATH": f"{SCRIPT.parent}:{os.environ['PATH']}", "DOSSIER_DATABASE_URL": "sqlite:///dossier.db"}
    with subprocess.Popen(command, cwd=folder, env=environment(**settings, **variables)) as process:
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(TIMEOUT)


def is_healthy(process: int) -> bool:
    """The health check of the image, asked about a process that is not the first one here."""
    command = [sys.executable if word == "python" else word for word in health_check()]
    command = [str(ROOT / "deploy" / Path(word).name) if word.endswith(".py") else word for word in command]
    done = subprocess.run([*command, str(process)], capture_output=True, text=True, timeout=TIMEOUT, check=False)
    assert not done.stderr
    return done.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the health check reads /proc")
@pytest.mark.parametrize("way", ["variable", "command", "equals sign"])
def test_the_command_serves_and_the_health_check_follows_its_port(tmp_path: Path, way: str) -> None:
    port = str(free_port())
    own = ["dossier", "serve", "--host", "127.0.0.1"]
    command = {
        "variable": [word.replace("0.0.0.0", "127.0.0.1") for word in server_command()],
        "command": [*own, "--port", port],
        "equals sign": [*own, f"--port={port}"],
    }[way]
    with running(tmp_path, command, PORT=port if way == "variable" else "1") as process:
        assert eventually(lambda: answers(f"http://127.0.0.1:{port}"))
        assert is_healthy(process)
        for file in tmp_path.glob("dossier.db*"):
            if file.is_file():
                file.unlink()
        assert not is_healthy(process)


def test_the_image_listens_to_all_addresses_and_is_asked_on_its_own() -> None:
    assert "--host 0.0.0.0" in server_command()[-1]
    assert 'LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}' in (ROOT / "deploy/healthcheck.py").read_text()


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("sh"), reason="no shell")
def test_a_health_check_without_a_server_fails_in_silence() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        try:
            assert not is_healthy(process.pid)
        finally:
            process.kill()
