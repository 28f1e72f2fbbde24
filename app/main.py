"""The application: what is mounted where. A collection is in the file of its name, the kernel in `query`, `publish`."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.types import ASGIApp

from app.api import openapi
from app.api.routes import catalog, dataset, health, revisions, service, totals
from app.api.routes.resources import routes_of
from app.reading import changes, search, timeline
from app.reading.list_request import Memory
from app.resources.registry import COLLECTIONS
from app.serving import problems
from app.serving.middleware import Shell
from app.settings import Settings, load_settings
from app.store.engines.sqlite import Database
from app.store.file_cache import Shelf


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The whole service for these settings (default: those of the environment), with the HTTP edge around it.

    Raises SettingsError. Nothing is opened: a missing or broken database makes answers 503, not the start fail.
    """
    settings = settings or load_settings()
    return Shell(api(settings), settings)


def api(settings: Settings) -> FastAPI:
    """The FastAPI application without the HTTP edge. Raises SettingsError for a database it cannot serve."""
    db = Database(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        db.close()

    app = FastAPI(**openapi.about(settings), lifespan=lifespan)
    app.state.settings = settings
    app.state.database = db
    app.state.shelf = Shelf.of(settings, db.path)
    app.state.kept = Memory()
    app.include_router(service.router)
    for module in (timeline, search, changes, totals):
        app.include_router(module.router)
    for resource in COLLECTIONS.values():
        app.include_router(routes_of(resource))
    app.include_router(revisions.router)
    app.include_router(dataset.router)
    app.include_router(catalog.router)
    app.include_router(health.router)
    problems.install(app)
    openapi.install(app)  # last, since it completes the schema of all the others
    return app
