"""Reference of the trial: one SQLite server that has, from the beginning, every revision that the trial publishes."""

from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Self

from app.paths import packaged
from app.publishing.bootstrap import bootstrap
from app.publishing.publish import newest_number, publish
from app.publishing.replay import Packaged, apply, read_revision, release
from app.publishing.revision_files import read_revision_files
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from app.store.engines.base import Database
from tools.processes import Server, get, service
from tools.soak.publisher import submissions

_RECORDS = 3  # changed in each revision
_NOTE = {"en": "Trial", "fr": "Essai"}

Answer = tuple[int, str, bytes]  # status, entity tag, body


class Reference:
    """Reference: the revisions of the trial in order, and what a single server of them answers while its block runs."""

    def __init__(self, folder: Path, revisions: int) -> None:
        folder.mkdir()
        file = folder / "reference.db"
        with closing(open_database(Settings(database_url=f"sqlite:///{file}"))) as database:
            bootstrap(database, COLLECTIONS)
            for submission in islice(submissions(packaged("seed"), _RECORDS), revisions):
                publish(database, COLLECTIONS, [submission], "trial", _NOTE)
            release(database, COLLECTIONS, folder / "revisions")
        self._revisions: list[Packaged] = [*map(read_revision, read_revision_files(folder / "revisions"))]
        self._server: Server = service(file)
        self._known: dict[str, Answer] = {}

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def publish_next(self, database: Database) -> int | None:
        """Publish to a database the revision that follows its newest; returns its number, None if it has them all."""
        with database.writing() as connection:
            number = newest_number(connection)
            if number == len(self._revisions):
                return None
            apply(connection, COLLECTIONS, self._revisions[number])
        return number + 1

    def answer(self, path: str, revision: str) -> Answer:
        """Answer at a revision, with the bytes and the tag of the present answer while that revision was the newest."""
        address = path if "revision=" in path else f"{path}{'&' if '?' in path else '?'}revision={revision}"
        if address not in self._known:
            status, headers, body = get(self._server.port, address)
            self._known[address] = status, headers.get("etag", ""), body
        return self._known[address]
