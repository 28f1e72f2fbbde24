"""Databases of generated records, made by the project's own publication and kept in build/bench.

`python -m tools.bench.database 100000 FILE` makes one with the code of this checkout.
"""

import hashlib
import sys
import time
from contextlib import closing
from pathlib import Path

from app import __version__
from app.publishing import bootstrap
from app.publishing.publish import publish
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store import schema_version
from app.store.database import open_database
from tools.bench.plan import BUILD
from tools.bench.records import publications


def generated(events: int) -> Path:
    """Database of so many events; made if there is none of this release, schema and generator."""
    sources = [Path(__file__).with_name(name).read_bytes() for name in ("records.py", "words.py")]
    stored_by = f"{__version__} {schema_version.head()}"  # no release serves what another one derived from the records
    made_by = hashlib.sha256(b"".join([stored_by.encode(), *sources])).hexdigest()[:12]
    file = BUILD / f"{events}-{made_by}.db"
    if not file.exists():
        print(f"Making a database of {events:,} events", file=sys.stderr)
        make(file, events)
    return file


def packaged() -> Path:
    """Database of the packaged record."""
    file = BUILD / f"packaged-{__version__}-{schema_version.head()}.db"
    if not file.exists():
        make(file, 0)
    return file


def make(file: Path, events: int) -> None:
    """Make a database of the packaged record and so many generated events. It has its name only when it is complete."""
    part = file.with_name(f"{file.name}.part")
    part.parent.mkdir(parents=True, exist_ok=True)
    for left in part.parent.glob(f"{part.name}*"):
        left.unlink()
    with closing(open_database(Settings(database_url=f"sqlite:///{part}"))) as database:
        bootstrap.bootstrap(database, COLLECTIONS)
        for publication in publications(events) if events else ():
            began = time.process_time()
            publish(database, COLLECTIONS, publication.submissions, "bench", publication.note)
            print(f"{publication.note['en']}: {time.process_time() - began:.1f} s of CPU", file=sys.stderr)
    part.rename(file)


if __name__ == "__main__":
    make(Path(sys.argv[2]), int(sys.argv[1]))
