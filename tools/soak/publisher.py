"""Publisher: publishes small revisions until stdin closes, then prints how many, and what failed, as JSON.

`python -m tools.soak.publisher FILE MILLISECONDS RECORDS`: the revisions change the words of so many packaged events,
and by turns add and withdraw one. Revisions that follow each other within a second are dated into the future, one
second each, as the times of revisions have to differ.
"""

import itertools
import json
import select
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from app.errors import CodedError
from app.paths import packaged
from app.publishing import seed_files
from app.publishing.faults import PublicationError
from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database

COLLECTION = "timeline-events"


def main() -> None:
    """Publish, and print what was done."""
    file, interval, size = Path(sys.argv[1]), int(sys.argv[2]) / 1000, int(sys.argv[3])
    published, failures = 0, list[str]()
    with closing(open_database(Settings(database_url=f"sqlite:///{file}"))) as database:
        print("ready", flush=True)
        for submission in submissions(packaged("seed"), size):
            began = time.monotonic()
            try:
                published += publish(database, COLLECTIONS, [submission], "soak", _both("Soak")) is not None
            except (PublicationError, CodedError) as error:
                failures.append(f"{type(error).__name__}: {error}")
            if select.select([sys.stdin], [], [], max(began + interval - time.monotonic(), 0))[0]:
                break
    print(json.dumps({"published": published, "failures": failures}))


def submissions(folder: Path, size: int) -> Iterator[Submission]:
    """Submissions without end, each of which differs from the current state, whatever was published before.

    Only for one publisher at a time: two that run at once give the same ids.
    """
    records = seed_files.read_file(folder / f"{COLLECTION}.toml").records
    run = f"{time.time_ns():x}"
    added = ""
    for number in itertools.count():
        start = number * size
        changed = [_reworded(records[at % len(records)], f"{run}-{at}") for at in range(start, start + size)]
        new = _reworded(records[start % len(records)], f"{run} {number}") | {"id": f"soak-{run}-{number}"}
        withdrawn = [{"id": added, "reason": _both("It was added to be withdrawn")}] if added else []
        yield _submission([*changed, *([] if added else [new])], withdrawn)
        added = "" if added else new["id"]


def _submission(records: Sequence[Mapping[str, Any]], withdrawn: Sequence[Mapping[str, Any]]) -> Submission:
    return Submission("soak", COLLECTION, records, withdrawn, complete=False)


def _reworded(record: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """The record with a mark in its title and summary, in both languages."""
    texts = {name: record[name] for name in ("title", "summary") if name in record}
    marked = {name: {tongue: f"{text} [{mark}]" for tongue, text in both.items()} for name, both in texts.items()}
    return {**record, **marked}


def _both(text: str) -> dict[str, str]:
    return {"en": text, "fr": text}


if __name__ == "__main__":
    main()
