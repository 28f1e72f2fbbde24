"""Health checks: liveness of the process, and readiness of its database."""

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.api.dependencies import query_params
from app.api.routing import QueryRoute
from app.resources.params import NoParams
from app.serving.state import state_of
from app.store.readiness import database_fault

router = APIRouter(prefix="/health", tags=["service"], route_class=QueryRoute)


class Health(BaseModel):
    """Result of a health check that passed."""

    status: Literal["ok"] = Field(description="Always `ok`: a check that fails gives a problem response.")


_OK = Health(status="ok").model_dump_json()


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
    if fault := database_fault(state_of(request).database):
        raise fault
    return _passed()


def _passed() -> Response:
    answer = Response(_OK, media_type="application/json")
    answer.headers["Cache-Control"] = "no-store"  # a cached "ok" would say nothing about now
    return answer
