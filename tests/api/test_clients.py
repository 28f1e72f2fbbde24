"""The typed clients that partners make of the schema, and the programs under examples/ that use them."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from app.resources.registry import COLLECTIONS
from tests.support.servers import inhabited
from tests.support.waiting import TIMEOUT
from tests.support.world import RECORDS, World, text
from tools import clients

MARKS = {
    "python": [pytest.mark.slow, pytest.mark.generator],
    "typescript": [pytest.mark.slow, pytest.mark.node],
}
# Reads the record of each line of the feed as what its collection has, and prints both.
TYPES = """
import json, sys
import dossier_client.models as models
from dossier_client.models import RecordChange
shapes = dict(pair.split("=") for pair in sys.argv[1:])
for change in map(RecordChange.from_dict, map(json.loads, sys.stdin)):
    record = getattr(models, shapes[change.collection]).from_dict(change.record.to_dict())
    assert record.id == change.id
    print(change.collection, type(record).__name__)
"""


class Run(NamedTuple):
    """How a run of an example ended: exit code, lines on stdout, lines on stderr."""

    code: int
    out: list[str]
    err: list[str]


class Example(NamedTuple):
    """An example next to its client; `command` runs it."""

    folder: Path
    command: list[str]

    def run(self, *arguments: str | Path | httpx.URL) -> Run:
        command = [*self.command, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * TIMEOUT, check=False)
        return Run(done.returncode, done.stdout.splitlines(), done.stderr.splitlines())


def made(name: str, factory: pytest.TempPathFactory, schema: Path) -> Example:
    if reason := clients.lacking(name):
        pytest.skip(reason)
    folder = factory.mktemp("clients") / name
    return Example(folder, clients.make(name, schema, folder))


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clients.write_schema(tmp_path_factory.mktemp("schema") / "openapi.json")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory, schema: Path) -> Example:
    return made("python", tmp_path_factory, schema)


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory, schema: Path) -> Example:
    return made("typescript", tmp_path_factory, schema)


@pytest.fixture(params=[pytest.param(name, marks=marks) for name, marks in MARKS.items()])
def example(request: pytest.FixtureRequest) -> Example:
    """Each example in turn."""
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]  # one of the two above


@pytest.fixture
def living(tmp_path: Path) -> Iterator[tuple[World, httpx.Client]]:
    """The tiny world, to publish to, and a client of a server of it."""
    with inhabited(tmp_path) as (world, client):
        yield world, client


def records_in(file: Path) -> dict[str, Any]:
    """The records in a copy; the Python client writes UTC its own way."""
    records = json.loads(file.read_text().replace("+00:00", "Z"))["records"]
    return {name: records.get(name, {}) for name in COLLECTIONS}


def served(client: httpx.Client, revision: int) -> dict[str, Any]:
    """What the lists serve of a revision: by collection and id."""
    texts = {name: client.get(f"/v1/{name}?format=jsonl&revision={revision}").text for name in COLLECTIONS}
    rows = {name: [json.loads(line) for line in text.splitlines()] for name, text in texts.items()}
    return {name: {row["id"]: row for row in rows[name]} for name in COLLECTIONS}


def test_a_copy_begun_empty_has_what_the_lists_serve(dossier: httpx.Client, example: Example, tmp_path: Path) -> None:
    run = example.run(dossier.base_url, tmp_path / "copy.json", "first-nuclear-test")
    counts = {one["name"]: one["records"] for one in dossier.get("/v1").json()["collections"]}
    changes = dossier.get("/v1/changes?limit=1").json()
    newest = changes["dataset"]["revision"]
    withdrawn = [line for line in run.out if " was withdrawn: " in line]
    assert len(withdrawn) == sum(one["withdrawn"] for one in dossier.get("/v1/revisions").json()["data"])
    assert run._replace(out=[line for line in run.out if line not in withdrawn]) == Run(
        0,
        [
            f"Canada–North Korea dossier: revision {newest}",
            f"{changes['page']['total']} changes up to revision {newest}",
            *(f"{name}: {count}" for name, count in counts.items()),
            "2006-10-09: North Korea carries out its first nuclear test",
        ],
        [],
    )
    assert max(counts.values()) > 50, "no list has a second page"
    assert records_in(tmp_path / "copy.json") == served(dossier, newest)


def test_a_later_run_takes_only_what_was_published_since(
    living: tuple[World, httpx.Client], example: Example, tmp_path: Path
) -> None:
    (world, client), file = living, tmp_path / "copy.json"
    first = example.run(client.base_url, file, "nope")
    assert first.out[1] == f"{sum(map(len, RECORDS.values()))} changes up to revision 1"
    unknown = "404 Unknown record: There is no nope in timeline-events at revision 1: see /v1/timeline-events."
    assert first.out[-1] == unknown
    world.change("actors", "borea", title=text("Boreas"))
    world.withdraw("timeline-events", "truce", "Counted twice")
    world.publish()
    world.add("actors", "newland", "Newland", kind="state")
    world.publish()
    run = example.run(client.base_url, file, "truce")
    assert run.out[1:3] == ["timeline-events/truce was withdrawn: Counted twice", "3 changes up to revision 3"]
    assert run.out[-1] == "410 Withdrawn record: Counted twice"
    assert records_in(file) == served(client, 3)
    assert example.run(client.base_url, file).out[1] == "Nothing is new since revision 3 (304)."


def test_a_copy_is_right_while_publications_go_on(
    living: tuple[World, httpx.Client], example: Example, tmp_path: Path
) -> None:
    (world, client), file = living, tmp_path / "copy.json"
    with subprocess.Popen([*example.command, str(client.base_url), str(file)], stdout=subprocess.DEVNULL) as running:
        for number in range(15):
            world.publish_with_change("actors", "borea", title=text(f"Borea {number}"))
            if number % 5 == 0:
                world.withdraw("timeline-events", "tie")
            elif number % 5 == 2:
                world.restore("timeline-events", "tie")
            time.sleep(0.05)
    assert running.returncode == 0
    revision = json.loads(file.read_text())["revision"]
    assert revision > 1
    assert records_in(file) == served(client, revision)


def test_a_failure_is_reported_in_one_line(dossier: httpx.Client, example: Example, tmp_path: Path) -> None:
    file = tmp_path / "copy.json"
    other = '{"revision": 9, "etag": null, "records": {}}'
    file.write_text(other)
    for address, reason in {
        "http://127.0.0.1:9": r"(refused|ECONNREFUSED|bad port)",
        str(dossier.base_url): r"404 Unknown revision: There is no revision 9 to continue from",
    }.items():
        run = example.run(address, file)
        assert run.code == 1
        assert len(run.err) == 1
        assert re.match(rf"keep.copy: {re.escape(address)}: .*{reason}", run.err[0]), run.err
    assert file.read_text() == other


def test_the_documentation_shows_the_command_that_runs_it(example: Example) -> None:
    page = (clients.ROOT / "docs" / "integrate.md").read_text()
    (block,) = re.findall(r"```sh\nmake clients\n(.*?)```", page, re.DOTALL)
    command = " ".join([*example.command, "http://127.0.0.1:8000 copy.json"])
    built = command.replace(str(example.folder), f"build/clients/{example.folder.name}")
    assert built.replace(f"{clients.ROOT}/", "") in block.splitlines()


@pytest.mark.slow
@pytest.mark.generator
def test_the_python_client_reads_each_record_as_what_its_collection_has(dossier: httpx.Client, python: Example) -> None:
    lines = dossier.get("/v1/changes?format=jsonl").text.splitlines(keepends=True)
    changes = "".join(line for line in lines if json.loads(line)["record"])  # the others withdraw one
    shapes = [f"{name}={resource.model.__name__}" for name, resource in COLLECTIONS.items()]
    command = [python.command[0], "-c", TYPES, *shapes]
    read = subprocess.run(command, cwd=python.folder, input=changes, capture_output=True, text=True, check=True)
    assert set(read.stdout.splitlines()) == {shape.replace("=", " ") for shape in shapes}


@pytest.mark.slow
@pytest.mark.generator
def test_the_python_example_is_typed_strictly(python: Example) -> None:
    command = [sys.executable, "-m", "mypy", str(clients.EXAMPLES / "python" / "keep_copy.py")]
    environment = {**os.environ, "MYPYPATH": str(python.folder)}
    done = subprocess.run(command, cwd=clients.ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_typescript_example_is_compiled_as_strictly_as_the_schema() -> None:
    def options(file: Path) -> Any:
        return json.loads(re.sub(r"^ *//.*$", "", file.read_text(), flags=re.MULTILINE))["compilerOptions"]

    # The example is written out to be run; test_openapi.py checks the declarations that it uses.
    other = {"noEmit", "types", "skipLibCheck"}
    strict = options(clients.ROOT / "tests" / "node" / "tsconfig.json").items()
    assert {(name, str(value)) for name, value in strict if name not in other} <= {
        (name, str(value)) for name, value in options(clients.EXAMPLES / "typescript" / "tsconfig.json").items()
    }
