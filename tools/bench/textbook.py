"""Yardstick for cold answers: the list of events as the FastAPI and SQLModel tutorials write it.

BENCH_TEXTBOOK is its database. `python -m tools.bench.textbook` fills it from the JSON Lines on its standard input.
"""

import json
import os
import sys
from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query
from sqlmodel import JSON, Field, Session, SQLModel, col, create_engine, func, select


class Event(SQLModel, table=True):
    id: str = Field(primary_key=True)
    kind: str = Field(index=True)
    date: str
    earliest: str | None = Field(index=True)
    latest: str | None = Field(index=True)
    title: str
    summary: str
    place: str | None = None
    actors: list[str] = Field(sa_type=JSON)
    topics: list[str] = Field(sa_type=JSON)
    instruments: list[str] = Field(sa_type=JSON)
    related: list[dict[str, str]] = Field(sa_type=JSON)
    citations: list[dict[str, Any]] = Field(sa_type=JSON)
    url: str


class Page(SQLModel):
    data: list[Event]
    total: int


engine = create_engine(f"sqlite:///{os.environ['BENCH_TEXTBOOK']}", connect_args={"check_same_thread": False})
app = FastAPI()


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


@app.get("/events")
def events(
    database: Annotated[Session, Depends(session)],
    kind: Annotated[list[str], Query()],
    start: Annotated[str, Query(alias="from")],
    limit: Annotated[int, Query(le=200)] = 50,
) -> Page:
    found = select(Event).where(col(Event.kind).in_(kind), col(Event.latest) >= start)
    rows = database.exec(found.order_by(col(Event.earliest), col(Event.id)).limit(limit)).all()
    total = database.exec(select(func.count()).select_from(found.subquery())).one()
    return Page(data=list(rows), total=total)


if __name__ == "__main__":
    SQLModel.metadata.create_all(engine)
    with Session(engine) as database:
        database.add_all(
            Event(**{k: v for k, v in json.loads(line).items() if k in Event.model_fields}) for line in sys.stdin
        )
        database.commit()
