"""Settings, databases that are ready at once, and real servers on free ports."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from app.main import create_app
from app.serving.protocol import PROTOCOL
from app.settings import Settings
from app.store.engines.sqlite import SqliteDatabase
from tests.support.engines import database_at, engine, own_settings
from tests.support.waiting import TIMEOUT
from tests.support.world import World


def settings_for(path: Path, **changes: Any) -> Settings:
    """Settings for the database of a path, silent unless a test wants the log."""
    return Settings(**{**own_settings(path), "log": "off", **changes})


def migrated(path: Path) -> SqliteDatabase:
    """A new database with the newest schema and no data."""
    engine().make(path, published=False)
    return database_at(path)


def begun(path: Path) -> World:
    """A new database with the tiny world as its only revision."""
    engine().make(path, published=True)
    return World(database_at(path), revisions=1)


def copied(world: World, path: Path) -> World:
    """The same world in a database of its own."""
    world.db.close()
    engine().copy(world.db.path, path)
    copy = World(database_at(path), world.revisions)
    copy.records, copy.withdrawn = deepcopy(world.records), deepcopy(world.withdrawn)
    return copy


@contextlib.contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """A real uvicorn on a free port; gives its address and ends it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(
                app,
                http=PROTOCOL,
                log_level="error",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                lifespan="on",
            )
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            thread.join(TIMEOUT)


@contextlib.contextmanager
def client_of(app: ASGIApp) -> Iterator[httpx.Client]:
    """A client of a real server of an application."""
    with serving(app) as address, client_at(address) as client:
        yield client


def client_at(address: str, **changes: Any) -> httpx.Client:
    """A client that asks for no compression, so that bytes, lengths and entity tags are those of the answer itself."""
    return httpx.Client(base_url=address, timeout=TIMEOUT, headers={"Accept-Encoding": "identity"}, **changes)


@contextlib.contextmanager
def inhabited(folder: Path) -> Iterator[tuple[World, httpx.Client]]:
    """The tiny world in a folder, and a client of a server of it, for fixtures that serve many tests."""
    world = begun(folder / "world.db")
    with client_of(create_app(settings_for(world.db.path))) as client:
        yield world, client
    world.db.close()
