"""The application: what is mounted where, and the HTTP edge around it."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api import openapi
from app.api.routes import catalog, dataset, health, resources, revisions, service, totals
from app.serving import problems
from app.serving.middleware import EdgeMiddleware
from app.serving.state import ApplicationState
from app.settings import Settings, load_settings
from app.store.database import open_database
from app.store.file_cache import FileCache
from app.store.result_cache import ResultCache


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The whole service for these settings (default: those of the environment), with the HTTP edge around it.

    Raises SettingsError. Nothing is opened: a missing or broken database makes answers 503, not the start fail.
    """
    settings = settings or load_settings()
    return EdgeMiddleware(api(settings), settings)


def api(settings: Settings) -> FastAPI:
    """The FastAPI application without the HTTP edge. Raises SettingsError for a database it cannot serve."""
    database = open_database(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()

    app = FastAPI(**openapi.about(settings), lifespan=lifespan)
    file_cache = FileCache.from_settings(settings, database.files)
    app.state.service = ApplicationState(settings, database, ResultCache(), file_cache)
    app.include_router(service.router)
    resources.mount_lists(app.router)
    app.include_router(totals.router)  # before the items of its collection, whose path has a place for any id
    resources.mount_collections(app.router)
    for module in (revisions, dataset, catalog, health):
        app.include_router(module.router)
    problems.install(app)
    openapi.install(app)  # last, since it completes the schema of all the others
    return app
