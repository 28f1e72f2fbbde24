"""Search engine of a connection: the one place that chooses it."""

from collections.abc import Mapping

from sqlalchemy import Connection

from app.store.search.base import InvertedIndex
from app.store.search.postgresql import TsvectorIndex
from app.store.search.sqlite import Fts5Index

_ENGINES: Mapping[str, InvertedIndex] = {"sqlite": Fts5Index(), "postgresql": TsvectorIndex()}


def index_of(connection: Connection) -> InvertedIndex:
    """Inverted index of the database that a connection is to."""
    return _ENGINES[connection.dialect.name]
