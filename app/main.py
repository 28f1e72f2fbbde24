"""Application factory: mounts the routes and wraps the application in the edge middleware."""

import contextlib
from collections.abc import AsyncIterator, Callable, Hashable

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import ASGIApp

from app import clock
from app.api import api_catalog, docs_page, openapi, routing, security_txt
from app.api.routes import (
    catalog,
    data_package,
    dataset,
    health,
    provisions,
    resources,
    revisions,
    screening,
    service,
    totals,
    vocabularies,
)
from app.serving import problems
from app.serving.answer_store import AnswerStore
from app.serving.metrics import Metrics
from app.serving.middleware import EdgeMiddleware
from app.serving.state import ApplicationState
from app.serving.worker_threads import short_switch_interval
from app.settings import Settings, load_settings
from app.store.database import open_database
from app.store.file_cache import FileCache
from app.store.readiness import database_fault, newest_revision
from app.store.result_cache import ResultCache
from app.web import crawlers
from app.web.site import Site


def create_app(settings: Settings | None = None) -> ASGIApp:
    """Application factory: the whole service with its edge middleware, by default with the settings of the environment.

    Raises SettingsError. Nothing is opened here: with a missing or broken database the service starts and answers 503.
    """
    settings = settings or load_settings()
    app = api(settings, described=False)
    site = Site(settings)
    site.install(app)
    crawlers.install(app, settings)
    docs_page.install(app, openapi.packaged_document(settings))
    api_catalog.install(app, settings)
    security_txt.install(app, settings)
    metrics = _metrics(app) if settings.metrics else None
    return EdgeMiddleware(app, settings, AnswerStore(_state(app)), metrics, site.problem_page)


def _state(app: FastAPI) -> Callable[[], Hashable]:
    """State that stored answers depend on: the database, and the day, which pages such as "applies today" speak of."""
    state: Callable[[], Hashable] = app.state.service.database.state

    def token() -> Hashable:
        of_database = state()
        return None if of_database is None else (of_database, clock.now().date())

    return token


def _metrics(app: FastAPI) -> Metrics:
    """Metrics of the routes, and of the database as it is when they are asked for."""
    metrics = Metrics(route.path for route in iter_route_contexts(app.routes) if route.path and route.methods)
    state: ApplicationState = app.state.service
    database = state.database
    metrics.watch("streams", "Streams that are sent now.", lambda: state.streams.in_use)
    metrics.watch("files", "Files of the whole dataset that are sent now.", lambda: state.files.in_use)
    metrics.watch("revision", "Newest revision; 0 if it cannot be read.", lambda: newest_revision(database))
    metrics.watch(
        "database_ready", "1 if the data can be served, as /health/ready says.", lambda: not database_fault(database)
    )
    return metrics


def api(settings: Settings, *, described: bool = True) -> FastAPI:
    """FastAPI application without documentation page and edge middleware.

    `described`: whether it can make its OpenAPI document, for which a server has the packaged one.
    Raises SettingsError for an unsupported database URL.
    """
    database = open_database(settings)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        with short_switch_interval():
            yield
        database.close()

    app = FastAPI(**openapi.metadata(), lifespan=lifespan)
    file_cache = FileCache.from_settings(settings, database.files)
    app.state.service = ApplicationState(settings, database, ResultCache(), file_cache)
    routing.install(app)
    # Not `include_router`: FastAPI then looks up each of these routes twice for each request, in 40 µs.
    app.router.routes += service.router.routes
    resources.mount_lists(app.router, described=described)
    # Before the items of their collections: `totals` and `screen` would be ids there.
    app.router.routes += [*totals.router.routes, *screening.router.routes]
    resources.mount_collections(app.router, described=described)
    for module in (provisions, revisions, vocabularies, dataset, catalog, data_package, health):
        app.router.routes += module.router.routes
    problems.install(app)
    openapi.install(app, settings)
    return app
