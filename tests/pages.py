"""Writes what README.md and seed/README.md repeat of code and data into them (`make docs`); tests compare."""

import asyncio
import json
import re
import shlex
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx

from app.collections import COLLECTIONS
from app.db import Database
from app.main import create_app
from app.replay import bring_up
from app.seedfiles import read_folder
from app.settings import Settings, settings_table

ROOT = Path(__file__).parent.parent
EXAMPLE = re.compile(r"(```console\n\$ (curl [^\n|]*)[^\n]*\n).*?(```)", re.DOTALL)


def readme(text: str) -> str:
    """README.md with its example answer, its table of collections and its table of settings as they have to be."""
    text = EXAMPLE.sub(lambda found: found[1] + pretty(answer(address(found[2]))) + found[3], text)
    rows = [f"| [`{name}`](openapi.md#{name}) | {resource.about} |" for name, resource in COLLECTIONS.items()]
    return table(table(text, "collection", rows), "variable", settings_table().splitlines()[2:])


def seed_readme(text: str) -> str:
    """seed/README.md with its counts as they have to be."""
    counts = {one.collection: len(one.records) for one in read_folder(ROOT / "seed", COLLECTIONS)}
    return table(text, "file", [f"| [{name}.toml]({name}.toml) | {counts[name]} |" for name in COLLECTIONS])


def address(command: str) -> str:
    """The path and query that a `curl -s` command asks for."""
    return shlex.split(command)[2].removeprefix("http://127.0.0.1:8000")


def pretty(body: Any) -> str:
    """JSON as `python3 -m json.tool --no-ensure-ascii --indent 2` prints it."""
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def answer(path: str) -> Any:
    """What the packaged revisions answer at a path, as JSON."""

    async def ask() -> Any:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(database_url=f"sqlite:///{folder}/dossier.db", log="off")
            bring_up(Database(settings), COLLECTIONS)
            transport = httpx.ASGITransport(create_app(settings))
            async with httpx.AsyncClient(transport=transport, base_url="http://dossier") as client:
                return (await client.get(path)).json()

    return asyncio.run(ask())


def table(text: str, first: str, rows: Iterable[str]) -> str:
    """A page in which the table whose first column has this heading holds these rows."""
    found = re.compile(rf"(^\| {first} \|[^\n]*\n\|[-|]+\|\n)(?:\|[^\n]*\n)*", re.MULTILINE)
    return found.sub(lambda match: match[1] + "".join(f"{row}\n" for row in rows), text)


if __name__ == "__main__":
    for file, written in ((ROOT / "README.md", readme), (ROOT / "seed" / "README.md", seed_readme)):
        file.write_text(written(file.read_text()))
