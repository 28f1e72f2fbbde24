"""Writes what README.md and seed/README.md repeat of code and data into them (`make docs`); tests compare."""

import contextlib
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx

from app.api.openapi_examples import FILE
from app.main import api
from app.publishing.seed_files import read_folder
from app.resources.registry import COLLECTIONS
from app.settings import PREFIX, Settings, settings_table

ROOT = Path(__file__).parent.parent
PAGED = {"application/json", "application/atom+xml"}
# Of files whose bytes depend on the SQLite that wrote them: an example has to be the same everywhere
VARYING = {"spdx:checksumValue", "schema:sha256", "dcat:byteSize", "schema:contentSize"}
SHOWN = "http://127.0.0.1:8000"  # the address that README's commands name: that of `make serve`
CONSOLE = re.compile(r"(?<=^```console\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)
COMMAND = re.compile(r"^\$ (.+(?:\n> .*)*)\n", re.MULTILINE)  # lines after the first stand behind `> `, as in a shell
_PATIENCE = 60  # seconds


def readme(text: str) -> str:
    """README.md with its table of collections and its table of settings as they have to be."""
    rows = [f"| [`{name}`](openapi.md#{name}) | {resource.about} |" for name, resource in COLLECTIONS.items()]
    return table(table(text, "collection", rows), "variable", settings_table().splitlines()[2:])


def seed_readme(text: str) -> str:
    """seed/README.md with its counts as they have to be."""
    counts = {one.collection: len(one.records) for one in read_folder(ROOT / "seed", COLLECTIONS)}
    return table(text, "file", [f"| [{name}.toml]({name}.toml) | {counts[name]} |" for name in COLLECTIONS])


def consoles(text: str, address: str) -> str:
    """A page whose console blocks show what their commands print, all run in one folder against a server.

    It has to serve the packaged revisions. Raises RuntimeError for a block whose last command fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        return CONSOLE.sub(lambda found: session(found[0], address, Path(folder)), text)


def session(block: str, address: str, folder: Path) -> str:
    """A console block with what its commands print anew. One bash runs them all, so that variables stay set."""
    shown = COMMAND.findall(block)
    script = "\nprintf '\\0'\n".join(command.replace("\n> ", "\n") for command in shown)
    done = subprocess.run(
        ["bash", "-c", script.replace(SHOWN, address)],
        cwd=folder,
        # Nothing of ours but the way to programs: no proxy, no curlrc, no language decides what is printed.
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
    printed = done.stdout.replace(address, SHOWN).split("\0")
    return "".join(f"$ {command}\n{_lines(output)}" for command, output in zip(shown, printed, strict=True))


def _lines(output: str) -> str:
    return output if output.endswith("\n") or not output else f"{output}\n"


@contextlib.contextmanager
def packaged() -> Iterator[str]:
    """Address of a server of the packaged revisions: `dossier serve` in an empty folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
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


def examples(schema: dict[str, Any], address: str) -> dict[str, dict[str, Any]]:
    """What openapi_examples.json has to hold: by operation id and media type an answer, cut where it would be long."""
    operations = [(path, methods["get"]) for path, methods in schema["paths"].items()]
    wanted = [
        (operation["operationId"], media_type, example_address(path, operation, media_type))
        for path, operation in operations
        for media_type in operation["responses"]["200"]["content"]
        if media_type != "application/vnd.sqlite3"  # bytes that nobody reads
    ]
    found: dict[str, dict[str, Any]] = {}
    with httpx.Client(base_url=address, timeout=_PATIENCE) as client:
        for name, media_type, path in wanted:
            reply = client.get(path, headers={"Accept": media_type}).raise_for_status()
            found.setdefault(name, {})[media_type] = example(media_type, reply)
    return found


def example_address(path: str, operation: dict[str, Any], media_type: str) -> str:
    """The address of an example: revision 1, and a page of one row where there are pages."""
    parameters = {parameter["name"]: parameter for parameter in operation.get("parameters", [])}
    for name, parameter in parameters.items():
        path = path.replace(f"{{{name}}}", str(parameter.get("example")))
    asked = {name: one["example"] for name, one in parameters.items() if one["in"] == "query" and one["required"]}
    asked |= {"revision": 1} if "revision" in parameters else {}
    asked |= {"limit": 1} if "limit" in parameters and media_type in PAGED else {}
    return f"{path}?{httpx.QueryParams(asked)}" if asked else path


def shortened(value: Any) -> Any:
    """JSON whose lists end after their second element, without what differs from machine to machine."""
    if isinstance(value, dict):
        return {name: "…" if name in VARYING else shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value[:2]] if isinstance(value, list) else value


def example(media_type: str, reply: httpx.Response) -> Any:
    """An answer as an example: JSON and feeds as they are, a calendar with its first event, else the first row."""
    text = reply.text
    if media_type.endswith("json"):
        return shortened(json.loads(text)) if "@context" in text else json.loads(text)
    if media_type == "application/atom+xml":
        return text
    if media_type == "text/calendar":
        return text.partition("END:VEVENT")[0] + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    return "".join(text.splitlines(keepends=True)[: 2 if media_type == "text/csv" else 1])


def table(text: str, first: str, rows: Iterable[str]) -> str:
    """A page in which the table whose first column has this heading holds these rows."""
    found = re.compile(rf"(^\| {first} \|[^\n]*\n\|[-|]+\|\n)(?:\|[^\n]*\n)*", re.MULTILINE)
    return found.sub(lambda match: match[1] + "".join(f"{row}\n" for row in rows), text)


if __name__ == "__main__":
    with packaged() as address:
        found = examples(api(Settings()).openapi(), address)
        FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        page = ROOT / "README.md"
        page.write_text(consoles(readme(page.read_text()), address))
    page = ROOT / "seed" / "README.md"
    page.write_text(seed_readme(page.read_text()))
