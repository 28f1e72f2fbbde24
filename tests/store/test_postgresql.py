"""PostgreSQL alone: refusals in one line, replicas that are behind, nodes that learn of publications, a full pool."""

import contextlib
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import make_url
from sqlalchemy import text as sql

from app.main import create_app
from app.publishing.verify import verify_database
from app.resources.registry import COLLECTIONS
from app.settings import Settings
from app.store import migrate, schema_version
from app.store.database import open_database
from app.store.engines.base import Database
from app.store.engines.postgresql_errors import connection_fault
from tests.support.command import process as dossier
from tests.support.engines import PostgresqlServer, on_postgresql
from tests.support.servers import client_of
from tests.support.waiting import eventually
from tests.support.world import World
from tools.postgres.server import PostgresServer

pytestmark = on_postgresql

_LIST = "/v1/timeline-events?limit=1"
_REVISION = "dataset-revision"


@pytest.fixture(scope="module")
def primary() -> Iterator[PostgresServer]:
    """A server of these tests alone, which may be stopped."""
    with PostgresServer() as server:
        yield server


@pytest.fixture
def stack() -> Iterator[contextlib.ExitStack]:
    """What is closed at the end of a test."""
    with contextlib.ExitStack() as made:
        yield made


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """An empty database."""
    server, name = PostgresqlServer.started(), f"alone_{abs(hash(tmp_path))}"
    server.create(name)
    yield make_url(server.address).set(database=name).render_as_string(hide_password=False)
    server.remove(name)


@contextlib.contextmanager
def opened(url: str, **settings: Any) -> Iterator[Database]:
    """A database, until the context ends."""
    with contextlib.closing(open_database(Settings(database_url=url, **settings))) as database:
        yield database


@contextlib.contextmanager
def world_at(url: str) -> Iterator[World]:
    """The tiny world in an empty database."""
    with opened(url) as database:
        migrate.upgrade(database)
        world = World(database)  # type: ignore[arg-type]  # it is used as any database
        world.publish("The world begins")
        yield world


def shows(client: httpx.Client, revision: int) -> bool:
    """Whether a node answers from a revision by and by."""
    return eventually(lambda: client.get(_LIST).headers.get(_REVISION) == str(revision))


def changed(url: str, **parts: Any) -> str:
    return make_url(url).set(**parts).render_as_string(hide_password=False)


@contextlib.contextmanager
def node(database_url: str, **settings: Any) -> Iterator[httpx.Client]:
    """A client of a node."""
    with client_of(create_app(Settings(database_url=database_url, log="off", **settings))) as client:
        yield client


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"password": "wrong"}, "refuses the password"),
        ({"username": "nobody_known"}, "refuses"),
        ({"database": "not_there"}, "has no database of this name"),
        ({"port": 1}, "cannot be reached"),
        ({"host": "no-such-host.invalid"}, "cannot be reached"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "verify"])
def test_a_server_that_refuses_is_named_in_one_line_without_the_password(
    url: str, tmp_path: Path, parts: dict[str, Any], words: str, command: str
) -> None:
    refused = changed(url, **parts)
    outcome = dossier(tmp_path, command, DOSSIER_DATABASE_URL=refused)
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert words in outcome.err[0]
    assert str(make_url(refused).password) not in outcome.err[0]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg:///dossier?host=127.0.0.1&port=1&user=dossier&password=SECRET",
        "postgresql+psycopg://dossier@127.0.0.1:1/dossier?sslpassword=SECRET",
        "postgresql+psycopg://dossier:p@SECRET/w#rd%zz@127.0.0.1:1/dossier",
    ],
)
def test_no_part_of_a_password_is_printed_wherever_it_is_written(tmp_path: Path, address: str) -> None:
    outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=address)
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert "SECRET" not in outcome.err[0]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("sslmode=verify-full", "cannot be encrypted"),
        ("gssencmode=require", "cannot be encrypted"),
        ("sslmode=SECRET", "driver of PostgreSQL refuses"),
        ("no_such_parameter=SECRET", "driver of PostgreSQL refuses"),
        ("connect_timeout=SECRET", "driver of PostgreSQL refuses"),
        ("options=-cwork_mem=SECRET", "driver of PostgreSQL refuses"),
        ("port=99999", "driver of PostgreSQL refuses"),
        ("port=SECRET", "must have numbers as ports"),
        ("host=one,two&port=1,2,3", "must have numbers as ports"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named_as_what_it_is(
    url: str, tmp_path: Path, query: str, words: str
) -> None:
    outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=f"{url}?{query}")
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert words in outcome.err[0]
    assert "SECRET" not in outcome.err[0]


