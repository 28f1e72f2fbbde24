"""What figures use works: limits of a server, a healthy client beside it, and a publisher."""

import resource
import signal
from pathlib import Path

import pytest

from tests.support.waiting import eventually
from tools.processes import get, service
from tools.soak.servers import packaged_database, publishing, watching


@pytest.mark.slow
def test_a_client_watches_a_server_with_limits_while_revisions_are_published(tmp_path: Path) -> None:
    database = packaged_database(tmp_path)
    with service(database, limits={resource.RLIMIT_NOFILE: 100}, output=tmp_path / "log") as server:
        limits = Path(f"/proc/{server.process.pid}/limits").read_text()
        before = get(server.port, "/v1/timeline-events")[2]
        with publishing(database, milliseconds=50) as publisher, watching(server.port, milliseconds=10) as watch:
            seen = [before]

            def are_several() -> bool:
                seen.append(get(server.port, "/v1/timeline-events")[2])
                return len({*seen}) > 3

            assert eventually(are_several)
        assert server.cpu() > 0
        assert 10 < server.memory() < server.memory("VmHWM") + 1
        assert 3 < server.descriptors() < 100
    assert server.process.returncode == -signal.SIGTERM
    assert "Max open files            100 " in limits
    assert publisher.failures == [] == watch.failures
    assert publisher.published > 1
    assert 0 < watch.p50 <= watch.p99 <= max(watch.delays)
    assert watch.waits
    assert 0 <= watch.own_p99 <= watch.p99
    assert (tmp_path / "log").read_text().startswith("dossier: serving on ")
