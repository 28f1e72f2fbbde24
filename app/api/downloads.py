"""Downloads: the files of the whole dataset, each built once for a revision and then cached."""

from dataclasses import replace
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from app import __version__
from app.model.fields import LANGUAGES
from app.reading.dump import SQLITE, Download
from app.resources.params import RevisionParams
from app.serving.responses import Responder
from app.serving.state import state_of
from app.store.file_cache import CachedFile
from app.store.snapshot import RevisionRef, Snapshot


def whole_dataset_responder(request: Request, params: RevisionParams, *formats: str) -> Responder:
    """Responder for an answer in both languages, whose bytes or checksums also depend on the SQLite library.

    Raises NotAcceptable (406), InvalidParameter (422).
    """
    return Responder(request, params, formats, languages=LANGUAGES, variant=SQLITE.library)


async def download_file(request: Request, revision: RevisionRef, download: Download) -> CachedFile:
    """Cached file of a revision, built if missing. Raises Unavailable (503) if it cannot be written, DBAPIError."""
    state = state_of(request)
    # The key has the digest, because another database that replaces this one has the same revision numbers.
    key = "-".join(filter(None, (f"r{revision.number}", revision.digest[:16], __version__, download.library)))

    def write(path: Path) -> None:
        with state.database.streaming() as connection:
            # Another revision may be the newest by now, and `newest` conditions (`IS NULL`) would select that one.
            download.write(Snapshot(connection, replace(revision, newest=False), state.results), path)

    if found := state.file_cache.find(key, download.format):
        return found
    async with state.file_builds:
        return await run_in_threadpool(state.file_cache.get_or_build, key, download.format, write)