def test_a_server_that_speaks_another_protocol_is_not_reached(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answer_as_http, args=(listener,), daemon=True).start()
        address = f"postgresql+psycopg://dossier@127.0.0.1:{listener.getsockname()[1]}/dossier"
        outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=address)
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert "cannot be reached" in outcome.err[0]


def _answer_as_http(listener: socket.socket) -> None:
    """Answer each connection as a web server does, until the socket is closed."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_a_database_of_another_program_is_left_alone(url: str, tmp_path: Path, stack: contextlib.ExitStack) -> None:
    database = stack.enter_context(opened(url))
    with database.writing() as writer:
        writer.execute(sql("CREATE TABLE theirs (a integer)"))
    outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=url)
    assert (outcome.code, len(outcome.err)) == (1, 1)
    with database.reading() as reader:
        assert {name for kind, name in database.schema(reader) if kind == "table"} == {"theirs"}


def test_a_database_of_a_newer_release_is_left_alone(url: str, tmp_path: Path, stack: contextlib.ExitStack) -> None:
    world = stack.enter_context(world_at(url))
    with world.db.writing() as writer:
        writer.execute(sql("UPDATE alembic_version SET version_num = '20990101_newer'"))
    for command in ("migrate", "verify"):
        outcome = dossier(tmp_path, command, DOSSIER_DATABASE_URL=url)
        assert (outcome.code, len(outcome.err)) == (1, 1), command
    with world.db.reading() as reader:
        assert schema_version.current_migration(reader) == "20990101_newer"


@pytest.fixture
def world_of_role(url: str) -> Iterator[tuple[World, str]]:
    """The tiny world in a database, and its URL for a role that may create nothing there."""
    name = f"role_{secrets.token_hex(4)}"
    with world_at(url) as world:
        with world.db.writing() as writer:
            writer.execute(sql("REVOKE CREATE ON SCHEMA public FROM public"))
            writer.execute(sql(f"CREATE ROLE {name} LOGIN PASSWORD 'secret-of-test'"))
        yield world, changed(url, username=name, password="secret-of-test")
        with world.db.writing() as writer:
            writer.execute(sql(f"DROP OWNED BY {name}"))
            writer.execute(sql(f"DROP ROLE {name}"))


def test_a_user_without_the_right_to_create_is_told(world_of_role: tuple[World, str], tmp_path: Path) -> None:
    world, url = world_of_role
    migrate.downgrade(world.db, "base")
    outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=url)
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert "no right" in outcome.err[0]


def test_a_user_who_may_only_read_verifies_all_but_the_schema(world_of_role: tuple[World, str], tmp_path: Path) -> None:
    world, url = world_of_role
    with world.db.writing() as writer:
        role = make_url(url).username
        writer.execute(sql(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}"))
    outcome = dossier(tmp_path, "verify", DOSSIER_DATABASE_URL=url)
    assert (outcome.code, len(outcome.out), len(outcome.err)) == (0, 1, 1)
    assert "schema was not compared" in outcome.err[0]
    with world.db.writing() as writer:
        writer.execute(sql("UPDATE revisions SET author = 'Somebody else'"))
    refused = dossier(tmp_path, "verify", DOSSIER_DATABASE_URL=url)
    assert (refused.code, refused.out, len(refused.err)) == (1, [], 2)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("connection failed: SSL connection has been closed unexpectedly", "server-unreachable"),
        ("consuming input failed: SSL SYSCALL error: EOF detected", "server-unreachable"),
        ("SSL error: unexpected eof while reading", "server-unreachable"),
        ("could not send SSL negotiation packet: Broken pipe", "server-unreachable"),
        ("received invalid response to SSL negotiation: H", "server-unreachable"),
        ('connection to server on socket "/run/SSL/.s.PGSQL.5432" failed: No such file', "server-unreachable"),
        ("server does not support SSL, but SSL was required", "tls-failed"),
        ("SSL error: certificate verify failed", "tls-failed"),
        ('root certificate file "/none" does not exist', "tls-failed"),
        ('could not load private key file "/none": No such file', "tls-failed"),
        ('server certificate for "a" does not match host name "b"', "tls-failed"),
        ("FATAL:  invalid command-line argument for server process: abc", "invalid-connection-parameter"),
        ('FATAL:  permission denied to set parameter "log_statement"', "invalid-connection-parameter"),
        ('FATAL:  parameter "shared_buffers" cannot be changed without restarting', "invalid-connection-parameter"),
        ('service file "/none" not found', "invalid-connection-parameter"),
        ('FATAL:  certificate authentication failed for user "a"', "login-refused"),
        ('FATAL:  password authentication failed for user "a"', "wrong-password"),
        ('FATAL:  permission denied for database "a"', "login-refused"),
        ('FATAL:  role "a" is not permitted to log in', "login-refused"),
        ("FATAL:  the database system is shutting down", "server-not-ready"),
        ("FATAL:  the database system is in recovery mode", "server-not-ready"),
        ('connection to server at "a", port 1 failed: FATAL:  authentification peer échouée', "connection-refused"),
        ('connection to server at "a", port 1 failed: ВАЖНО:  пользователь "a" не прошёл', "connection-refused"),
        ('connection to server at "a", port 1 failed: NGHIÊM TRỌNG:  mật khẩu', "connection-refused"),
        ('connection to server at "a", port 1 failed: Connection refused\n\tIs the server', "server-unreachable"),
        ('connection to server at "a", port 1 failed: timeout expired', "server-unreachable"),
    ],
)
def test_words_of_the_driver_and_the_server_have_their_code(message: str, code: str) -> None:
    fault = connection_fault(psycopg.OperationalError(message))
    assert fault
    assert fault.code == code


def test_another_encoding_than_utf_8_is_refused_before_anything_is_made(
    primary: PostgresServer, tmp_path: Path
) -> None:
    primary.sql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=primary.url_of("latin"))
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert "LATIN1" in outcome.err[0]
    assert primary.sql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'", database="latin").strip() == "0"


@pytest.mark.parametrize("schema", ["canada-dossier", "Big", "with a blank"])
def test_a_schema_whose_name_needs_quotes_is_verified(url: str, schema: str) -> None:
    made = psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    with contextlib.closing(made):
        made.execute(f'CREATE SCHEMA "{schema}"'.encode())
        made.commit()
    escaped = schema.replace(" ", "\\ ")
    with world_at(changed(url, query={"options": f'-csearch_path="{escaped}"'})) as world:
        assert [one.number for one in verify_database(world.db, COLLECTIONS)] == [1]


def test_backup_names_the_tools_of_the_server(url: str, tmp_path: Path, stack: contextlib.ExitStack) -> None:
    stack.enter_context(world_at(url))
    outcome = dossier(tmp_path, "backup", "copy.db", DOSSIER_DATABASE_URL=url)
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert "pg_dump" in outcome.err[0]
    assert not (tmp_path / "copy.db").exists()


def test_each_node_learns_of_a_publication_within_a_second(url: str, stack: contextlib.ExitStack) -> None:
    world = stack.enter_context(world_at(url))
    with node(url) as first, node(url) as second:
        for client in (first, second):
            assert shows(client, 1)
            for _ in range(3):  # so that it is stored
                client.get(_LIST)
        world.publish_with_change("timeline-events", "tie", kind="meeting")
        published = time.monotonic()
        for client in (first, second):
            assert shows(client, 2)
        assert time.monotonic() - published < 1


def test_a_replica_that_is_behind_never_speaks_for_a_revision_that_it_lacks(
    primary: PostgresServer, stack: contextlib.ExitStack
) -> None:
    primary.sql("CREATE DATABASE behind TEMPLATE template0")
    url = primary.url_of("behind")
    world = stack.enter_context(world_at(url))
    with PostgresServer.replica_of(primary) as replica:
        assert eventually(lambda: replica.caught_up(primary))
        with node(url, read_database_url=replica.url_of("behind")) as client:
            assert client.get(_LIST).headers[_REVISION] == "1"
            replica.sql("SELECT pg_wal_replay_pause()")
            world.publish_with_change("timeline-events", "tie", kind="meeting")
            assert client.get(_LIST).headers[_REVISION] == "1"  # what the replica has, and says so
            pinned = client.get(f"{_LIST}&revision=2")
            assert (pinned.status_code, pinned.headers[_REVISION]) == (200, "2")
            assert client.get(f"{_LIST}&as_of=2020-06-01T00:00:00Z").headers[_REVISION] == "2"
            assert client.get(f"{_LIST}&as_of=2020-01-01T12:00:00Z").headers[_REVISION] == "1"
            assert client.get(f"{_LIST}&revision=3").status_code == 404
            assert client.get("/health/ready").json() == {"status": "ok"}

            primary.stop()
            lacking = client.get(f"{_LIST}&revision=2&lang=fr")
            assert lacking.status_code == 503
            assert "retry-after" in lacking.headers
            assert client.get(f"{_LIST}&revision=3").status_code == 503
            assert client.get(f"{_LIST}&revision=1").status_code == 200
            assert client.get(f"{_LIST}&lang=fr").status_code == 200
            assert eventually(lambda: client.get("/health/ready").json() == {"status": "ok", "primary": "lost"})
            primary.start()
            assert eventually(lambda: client.get("/health/ready").json() == {"status": "ok"})
            assert client.get(f"{_LIST}&revision=2&lang=fr").status_code == 200

            replica.stop()
            assert eventually(lambda: client.get(f"{_LIST}&sort=title&lang=fr").status_code == 200)
            assert client.get(f"{_LIST}&lang=en").headers[_REVISION] == "2"
            replica.start()
            assert eventually(lambda: client.get("/health/ready").status_code == 200)


def test_a_replica_of_another_database_is_not_ready(url: str, primary: PostgresServer, caplog: Any) -> None:
    primary.sql("CREATE DATABASE other TEMPLATE template0")
    primary.sql("CREATE DATABASE none TEMPLATE template0")
    with world_at(url) as world, world_at(primary.url_of("other")) as other:
        with node(url, read_database_url=primary.url_of("other")) as client:
            assert client.get("/health/ready").status_code == 200  # they have the same history so far
            world.publish_with_change("timeline-events", "tie", kind="meeting")
            other.publish_with_change("timeline-events", "tie", kind="policy")
            assert eventually(lambda: "another database" in client.get("/health/ready").json().get("detail", ""))
            assert client.get("/health/ready").status_code == 503
            other.publish_with_change("timeline-events", "tie", kind="summit")  # the primary has no third one
            time.sleep(1)
            assert client.get("/health/ready").status_code == 503
        caplog.clear()
        with node(url, read_database_url=primary.url_of("none")) as client:
            assert eventually(lambda: client.get("/health/ready").status_code == 200)  # from the primary
        assert any('relation "revisions" does not exist' in one.getMessage() for one in caplog.records)


def test_without_a_replica_nobody_listens_to_a_primary(url: str) -> None:
    def listeners() -> int:
        return sum(thread.name == "dossier-listener" for thread in threading.enumerate())

    before = listeners()
    with opened(url) as database:
        assert not database.has_lost_primary()
        assert not database.contradicts_primary()
        assert listeners() == before


def test_to_publish_to_a_replica_is_refused_in_one_line(
    primary: PostgresServer, tmp_path: Path, stack: contextlib.ExitStack
) -> None:
    primary.sql("CREATE DATABASE copied TEMPLATE template0")
    stack.enter_context(world_at(primary.url_of("copied")))
    with PostgresServer.replica_of(primary) as replica:
        assert eventually(lambda: replica.caught_up(primary))
        outcome = dossier(tmp_path, "migrate", DOSSIER_DATABASE_URL=replica.url_of("copied"))
        verified = dossier(tmp_path, "verify", DOSSIER_DATABASE_URL=replica.url_of("copied"))
    assert (outcome.code, len(outcome.err)) == (1, 1)
    assert "replica" in outcome.err[0]
    assert (verified.code, len(verified.out), len(verified.err)) == (0, 1, 1)
    assert "schema was not compared" in verified.err[0]


def test_a_pool_without_a_free_connection_gives_503_and_recovers(url: str, stack: contextlib.ExitStack) -> None:
    stack.enter_context(world_at(url))
    database = stack.enter_context(opened(url, busy_timeout_ms=50, max_streams=1))
    with contextlib.ExitStack() as taken:
        for _ in range(2 * database.reading_threads + 1):
            taken.enter_context(database.reading())
        with pytest.raises(Exception, match="too-busy"), database.reading():
            raise AssertionError
    with database.reading() as reader:
        assert reader.execute(sql("SELECT 1")).scalar() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/v1/timeline-events",
        "/v1/timeline-events?format=xlsx",
        "/v1/timeline-events?format=csv&fields=title",
        "/v1/timeline-events/tie",
        "/v1/changes?format=jsonl",
        "/v1/dataset.jsonl?revision=1",
        "/v1/search?q=tie",
        "/en/timeline",
    ],
)
def test_an_answer_whose_connection_is_lost_is_503_and_the_next_one_is_right(
    url: str, stack: contextlib.ExitStack, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    stack.enter_context(world_at(url))
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    locking, watching = (stack.enter_context(psycopg.connect(address, autocommit=one)) for one in (False, True))
    client = stack.enter_context(node(url))
    assert shows(client, 1)
    tables = locking.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    names = ", ".join({name for (name,) in tables} - {"revisions", "derived_data"})
    locking.execute(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE".encode())
    answers: list[httpx.Response] = []
    asking = threading.Thread(target=lambda: answers.append(client.get(path)))
    asking.start()
    waiting = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    assert eventually(lambda: watching.execute(f"SELECT count(*) {waiting}".encode()).fetchone() == (1,))
    watching.execute(f"SELECT pg_terminate_backend(pid) {waiting}".encode())
    asking.join()
    locking.rollback()
    assert (answers[0].status_code, "retry-after" in answers[0].headers) == (503, True)
    assert [bool(one.exc_info) for one in caplog.records if "request" in one.getMessage()] == [False]
    assert client.get(path).status_code == 200
