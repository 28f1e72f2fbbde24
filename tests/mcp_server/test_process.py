"""The command `dossier mcp`: what it needs, what it says, and how it ends."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio
import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client

from tests.support.command import SCRIPT, dossier, environment
from tests.support.engines import database_at, on_sqlite
from tests.support.servers import begun, migrated
from tests.support.waiting import TIMEOUT
from tests.support.world import World

INITIALIZE = {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a test", "version": "1"}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with the tiny world as `dossier.db`."""
    begun(tmp_path / "dossier.db").db.close()
    return tmp_path


class Session:
    """A running `dossier mcp`, to which lines are written by hand."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        self.process, self.stdin, self.stdout, self.stderr = process, process.stdin, process.stdout, process.stderr

    def write(self, text: str) -> None:
        self.stdin.write(f"{text}\n")
        self.stdin.flush()

    def ask(self, id: int, method: str, **params: Any) -> Any:
        """Send a request and read the answer to it, which has to be the next line."""
        self.write(json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params}))
        answer = json.loads(self.stdout.readline())
        assert answer["id"] == id
        return answer["result"]

    def call(self, id: int, tool: str, **arguments: Any) -> Any:
        return self.ask(id, "tools/call", name=tool, arguments=arguments)


@contextmanager
def session(folder: Path) -> Iterator[Session]:
    """A session that has begun, in the handshake of earlier versions of the protocol."""
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([SCRIPT, "mcp"], cwd=folder, env=environment(folder), text=True, **pipes) as process:
        try:
            opened = Session(process)
            assert opened.ask(1, "initialize", **INITIALIZE)["serverInfo"]["name"] == "dossier"
            opened.write('{"jsonrpc": "2.0", "method": "notifications/initialized"}')
            yield opened
        finally:
            process.kill()


# --- before it serves -------------------------------------------------------------------------------------------------


def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)
    for name in [name for name in sys.modules if name.startswith("app.mcp_server")]:
        monkeypatch.delitem(sys.modules, name)
    code, out, err = dossier(tmp_path, "mcp")
    assert (code, out) == (1, [])
    assert err == ["dossier: dossier mcp needs the extra mcp: in a checkout of this service, run pip install .[mcp]"]
    assert list(tmp_path.iterdir()) == []


@on_sqlite
@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"no database" * 1000, "The database cannot be read: "), (b"", None)],
    ids=["another file", "an empty file"],
)
def test_a_broken_database_is_one_line_and_an_empty_one_is_filled(
    tmp_path: Path, content: bytes, reason: str | None
) -> None:
    (tmp_path / "dossier.db").write_bytes(content)
    with patch("app.mcp_server.server.run") as run:
        code, out, err = dossier(tmp_path, "mcp")
    assert out == []
    if reason is None:
        assert (code, err, run.call_count) == (0, [], 1)
    else:
        assert (code, len(err), run.call_count) == (1, 1, 0)
        assert err[0].startswith(f"dossier: {reason}")


def test_a_database_of_another_schema_is_not_served(tmp_path: Path) -> None:
    database = migrated(tmp_path / "dossier.db")
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'from-the-future'")
    database.close()
    code, out, err = dossier(tmp_path, "mcp")
    assert (code, out, len(err)) == (1, [], 1)
    assert "from-the-future, which this release does not know" in err[0]


# --- while it serves --------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_client_of_the_sdk_gets_the_dossier_from_an_empty_folder(tmp_path: Path, mode: str) -> None:
    server = StdioServerParameters(command=str(SCRIPT), args=["mcp"], cwd=tmp_path, env=environment(tmp_path))

    async def ask() -> None:
        async with Client(stdio_client(server), mode=mode) as client:
            assert client.server_info is not None
            assert client.server_info.title == "Canada–North Korea dossier"
            assert "not a service of the Government" in (client.instructions or "")
            assert len((await client.list_tools()).tools) == 5
            found = await client.call_tool("screen_name", {"name": "Ri Je-son"})
            assert found.structured_content["data"][0]["designation"]["id"] == "un-kpi-002"
            test = await client.call_tool("timeline", {"kind": ["nuclear-test"], "limit": 1})
            assert test.structured_content["data"][0]["date"] == "2006-10-09"
            wrong = await client.call_tool("search", {"q": "war", "limit": 51})
            assert wrong.is_error

    anyio.run(ask)


@pytest.mark.slow
def test_a_publication_is_seen_by_the_next_call(home: Path) -> None:
    with session(home) as opened:
        before = opened.call(2, "search", q="truce")["structuredContent"]
        world = World(database_at(home / "dossier.db"), revisions=1)
        world.withdraw("timeline-events", "truce")
        world.publish()
        world.db.close()
        after = opened.call(3, "search", q="truce")["structuredContent"]
    assert [before["dataset"]["revision"], after["dataset"]["revision"]] == [1, 2]
    assert [before["page"]["total"], after["page"]["total"]] == [1, 0]


@pytest.mark.slow
def test_two_at_once_fill_one_empty_folder_and_both_answer(tmp_path: Path) -> None:
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    both = [
        subprocess.Popen(
            [SCRIPT, "mcp"], cwd=tmp_path, env=environment(tmp_path, DOSSIER_BUSY_TIMEOUT_MS="60000"), **pipes
        )
        for _ in range(2)
    ]
    asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": INITIALIZE}).encode()
    for process in both:
        assert process.stdin is not None
        process.stdin.write(asked + b"\n")
        process.stdin.flush()
    for process in both:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["result"]["serverInfo"]["name"] == "dossier"
        out, err = process.communicate(timeout=TIMEOUT)
        assert (out, err, process.returncode) == (b"", b"", 0)
    assert dossier(tmp_path, "verify").code == 0


@pytest.mark.slow
def test_a_line_that_cannot_be_read_ends_nothing(home: Path) -> None:
    with session(home) as opened:
        for line in ("no json", "[1, 2]", '{"jsonrpc": "2.0"}', "\0", "{" * 10_000):
            opened.write(line)
        assert opened.call(2, "search", q="war")["structuredContent"]["page"]["total"] >= 1


@on_sqlite
@pytest.mark.slow
def test_a_database_that_is_removed_and_put_back_is_said_and_answered(home: Path) -> None:
    with session(home) as opened:
        assert not opened.call(2, "timeline")["isError"]
        for file in home.glob("dossier.db*"):
            shutil.move(file, home / f"away-{file.name}")
        gone = opened.call(3, "timeline")
        assert gone["isError"]
        assert "The database file does not exist" in gone["content"][0]["text"]
        for file in home.glob("away-*"):
            shutil.move(file, home / file.name.removeprefix("away-"))
        assert not opened.call(4, "timeline")["isError"]


# --- how it ends ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_it_ends_in_silence_when_stdin_is_closed(home: Path) -> None:
    with session(home) as opened:
        opened.call(2, "search", q="war")
        out, err = opened.process.communicate(timeout=TIMEOUT)
        assert (out, err, opened.process.returncode) == ("", "", 0)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_at_once_in_silence(home: Path, number: signal.Signals) -> None:
    with session(home) as opened:
        opened.process.send_signal(number)
        assert opened.process.wait(TIMEOUT) == -number
        assert (opened.stdout.read(), opened.stderr.read()) == ("", "")
    assert dossier(home, "verify").code == 0


@pytest.mark.slow
def test_a_client_that_reads_no_more_is_one_line(home: Path) -> None:
    with session(home) as opened:
        opened.stdout.close()
        for number in range(2, 102):  # of one alone, the answer may be dropped when stdin ends right after it
            opened.write(f'{{"jsonrpc": "2.0", "id": {number}, "method": "ping"}}')
        opened.stdin.close()
        assert opened.process.wait(TIMEOUT) == 1
        assert opened.stderr.read() == "dossier: stdout: Broken pipe\n"
