"""Clients that five generators make of the schema read a release that is newer than they are.

The answers have a field more in every object, a value that the schema does not list in every field with a list of
values, and records of a collection that it does not know.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.newer import newer_release
from tests.support.paths import ROOT
from tools import clients

TOOLS = ROOT / ".venv-generators"
INTEGRATE = (ROOT / "docs" / "integrate.md").read_text()
READ = [
    "actors of-a-newer-release canada",
    "observations of-a-newer-release a-vessel",
    "actors of-a-newer-release canadian-ngos",
    "of-a-newer-release",
]

# The options of openapi-generator, as docs/integrate.md has them
OPTIONS = {
    "python": "-g python",
    "typescript-fetch": "-g typescript-fetch --additional-properties=importFileExtension=.js",
    "go": "-g go",
}

PYTHON = """
import sys
import openapi_client as made
api = made.ApiClient(made.Configuration(host=sys.argv[1]))
for change in made.ChangesApi(api).list_changes(limit=3).data:
    print(change.collection, change.action, change.record["id"])
print(made.TimelineEventsApi(api).list_timeline_events(limit=1).data[0].kind)
"""

# Makes each request that is given as the name of an API, that of its method, and its arguments.
PYTHON_REQUESTS = """
import json, sys
import openapi_client as made
api = made.ApiClient(made.Configuration(host=sys.argv[1]))
for tag, method, arguments in json.load(sys.stdin):
    answer = getattr(getattr(made, tag)(api), method)(**arguments)
    assert "added_later" in answer.to_dict(), method
    print(method)
"""

PYTHON_LINES = """
import sys
import openapi_client as made
api = made.ApiClient(made.Configuration(host=sys.argv[1]))
print(len(getattr(made.DownloadsApi(api), sys.argv[2])().read()))
"""

TYPESCRIPT = """
import { ChangesApi, Configuration, TimelineEventsApi } from "./index.js";
const configuration = new Configuration({ basePath: process.argv[2] });
const changes = await new ChangesApi(configuration).listChanges({ limit: 3 });
for (const change of changes.data) console.log(change.collection, change.action, change.record?.["id"]);
const events = await new TimelineEventsApi(configuration).listTimelineEvents({ limit: 1 });
console.log(events.data[0]?.kind);
"""

GO = """
package main

import (
	"context"
	"fmt"
	"os"

	dossier "github.com/GIT_USER_ID/GIT_REPO_ID"
)

func main() {
	configuration := dossier.NewConfiguration()
	configuration.Servers = dossier.ServerConfigurations{{URL: os.Args[1]}}
	client, context := dossier.NewAPIClient(configuration), context.Background()
	changes, _, err := client.ChangesAPI.ListChanges(context).Limit(3).Execute()
	if err != nil {
		panic(err)
	}
	for _, change := range changes.Data {
		fmt.Println(change.Collection, change.Action, change.Record["id"])
	}
	events, _, err := client.TimelineEventsAPI.ListTimelineEvents(context).Limit(1).Execute()
	if err != nil {
		panic(err)
	}
	fmt.Println(events.Data[0].Kind)
}
"""

# The clients of examples/: openapi-python-client and openapi-typescript with openapi-fetch
PYTHON_CLIENT = """
import sys
from dossier_client import Client
from dossier_client.api.changes import list_changes
from dossier_client.api.timeline_events import list_timeline_events
client = Client(base_url=sys.argv[1])
for change in list_changes.sync(client=client, limit=3).data:
    print(change.collection, change.action, change.record["id"])
