"""Downloads: the files of the whole dataset, each built once for a revision."""

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
    """Negotiation of an answer in both languages. Its bytes or checksums depend on the SQLite library too."""
    return Responder(request, params, formats, languages=LANGUAGES, variant=SQLITE.library)


async def download_file(request: Request, revision: RevisionRef, download: Download) -> CachedFile:
    """The file of a revision, built if it is not there yet. Raises Unavailable (503), DBAPIError."""
    state = state_of(request)
    # By the digest, not by the number alone: another database under the same name has the same numbers.
    key = "-".join(filter(None, (f"r{revision.number}", revision.digest[:16], __version__, download.library)))

    def write(path: Path) -> None:
        with state.database.streaming() as connection:
            # Not the newest any more: a publication since then would show, where that is asked for by `IS NULL`.
            download.write(Snapshot(connection, replace(revision, newest=False), state.results), path)

    if found := state.file_cache.find(key, download.format):
        return found
    async with state.file_builds:
        return await run_in_threadpool(state.file_cache.get_or_build, key, download.format, write)
