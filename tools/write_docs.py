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
from app.api.openapi_components import resolved_operations
from app.api.openapi_markdown import markdown
from app.api.openapi_schemas import extension
from app.main import api
from app.publishing.seed_files import read_folder
from app.resources.registry import COLLECTIONS
from app.settings import PREFIX, Settings, settings_table

ROOT = Path(__file__).parent.parent
# Pages whose console blocks are run
PAGES = ("README.md", "docs/integrate.md", "docs/operate.md", "docs/contribute.md")
SEED_PAGE = "seed/README.md"
# Schemas of formats, each with the request whose response is the example
FORMATS = {
    "Csv": "/v1/timeline-events?format=csv&fields=title,date&revision=1",
    "JsonLines": "/v1/timeline-events?format=jsonl&fields=title,date&revision=1",
    "Calendar": "/v1/timeline-events?format=ics&revision=1",
    "AtomFeed": "/v1/timeline?format=atom&limit=1&revision=1",
    "CslItems": "/v1/timeline-events/first-nuclear-test?format=csl&revision=1",
}
# Of files whose bytes depend on the SQLite that wrote them: an example has to be the same everywhere
VARYING = {"spdx:checksumValue", "schema:sha256", "dcat:byteSize", "schema:contentSize"}
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
    counts = [f"| [{name}.toml]({name}.toml) | {len(seed[name])} |" for name in COLLECTIONS]
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
    """What was printed, or what the page shows if that differs only where it has `…` (digests, times)."""
    pattern = re.escape(shown).replace("…", ".*")
    return shown if re.fullmatch(pattern, printed) else printed


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


def examples(document: dict[str, Any], address: str) -> dict[str, Any]:
    """The content of openapi_examples.json, from a server of the packaged revisions."""
    with httpx.Client(base_url=address, timeout=_PATIENCE) as client:
        return {
            "schemas": schema_examples(document, client),
            "answers": answer_examples(document, client),
        }


def schema_examples(document: dict[str, Any], client: httpx.Client) -> dict[str, Any]:
    """An example for each schema of a record or format, and for the parts of a page; `included` is empty in all."""
    found = {
        resource.model.__name__: shortened(get(client, f"{resource.address(resource.example)}?revision=1")["data"])
        for resource in COLLECTIONS.values()
    }
    page = get(client, "/v1/timeline-events?revision=1&limit=1&facets=kind")
    found |= {"PageInfo": page["page"], "FacetedPageFacets": shortened(page["facets"])}
    fields = [extension(schema)[1].get("properties", {}) for schema in document["components"]["schemas"].values()]
    included = [one["included"]["$ref"].rpartition("/")[2] for one in fields if "included" in one]
    formats = {name: example(client.get(address).raise_for_status()) for name, address in FORMATS.items()}
    return found | {name: {} for name in included} | formats


def answer_examples(document: dict[str, Any], client: httpx.Client) -> dict[str, Any]:
    """By operation id and media type, examples of the responses for which schemas and formats have none."""
    found: dict[str, Any] = {}
    for path, operation in resolved_operations(document):
        name = operation["operationId"]
        for media_type in operation["responses"]["200"]["content"]:
            if lacks_example(path, media_type):
                asked = example_address(path, operation)
                found.setdefault(name, {})[media_type] = named(client, name, asked, media_type)
    return found


def lacks_example(path: str, media_type: str) -> bool:
    """Whether an operation needs an example of its own: schemas of records and formats have theirs."""
    collection, _, rest = path.removeprefix("/v1/").partition("/")
    if media_type == "application/json":
        return collection not in COLLECTIONS or rest not in ("", "{id}", "{id}/history")
    downloads = ("/v1/dataset.jsonl", "/v1/revisions/{number}/canonical", "/v1/catalog")
    return path in downloads


def example_address(path: str, operation: dict[str, Any]) -> str:
    """The address of an example: revision 1, and a page of one row where there are pages."""
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    for name, parameter in parameters.items():
        path = path.replace(f"{{{name}}}", str(parameter.get("example")))
    query = {name: one["example"] for name, one in parameters.items() if one["in"] == "query" and "example" in one}
    query |= {"revision": 1} if "revision" in parameters else {}
    query |= {"limit": 1} if "limit" in parameters else {}
    return f"{path}?{httpx.QueryParams(query)}" if query else path


def named(client: httpx.Client, name: str, address: str, media_type: str = "*/*") -> dict[str, Any]:
    """The response to a request as an example object of OpenAPI under a name, shortened."""
    reply = client.get(address, headers={"Accept": media_type}).raise_for_status()
    return {name: {"summary": address, "value": example(reply)}}


def get(client: httpx.Client, address: str) -> Any:
    """The JSON of a response."""
    return client.get(address).raise_for_status().json()


def shortened(value: Any) -> Any:
    """JSON whose lists end after their first element, without what differs from machine to machine."""
    if isinstance(value, dict):
        return {name: "…" if name in VARYING else shortened(one) for name, one in value.items()}
    return [shortened(one) for one in value[:1]] if isinstance(value, list) else value


def outline(node: Any, depth: int = 1) -> Any:
    """A JSON-LD node whose nodes further down than this depth are references: their `@id` alone.

    What repeats other members in the terms of schema.org is left out, and the classes of what is referred to.
    """
    if isinstance(node, list):
        return [outline(one, depth) for one in node]
    if not isinstance(node, dict):
        return node
    if not depth and "@id" in node:
        return {"@id": node["@id"]}
    below = depth - ("@id" in node)
    kept = {name: value for name, value in node.items() if not name.startswith(("schema:", "@included"))}
    return {name: value if name == "@context" else outline(value, below) for name, value in kept.items()}


def example(reply: httpx.Response) -> Any:
    """A response as an example: JSON and feeds whole, of a calendar an event, of CSV a row, of JSON Lines one."""
    media_type, text = reply.headers["Content-Type"].partition(";")[0], reply.text
    if media_type.endswith("json"):
        return outline(shortened(json.loads(text)))
    if media_type == "application/atom+xml":
        return text
    if media_type == "text/calendar":
        return text.partition("END:VEVENT")[0] + "END:VEVENT\r\nEND:VCALENDAR\r\n"
    lines = text.splitlines(keepends=True)
    return "".join(lines[:2]) if media_type == "text/csv" else min(lines, key=len)


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
