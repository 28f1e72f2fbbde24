"""Health: whether the process lives, and whether it can answer from its database."""

from typing import Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection, func, inspect, select
from sqlalchemy.exc import DBAPIError

from app.api.routes.resources import asked
from app.errors import Unavailable, problem_responses
from app.publishing import rebuild as rendering
from app.reading.list_request import database
from app.resources.params import NoQuery
from app.store import migrate
from app.store.engines.sqlite import Database
from app.store.tables import REVISIONS

router = APIRouter(prefix="/health", tags=["service"])


class Health(BaseModel):
    """That all is well."""

    status: Literal["ok"] = Field(description="`ok`; anything else is a problem response.")


@router.get(
    "/live",
    dependencies=[Depends(asked(NoQuery))],
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
    dependencies=[Depends(asked(NoQuery))],
    operation_id="get_readiness",
    summary="Can the data be served",
    response_description="The database is reachable, its schema is at head, and a revision is published.",
    responses=problem_responses(414, 422, 500, 503),
)
async def ready(request: Request, response: Response) -> Health:
    """Whether requests can be answered from the database; 503 says why not."""
    fault = database_fault(database(request))
    if fault:
        raise Unavailable(fault)
    response.headers["Cache-Control"] = "no-store"  # an "ok" of before is worth nothing
    return Health(status="ok")


def is_new(db: Database) -> bool:
    """Whether a database holds nothing yet: absent, empty, or migrated and never published to.

    Raises DBAPIError for one that another program made; one that cannot be read is not new.
    """
    if not db.path.exists() or db.path.stat().st_size == 0:
        return True
    try:
        with db.reading() as connection:
            stands = migrate.stands_at(connection)
            if stands is None:
                return not inspect(connection).get_table_names()
            return stands == migrate.head() and not _newest(connection)
    except DBAPIError:
        return False


def schema_fault(db: Database) -> str | None:
    """Why no command can work on a database, in one line without anything internal; None if it can be worked on."""
    if not db.path.exists():
        return "The database file does not exist: run dossier migrate."
    try:
        with db.reading() as connection:
            stands, head = migrate.stands_at(connection), migrate.head()
            if stands == head:
                current = rendering.is_current(connection)
                return None if current else "Another release prepared the database: run dossier migrate."
    except DBAPIError as error:
        return _unreadable(error)
    if stands and not migrate.knows(stands):
        return f"The database schema is at {stands}, which this release does not know: a newer one made it."
    return f"The database schema is at {stands or 'nothing'}, this release needs {head}: run dossier migrate."


def database_fault(db: Database) -> str | None:
    """Why a database cannot be served, in one line without anything internal; None if it can."""
    fault = schema_fault(db)
    if fault:
        return fault
    try:
        with db.reading() as connection:
            return None if _newest(connection) else "Nothing has been published in the database: run dossier migrate."
    except DBAPIError as error:
        return _unreadable(error)


def _unreadable(error: DBAPIError) -> str:
    return f"The database cannot be read: {str(error.orig).splitlines()[0]}."


def _newest(connection: Connection) -> int | None:
    return connection.execute(select(func.max(REVISIONS.c.number))).scalar()
