"""Lifecycle of `dossier serve` as processes: signals, lost parents and workers, and output that cannot be written."""

import contextlib
import os
import pty
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.waiting import eventually
from tools.processes import DOSSIER, HOST, Server, clean_environment, get, service, tree
from tools.soak.servers import watching

pytestmark = pytest.mark.slow
PROBE = "/health/live"
LARGE = "/v1/dataset.jsonl"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packaged record, published by the first server that opens it."""
    file = tmp_path_factory.mktemp("lifecycle") / "dossier.db"
    with service(file):
        return file


def server(database: Path, workers: int, output: Path | None = None, *, grace: int = 30, hung: float = 60) -> Server:
    """The service with other times."""
    code = (
        "from app.serving import lifecycle, supervisor; "
        f"supervisor._HUNG = {hung}; lifecycle.run('{HOST}', PORT, {workers}, grace={grace})"
    )
    settings = {"DOSSIER_DATABASE_URL": f"sqlite:///{database}", "DOSSIER_LOG": "off"}
    return Server([sys.executable, "-c", code], PROBE, settings, output=output)


def workers_of(pid: int) -> list[int]:
    """Ids of the worker processes; multiprocessing has another child, which tracks resources."""
    found = []
    for one in tree(pid)[1:]:
        with contextlib.suppress(OSError):  # it has ended meanwhile
            command = Path(f"/proc/{one}/cmdline").read_bytes()
            found += [one] if command and b"resource_tracker" not in command else []
    return found


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return probe.connect_ex((HOST, port)) != 0 and probe.bind((HOST, port)) is None  # type: ignore[func-returns-value]


@contextlib.contextmanager
def slow_reader(port: int) -> Iterator[socket.socket]:
    """A client that has asked for the whole dataset again and again, and reads nothing yet."""
    with socket.create_connection((HOST, port)) as client:
        client.sendall(b"".join(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % LARGE.encode() for _ in range(50)))
        time.sleep(0.5)
        yield client


def read_all(client: socket.socket) -> bytes:
    """Everything until the server closes the connection."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_workers_end_and_free_the_port_when_their_parent_is_killed(database: Path) -> None:
    with server(database, 2) as ours:
        workers = workers_of(ours.process.pid)
        assert len(workers) == 2
        ours.process.kill()
        assert eventually(lambda: not any(map(lives, workers)))
        assert is_free(ours.port)


def test_workers_whose_parent_is_killed_do_not_wait_for_clients_that_do_not_read(database: Path) -> None:
    with server(database, 2, grace=1) as ours, slow_reader(ours.port):
        workers = workers_of(ours.process.pid)
        ours.process.kill()
        assert eventually(lambda: not any(map(lives, workers)))


def test_a_worker_that_dies_is_replaced_while_the_other_answers(database: Path, tmp_path: Path) -> None:
    with server(database, 2, tmp_path / "log") as ours:
        first, second = workers_of(ours.process.pid)
        assert eventually(lambda: both_answer(ours))
        os.kill(first, signal.SIGABRT)
        assert eventually(lambda: len(set(workers_of(ours.process.pid)) - {first}) == 2)
        with watching(ours.port, [PROBE]) as watch:
            time.sleep(1)
        assert second in workers_of(ours.process.pid)
        assert ours.stop() == 0
    assert not watch.failures
    assert (
        tmp_path / "log"
    ).read_text() == f"worker {first} ended with exit code {-signal.SIGABRT}: replaced in 0 seconds\n"


def both_answer(ours: Server) -> bool:
    """Whether all workers listen: each has the listening socket and a loop, which makes some ten descriptors."""
    workers = workers_of(ours.process.pid)
    return len(workers) == 2 and all(len([*Path(f"/proc/{pid}/fd").iterdir()]) > 8 for pid in workers)


def test_a_worker_that_hangs_is_replaced(database: Path, tmp_path: Path) -> None:
    with server(database, 2, tmp_path / "log", hung=20) as ours:
        hanging = workers_of(ours.process.pid)[0]
        assert eventually(lambda: both_answer(ours))
        os.kill(hanging, signal.SIGSTOP)
        assert eventually(lambda: hanging not in tree(ours.process.pid))
        assert eventually(lambda: len(workers_of(ours.process.pid)) == 2)
        assert ours.stop() == 0
    assert f"worker {hanging} has not answered" in (tmp_path / "log").read_text()


