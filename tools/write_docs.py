"""Documentation generator (`make docs`): writes what the pages repeat of code, data and answers; tests compare."""

import contextlib
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx

from app.api import openapi, openapi_examples
from app.api.openapi_markdown import markdown
from app.main import api
from app.publishing.seed_files import read_folder
from app.resources.registry import COLLECTIONS
from app.settings import PREFIX, Settings, settings_table
from tools.document_examples import examples

ROOT = Path(__file__).parent.parent
# Pages whose console blocks are run
PAGES = ("README.md", "docs/integrate.md", "docs/operate.md", "docs/data.md", "docs/contribute.md")
SEED_PAGE = "seed/README.md"
SHOWN = "http://127.0.0.1:8000"  # the address in the commands of the pages: that of `make serve`
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
# Further lines of a command begin with `> `, as in a shell
COMMAND = re.compile(r"^\$ (.+(?:\n> .*)*)\n", re.MULTILINE)
WITHDRAWAL = re.compile(r'^```toml\n# (\S+)\n(\[\[withdrawn\]\]\nid = "(\S+)"\n.*?)^```$', re.DOTALL | re.MULTILINE)
_PATIENCE = 60  # seconds


def with_tables(text: str) -> str:
    """A page whose generated tables and figures are those of the code and the seed."""
    seed = {one.collection: one.records for one in read_folder(ROOT / "seed", COLLECTIONS)}
    collections = [f"| [`{name}`](openapi.md#{name}) | {resource.about} |" for name, resource in COLLECTIONS.items()]
    counts = [f"| [{name}.toml]({name}.toml) | {len(seed[name])} |" for name in COLLECTIONS if name in seed]
    citations = [one for records in seed.values() for record in records for one in record.get("citations", [])]
    quoting = sum("fragment" in one for one in citations)
    figures = f"Of the {len(citations)} citations, {quoting} quote the passage and link to it; the other"
    text = re.sub(r"Of the \d+ citations, \d+ quote .*?; the other \d+", f"{figures} {len(citations) - quoting}", text)
    text = table(text, "collection", collections)
    text = table(text, "variable", settings_table().splitlines()[2:])
    return table(text, "file", counts)


def with_answers(text: str, address: str, folder: Path) -> str:
    """A page whose console blocks show what their commands print, all run in one folder against a server.

    The server has to serve the packaged revisions. Raises RuntimeError for a block whose last command fails.
    """
    return CONSOLE.sub(lambda found: session(found[0], address, folder), text)


def session(block: str, address: str, folder: Path) -> str:
    """A console block with what its commands print now. One bash runs them all, so that variables keep their values."""
    _, *parts = COMMAND.split(block)
    commands, shown = parts[::2], parts[1::2]
    script = "\nprintf '\\0'\n".join(command.replace("\n> ", "\n") for command in commands)
    done = subprocess.run(
        ["bash", "-c", script.replace(SHOWN, address)],
        cwd=folder,
        # Only the search path is inherited: no proxy, curlrc or language of this machine changes what is printed.
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(folder),
            "LC_ALL": "C",
            "PYTHONUTF8": "1",
        },
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode or done.stderr:
        raise RuntimeError(f"{script}\n{done.stdout}{done.stderr}exit code {done.returncode}")
    printed = [_lines(output) for output in done.stdout.replace(address, SHOWN).split("\0")]
    answers = zip(commands, shown, printed, strict=True)
    return "".join(f"$ {command}\n{_unless_matched(before, now)}" for command, before, now in answers)


def _lines(output: str) -> str:
    return output if output.endswith("\n") or not output else f"{output}\n"


def _unless_matched(shown: str, printed: str) -> str:
    """What was printed, with `…` where the page has it (digests, times, folders), if no more than numbers differ."""
    before, now = shown.splitlines(keepends=True), printed.splitlines(keepends=True)
    if len(before) != len(now):
        return printed
    return "".join(map(_with_dots, before, now))


def _with_dots(shown: str, printed: str) -> str:
    pattern = re.sub(r"\d+", r"\\d+", re.escape(shown)).replace("…", "(.*)")
    match = re.fullmatch(pattern, printed, re.DOTALL)
    if not match or "…" not in shown:
        return printed
    starts, ends = zip(*map(match.span, range(1, len(match.groups()) + 1)), strict=True)
    between = zip((0, *ends), (*starts, len(printed)), strict=True)
    return "…".join(printed[start:end] for start, end in between)


def copy_checkout(folder: Path) -> None:
    """Copy the code and the seed into a folder, with a `.venv/bin` whose `dossier` and `python` run that copy."""
    for name in ("app", "migrations", "seed"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, arguments in (("python", ""), ("dossier", " -c 'from app.cli import main; main()'")):
        program = programs / name
        program.write_text(f'#!/bin/sh\nPYTHONPATH="{folder}" exec "{sys.executable}"{arguments} "$@"\n')
        program.chmod(0o755)


def edit_seed(text: str, folder: Path) -> None:
    """Change a record in a copy of the checkout, and withdraw the one that the page withdraws (docs/contribute.md)."""
    actors = folder / "seed" / "actors.toml"
    changed = actors.read_text()
    for old, new in (
        ('title.en = "Canada"', 'title.en = "Canada, changed"'),
        ('fr = "Canada"', 'fr = "Canada, modifié"'),
    ):
        changed = changed.replace(old, new, 1)
    actors.write_text(changed)
    for name, block, id in WITHDRAWAL.findall(text):
        file = folder / name
        kept = [part for part in file.read_text().split("[[record]]\n") if not part.startswith(f'id = "{id}"\n')]
        file.write_text("[[record]]\n".join(kept) + block)


@contextlib.contextmanager
def packaged(*program: str | Path) -> Iterator[str]:
    """Address of a server of the packaged revisions: `dossier serve` in an empty folder, or another such program."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [*(program or (sys.executable, "-c", "from app.cli import main; main()")), "serve", "--port", str(port)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, cwd=folder, env=inherited | {f"{PREFIX}LOG": "off"}) as server,
    ):
        try:
            _await(address, server)
            yield address
        finally:
            server.terminate()


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < until:
        with contextlib.suppress(httpx.ConnectError):
            httpx.get(f"{address}/health/ready").raise_for_status()
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


def table(text: str, first: str, rows: Iterable[str]) -> str:
    """A page with these rows in the table whose first column has this heading."""
    found = re.compile(rf"(^\| {first} \|[^\n]*\n\|[-|]+\|\n)(?:\|[^\n]*\n)*", re.MULTILINE)
    return found.sub(lambda match: match[1] + "".join(f"{row}\n" for row in rows), text)


def write_pages(address: str) -> None:
    """Write every page, each with a copy of the checkout for its commands."""
    for name in PAGES:
        page = ROOT / name
        text = with_tables(page.read_text())
        with tempfile.TemporaryDirectory() as folder:
            copy_checkout(Path(folder))
            edit_seed(text, Path(folder))
            page.write_text(with_answers(text, address, Path(folder)))
    page = ROOT / SEED_PAGE
    page.write_text(with_tables(page.read_text()))


def write_document() -> dict[str, Any]:
    """Write app/api/openapi.json as the code and the examples give it; the document."""
    openapi_examples.load.cache_clear()
    # Named, so that no variable of the environment gets into the package
    document = api(Settings(public_url=None, contact=None)).openapi()
    openapi.write_packaged(document)
    return document


if __name__ == "__main__":
    document = write_document()  # the server reads it
    with packaged() as address:
        found = examples(document, address)
        openapi_examples.FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        write_pages(address)
    (ROOT / "openapi.md").write_text(markdown(write_document()))
