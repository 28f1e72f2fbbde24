"""Health: whether the process lives, and whether it can answer from its database."""

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from app.api.dependencies import query_params
from app.resources.params import NoParams
from app.serving.problems import problem_responses
from app.serving.state import state_of
from app.store.readiness import database_fault

router = APIRouter(prefix="/health", tags=["service"])


class Health(BaseModel):
    """That all is well."""

    status: Literal["ok"] = Field(description="`ok`; anything else is a problem response.")


@router.get(
    "/live",
    dependencies=[Depends(query_params(NoParams))],
    operation_id="get_liveness",
    summary="Is the process alive",
    response_description="It is.",
    responses=problem_responses(414, 422, 500),
)
async def live(response: Response) -> Health:
    """Answers as long as the process can answer at all, never 503; looks at nothing else."""
    response.headers["Cache-Control"] = "no-store"  # an "ok" of before is worth nothing
    return Health(status="ok")


@router.get(
    "/ready",
    dependencies=[Depends(query_params(NoParams))],
    operation_id="get_readiness",
    summary="Can the data be served",
    response_description="The database is reachable, its schema is at head, and a revision is published.",
    responses=problem_responses(414, 422, 500, 503),
)
async def ready(request: Request, response: Response) -> Health:
    """Whether requests can be answered from the database; 503 says why not."""
    if fault := database_fault(state_of(request).database):
        raise fault
    response.headers["Cache-Control"] = "no-store"  # an "ok" of before is worth nothing
    return Health(status="ok")
