"""Long downloads: whole whatever is published, flat in memory, nothing left behind by clients that leave or stall."""

import asyncio
import contextlib
import functools
import http.client
import inspect
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import httpx
import pytest
from pyroaring import BitMap
from sqlalchemy import and_, select
from sqlalchemy import text as sql

from app.errors import Unavailable
from app.main import api as application
from app.publishing.publish import publish
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from app.serving.middleware import EdgeMiddleware
from app.serving.state import ApplicationState
from app.serving.streaming import Stream, StreamSlots, in_chunks
from app.store.checksums import read_bitmap, stored_bitmap
from app.store.engines.sqlite import SqliteDatabase
from app.store.tables import Posting, VersionSet
from tests.support.checksums import renew_checksums
from tests.support.command import answers, free_port
from tests.support.engines import IS_POSTGRESQL, end_other_connections, on_postgresql, on_sqlite
from tests.support.servers import begun, client_at, client_of, inhabited, settings_for
from tests.support.waiting import TIMEOUT, eventually
from tests.support.world import World, record, text

EVENTS = "/v1/timeline-events"
ROWS = 9_000  # some 12 MB: more than what systems keep on the way to a client that does not read
FIRST = 30_000  # number of the first of them, in the same chunk of the bitmap index and far from those published
PADDING = "x" * 1000
STREAMS = 50  # more than the 40 worker threads that there are

# Rows as only a crowd of importers would publish them: copied from the tie, far faster than by `publish`.
CROWD = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {rows})
    INSERT INTO timeline_events ({columns})
    SELECT {values} FROM timeline_events, numbers WHERE id = 'tie'
