"""Databases of generated records, made by the project's own publication.

`python -m tools.bench.database 100000 FILE` makes one with the code of this checkout; it may take minutes.
"""

import sys
import time
from pathlib import Path

from app.publishing import bootstrap
from app.publishing.publish import publish
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from tools.bench.records import publications


def make(file: Path, events: int) -> None:
    """Make a database of the packaged record and so many generated events. The file must not exist yet."""
    part = file.with_name(f"{file.name}.part")
    for left in part.parent.glob(f"{part.name}*"):
        left.unlink()
    part.parent.mkdir(parents=True, exist_ok=True)
    database = open_database(Settings(database_url=f"sqlite:///{part}"))
    bootstrap.bootstrap(database, COLLECTIONS)
    for publication in publications(events):
        began = time.process_time()
        publish(database, COLLECTIONS, publication.submissions, "bench", publication.note)
        print(f"{publication.note['en']}: {time.process_time() - began:.1f} s of CPU", file=sys.stderr)
    database.close()
    part.rename(file)


if __name__ == "__main__":
    make(Path(sys.argv[2]), int(sys.argv[1]))
