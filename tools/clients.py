"""Makes the typed clients in build/clients, each next to its example, and runs these (`make clients`).

A line is printed for a client whose tools are not installed. The tests run the same programs.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from app.main import api
from app.settings import Settings

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
GENERATOR = ROOT / ".venv-clients" / "bin"
NODE_MODULES = ROOT / "tests" / "node" / "node_modules"
CLIENTS = ("python", "typescript")


def lacking(client: str) -> str | None:
    """Why a client cannot be made and run here; None if it can."""
    if client == "python":
        installed = (GENERATOR.parent / ".made").exists()
        return None if installed else "openapi-python-client is not installed: run `make generator`"
    installed = (NODE_MODULES / ".stamp").exists() and shutil.which("node") is not None
    return None if installed else "the Node.js tools are not installed: run `make node`"


def make(client: str, schema: Path, folder: Path) -> list[str]:
    """Make a client of an OpenAPI schema in a folder, next to its example; the command that runs the example."""
    shutil.rmtree(folder, ignore_errors=True)
    return _make_python(schema, folder) if client == "python" else _make_typescript(schema, folder)


def _make_python(schema: Path, folder: Path) -> list[str]:
    options = ("--path", schema, "--config", EXAMPLES / "python" / "client.yaml", "--output-path", folder)
    run(GENERATOR / "openapi-python-client", "generate", *options, "--fail-on-warning")
    shutil.copy(EXAMPLES / "python" / "keep_copy.py", folder)
    return [str(GENERATOR / "python"), str(folder / "keep_copy.py")]


def _make_typescript(schema: Path, folder: Path) -> list[str]:
    shutil.copytree(EXAMPLES / "typescript", folder)
    (folder / "node_modules").symlink_to(NODE_MODULES)
    run(NODE_MODULES / ".bin" / "openapi-typescript", schema, "-o", folder / "schema.d.ts")
    run(NODE_MODULES / ".bin" / "tsc", "-p", folder)
    return ["node", str(folder / "keep-copy.mjs")]


def run(*command: str | Path) -> str:
    """What a tool prints, once it has succeeded; RuntimeError with what it printed if it has not."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed:\n{done.stdout}")
    return done.stdout


def write_schema(file: Path) -> Path:
    """Write the service's OpenAPI schema into a file; the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(api(Settings()).openapi()))
    return file


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of `dossier serve` with a new database in a folder; it is ended in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DOSSIER_")}
    command = [str(ROOT / ".venv" / "bin" / "dossier"), "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=environment | {"DOSSIER_LOG": "off"}) as server:
        try:
            _wait(f"http://127.0.0.1:{port}/health/ready", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


def _wait(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(address).is_success:
                return
        time.sleep(0.1)
    raise RuntimeError("The server did not start.")


def main() -> None:
    """Make every client, and run its example twice: the second run finds nothing new."""
    build = ROOT / "build"
    schema = write_schema(build / "openapi.json")
    with tempfile.TemporaryDirectory() as folder, served(Path(folder)) as address:
        for client in CLIENTS:
            if reason := lacking(client):
                print(f"The {client} client is left out: {reason}.")
                continue
            command = make(client, schema, build / "clients" / client)
            for _ in range(2):
                arguments = [*command, address, f"{folder}/{client}.json"]
                print(f"\n$ {' '.join(arguments)}", flush=True)
                subprocess.run(arguments, check=True)


if __name__ == "__main__":
    main()