"""


def crowd(db: SqliteDatabase, rows: int) -> None:
    """Add so many copies of the tie, each with a long summary, to its table and to the bitmap index."""
    with db.writing() as connection:
        name = "'tie-' || substr(CAST(100000 + n AS TEXT), 2)"
        copied = {column.name: column.name for column in COLLECTIONS["timeline-events"].table.c}
        copied |= {"id": name, "kind": "'meeting'", "number": f"{FIRST - 1} + n"}
        for body in ("body_en", "body_fr"):
            named = f'replace({body}, \'"id":"tie"\', \'"id":"\' || {name} || \'"\')'
            copied[body] = f"replace({named}, 'Summary of A tie', 'Summary {PADDING}')"
        statement = CROWD.format(rows=rows, columns=",".join(copied), values=",".join(copied.values()))
        connection.exec_driver_sql(statement)
        numbers = BitMap(range(FIRST, FIRST + rows))
        postings, sets = Posting.__table__, VersionSet.__table__
        indexed = [(postings, {"field": "collection", "value": "timeline-events", "chunk": 0})]
        indexed += [(postings, {"field": "kind", "value": "meeting", "chunk": 0})]
        indexed += [(sets, {"name": "current", "chunk": 0, "revision": 1})]
        for table, key in indexed:
            mine = and_(*(table.c[name] == value for name, value in key.items()))
            known = connection.execute(select(table.c.bits).where(mine)).scalar()
            bits = stored_bitmap(read_bitmap(known) | numbers if known else numbers)
            connection.execute(table.delete().where(mine))
            connection.execute(table.insert(), key | {"bits": bits})
        connection.execute(sql("UPDATE revisions SET records = records + :rows WHERE number = 1"), {"rows": rows})
        renew_checksums(connection)


@dataclass
class Busy:
    """A server of the tiny world and the crowd in it, and how many connections its downloads have open."""

    world: World
    address: str
    client: httpx.Client
    state: ApplicationState
    connections: list[Any] = field(default_factory=list)
    opened: int = 0
    before_end: Callable[[], None] = lambda: None

    @contextlib.contextmanager
    def counted(self, reading: AbstractContextManager[Any]) -> Iterator[Any]:
        """Count a connection to the database as long as it is used."""
        with reading as connection:
            self.connections.append(connection)
            self.opened += 1
            try:
                yield connection
            finally:
                self.before_end()
                self.connections.remove(connection)

    def begin(self, query: str) -> socket.socket:
        """A connection on which an export was asked for, and of which nothing is taken; it has little room."""
        parts = urlsplit(self.address)
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(TIMEOUT)
        connection.connect((parts.hostname, parts.port))
        connection.sendall(f"GET {EVENTS}?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return connection


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Busy]:
    """For tests that look at what downloads keep open; they may publish."""
    with inhabited(tmp_path_factory.mktemp("busy")) as (world, _):
        crowd(world.db, ROWS)
        settings = settings_for(world.db.path, max_streams=STREAMS)
        app = application(settings)
        with client_of(EdgeMiddleware(app, settings)) as client:
            made = Busy(world, str(client.base_url), client, app.state.service)
            database = app.state.service.database
            reading = database.reading
            with patch.object(database, "reading", lambda **options: made.counted(reading(**options))):
                yield made


def test_a_download_is_whole_and_of_its_revision_whatever_is_published_in_the_middle(busy: Busy) -> None:
    with contextlib.closing(busy.begin("format=jsonl")) as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        number = answer.headers["dataset-revision"]
        assert eventually(lambda: len(busy.connections) == 1)
        late = record("tie-08000", "Late news", kind="summit", date="1990-05-01")
        gone = {"id": "tie-08001", "reason": text("Gone")}
        news = Submission("events.toml", "timeline-events", [late], [gone], complete=False)
        assert publish(busy.world.db, COLLECTIONS, [news], "The test", text("In the middle")) is not None
        assert len(busy.connections) == 1  # so that it is the middle
        whole = answer.read()
    assert (whole.count(b"\n"), whole.count(b'"summit"'), whole.count(b'"tie-08001"')) == (ROWS + 6, 0, 1)
    assert busy.client.get(f"{EVENTS}?format=jsonl&revision={number}").content == whole
    after = busy.client.get(f"{EVENTS}?format=jsonl").content
    assert (after.count(b"\n"), after.count(b'"summit"'), after.count(b'"tie-08001"')) == (ROWS + 5, 1, 0)


def test_many_rows_come_in_the_order_asked_for(busy: Busy) -> None:
    path = f"{EVENTS}?format=csv&revision=1&kind=meeting&fields=id"
    numbers = [f"tie-{number:05}" for number in range(1, ROWS + 1)]
    assert busy.client.get(f"{path}&sort=title").text.split("\r\n") == ["id", *numbers, ""]
    assert busy.client.get(f"{path}&sort=-date").text.split("\r\n") == ["id", *reversed(numbers), ""]


def test_downloads_broken_off_leave_no_connection_open_and_the_log_of_writes_free(busy: Busy) -> None:
    for form in ("csv", "jsonl", "ics") * 10:
        with busy.client.stream("GET", f"{EVENTS}?format={form}") as answer:
            assert len(next(answer.iter_raw())) > 0
    assert eventually(lambda: busy.connections == [])
    assert busy.client.get(f"{EVENTS}?limit=1").status_code == 200  # leaves a reading connection open
    with busy.world.db.writing() as connection:
        connection.execute(sql("UPDATE revisions SET author = 'Someone'"))
        renew_checksums(connection)
    # The checkpoint after a write does not wait for readers: one that kept an old snapshot would keep the log.
    assert IS_POSTGRESQL or busy.world.db.path.with_name(f"{busy.world.db.path.name}-wal").stat().st_size == 0


def test_a_download_that_fails_in_the_middle_is_cut_and_leaves_nothing_open(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.formats.csv_text._quoted", lambda text: 1 / (text != "tie-08000") and text)
    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        busy.client.get(f"{EVENTS}?format=csv&sort=id")
    assert eventually(lambda: busy.connections == [])


@pytest.mark.parametrize("query", ["sort=id&fields=id", "sort=-id"])
def test_a_download_that_fails_in_its_first_mebibyte_is_a_problem(
    busy: Busy, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    monkeypatch.setattr("app.formats.csv_text._quoted", lambda text: 1 / (text != "tie-08999") and text)
    answer = busy.client.get(f"{EVENTS}?format=csv&{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert "content-disposition" not in answer.headers
    assert eventually(lambda: busy.connections == [])


def snapshots(busy: Busy) -> int:
    """How much of the database connections that read it hold back."""
    if not IS_POSTGRESQL:
        return log_of(busy)
    with busy.world.db.writers.connect() as connection:
        held = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_xmin IS NOT NULL"
        return int(connection.exec_driver_sql(f"{held} AND pid <> pg_backend_pid()").scalar_one())


def log_of(busy: Busy) -> int:
    """Bytes of the write-ahead log, after it was emptied as far as its readers allow."""
    with contextlib.closing(busy.world.db.writers.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return busy.world.db.path.with_name(f"{busy.world.db.path.name}-wal").stat().st_size


@pytest.mark.parametrize("query", ["format=jsonl", "format=csv&sort=title", "format=ics"])
def test_a_stream_that_waits_for_its_client_keeps_no_snapshot(busy: Busy, query: str) -> None:
    with contextlib.closing(busy.begin(query)):
        assert eventually(lambda: len(busy.connections) == 1)
        late = record("war", query, kind="summit", date="1950")
        news = Submission("x.toml", "timeline-events", [late], complete=False)
        assert publish(busy.world.db, COLLECTIONS, [news], "The test", text("In the middle")) is not None
        assert eventually(lambda: snapshots(busy) == 0)
        assert len(busy.connections) == 1
    assert eventually(lambda: busy.connections == [])


@on_sqlite
@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be replaced there")
def test_a_stream_goes_on_with_its_file_when_another_one_takes_its_place(busy: Busy, tmp_path: Path) -> None:
    path = f"{EVENTS}?format=jsonl&revision=1"
    expected = busy.client.get(path).content
    file = busy.world.db.path
    other = begun(tmp_path / "other.db")
    other.db.close()
    with contextlib.closing(busy.begin("format=jsonl&revision=1")) as connection:
        assert eventually(lambda: len(busy.connections) == 1)
        assert log_of(busy) == 0
        file.rename(tmp_path / "kept.db")
        shutil.copyfile(other.db.path, file)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.read() == expected
    (tmp_path / "kept.db").rename(file)
    assert busy.client.get(path).content == expected


def test_a_stream_breaks_off_when_another_database_is_restored_into_its_file(busy: Busy) -> None:
    with contextlib.closing(busy.begin("format=jsonl&revision=1")) as connection:
        assert eventually(lambda: len(busy.connections) == 1)
        with busy.world.db.writing() as writer:
            digest = writer.execute(sql("SELECT digest FROM revisions WHERE number = 1")).scalar()
            writer.execute(sql("UPDATE revisions SET digest = :other WHERE number = 1"), {"other": "0" * 64})
            renew_checksums(writer)
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
        with busy.world.db.writing() as writer:
            writer.execute(sql("UPDATE revisions SET digest = :mine WHERE number = 1"), {"mine": digest})
            renew_checksums(writer)
    assert eventually(lambda: busy.connections == [])


@on_postgresql
@pytest.mark.parametrize("query", ["format=jsonl", "format=csv&sort=-id"])
def test_a_stream_whose_connection_is_lost_breaks_off_with_one_line_in_the_log(
    busy: Busy, query: str, caplog: pytest.LogCaptureFixture
) -> None:
    with contextlib.closing(busy.begin(query)) as connection:
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        end_other_connections(busy.world.db)
        with pytest.raises(http.client.IncompleteRead):
            answer.read()
    assert eventually(lambda: busy.connections == [])
    said = [one for one in caplog.records if "request" in one.getMessage()]
    assert len(said) == 1
    assert "the database does not answer" in said[0].getMessage()
    assert not said[0].exc_info
    assert busy.client.get(f"{EVENTS}?limit=1&lang=fr").status_code == 200


@pytest.mark.parametrize(
    ("path", "slots"), [(f"{EVENTS}?format=jsonl", "streams"), ("/v1/dataset.jsonl", "files")], ids=["export", "file"]
)
def test_one_stream_more_than_there_are_slots_is_refused_until_one_ends(busy: Busy, path: str, slots: str) -> None:
    mine: StreamSlots = getattr(busy.state, slots)
    with contextlib.ExitStack() as stack:
        for _ in range(STREAMS if slots == "streams" else 4 * STREAMS):
            stack.enter_context(mine.taken())
        refused = busy.client.get(path)
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
        assert refused.json()["type"] == "urn:dossier:problem:unavailable"
        assert busy.client.get("/v1/actors?format=csv").status_code == 200  # up to 1 MiB no slot is needed
    assert busy.client.get(path).status_code == 200
    assert eventually(lambda: mine.in_use == 0)


def test_the_rows_of_a_refused_export_are_closed_before_its_connection(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Generator[bytes, None, None]] = []
    closed_first: list[bool] = []
    chunks = in_chunks

    def kept(parts: Iterable[bytes]) -> Generator[bytes, None, None]:
        made.append(chunks(parts))
        return made[-1]

    def observe() -> None:
        closed_first.extend(inspect.getgeneratorstate(one) == inspect.GEN_CLOSED for one in made)

    monkeypatch.setattr("app.api.exports.in_chunks", kept)
    monkeypatch.setattr(busy, "before_end", observe)
    with contextlib.ExitStack() as stack:
        for _ in range(STREAMS):
            stack.enter_context(busy.state.streams.taken())
        assert busy.client.get(f"{EVENTS}?format=jsonl").status_code == 503
    assert closed_first == [True]


def test_slots_are_free_again_however_their_use_ends() -> None:
    slots = StreamSlots(1)
    for fault in (None, RuntimeError, GeneratorExit):
        with contextlib.suppress(RuntimeError, GeneratorExit), slots.taken():
            with pytest.raises(Unavailable, match="too-busy"), slots.taken():
                pass
            if fault:
                raise fault
    with slots.taken():
        pass


@pytest.mark.slow
def test_clients_that_read_nothing_delay_nobody_else_and_are_given_up(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    idle = [busy.begin("format=jsonl") for _ in range(STREAMS)]
    assert eventually(lambda: len(busy.connections) == STREAMS)
    assert busy.client.get(f"{EVENTS}?limit=1&facets=kind,topic").status_code == 200
    assert busy.client.get("/v1/actors?format=csv").text.count("\n") == 5
    for connection in idle:
        connection.close()
    assert eventually(lambda: busy.connections == [])
    monkeypatch.setattr("app.serving.streaming._PATIENCE", 0.2)
    before = busy.opened
    stalled = [busy.begin("format=jsonl") for _ in range(3)]
    assert eventually(lambda: busy.opened == before + 3)
    assert eventually(lambda: busy.connections == [])
    for connection in stalled:
        with contextlib.closing(connection):
            body = b"".join(iter(functools.partial(connection.recv, 1 << 20), b""))
        assert body.startswith(b"HTTP/1.1 200 OK")
        assert not body.endswith(b"0\r\n\r\n")


def sent_by(stream: Stream, *, stalls: bool = False) -> list[dict[str, Any]]:
    """What a server gets of a stream, whose client may take nothing of its body."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        if stalls and message["type"] == "http.response.body":
            await asyncio.Event().wait()
        sent.append(message)

    async def receive() -> Any:
        await asyncio.Event().wait()

    asyncio.run(stream({"type": "http", "asgi": {"spec_version": "2.3"}}, receive, send))
    return sent


