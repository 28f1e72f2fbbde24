"""A server for sources that are fetched."""

import threading
from collections.abc import Iterator

import pytest

from tests.support.source_server import SourceServer


@pytest.fixture
def server() -> Iterator[SourceServer]:
    here = SourceServer()
    thread = threading.Thread(target=here.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    here.over.set()
    here.http.shutdown()
    thread.join()
    here.http.server_close()
