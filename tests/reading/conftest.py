"""Readers of the databases that every test can ask for."""

import pytest

from app.store.engines.sqlite import SqliteDatabase
from tests.support.reading import Reader
from tests.support.world import World


@pytest.fixture(scope="session")
def tiny(begun_db: SqliteDatabase) -> Reader:
    """A reader of the tiny world as it began."""
    return Reader(begun_db)


@pytest.fixture
def reader(world: World) -> Reader:
    """A reader of the world of this test."""
    return Reader(world.db)


@pytest.fixture(scope="session")
def packaged(dossier_db: SqliteDatabase) -> Reader:
    """A reader of the packaged revisions."""
    return Reader(dossier_db)
