"""Both engines give the same answers, byte for byte: status, headers and bodies of 12,000 addresses of every kind."""

from contextlib import AsyncExitStack, closing
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from app.publishing.bootstrap import bootstrap
from app.publishing.copy_database import copy_database
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store.database import open_database
from tests.support.engines import engine, on_postgresql
from tests.support.servers import serving, settings_for
from tests.support.waiting import TIMEOUT
from tools.engine_addresses import Addresses

_OWN = {"date", "x-request-id"}  # headers that no two answers share
_FEWEST = 5_000


def _shown(answer: httpx.Response) -> tuple[int, dict[str, str], bytes]:
    """What two servers have to agree on. A problem names the request, which each of them numbers by itself."""
    own = answer.headers["x-request-id"].encode()
    headers = {name: value for name, value in answer.headers.items() if name not in _OWN}
    return answer.status_code, headers, answer.content.replace(own, b"")


@on_postgresql
@pytest.mark.anyio
async def test_postgresql_answers_as_sqlite_does(tmp_path: Path) -> None:
    file = Settings(database_url=f"sqlite:///{tmp_path}/dossier.db", log="off", cache_dir=tmp_path / "sqlite")
    engine().make(tmp_path / "copy.db", published=False)
    server = settings_for(tmp_path / "copy.db")
    with closing(open_database(file)) as source, closing(open_database(server)) as target:
        bootstrap(source, COLLECTIONS)
        copy_database(source, target, COLLECTIONS)
    async with AsyncExitStack() as stack:
        nodes = [stack.enter_context(serving(create_app(settings))) for settings in (file, server)]
        ours, theirs = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=TIMEOUT)) for url in nodes
        ]
        addresses = await Addresses(ours).all()
        different, answered = [], 0
        for address in addresses:
            mine, other = _shown(await ours.get(address)), _shown(await theirs.get(address))
            answered += mine[0] == HTTPStatus.OK
            if mine != other:
                different.append(address)
    assert different == []
    assert answered > _FEWEST


@pytest.fixture
def anyio_backend() -> str:
    """Asyncio alone."""
    return "asyncio"
