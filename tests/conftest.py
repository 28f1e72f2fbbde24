"""What every test can ask for: a database, a tiny named world in it, and real servers on free ports."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from app.main import create_app
from app.publishing.bootstrap import bootstrap
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store import migrate
from app.store.engines.sqlite import Database
from tests.support.servers import inhabited, serving, settings_for
from tests.support.world import World

# A loaded machine is no fault of the code: no test fails for taking long.
hypothesis.settings.register_profile("dossier", deadline=None)
hypothesis.settings.load_profile("dossier")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A migrated database that holds nothing."""
    database = Database(settings_for(tmp_path / "empty.db"))
    migrate.upgrade(database)
    yield database
    database.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A migrated database with the tiny world, to publish to and to look at."""
    database = Database(settings_for(tmp_path / "world.db"))
    migrate.upgrade(database)
    made = World(database)
    made.publish("The world begins")
    yield made
    database.close()


@pytest.fixture
def api(world: World) -> Iterator[httpx.Client]:
    """A client of a server that serves the tiny world."""
    settings = Settings(database_url=world.db.url.render_as_string(hide_password=False), log="off")
    with serving(create_app(settings)) as address, httpx.Client(base_url=address) as client:
        yield client


@pytest.fixture(scope="session")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that serves the tiny world as it began. Nothing is published there."""
    with inhabited(tmp_path_factory.mktemp("still")) as (_, client):
        yield client


@pytest.fixture(scope="session")
def dossier_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The database that every machine has: the packaged revisions, replayed. Only to be read."""
    database = Database(settings_for(tmp_path_factory.mktemp("dossier") / "dossier.db"))
    bootstrap(database, COLLECTIONS)
    yield database
    database.close()


@pytest.fixture(scope="session")
def dossier_address(dossier_db: Database) -> Iterator[str]:
    """Address of a server of the packaged revisions."""
    settings = Settings(database_url=dossier_db.url.render_as_string(hide_password=False), log="off")
    with serving(create_app(settings)) as address:
        yield address


@pytest.fixture(scope="session")
def dossier(dossier_address: str) -> Iterator[httpx.Client]:
    """A client of a server of the packaged revisions."""
    with httpx.Client(base_url=dossier_address, timeout=30) as client:
        yield client
