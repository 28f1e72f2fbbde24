"""Metrics: what is counted and under which names, an address of their own, and a listener that costs nothing."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.main import create_app
from app.serving import metrics_server
from app.serving.access_log import FinishedRequest
from app.serving.metrics import Metrics
from app.serving.metrics_server import listening
from tests.support.command import dossier as command
from tests.support.command import free_port, free_ports, served
from tests.support.engines import engine
from tests.support.servers import client_of, settings_for
from tests.support.waiting import TIMEOUT, eventually
from tests.support.world import World, text

ACTORS = "/v1/actors?limit=1"


def samples(address: str, path: str = "/metrics") -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """The samples that are served, by name and labels."""
    answer = httpx.get(f"{address}{path}", timeout=TIMEOUT)
    assert answer.status_code == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def reachable(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), TIMEOUT):
        return True
    return False


def requests(route: str, status: int, method: str = "GET") -> tuple[str, tuple[tuple[str, str], ...]]:
    labels = (("method", method), ("route", route), ("status", str(status)))
    return "dossier_requests_total", labels


def finished(path: bytes, **changes: Any) -> FinishedRequest:
    return FinishedRequest("GET", path, 200, 10, 0.003, "id")._replace(**changes)


@pytest.fixture
def measured(world: World) -> Iterator[tuple[World, httpx.Client, str]]:
    """The tiny world with metrics: world, client of the service, address of the metrics."""
    port = free_port()
    with client_of(create_app(settings_for(world.db.path, metrics=f"127.0.0.1:{port}"))) as client:
        yield world, client, f"http://127.0.0.1:{port}"


def test_requests_are_counted_by_route_method_and_status(measured: tuple[World, httpx.Client, str]) -> None:
    _, client, address = measured
    tag = [client.get(ACTORS) for _ in range(4)][-1].headers["etag"]
    client.get(ACTORS, headers={"If-None-Match": tag})
    client.head(ACTORS)
    client.get("/v1/actors/canada")
    client.get("/v1/actors/nobody")
    client.get("/nowhere/at/all")
    client.post(ACTORS)
    found = samples(address)
    assert found[requests("/v1/actors", 200)] == 4
    assert found[requests("/v1/actors", 304)] == 1
    assert found[requests("/v1/actors", 200, "HEAD")] == 1
    assert found[requests("/v1/actors/{id}", 404)] >= 1
    assert found[requests("none", 404)] == 1
    assert found[requests("/v1/actors", 405, "other")] == 1
    assert found["dossier_response_bytes_total", (("route", "/v1/actors"),)] > 4 * len(client.get(ACTORS).content)
    assert found["dossier_request_duration_seconds_count", (("route", "/v1/actors"),)] == 7


def test_stored_answers_are_counted(measured: tuple[World, httpx.Client, str]) -> None:
    _, client, address = measured
    # A node that reads from a server stores answers once it has heard from it.
    assert eventually(
        lambda: client.get(ACTORS).is_success and samples(address)["dossier_stored_answers_total", ()] >= 2
    )


def test_the_database_is_looked_at_when_the_metrics_are_asked_for(measured: tuple[World, httpx.Client, str]) -> None:
    world, _, address = measured
    assert (samples(address)["dossier_revision", ()], samples(address)["dossier_database_ready", ()]) == (1, 1)
    world.publish_with_change("timeline-events", "tie", place=text("Elsewhere"))
    assert samples(address)["dossier_revision", ()] == world.revisions
    world.db.close()
    engine().lose(world.db.path)
    assert (samples(address)["dossier_revision", ()], samples(address)["dossier_database_ready", ()]) == (0, 0)


def test_the_release_and_the_process_are_named(measured: tuple[World, httpx.Client, str]) -> None:
    names = {name for name, _ in samples(measured[2])}
    assert {"dossier_build_info", "process_resident_memory_bytes", "process_open_fds"} <= names


def test_metrics_are_never_on_the_port_of_the_service(measured: tuple[World, httpx.Client, str]) -> None:
    assert measured[1].get("/metrics").status_code == 404


def test_without_the_setting_nothing_is_counted_or_imported(tmp_path: Path) -> None:
    app: Any = create_app(settings_for(tmp_path / "none.db"))
    assert app.metrics is None
    assert app.access_log._count is None


def test_strangers_cannot_make_series() -> None:
    metrics = Metrics(["/v1/actors", "/v1/actors/{id}"])
    for number in range(5_000):
        metrics.record(finished(b"/wp-%d" % number, status=404))
        metrics.record(finished(b"/" + b"x" * number, method=f"M{number}", status=405))
    families = {family.name: family for family in metrics.collect()}
    labels = {tuple(sample.labels.values()) for sample in families["dossier_requests"].samples}
    assert labels == {("none", "GET", "404"), ("none", "other", "405")}


def test_durations_are_cumulated_in_buckets() -> None:
    metrics = Metrics(["/v1"])
    for seconds in (0.0, 0.0005, 0.0006, 0.02, 99.0):
        metrics.record(finished(b"/v1", seconds=seconds))
    family = next(one for one in metrics.collect() if one.name == "dossier_request_duration_seconds")
    buckets = {sample.labels["le"]: sample.value for sample in family.samples if "le" in sample.labels}
    assert [buckets[le] for le in ("0.0005", "0.001", "0.01", "0.025", "30.0", "+Inf")] == [2, 3, 3, 4, 4, 5]


def test_open_connections_streams_and_refused_connections_are_shown(
    measured: tuple[World, httpx.Client, str],
) -> None:
    _, client, address = measured
    parts = urlsplit(str(client.base_url))
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=TIMEOUT) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 101 + b"\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 431 ")
    client.get(ACTORS)
    found = samples(address)
    assert found["dossier_open_connections", ()] >= 1
    assert (found["dossier_streams", ()], found["dossier_files", ()]) == (0, 0)
    assert found["dossier_connection_events_total", (("event", "refused with 431"),)] == 1


def test_a_second_worker_takes_the_next_port() -> None:
    port = free_port()
    with listening(Metrics([]), "127.0.0.1", port) as first, listening(Metrics([]), "127.0.0.1", port) as second:
        assert first == port
        assert second is not None
        assert second > port
    with listening(Metrics([]), "127.0.0.1", port) as again:
        assert again == port


def test_a_port_that_is_taken_leaves_the_service_without_metrics(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(metrics_server, "PORTS", 1)
    port = free_port()
    with listening(Metrics([]), "127.0.0.1", port), listening(Metrics([]), "127.0.0.1", port) as second:
        assert second is None
    assert "no metrics: cannot listen on 127.0.0.1" in caplog.text


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_server, "_SECONDS", 0.3)
    monkeypatch.setattr(metrics_server._Handler, "timeout", 0.3)


def test_silent_and_slow_connections_pass_and_cost_no_thread(quick: None) -> None:
    port = free_port()
    with listening(Metrics([]), "127.0.0.1", port), socket.create_connection(("127.0.0.1", port), TIMEOUT) as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        before = threading.active_count()
        connections = [socket.create_connection(("127.0.0.1", port), TIMEOUT) for _ in range(3)]
        assert threading.active_count() <= before + 1
        for _ in range(100):  # a line each so often that no read runs out of time
            try:
                slow.sendall(b"A: b\r\n")
            except OSError:
                break
            threading.Event().wait(0.05)
        else:
            pytest.fail("the connection was not closed")
        assert samples(f"http://127.0.0.1:{port}")["dossier_stored_answers_total", ()] == 0
        for connection in connections:
            connection.close()


def test_a_port_that_cannot_be_used_for_metrics_stops_the_command(tmp_path: Path) -> None:
    port = free_port()
    outcome = command(tmp_path, "serve", "--port", str(port), DOSSIER_METRICS=f"127.0.0.1:{port}")
    assert (outcome.code, outcome.err) == (
        1,
        [f"dossier: DOSSIER_METRICS: cannot be port {port}, on which the service itself listens"],
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        other = taken.getsockname()[1]
        outcome = command(tmp_path, "serve", "--port", str(port), DOSSIER_METRICS=f"127.0.0.1:{other}")
    assert outcome.code == 1
    assert f"cannot listen on 127.0.0.1 port {other}" in outcome.err[0]


@pytest.mark.slow
def test_two_workers_have_a_port_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ports = free_ports(2)
    with served(tmp_path, "--workers", "2", DOSSIER_METRICS=f"127.0.0.1:{ports[0]}") as (client, _):
        assert eventually(lambda: all(reachable(one) for one in ports))
        for _ in range(40):
            httpx.get(f"{client.base_url}/v1/actors", timeout=TIMEOUT)

        found = [samples(f"http://127.0.0.1:{one}") for one in ports]
        assert sum(one.get(requests("/v1/actors", 200), 0) for one in found) == 40
