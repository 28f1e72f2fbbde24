"""Application state: what every request is answered from."""

import asyncio
from dataclasses import dataclass, field

from starlette.requests import Request

from app.settings import Settings
from app.store.engines.sqlite import Database
from app.store.file_cache import FileCache
from app.store.result_cache import ResultCache


@dataclass(frozen=True, slots=True)
class ApplicationState:
    """Settings, database, and the caches in memory and on disk of one application.

    `file_builds` lets one request at a time build a file: more would take the worker threads that other answers need.
    """

    settings: Settings
    database: Database
    results: ResultCache
    file_cache: FileCache
    file_builds: asyncio.Lock = field(default_factory=asyncio.Lock)


def state_of(request: Request) -> ApplicationState:
    """The state of the application that a request came to."""
    state: ApplicationState = request.app.state.service
    return state
