"""Settings and real servers on free ports, for tests of whatever package."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from app.main import create_app
from app.serving.protocol import PROTOCOL
from app.settings import Settings
from app.store import migrate
from app.store.engines.sqlite import Database
from tests.support.world import World


def settings_for(path: Path, **changes: Any) -> Settings:
    """Settings for a database file, silent unless a test wants the log."""
    return Settings(**{"database_url": f"sqlite:///{path}", "log": "off", **changes})


@contextlib.contextmanager
def serving(app: Any) -> Iterator[str]:
    """A real uvicorn on a free port; gives its address and ends it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(app, http=PROTOCOL, log_level="error", access_log=False, server_header=False, lifespan="on")
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
            thread.join(10)


@contextlib.contextmanager
def inhabited(folder: Path) -> Iterator[tuple[World, httpx.Client]]:
    """The tiny world in a folder, and a client of a server of it, for fixtures that serve many tests."""
    settings = settings_for(folder / "world.db")
    database = Database(settings)
    migrate.upgrade(database)
    made = World(database)
    made.publish("The world begins")
    with serving(create_app(settings)) as address, httpx.Client(base_url=address) as client:
        yield made, client
    database.close()
