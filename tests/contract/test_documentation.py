"""The documentation is true: its tables are those of the code, its commands run, its answers are those of a server."""

import json
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
from tests.support.command import environment
from tests.support.pages import CITED_PAGES, CitedPage
from tests.support.paths import ROOT
from tests.support.waiting import TIMEOUT
from tools.write_docs import (
    COMMAND,
    CONSOLE,
    PAGES,
    SEED_PAGE,
    SHOWN,
    copy_checkout,
    edit_seed,
    packaged,
    session,
    with_answers,
    with_tables,
)

TEXTS = {name: (ROOT / name).read_text() for name in (*PAGES, SEED_PAGE)}
README, CONTRIBUTE = TEXTS["README.md"], TEXTS["docs/contribute.md"]
EVERYTHING = "\n".join(TEXTS.values())
LACKING = [tool for tool in ("bash", "curl", "sha256sum") if not shutil.which(tool)]
needs_tools = pytest.mark.skipif(bool(LACKING), reason=f"not installed: {', '.join(LACKING)}")


# What `make docs` does first
WRITE_DOCUMENT = """
from app.api.openapi import write_packaged
from app.main import api
from app.settings import Settings
write_packaged(api(Settings()).openapi())
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the code and the seed, whose `.venv/bin/dossier` works on that copy."""
    copy_checkout(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", TEXTS)
def test_generated_tables_and_figures_are_up_to_date(name: str) -> None:
    assert with_tables(TEXTS[name]) == TEXTS[name], "run `make docs`"


def test_the_pages_list_every_collection_setting_count_and_command() -> None:
    for name in COLLECTIONS:
        assert f"| [`{name}`](openapi.md#{name}) | " in README
    for name in (file.stem for file in (ROOT / "seed").glob("*.toml")):
        assert re.search(rf"^\| \[{name}\.toml\]\({name}\.toml\) \| [1-9]\d* \|$", TEXTS[SEED_PAGE], re.MULTILINE), name
    for name in Settings.model_fields:
        assert f"| `DOSSIER_{name.upper()}` | " in TEXTS["docs/operate.md"]
    for command in cli.registered_commands:
        function = getattr(command.callback, "__name__", "")
        assert f"| `{command.name or function.replace('_', '-')}` | " in TEXTS["docs/operate.md"]
    assert re.search(r"Of the \d+ citations, \d+ quote .* the other \d+ name the section", README)


@needs_tools
@pytest.mark.parametrize(
    "name", ["README.md", "docs/integrate.md", "docs/data.md", pytest.param("docs/operate.md", marks=pytest.mark.slow)]
)
def test_every_answer_shown_is_what_the_command_prints(name: str, dossier_address: str, checkout: Path) -> None:
    assert with_answers(TEXTS[name], dossier_address, checkout) == TEXTS[name], "run `make docs`"


@pytest.mark.slow
@needs_tools
def test_a_change_and_a_withdrawal_are_published_as_shown(checkout: Path) -> None:
    edit_seed(CONTRIBUTE, checkout)
    assert with_answers(CONTRIBUTE, "http://nowhere.example", checkout) == CONTRIBUTE, "run `make docs`"
    newest = max((checkout / "seed" / "revisions").glob("*.jsonl"))
    heading, *changes = map(json.loads, newest.read_text().splitlines())
    assert heading["note"] == {"en": "What changed", "fr": "Ce qui a changé"}
    assert [(change["action"], change["id"]) for change in changes] == [
        ("changed", "canada"),
        ("withdrawn", "further-sanctions-information"),
    ]
    assert changes[1]["reason"]["en"] in CONTRIBUTE


@pytest.mark.slow
def test_the_filter_shown_works_as_soon_as_its_line_is_added(checkout: Path) -> None:
    shown = re.search(r"```python\n# (\S+), class (\w+)\n(.*?)```", CONTRIBUTE, re.DOTALL)
    assert shown is not None
    file = checkout / shown[1]
    file.write_text(re.sub(rf"^class {shown[2]}\(.*\):\n", rf"\g<0>{shown[3]}", file.read_text(), flags=re.MULTILINE))
    subprocess.run([checkout / ".venv" / "bin" / "python", "-c", WRITE_DOCUMENT], cwd=checkout, check=True)
    with packaged(checkout / ".venv" / "bin" / "dossier") as address, httpx.Client(base_url=address) as client:
        assert "Only these addresses." in client.get("/openapi.json").text
        (source, *_) = client.get("/v1/sources?limit=1").json()["data"]
        found = client.get("/v1/sources", params={"address": source["address"]}).json()["data"]
        assert [one["id"] for one in found] == [source["id"]]


def test_console_blocks_have_commands_with_their_answers() -> None:
    blocks = CONSOLE.findall(EVERYTHING)
    assert len(blocks) == EVERYTHING.count("```console") > 20
    for block in blocks:
        assert block.startswith("$ ")
        assert COMMAND.sub("", block).strip(), f"no answer: {block}"
        assert "urn:dossier:problem" not in block


def test_each_command_of_a_console_block_gets_its_own_answer(tmp_path: Path) -> None:
    block = '$ name=world\n$ for word in hello "$name"; do\n>   echo "$word"\n> done\nstale\n$ printf \'no end\'\n'
    assert session(block, "http://here", tmp_path) == block.replace("stale\n", "hello\nworld\n") + "no end\n"


def test_an_ellipsis_in_an_answer_covers_any_text_of_its_line(tmp_path: Path) -> None:
    fitting, other = "$ echo one; echo two\no…e\ntw…\n", "$ echo one; echo two\no…e\nthree…\n"
    assert session(fitting, "http://here", tmp_path) == fitting
    assert session(other, "http://here", tmp_path) == "$ echo one; echo two\no…e\ntwo\n"


def test_an_ellipsis_stays_where_no_more_than_a_number_is_new(tmp_path: Path) -> None:
    block = "$ echo Revision 8, digest abc.\nRevision 3, digest ….\n"
    assert session(block, "http://here", tmp_path) == "$ echo Revision 8, digest abc.\nRevision 8, digest ….\n"


def test_answers_name_the_address_of_the_commands(tmp_path: Path) -> None:
    assert session(f"$ echo {SHOWN}/v1\n", "http://127.0.0.1:4321", tmp_path) == f"$ echo {SHOWN}/v1\n{SHOWN}/v1\n"


@pytest.mark.parametrize("command", ["false", "ls nothing | cat"])
def test_a_command_that_fails_is_never_written_into_a_page(tmp_path: Path, command: str) -> None:
    with pytest.raises(RuntimeError, match=command.replace("|", r"\|")):
        session(f"$ {command}\n", "http://here", tmp_path)


def test_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_every_make_target_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"(?:^|`)make ([a-z]+)", EVERYTHING, re.MULTILINE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_file_named_exists() -> None:
    named = r"`((?:app|docs|examples|migrations|seed|tests|tools)/[a-z_/.]*)`"
    coming = re.search(r"^## Where coming things go\n.*?(?=^## )", CONTRIBUTE, re.DOTALL | re.MULTILINE)
    assert coming is not None
    planned = {"app/publishing/importers/", *re.findall(named, coming[0])}
    missing = [name for name in set(re.findall(named, EVERYTHING)) - planned if not (ROOT / name).exists()]
    assert not missing


@pytest.mark.parametrize("name", TEXTS)
def test_every_link_leads_somewhere(name: str) -> None:
    for file, heading in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", TEXTS[name]):
        place = (ROOT / name).parent / file if file else ROOT / name
        assert place.exists(), file
        if heading:
            headings = re.findall(r"^##+ (.+)$", place.read_text(), re.MULTILINE)
            assert heading in [re.sub("[^a-z0-9_ -]", "", one.lower()).replace(" ", "-") for one in headings], heading


def test_the_changelog_knows_this_release() -> None:
    from app import __version__

    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def run(folder: Path, line: str) -> str:
    """Run a line in a folder; what it prints, once it has succeeded."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=2 * TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("page", CITED_PAGES.values(), ids=CITED_PAGES)
def test_citations_are_checked_as_shown(checkout: Path, page: CitedPage) -> None:
    shutil.copytree(page.seed, checkout / "seed", dirs_exist_ok=True)
    for file in (checkout / "seed").glob("*.toml"):
        if not (page.seed / file.name).exists():
            file.unlink()
    shutil.copy(page.text, checkout / "page.txt")
    (line,) = re.findall(r"^\.venv/bin/dossier check-citations.*", CONTRIBUTE, re.MULTILINE)
    assert run(checkout, line).endswith(": all correct.\n")


@pytest.mark.slow
def test_an_installed_package_serves_from_any_folder(tmp_path: Path) -> None:
    assert "```sh\npip install .\ndossier serve " in TEXTS["docs/operate.md"]
    site, folder = tmp_path / "site", tmp_path / "anywhere"
    folder.mkdir()
    pip = f"{sys.executable} -m pip --disable-pip-version-check --quiet install --no-deps --no-build-isolation"
    run(ROOT, f"{pip} --target {site} .")
    assert {"migrations", "seed"} <= {path.name for path in (site / "app" / "packaged").iterdir()}
    program = f"{sys.executable} -c 'import app.cli; print(app.cli.__file__); app.cli.main()'"
    printed = run(folder, f"PYTHONPATH={site} {program} migrate")
    package = site / "app" / "cli" / "__init__.py"
    revisions = range(1, 1 + len([*(ROOT / "seed" / "revisions").glob("*.jsonl")]))
    written = f"The schema is up to date; revisions written: {', '.join(map(str, revisions))}."
    assert printed.splitlines() == [str(package), written]
