"""The application: what is mounted where. A collection is in the file of its name, the kernel in `query`, `publish`."""

import contextlib
from collections.abc import AsyncIterator

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from app import docs, errors, health, revisions, service
from app.collections import COLLECTIONS
from app.db import Database
from app.routes import mount
from app.settings import Settings, load_settings
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
    app.state.totals = {}
    app.include_router(service.router)
    for resource in COLLECTIONS.values():
        router = APIRouter()
        mount(router, resource)
        app.include_router(router)
    app.include_router(revisions.router)
    app.include_router(health.router)
    errors.install(app)
    docs.install(app)  # last, since it completes the schema of all the others
    return app
