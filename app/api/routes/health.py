"""Health checks: liveness of the process, and readiness of its database."""

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from app.api.dependencies import query_params
from app.api.routing import QueryRoute
from app.resources.params import NoParams
from app.serving.state import state_of
from app.store.readiness import database_fault

router = APIRouter(prefix="/health", tags=["service"], route_class=QueryRoute)


class Health(BaseModel):
    """Result of a health check that passed."""

    status: Literal["ok"] = Field(description="Always `ok`: a check that fails gives a problem response.")
    primary: Literal["lost"] | None = Field(
        None,
        description="`lost` while answers come from a replica and its primary does not answer: the data can be served, "
        "and nothing can be published. Otherwise it is null, and left out.",
    )


@router.get(
    "/live",
    dependencies=[Depends(query_params(NoParams))],
    operation_id="get_liveness",
    summary="Is the process alive",
    response_model=Health,
    response_description="The process is alive.",
)
async def live(request: Request) -> Response:  # noqa: ARG001 - endpoints take the request
    """Liveness check: answers 200 as long as the process runs. It does not read the database and never gives 503."""
    return _passed()


@router.get(
    "/ready",
    dependencies=[Depends(query_params(NoParams))],
    operation_id="get_readiness",
    summary="Can the data be served",
    response_model=Health,
    response_description="The database is reachable, its schema is at head, and a revision is published.",
)
async def ready(request: Request) -> Response:
    """Readiness check: 200 if requests can be answered from the database, else 503 with the reason."""
    state = state_of(request)
    # Beside the worker threads of answers: under load it would wait for them, and a busy node would count as broken.
    is_remote = state.database.reading_threads > 0
    database = state.database
    if fault := await run_in_threadpool(database_fault, database) if is_remote else database_fault(database):
        raise fault
    return _passed(primary="lost" if state.database.has_lost_primary() else None)


def _passed(primary: Literal["lost"] | None = None) -> Response:
    health = Health(status="ok", primary=primary)
    answer = Response(health.model_dump_json(exclude_none=True), media_type="application/json")
    answer.headers["Cache-Control"] = "no-store"  # a cached "ok" would say nothing about now
    return answer
