"""Application state: what every request is answered from."""

from dataclasses import dataclass

from starlette.requests import Request

from app.settings import Settings
from app.store.engines.sqlite import Database
from app.store.file_cache import Shelf
from app.store.result_cache import ResultCache


@dataclass(frozen=True, slots=True)
class ApplicationState:
    """Settings, database, and the caches in memory and on disk of one application."""

    settings: Settings
    database: Database
    results: ResultCache
    files: Shelf


def state_of(request: Request) -> ApplicationState:
    """The state of the application that a request came to."""
    state: ApplicationState = request.app.state.service
    return state
