"""README is true: its tables are those of the code, its commands run, its example is the answer."""

import json
import re
import shlex
from pathlib import Path

import httpx
import pytest

from app.cli import cli
from app.collections import COLLECTIONS
from app.seedfiles import read_folder
from app.settings import settings_table

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
CURLS = [line for line in re.findall(r"curl -s [^\n#]*", README) if "canonical" not in line]


def address(command: str) -> str:
    """The path and query of a `curl` line."""
    return shlex.split(command)[2].removeprefix("http://127.0.0.1:8000")


def test_the_example_answer_is_the_real_one(dossier: httpx.Client) -> None:
    command, answer = re.findall(r"```console\n\$ (curl [^\n]*)\n(.*?)```", README, re.DOTALL)[0]
    assert dossier.get(address(command)).json() == json.loads(answer)


@pytest.mark.parametrize("command", CURLS)
def test_every_request_shown_finds_something(dossier: httpx.Client, command: str) -> None:
    answer = dossier.get(address(command))
    assert answer.status_code == 200
    assert answer.json()["data"]


def test_the_digest_of_the_canonical_form_is_checked_as_shown(dossier: httpx.Client) -> None:
    from hashlib import sha256

    canonical = dossier.get("/v1/revisions/1/canonical").content
    assert dossier.get("/v1/revisions/1").json()["data"]["digest"] == sha256(canonical).hexdigest()


def test_every_collection_stands_in_the_table_as_the_service_describes_it() -> None:
    for name, resource in COLLECTIONS.items():
        assert f"| [`{name}`](openapi.md#{name}) | {resource.about} |" in README


def test_the_settings_table_is_that_of_the_code() -> None:
    assert settings_table() in README


def test_every_command_is_named() -> None:
    named = {command.name or (command.callback and command.callback.__name__) for command in cli.registered_commands}
    for name in named:
        assert str(name).replace("_", "-") in README


def test_every_make_target_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"make ([a-z]+)", README)) - {"are", "clients"}:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_named_exists() -> None:
    for name in re.findall(r"`(app/[a-z_/.-]+|seed/[a-z/]+)`", README):
        assert (ROOT / name).exists(), name


def test_the_seed_counts_are_those_of_the_files() -> None:
    text = (ROOT / "seed" / "README.md").read_text()
    for submission in read_folder(ROOT / "seed", COLLECTIONS):
        name = submission.collection
        assert f"| [{name}.toml]({name}.toml) | {len(submission.records)} |" in text


def test_the_changelog_knows_this_release() -> None:
    from app import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()