def counted(pieces: int, closed: list[bool]) -> Generator[bytes, None, None]:
    """So many pieces, and a note when they are closed."""
    try:
        for _ in range(pieces):
            yield b"more"
    finally:
        closed.append(True)


def test_a_stream_of_which_nothing_is_taken_ends_without_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.serving.streaming._PATIENCE", 0.1)
    closed: list[bool] = []
    assert [message["type"] for message in sent_by(Stream(counted(9, closed)), stalls=True)] == ["http.response.start"]
    assert closed == [True]


def test_every_piece_of_a_stream_has_a_minute_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[float] = []

    def timeout(seconds: float) -> contextlib.nullcontext[None]:
        given.append(seconds)
        return contextlib.nullcontext()

    monkeypatch.setattr("asyncio.timeout", timeout)
    sent = sent_by(Stream(counted(3, [])))
    assert given == [60] * len(sent) == [60] * 5
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_a_generator_that_runs_out_of_time_itself_is_a_failure_and_no_slow_client() -> None:
    def late() -> Generator[bytes, None, None]:
        yield b"one"
        raise TimeoutError("the database")

    with pytest.raises(TimeoutError, match="the database"):
        sent_by(Stream(late()))


def test_a_stream_whose_statement_took_too_long_ends_without_its_end() -> None:
    def ended() -> Generator[bytes, None, None]:
        yield b"one"
        raise Unavailable("statement-timeout")

    sent = sent_by(Stream(ended()))
    assert [message.get("body") for message in sent] == [None, b"one"]
    assert sent[-1]["more_body"] is True


