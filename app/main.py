"""The application: what is mounted where. A collection is in the file of its name, the kernel in `query`, `publish`."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.types import ASGIApp

from app import catalog, changes, dataset, docs, errors, health, revisions, search, service, timeline, totals
from app.collections import COLLECTIONS
from app.db import Database
from app.inquiry import Memory
from app.routes import routes_of
from app.settings import Settings, load_settings
from app.shelf import Shelf
from app.shell import Shell


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

    app = FastAPI(**docs.about(settings), lifespan=lifespan)
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
    errors.install(app)
    docs.install(app)  # last, since it completes the schema of all the others
    return app
