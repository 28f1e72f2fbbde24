"""What every test can ask for: a database, a tiny named world in it, and real servers on free ports."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import hypothesis
import pytest

from app.main import create_app
from app.publishing.bootstrap import bootstrap
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.engines import AT_END, IS_POSTGRESQL, database_at, engine, open_connections
from tests.support.servers import begun, client_at, client_of, inhabited, migrated, serving, settings_for
from tests.support.world import World

pytest.register_assert_rewrite("tests.store.engine_suite")  # pytest says what differs only where it rewrites

# A slow machine is no fault of the code: no test fails for taking long.
hypothesis.settings.register_profile("dossier", deadline=None)
hypothesis.settings.load_profile("dossier")


@pytest.fixture(scope="session", autouse=True)
def _ended() -> Iterator[None]:
    """Remove the server of PostgreSQL after the last test: pytest-xdist does not wait for what comes at exit.

    A connection that is still open then would fail whatever runs when Python finds it, and so it fails the last test.
    """
    yield
    left = open_connections()
    AT_END.close()
    assert left == []


@pytest.fixture(autouse=True)
def _dropped(request: pytest.FixtureRequest) -> Iterator[None]:
    """The databases of a test, after it; those of a module stay to the end."""
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder:
        engine().drop_in(folder)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A migrated database without data."""
    database = migrated(tmp_path / "empty.db")
    yield database
    database.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A migrated database with the tiny world, to publish to and to look at."""
    made = begun(tmp_path / "world.db")
    yield made
    made.db.close()


@pytest.fixture(scope="session")
def begun_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDatabase]:
    """The database of the tiny world as it began. Only to be read."""
    database = begun(tmp_path_factory.mktemp("begun") / "world.db").db
    yield database
    database.close()


@pytest.fixture
def draft(begun_db: SqliteDatabase) -> World:
    """The tiny world, to be changed and then refused: many tests share its database, so nothing may be published."""
    return World(begun_db, revisions=1)


@pytest.fixture(scope="session")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, httpx.Client]]:
    """A server for all tests that publish, and the name under which it opens the database of the test at hand."""
    path = tmp_path_factory.mktemp("changing") / "world.db"
    with client_of(create_app(settings_for(path))) as client:
        yield path, client


@pytest.fixture
def api(world: World, changing: tuple[Path, httpx.Client]) -> Iterator[httpx.Client]:
    """A client of a server that serves the world of this test."""
    if IS_POSTGRESQL:
        with client_of(create_app(settings_for(world.db.path))) as client:
            yield client
        return
    path, client = changing
    path.unlink(missing_ok=True)
    path.symlink_to(world.db.path)  # a connection is opened again where the file behind the name is another
    yield client


@pytest.fixture(scope="session")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a server that serves the tiny world as it began. Nothing is published there."""
    with inhabited(tmp_path_factory.mktemp("still")) as (_, client):
        yield client


@pytest.fixture(scope="session")
def dossier_db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDatabase]:
    """The database that every machine has: the packaged revisions, replayed. Only to be read."""
    path = tmp_path_factory.mktemp("dossier") / "dossier.db"
    engine().make(path, published=False)
    database = database_at(path)
    bootstrap(database, COLLECTIONS)
    yield database
    database.close()


@pytest.fixture(scope="session")
def dossier_address(dossier_db: SqliteDatabase) -> Iterator[str]:
    """Address of a server of the packaged revisions."""
    with serving(create_app(settings_for(dossier_db.path))) as address:
        yield address


@pytest.fixture(scope="session")
def dossier(dossier_address: str) -> Iterator[httpx.Client]:
    """A client of a server of the packaged revisions."""
    with client_at(dossier_address) as client:
        yield client
