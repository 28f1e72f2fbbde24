"""Records a release (`make record`, once, when its version is set): its schema, and answers of pinned addresses.

tests/contract/test_promise.py compares later releases with these files, which are never written again.
"""

import asyncio
import json
import sys
import tempfile
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import httpx

from app import __version__
from app.main import api, create_app
from app.publishing.bootstrap import bootstrap
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.engines.sqlite import SqliteDatabase

FOLDER = Path(__file__).parent.parent / "tests" / "released"
WORDS = {"description", "summary", "example", "examples", "title"}


ACROSS = (
    "/v1?",
    "/v1/vocabularies?",
    "/v1/revisions?",
    "/v1/revisions/1?",
    "/v1/sanctions-measures?in_force_on=2018-06-12&",
    "/v1/sanctions-measures?in_force_on=2018-06-12&certain=true&format=csv&",
    "/v1/timeline?limit=5&",
    "/v1/timeline?from=2016&to=2017&fold=true&",
    "/v1/timeline?from=2016&to=2017&format=csv&",
    "/v1/timeline?from=2016&to=2017&format=ics&",
    "/v1/timeline?limit=3&format=atom&",
    "/v1/timeline-events?limit=1&facets=kind,actor&include=actors,engagement-topics&",
    "/v1/search?q=nuclear+test&limit=5&",
    "/v1/changes?limit=2&",
    "/v1/changes?collection=engagement-topics&format=jsonl&",
    "/v1/funding-records/totals?group_by=year&",
)


_LATER = ("designations",)  # collections that had no record at these revisions


def addresses() -> Iterator[str]:
    """Pinned addresses of every kind, at both packaged revisions, in both languages."""
    for revision, lang in product((1, 2), ("en", "fr")):
        pin = f"revision={revision}&lang={lang}"
        yield from (f"{address}{pin}" for address in ACROSS)
        for resource in COLLECTIONS.values():
            if resource.name in _LATER:
                continue
            item = resource.address(resource.example)
            yield f"{resource.path}?limit=2&{pin}"
            yield f"{resource.path}?format=csv&fields=title,url&{pin}"
            yield f"{item}?{pin}"
            yield f"{item}?format=csl&{pin}"
            yield f"{item}/history?{pin}"


def skeleton(part: Any) -> Any:
    """What a schema promises: all of it but its words and examples."""
    if isinstance(part, dict):
        named = {"properties", "schemas", "headers", "responses"}  # whose keys are names, not words
        return {
            key: {name: skeleton(one) for name, one in value.items()} if key in named else skeleton(value)
            for key, value in part.items()
            if key not in WORDS
        }
    return [skeleton(one) for one in part] if isinstance(part, list) else part


async def answers() -> list[dict[str, str]]:
    """Each address with the body that this release answers from the packaged revisions."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(database_url=f"sqlite:///{folder}/dossier.db", log="off")
        bootstrap(SqliteDatabase(settings), COLLECTIONS)
        transport = httpx.ASGITransport(create_app(settings))
        async with httpx.AsyncClient(transport=transport, base_url="http://dossier") as client:
            return [
                {"address": address, "body": (await client.get(address)).raise_for_status().text}
                for address in addresses()
            ]


def record(folder: Path) -> None:
    """Write the files of this release. Exits where it has been recorded: a recording never changes."""
    if folder.exists():
        sys.exit(f"Release {__version__} is recorded already: {folder.name}")
    folder.mkdir(parents=True)
    schema = json.dumps(skeleton(api(Settings()).openapi()), ensure_ascii=False, separators=(",", ":"))
    (folder / "openapi.json").write_text(schema + "\n")
    lines = [json.dumps(answer, ensure_ascii=False) for answer in asyncio.run(answers())]
    (folder / "answers.jsonl").write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    record(FOLDER / __version__)
