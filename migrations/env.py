"""Alembic environment: runs the migrations on the connection that `app.store.migrate` passes to it."""

from alembic import context
from sqlmodel import SQLModel

from app.resources import registry as collections
from app.store.search.base import INDEX

_TABLES = (collections, SQLModel.metadata)[1]  # importing the collections declares every table


def _ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
    # the full-text index is in tables that no model declares
    return not (kind == "table" and name is not None and name.startswith(INDEX))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=_TABLES,
    include_object=_ours,
)
with context.begin_transaction():
    context.run_migrations()