print(list_timeline_events.sync(client=client, limit=1).data[0].kind)
"""

FETCH = """
import createClient from "openapi-fetch";
import type { paths } from "./schema.d.ts";
const client = createClient<paths, "application/json">({ baseUrl: process.argv[2]! });
const changes = await client.GET("/v1/changes", { params: { query: { limit: 3 } } });
for (const change of changes.data!.data) console.log(change.collection, change.action, change.record?.["id"]);
const events = await client.GET("/v1/timeline-events", { params: { query: { limit: 1 } } });
console.log(events.data!.data[0]?.kind);
"""


pytestmark = pytest.mark.slow
needs_generators = pytest.mark.skipif(not (TOOLS / ".made").exists(), reason="run `make generators`")
needs_node = pytest.mark.skipif(clients.lacking("typescript") is not None, reason="run `make node`")
needs_client = pytest.mark.skipif(clients.lacking("python") is not None, reason="run `make generator`")


@pytest.fixture(scope="module")
def newer(dossier_address: str) -> Iterator[str]:
    with newer_release(dossier_address) as address:
        yield address


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    return clients.write_schema(tmp_path / "openapi.json")


def generated(name: str, schema: Path) -> Path:
    """The client that openapi-generator makes, in a folder next to the schema."""
    folder = schema.with_name(name)
    files = ("-i", str(schema), "-o", str(folder))
    clients.run(TOOLS / "bin" / "openapi-generator-cli", "generate", *files, *OPTIONS[name].split())
    return folder


def compiled(folder: Path, file: str, target: Path) -> None:
    """Compile a program and its client to JavaScript with the strictness of TypeScript."""
    options = {"strict": True, "target": "es2022", "module": "nodenext", "skipLibCheck": True, "outDir": str(target)}
    options |= {"types": ["node"], "lib": ["es2022", "dom", "dom.iterable"]}
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": [file]}))
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(clients.NODE_MODULES)
    clients.run(clients.NODE_MODULES / ".bin" / "tsc", "-p", folder)


def printed(*command: str | Path, folder: Path, given: str = "", **environment: str) -> list[str]:
    """Lines that a program prints in a folder. Raises AssertionError with its complaint if it fails."""
    variables = {**os.environ, **environment}
    done = subprocess.run(command, cwd=folder, env=variables, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@needs_generators
def test_openapi_generator_python(newer: str, schema: Path) -> None:
    folder = generated("python", schema)
    assert printed(TOOLS / "bin" / "python", "-c", PYTHON, newer, folder=folder) == READ


UNTYPED = ("/v1/catalog", "/v1/datapackage.json")  # documents of other standards, without declared fields


def requests_of(document: Any, server: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """API, method and arguments of each operation that answers JSON, with all that `include` and `facets` can add."""
    for path, operations in document["paths"].items():
        operation = operations["get"]
        if "application/json" not in operation["responses"]["200"]["content"] or path in UNTYPED:
            continue
        arguments: dict[str, Any] = {}
        for one in operation.get("parameters", []):
            parameter = document["components"]["parameters"][one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one
            if parameter["name"] in ("include", "facets"):
                arguments[parameter["name"]] = parameter["schema"]["items"]["enum"]
        if path.endswith(("/{id}", "/history", "/provisions")):
            arguments["id"] = httpx.get(f"{server}{path.partition('/{')[0]}?limit=1").json()["data"][0]["id"]
        arguments |= {"number": 1} if "{number}" in path else {}
        arguments |= {"q": "nuclear"} if path == "/v1/search" else {}
        arguments |= {"name": "Komid"} if path.endswith("/screen") else {}
        api = "".join(word.capitalize() for word in re.split(r"[- ]", operation["tags"][0]))
        yield f"{api}Api", operation["operationId"], arguments


@needs_generators
def test_openapi_generator_python_gives_the_bytes_of_json_lines(dossier: httpx.Client, schema: Path) -> None:
    method = "get_dataset_jsonl_without_preload_content"
    assert f"`{method}()`" in INTEGRATE
    folder = generated("python", schema)
    address = str(dossier.base_url)
    command = (TOOLS / "bin" / "python", "-c", PYTHON_LINES, address, method)
    assert printed(*command, folder=folder) == [str(len(dossier.get("/v1/dataset.jsonl").content))]


@needs_generators
def test_openapi_generator_python_reads_each_answer(dossier_address: str, newer: str, schema: Path) -> None:
    folder = generated("python", schema)
    requests = list(requests_of(json.loads(schema.read_text()), dossier_address))
    command = (TOOLS / "bin" / "python", "-c", PYTHON_REQUESTS, newer)
    assert printed(*command, folder=folder, given=json.dumps(requests)) == [method for _, method, _ in requests]
    assert len(requests) == 48


@needs_generators
@needs_node
def test_openapi_generator_typescript_fetch(newer: str, schema: Path, tmp_path: Path) -> None:
    folder = generated("typescript-fetch", schema)
    (folder / "program.ts").write_text(TYPESCRIPT)
    compiled(folder, "program.ts", tmp_path / "js")
    shutil.copy(folder / "package.json", tmp_path / "js")
    assert printed("node", tmp_path / "js" / "program.js", newer, folder=folder) == READ


@needs_generators
def test_openapi_generator_go(newer: str, schema: Path, tmp_path: Path) -> None:
    folder = generated("go", schema)
    for test in folder.glob("test/*"):
        test.unlink()  # they need a package that the client itself does not
    (folder / "program").mkdir()
    (folder / "program" / "main.go").write_text(GO)
    environment = {"GOCACHE": str(tmp_path / "go-build"), "GOPATH": str(tmp_path / "go"), "GOTOOLCHAIN": "local"}
    go = (str(TOOLS / "bin" / "go"), "run", "-mod=mod", "./program")
    assert printed(*go, newer, folder=folder, GOFLAGS="", GOPROXY="off", **environment) == READ


@needs_client
def test_openapi_python_client(newer: str, schema: Path, tmp_path: Path) -> None:
    command = clients.make("python", schema, tmp_path / "made")
    assert printed(command[0], "-c", PYTHON_CLIENT, newer, folder=tmp_path / "made") == READ


@needs_node
def test_openapi_typescript(newer: str, schema: Path, tmp_path: Path) -> None:
    folder = tmp_path / "made"
    folder.mkdir()
    clients.run(clients.NODE_MODULES / ".bin" / "openapi-typescript", schema, "-o", folder / "schema.d.ts")
    (folder / "program.ts").write_text(FETCH)
    compiled(folder, "program.ts", folder)
    assert printed("node", "program.js", newer, folder=folder) == READ


def test_the_documentation_has_the_options_that_are_tried() -> None:
    shown = re.findall(r"`openapi-generator-cli generate -i openapi\.json -o client (.*?)`", INTEGRATE)
    assert set(OPTIONS.values()) <= set(shown)