@pytest.mark.parametrize(
    ("workers", "number"), [(1, signal.SIGHUP), (1, signal.SIGQUIT), (2, signal.SIGTERM), (2, signal.SIGQUIT)]
)
def test_a_signal_ends_the_server_after_the_answers_under_way(
    database: Path, workers: int, number: signal.Signals
) -> None:
    with server(database, workers) as ours:
        with slow_reader(ours.port) as client:
            ours.process.send_signal(number)
            time.sleep(0.5)
            assert lives(ours.process.pid)
            assert read_all(client).count(b"HTTP/1.1 200 OK") >= 1
        assert ours.process.wait(60) in (0, -signal.SIGTERM)
        assert is_free(ours.port)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_client_that_does_not_read_delays_the_end_only_so_long(database: Path, workers: int) -> None:
    with server(database, workers, grace=1) as ours, slow_reader(ours.port):
        ours.process.terminate()
        assert ours.process.wait(60) in (0, -signal.SIGTERM)


def test_a_worker_that_is_stopped_delays_the_end_only_so_long(database: Path) -> None:
    with server(database, 2, grace=1) as ours:
        os.kill(workers_of(ours.process.pid)[0], signal.SIGSTOP)
        ours.process.terminate()
        assert ours.process.wait(60) == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_other_signals_do_not_end_the_server(database: Path, workers: int) -> None:
    with server(database, workers) as ours:
        for pid in [ours.process.pid, *workers_of(ours.process.pid)]:
            for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGPIPE):
                os.kill(pid, number)
        before = ours.pids()
        time.sleep(1)
        assert get(ours.port, PROBE)[0] == 200
        assert ours.pids() == before


def test_sighup_replaces_the_workers_and_no_request_fails(database: Path) -> None:
    with server(database, 2) as ours:
        assert eventually(lambda: both_answer(ours))
        before = set(workers_of(ours.process.pid))
        with watching(ours.port, [PROBE], milliseconds=20) as watch:
            ours.process.send_signal(signal.SIGHUP)
            assert eventually(lambda: not before & set(workers_of(ours.process.pid)))
        assert len(workers_of(ours.process.pid)) == 2
        assert not watch.failures
        assert len(watch.delays) > 10


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_server_ends_with_its_terminal(database: Path, workers: str) -> None:
    master, slave = pty.openpty()
    # The first terminal that the leader of a session opens is its controlling terminal.
    code = "import os, sys; os.open(sys.argv[1], os.O_RDWR); os.execv(sys.argv[2], sys.argv[2:])"
    command = [
        sys.executable,
        "-c",
        code,
        os.ttyname(slave),
        str(DOSSIER),
        "serve",
        "--port",
        "0",
        "--workers",
        workers,
    ]
    port = Server([], "").port
    command[command.index("0")] = str(port)
    environment = clean_environment() | {"DOSSIER_DATABASE_URL": f"sqlite:///{database}"}
    process = subprocess.Popen(
        command, env=environment, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
    )
    try:
        assert eventually(lambda: not is_free(port))
        assert eventually(lambda: get(port, PROBE)[0] == 200)
        os.close(slave)
        os.close(master)
        assert process.wait(60) in (0, -signal.SIGTERM)
        assert eventually(lambda: is_free(port))
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_server_whose_port_is_taken_meanwhile_ends_with_exit_code_1(database: Path, workers: int) -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        code = f"from app.serving import lifecycle; lifecycle.run('{HOST}', {other.getsockname()[1]}, {workers})"
        done = run_code(code, database)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "address already in use" in done.stderr.lower()


def test_workers_that_cannot_start_end_the_server_with_exit_code_1(database: Path) -> None:
    code = f"from app.serving import lifecycle; lifecycle.run('{HOST}', 0, 2)"
    done = run_code(code, database, DOSSIER_LOG="loud")
    assert done.returncode == 1
    assert any(line.endswith("before it was ready: the server ends") for line in done.stderr.splitlines())


def run_code(code: str, database: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = clean_environment() | {"DOSSIER_DATABASE_URL": f"sqlite:///{database}", **settings}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("workers", "outputs"),
    [(1, ">&- 2>&-"), (2, "<&- >&- 2>&-"), (1, ">/dev/full 2>/dev/full"), (1, "> >(true) 2>&1")],
)
def test_output_that_cannot_be_written_stops_no_answer(database: Path, workers: int, outputs: str) -> None:
    command = ["bash", "-c", f"exec {DOSSIER} serve --port PORT --workers {workers} {outputs}"]
    settings = {"DOSSIER_DATABASE_URL": f"sqlite:///{database}", "DOSSIER_LOG": "json", "DOSSIER_X": "warned of"}
    with Server(command, PROBE, settings) as ours:
        if "&-" in outputs:  # so that no connection and no file gets their descriptors
            assert {Path(f"/proc/{pid}/fd/{number}").readlink() for pid in ours.pids() for number in (1, 2)} == {
                Path(os.devnull)
            }
        for path, status in ((PROBE, 200), ("/v1/timeline-events", 200), ("/v1/nothing", 404), (LARGE, 200)):
            assert [get(ours.port, path)[0] for _ in range(20)] == [status] * 20
