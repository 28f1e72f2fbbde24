"""Application state: the settings, database and caches that all requests share."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from starlette.requests import Request

from app import __version__
from app.reading.cursor import fingerprint
from app.serving.connection_limits import connection_bound
from app.serving.descriptors import FILES_PER_STREAM, stream_bound
from app.serving.streaming import StreamSlots
from app.serving.worker_threads import WorkerThreads
from app.settings import Settings
from app.store.engines.base import Database
from app.store.file_cache import FileCache
from app.store.result_cache import ResultCache

T = TypeVar("T")


@dataclass(frozen=True)
class ApplicationState:
    """Application state: settings, database, and the caches in memory and on disk.

    `file_builds` lets only one request at a time build a file: more would take the worker threads of other answers.
    Exports have threads of their own: a workbook takes one for seconds, and searches should not wait for it.
    """

    settings: Settings
    database: Database
    results: ResultCache
    file_cache: FileCache
    file_builds: asyncio.Lock = field(default_factory=asyncio.Lock)

    @cached_property
    def threads(self) -> WorkerThreads:
        """Worker threads of answers."""
        return WorkerThreads(**self._at_once)

    @cached_property
    def export_threads(self) -> WorkerThreads:
        """Worker threads of exports."""
        return WorkerThreads(**self._at_once, patience=60, queue=64)

    @property
    def _at_once(self) -> dict[str, int]:
        threads = self.database.reading_threads
        return {"threads": threads} if threads else {}

    async def read(self, function: Callable[..., T], *arguments: object) -> T:
        """Result of a function that reads the database: on the event loop, unless its statements wait for a network.

        A thread takes 100 µs, more than most answers from a file do. Raises Unavailable (503) if none becomes free.
        """
        if self.database.reading_threads:
            return await self.threads.run(function, *arguments)
        return function(*arguments)

    @cached_property
    def streams(self) -> StreamSlots:
        """Slots of the exports beyond 1 MiB that are being sent."""
        return StreamSlots(self._most_streams)

    @cached_property
    def files(self) -> StreamSlots:
        """Slots of the files that are being sent: four times as many, as each costs one descriptor and 64 kB."""
        return StreamSlots(FILES_PER_STREAM * self._most_streams)

    @property
    def _most_streams(self) -> int:
        settings = self.settings
        return stream_bound(settings.max_streams, connection_bound(settings.max_connections))

    @cached_property
    def edition(self) -> str:
        """Part of entity tags: the release, and a digest of the settings that occur in answers, if any is set."""
        shown = self.settings.public_url, self.settings.contact
        return f"{__version__}+{fingerprint({'shown': shown})}" if any(shown) else __version__


def state_of(request: Request) -> ApplicationState:
    """Application state of the application that a request came to."""
    state: ApplicationState = request.app.state.service
    return state
