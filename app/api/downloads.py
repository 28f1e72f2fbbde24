"""Downloads: the files of the whole dataset, each built once for a revision and then cached."""

import gzip
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from fastapi.responses import FileResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app import __version__
from app.api.dependencies import snapshot_for
from app.errors import Unavailable
from app.model.fields import LANGUAGES
from app.reading.cursor import fingerprint
from app.reading.dump import Download
from app.resources.params import RevisionParams
from app.serving.compression import GZIP, IDENTITY, LEVEL, ZLIB
from app.serving.ranges import usable_range
from app.serving.responses import Responder
from app.serving.state import ApplicationState, state_of
from app.serving.streaming import CHUNK, StreamSlots
from app.store.file_cache import CachedFile
from app.store.snapshot import RevisionRef, RevisionSelector, open_snapshot


async def answer_download(request: Request, params: RevisionParams, download: Download) -> Response:
    """Endpoint of a download: the file, a part of it for `Range`, or the file in gzip. Raises Unavailable (503)."""
    responder = Responder(request, params, [download.format], languages=LANGUAGES, variant=download.library)
    revision = await responder.state.read(_revision_of, request, params)
    if unchanged := responder.not_modified(revision):
        return unchanged
    file = await download_file(request, revision, download)
    # A part is always one of the file itself: its bytes in gzip differ from one version of zlib to the next.
    part = usable_range(request.headers.get("range", ""), file.size)
    coding = IDENTITY if part else responder.coding(file.size)
    if coding == GZIP:
        file = await _compressed(responder.state, revision, download, file)
    name = f"dossier-r{revision.number}.{download.format}"
    headers = responder.headers(revision, coding) | {"Content-Disposition": f'attachment; filename="{name}"'}
    return _File(file, part, headers, responder.media_type, responder.state.files)


def _revision_of(request: Request, params: RevisionParams) -> RevisionRef:
    with snapshot_for(request, params) as snapshot:
        return snapshot.revision


async def download_file(request: Request, revision: RevisionRef, download: Download) -> CachedFile:
    """Cached file of a revision, built if missing. Raises Unavailable (503) if it cannot be written, DBAPIError."""
    state = state_of(request)
    prefix = state.settings.path_prefix

    def write(path: Path) -> None:
        selector = RevisionSelector(revision.number)
        with open_snapshot(state.database, state.results, selector, prefix=prefix, timeouts=None) as snapshot:
            if snapshot.revision.digest != revision.digest:
                raise Unavailable  # another database has been restored meanwhile
            # Another revision may be the newest by now, and `newest` conditions (`IS NULL`) would select that one.
            download.write(replace(snapshot, revision=replace(revision, newest=False)), path)

    return await _built(state, _key(state, revision, download.library), download.format, write)


async def _compressed(
    state: ApplicationState, revision: RevisionRef, download: Download, file: CachedFile
) -> CachedFile:
    """Cached file in gzip, built if missing. Raises Unavailable (503) if it cannot be written."""

    def write(path: Path) -> None:
        with (
            file.path.open("rb") as source,
            path.open("wb") as target,
            # Without name and time, so that it has the same bytes whenever it is made
            gzip.GzipFile("", "wb", LEVEL, target, mtime=0) as packed,
        ):
            shutil.copyfileobj(source, packed, CHUNK)

    return await _built(state, _key(state, revision, download.library, ZLIB, download.format), GZIP, write)


def _key(state: ApplicationState, revision: RevisionRef, *parts: str) -> str:
    # The key has the digest, because another database that replaces this one has the same revision numbers, and the
    # versions of the libraries that the bytes depend on.
    prefix = state.settings.path_prefix
    whose = prefix and fingerprint({"prefix": prefix})
    return "-".join(filter(None, [f"r{revision.number}", revision.digest[:16], __version__, *parts, whose]))


async def _built(state: ApplicationState, key: str, suffix: str, write: Callable[[Path], None]) -> CachedFile:
    if found := state.file_cache.find(key, suffix):
        return found
    async with state.file_builds:
        return await run_in_threadpool(state.file_cache.get_or_build, key, suffix, write)


class _File(FileResponse):
    """File response, of all or a part: Starlette alone sends 400 for headers that RFC 9110 ignores.

    Sending it raises Unavailable (503) if no slot is free.
    """

    def __init__(
        self, file: CachedFile, part: str | None, headers: Mapping[str, str], media_type: str, slots: StreamSlots
    ) -> None:
        super().__init__(file.path, headers=headers, media_type=media_type)
        self._part = part
        self._slots = slots

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [header for header in scope["headers"] if header[0] != b"range"]
        if self._part:
            headers.append((b"range", self._part.encode()))
        with self._slots.taken():
            await run_in_threadpool(_require_readable, Path(self.path))
            await super().__call__({**scope, "headers": headers}, receive, send)


def _require_readable(path: Path) -> None:
    """Raise OSError unless a file can be opened: Starlette opens it when it has sent the status already."""
    with path.open("rb"):
        pass