def memory(process: "subprocess.Popen[bytes]", line: str) -> int:
    """A line of what the kernel says of a process's memory, in kB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(re.findall(rf"{line}:\s+(\d+) kB", status)[0])


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="the kernel does not show a process's memory")
def test_thirty_thousand_rows_take_no_more_memory_than_a_few(world: World) -> None:
    crowd(world.db, 30_000)
    port = free_port()
    command = [sys.executable, "-c", "from app.cli import main; main()", "serve", "--port", str(port)]
    environment = {"DOSSIER_DATABASE_URL": f"sqlite:///{world.db.path}", "DOSSIER_LOG": "off"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            assert eventually(lambda: answers(address))
            with client_at(address) as client:
                client.get(f"{EVENTS}?format=csv&kind=diplomacy&sort=-title")
                before = memory(process, "VmRSS")
                Path(f"/proc/{process.pid}/clear_refs").write_text("5", encoding="ascii")  # forget the peak
                assert drained(client, f"{EVENTS}?format=csv&fields=summary") > 30_000_000
                assert drained(client, f"{EVENTS}?format=jsonl&sort=-title") > 30_000_000
                assert memory(process, "VmHWM") - before < 16_000
        finally:
            process.terminate()


def drained(client: httpx.Client, path: str) -> int:
    """How many bytes an answer has, none of which is kept."""
    with client.stream("GET", path) as answer:
        return sum(len(piece) for piece in answer.iter_raw())
