"""README is true: its tables are those of the code, its commands run, its answers are those of a server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.cli import cli
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from tests.support.command import SCRIPT, environment, served
from tests.support.paths import PAGE, ROOT
from tools.pages import COMMAND, CONSOLE, SHOWN, consoles, readme, seed_readme, session

README = (ROOT / "README.md").read_text()
SEED_README = (ROOT / "seed" / "README.md").read_text()
CURLS = re.findall(r"^curl -s '([^']*)'$", README, re.MULTILINE)
LACKING = [tool for tool in ("bash", "curl", "sha256sum") if not shutil.which(tool)]


def test_what_the_pages_repeat_of_code_and_data_is_up_to_date() -> None:
    assert readme(README) == README, "run `make docs`"
    assert seed_readme(SEED_README) == SEED_README, "run `make docs`"


def test_the_pages_repeat_every_collection_setting_and_count() -> None:
    for name in COLLECTIONS:
        assert f"| [`{name}`](openapi.md#{name}) | " in README
        assert re.search(rf"^\| \[{name}\.toml\]\({name}\.toml\) \| [1-9]\d* \|$", SEED_README, re.MULTILINE), name
    for name in Settings.model_fields:
        assert f"| `DOSSIER_{name.upper()}` | " in README


@pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")
def test_every_answer_shown_is_what_the_command_prints(dossier_address: str) -> None:
    assert consoles(README, dossier_address) == README, "run `make docs`"


def test_console_blocks_hold_commands_with_their_answers() -> None:
    blocks = CONSOLE.findall(README)
    assert len(blocks) == README.count("```console") > 10
    for block in blocks:
        assert block.startswith("$ ")
        assert SHOWN in block
        assert COMMAND.sub("", block).strip(), f"no answer: {block}"
        assert "problem" not in block


def test_each_command_of_a_console_block_gets_its_own_answer(tmp_path: Path) -> None:
    block = '$ name=world\n$ for word in hello "$name"; do\n>   echo "$word"\n> done\nstale\n$ printf \'no end\'\n'
    assert session(block, "http://here", tmp_path) == block.replace("stale\n", "hello\nworld\n") + "no end\n"


def test_answers_name_the_address_of_the_commands(tmp_path: Path) -> None:
    assert session(f"$ echo {SHOWN}/v1\n", "http://127.0.0.1:4321", tmp_path) == f"$ echo {SHOWN}/v1\n{SHOWN}/v1\n"


@pytest.mark.parametrize("command", ["false", "ls nothing | cat"])
def test_a_command_that_fails_is_never_written_into_a_page(tmp_path: Path, command: str) -> None:
    with pytest.raises(RuntimeError, match=command.replace("|", r"\|")):
        session(f"$ {command}\n", "http://here", tmp_path)


@pytest.mark.parametrize("address", CURLS)
def test_every_request_shown_finds_something(dossier: httpx.Client, address: str) -> None:
    answer = dossier.get(address.removeprefix(SHOWN))
    assert answer.status_code == 200
    assert answer.json()["data"]


def test_the_digest_of_the_canonical_form_is_checked_as_shown(dossier: httpx.Client) -> None:
    from hashlib import sha256

    canonical = dossier.get("/v1/revisions/1/canonical").content
    assert dossier.get("/v1/revisions/1").json()["data"]["digest"] == sha256(canonical).hexdigest()


def test_every_command_is_named() -> None:
    named = {command.name or (command.callback and command.callback.__name__) for command in cli.registered_commands}
    for name in named:
        assert str(name).replace("_", "-") in README


def test_every_make_target_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", README, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_named_exists() -> None:
    for name in re.findall(r"`(app/[a-z_/.-]+|seed/[a-z/]+)`", README):
        assert (ROOT / name).exists(), name


def test_every_link_leads_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", README)
    assert len(links) > 20
    for file, heading in links:
        place = ROOT / (file or "README.md")
        assert place.exists(), file
        if heading:
            headings = re.findall(r"^##+ (.+)$", place.read_text(), re.MULTILINE)
            assert heading in [re.sub("[^a-z0-9_ -]", "", one.lower()).replace(" ", "-") for one in headings], heading


def test_the_changelog_knows_this_release() -> None:
    from app import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def block(*commands: str) -> list[str]:
    """The lines of the code block that holds these commands, each as the shell gets it."""
    for found in re.findall(r"```sh\n(.*?)```", README, re.DOTALL):
        if all(command in found for command in commands):
            return [str(line) for line in found.splitlines()]
    raise AssertionError(f"README shows no block with {commands}")


def run(folder: Path, line: str) -> str:
    """Run a line in a folder, our `dossier` first in the path; what it prints, once it has succeeded."""
    path = f"{folder / 'bin'}:{SCRIPT.parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=folder,
        env=environment(PATH=path, PYTHONPATH=str(folder)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the command works with, in which it works on the copied seed."""
    for name in ("app", "migrations", "seed"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = tmp_path / "bin" / "dossier"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -c "from app.cli import main; main()" "$@"\n')
    command.chmod(0o755)
    return tmp_path


def test_a_revision_is_checked_as_shown(tmp_path: Path) -> None:
    checked, verified = block("sha256sum", "dossier verify")
    with served(tmp_path) as (client, _):
        address = str(client.base_url).rstrip("/")
        digest = client.get("/v1/revisions/1").json()["data"]["digest"]
        assert run(tmp_path, checked.replace("http://127.0.0.1:8000", address)) == f"{digest}  -\n"
    assert digest in run(tmp_path, verified)


def test_a_change_is_published_and_released_as_shown(checkout: Path) -> None:
    file = checkout / "seed" / "actors.toml"
    file.write_text(file.read_text().replace('title.en = "Canada"', 'title.en = "Canada, changed"', 1))
    for line in block("dossier migrate", "dossier publish", "dossier release"):
        if "check-citations" not in line:
            run(checkout, line)
    heading, *changes = (checkout / "seed" / "revisions" / "0002.jsonl").read_text().splitlines()
    assert json.loads(heading)["note"] == {"en": "What changed", "fr": "Ce qui a changé"}
    assert [json.loads(change)["id"] for change in changes] == ["canada"]


@pytest.mark.skipif(not PAGE.exists(), reason="the page's text is not beside this checkout")
def test_citations_are_checked_as_shown(checkout: Path) -> None:
    shutil.copy(PAGE, checkout / "page.txt")
    (line,) = (line for line in block("check-citations") if "check-citations" in line)
    assert run(checkout, line).endswith(": all hold.\n")


@pytest.mark.slow
def test_an_installed_package_serves_from_any_folder(tmp_path: Path) -> None:
    assert block("pip install .", "dossier serve") == ["pip install .", "dossier serve"]
    site, folder = tmp_path / "site", tmp_path / "anywhere"
    folder.mkdir()
    pip = f"{sys.executable} -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation"
    run(ROOT, f"{pip} --target {site} .")
    assert {"migrations", "seed"} <= {path.name for path in (site / "app" / "packaged").iterdir()}
    program = f"{sys.executable} -c 'import app.cli; print(app.cli.__file__); app.cli.main()'"
    printed = run(folder, f"PYTHONPATH={site} {program} migrate")
    assert printed.splitlines() == [str(site / "app" / "cli.py"), "The schema is up to date; revisions written: 1."]
