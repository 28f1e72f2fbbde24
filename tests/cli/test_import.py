"""The command `dossier import`: what it prints and publishes, and what it asks of addresses."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest

from app import clock
from app.publishing.importers.registry import IMPORTERS
from tests.support.command import Outcome, dossier
from tests.support.engines import engine
from tests.support.import_files import FILES
from tests.support.servers import migrated
from tests.support.source_server import Handler, SourceServer
from tests.support.tiny_importer import TINY

LIST = b"2024-05-01\n1,First Trading,2010-01-01\n2,Second Shipping,\n"
NOTHING = "Nothing differs from what is published: no revision was made."
NEWER = b"2024-06-01\n1,First Trade,2010-01-01\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with an empty database and the file of a tiny list."""
    migrated(tmp_path / "dossier.db").close()
    (tmp_path / "list.txt").write_bytes(LIST)
    return tmp_path


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    with patch.dict(IMPORTERS, {"tiny": TINY}):
        yield


class Publisher(SourceServer):
    """A publisher's server, which answers 304 where the file is the one that the client names, and notes requests."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[tuple[str, str | None, int]] = []  # path, If-None-Match, status

    def publish(self, path: str, body: bytes, tag: str, *, always_304: bool = False) -> str:
        def answer(handler: Handler) -> None:
            asked = handler.headers["If-None-Match"]
            status = 304 if always_304 or asked == tag else 200
            self.requests.append((path, asked, status))
            content = b"" if status == 304 else body
            handler.answer(content, status, ETag=tag, Content_Type="text/plain")

        self.answers[path] = answer
        return f"{self.address}{path}"


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    here = Publisher()
    thread = threading.Thread(target=here.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield here
    here.http.shutdown()
    thread.join()
    here.http.server_close()


def fetched(home: Path, *arguments: str) -> Outcome:
    """Import with the tiny importer from addresses that are not public."""
    return dossier(home, "import", "tiny", *arguments, "--allow-private-addresses")


def test_an_import_prints_what_it_read_left_out_and_changed(home: Path) -> None:
    code, out, err = dossier(home, "import", "tiny", "list.txt", "--note", "A list", "--author", "Somebody")
    assert (code, err) == (0, [])
    assert out[:-1] == [
        "read: 1 designations",
        "list.txt: line 3: 2: left out: has no day",
        "added actors/cora",
        "added designations/tiny-1",
        "added sources/tiny-list",
    ]
    assert out[-1].startswith("Revision 1: 3 added, 0 changed, 0 withdrawn; digest ")


def test_the_same_file_again_publishes_nothing(home: Path) -> None:
    dossier(home, "import", "tiny", "list.txt")
    assert dossier(home, "import", "tiny", "list.txt").out[-1] == NOTHING


def test_a_newer_file_prints_the_fields_that_differ(home: Path) -> None:
    dossier(home, "import", "tiny", "list.txt")
    (home / "list.txt").write_bytes(NEWER)
    out = dossier(home, "import", "tiny", "list.txt").out
    assert "changed designations/tiny-1: title, names, status_as_of" in out
    assert out[-1].startswith("Revision 2: 0 added, 2 changed, 0 withdrawn")


def test_a_clock_that_is_a_year_ahead_is_warned_of(home: Path) -> None:
    dossier(home, "import", "tiny", "list.txt")
    (home / "list.txt").write_bytes(NEWER)
    later = clock.now() + timedelta(days=400)
    with patch("app.clock.now", lambda: later):
        outcome = dossier(home, "import", "tiny", "list.txt", "--accept-clock")
    assert (outcome.code, len(outcome.err)) == (0, 1)
    assert "clock" in outcome.err[0]


def test_a_dry_run_prints_the_same_and_publishes_nothing(home: Path) -> None:
    before = engine().content(home / "dossier.db")
    out = dossier(home, "import", "tiny", "list.txt", "--dry-run").out
    assert out[2:] == [
        "added actors/cora",
        "added designations/tiny-1",
        "added sources/tiny-list",
        "This would publish 3 added, 0 changed, 0 withdrawn. Nothing was written.",
    ]
    assert engine().content(home / "dossier.db") == before


def test_the_list_names_every_importer(home: Path) -> None:
    code, out, _ = dossier(home, "import", "--list")
    assert (code, [line.partition(": ")[0] for line in out]) == (0, [*IMPORTERS])


@pytest.mark.parametrize(("arguments", "code"), [((), 2), (("tiny",), 2), (("tinny", "list.txt"), 1)])
def test_an_importer_and_a_file_are_needed(home: Path, arguments: tuple[str, ...], code: int) -> None:
    outcome = dossier(home, "import", *arguments)
    assert (outcome.code, outcome.out) == (code, [])


def test_one_file_that_cannot_be_read_stops_the_import_of_all(home: Path) -> None:
    code, out, err = dossier(home, "import", "tiny", "list.txt", "missing.txt")
    assert (code, out) == (1, [])
    assert err == ["dossier: missing.txt: cannot be read: No such file or directory"]


@pytest.mark.parametrize(
    "address", ["http://list.example/", "HTTP://list.example/", "ftp://list.example/", "file:///a"]
)
def test_addresses_without_https_are_refused_in_one_line(home: Path, address: str) -> None:
    code, out, err = dossier(home, "import", "tiny", address)
    assert (code, out, len(err)) == (1, [], 1)
    assert "must begin with https://" in err[0]


def test_private_addresses_are_refused_over_https_too(home: Path) -> None:
    code, out, err = dossier(home, "import", "tiny", "https://127.0.0.1:1/")
    assert (code, out, len(err)) == (1, [], 1)
    assert "127.0.0.1" in err[0]


def test_a_fetched_file_is_asked_for_by_its_tag_and_304_ends_the_import(home: Path, publisher: Publisher) -> None:
    address = publisher.publish("/list", LIST, '"one"')
    assert fetched(home, address).out[-1].startswith("Revision 1: ")
    assert fetched(home, address) == (0, [f"{address} has not changed since it was last imported."], [])
    assert publisher.requests == [("/list", None, 200), ("/list", '"one"', 304)]


def test_a_file_that_has_changed_is_imported(home: Path, publisher: Publisher) -> None:
    fetched(home, publisher.publish("/list", LIST, '"one"'))
    assert fetched(home, publisher.publish("/list", NEWER, '"two"')).out[-1].startswith("Revision 2: ")
    fetched(home, f"{publisher.address}/list")
    assert publisher.requests[-1] == ("/list", '"two"', 304)


def test_where_only_some_files_have_changed_all_are_fetched(home: Path, publisher: Publisher) -> None:
    addresses = publisher.publish("/a", b"2024-05-01\n", '"a"'), publisher.publish("/b", LIST, '"b"')
    fetched(home, *addresses)
    fetched(home, *addresses)  # only the last file is the source, so that only its tag is kept
    publisher.requests.clear()
    publisher.publish("/a", b"2024-05-02\n", '"c"')
    assert fetched(home, *addresses).code == 0
    assert ("/b", None, 200) in publisher.requests


def test_a_dry_run_keeps_no_tag(home: Path, publisher: Publisher) -> None:
    address = publisher.publish("/list", LIST, '"one"')
    fetched(home, address, "--dry-run")
    assert fetched(home, address).out[-1].startswith("Revision 1: ")


@pytest.mark.parametrize("option", [("--force",), ("--matches", "matches.toml")])
def test_force_and_decisions_ask_for_the_whole_file(home: Path, publisher: Publisher, option: tuple[str, ...]) -> None:
    (home / "matches.toml").write_text("")
    address = publisher.publish("/list", LIST, '"one"')
    fetched(home, address)
    assert fetched(home, address, *option).out[-1] == NOTHING
    assert publisher.requests[-1] == ("/list", None, 200)


def test_a_304_that_nobody_asked_for_is_refused(home: Path, publisher: Publisher) -> None:
    code, out, err = fetched(home, publisher.publish("/a", LIST, '"a"', always_304=True))
    assert (code, out, len(err)) == (1, [], 1)
    assert err[0].endswith("answers that the file has not changed, although nobody asked that")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({"body": b"No", "status": 404, "Content_Type": "text/plain"}, "404"),
        ({"body": b"<p>No", "Content_Type": "text/html"}, "text/html"),
        ({"body": b"x" * 20_000, "Content_Type": "text/plain"}, "10000"),
        ({"body": b"", "status": 302, "Location": "file:///etc/passwd"}, "file:"),
    ],
)
def test_what_an_address_must_not_answer_is_refused_in_one_line(
    home: Path, publisher: Publisher, answer: dict[str, str | int | bytes], reason: str
) -> None:
    code, out, err = fetched(home, publisher.put(**answer))  # type: ignore[arg-type] # headers beside the body
    assert (code, out, len(err)) == (1, [], 1)
    assert reason in err[0]


def test_every_importer_fills_a_database_without_packaged_revisions(tmp_path: Path) -> None:
    assert dossier(tmp_path, "migrate", "--schema-only").code == 0
    for name, files in FILES.items():
        for file, body in files.items():
            (tmp_path / file).write_bytes(body)
        outcome = dossier(tmp_path, "import", name, *files, "--force")
        assert (outcome.code, outcome.err) == (0, []), name
        assert outcome.out[-1].startswith("Revision "), name
    assert dossier(tmp_path, "verify").out[0].startswith(f"Revisions that match: {len(FILES)}.")
