"""Files made to harm, or broken: one clear line for each, nothing written, in bounded time and memory."""

import os
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import chdir, closing
from pathlib import Path
from unittest.mock import patch

import pytest

from app.messages import line
from app.messages.terminal import printable
from app.model import canonical
from app.publishing import input_files
from app.publishing.faults import PublicationError, RecordFault
from app.publishing.input_files import read_bytes
from app.publishing.seed_files import read_file
from tests.support.command import Outcome, dossier, free_port
from tests.support.engines import engine
from tests.support.servers import begun

RECORD = '[[record]]\nid = "who"\nkind = "group"\ntitle = { en = "Who", fr = "Qui" }\nsummary = { en = "W", fr = "Q" }'


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a database that has one revision, for commands that must not write to it."""
    folder = tmp_path_factory.mktemp("home")
    begun(folder / "dossier.db").db.close()
    return folder


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    """An empty folder for seed files."""
    folder = tmp_path / "seed"
    folder.mkdir()
    return folder


def refused(home: Path, *command: str) -> str:
    """The one line with which a command refuses; the database stays as it was."""
    before = engine().content(home / "dossier.db")
    outcome = dossier(home, *command)
    assert engine().content(home / "dossier.db") == before
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1), outcome
    return outcome.err[0].removeprefix("dossier: ")


def publication(seed: Path) -> tuple[str, ...]:
    return "publish", str(seed), "--author", "A", "--note", "B"


DEEP = "has lists or tables that nest more than 32 levels deep"
CONTENTS = {
    "lists that nest 100,000 deep": (
        b"a = " + b"[" * 100_000,
        "has lists or tables that nest more than 32 levels deep",
    ),
    "tables that nest 100,000 deep": (
        b"a = " + b"{a = " * 100_000,
        "has lists or tables that nest more than 32 levels",
    ),
    "a key of 40,000 parts": (b"a." * 40_000 + b"a = 1", DEEP),
    "a header of 40,000 parts": (b"[" + b"a." * 40_000 + b"a]", DEEP),
    "a record that nests 33 deep": (
        b"[[record]]\na = " + b"[" * 33 + b"]" * 33,
        f"record 1: {DEEP}",
    ),
    "an integer of 5,000 digits": (b"[[record]]\nid = " + b"1" * 5000, "contains a number of more than 53 bits"),
    "a hexadecimal integer of 100,000 digits": (
        b"[[record]]\nid = 0x" + b"f" * 100_000,
        "record 1: contains a number of more than 53 bits",
    ),
    "an integer of 54 bits": (b"[[record]]\nid = 9007199254740992", "record 1: contains a number of more than 53 bits"),
    "a list of 100,000": (
        b"[[record]]\ncitations = [" + b"1," * 100_000 + b"]",
        "record 1: contains more than 10000 values",
    ),
    "100,000 tables that are none": (b"record = [" + b"1," * 100_000 + b"]", "record: is not a list of tables"),
    "a string of 9 MB as id": (b'[[record]]\nid = "' + b"x" * 9_000_000 + b'"', ""),
    "a key of 9 MB": (b"x" * 9_000_000 + b" = 1", "has xxxx"),
    "more than 10 MB": (b"#" * 10_000_001, "is larger than 10000000 bytes"),
    "a byte order mark": (b"\xef\xbb\xbf[[record]]", "begins with a byte order mark: save it as UTF-8 without one"),
    "UTF-16 with its mark": ("\ufeff[[record]]".encode("utf-16-le"), "is not text in UTF-8"),
    "UTF-16 without its mark": ("[[record]]".encode("utf-16-le"), "cannot be read: "),
    "Latin-1": ('title = "Événement"'.encode("latin-1"), "is not text in UTF-8"),
    "an encoded surrogate": (b'a = "\xed\xa0\x80"', "is not text in UTF-8"),
    "an escaped surrogate": (b'a = "\\ud800"', "cannot be read: Escaped character is not a Unicode scalar value"),
    "NUL": (b'a = "\0"', "cannot be read: Illegal character"),
    "a key twice": (b'[[record]]\nid = "a"\nid = "b"', "cannot be read: Cannot overwrite a value"),
    "a line end of old Macs": (b"a = 1\rb = 2", "cannot be read: "),
}


@pytest.mark.parametrize(("content", "reason"), CONTENTS.values(), ids=CONTENTS)
def test_a_seed_file_that_no_editor_makes_is_refused_in_a_short_line(
    home: Path, seed: Path, content: bytes, reason: str
) -> None:
    (seed / "actors.toml").write_bytes(content)
    if reason:
        found = refused(home, *publication(seed))
        assert found.startswith(f"{seed}/actors.toml: {reason}")
        assert len(found) < 2100
    else:
        outcome = dossier(home, *publication(seed))
        assert (outcome.code, outcome.out) == (1, [])
        assert all(len(one) < 300 for one in outcome.err)


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ("number = nan", "actors.toml: who: number: is not a field here"),
        ("number = inf", "actors.toml: who: number: is not a field here"),
        ("code = nan", "actors.toml: who: code: is NaN without quotes: put it in quotes"),
        ('code = "a\\u0000b"', 'actors.toml: who: code: "a\\u0000b" does not match the pattern'),
        ('other_names = ["\\u001b[2J"]', "actors.toml: who: other_names"),
    ],
)
def test_a_value_that_no_record_has_is_refused_by_its_field(home: Path, seed: Path, field: str, fault: str) -> None:
    (seed / "actors.toml").write_text(f"{RECORD}\n{field}")
    outcome = dossier(home, *publication(seed))
    assert (outcome.code, outcome.out) == (1, [])
    assert any(f"{seed}/{fault}" in one for one in outcome.err), outcome
    assert not any(character < " " for one in outcome.err for character in one)


def test_very_many_faults_are_counted_and_not_all_listed(home: Path, seed: Path) -> None:
    (seed / "actors.toml").write_text("[[record]]\n" * 20_000)
    outcome = dossier(home, *publication(seed))
    assert (outcome.code, len(outcome.err)) == (1, 1002)
    assert outcome.err[-1].endswith(" more faults are not listed.")


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with chdir(path.parent), closing(socket.socket(socket.AF_UNIX)) as made:
        made.bind(path.name)  # the name alone: a whole path may be longer than the 107 bytes that an address has


def a_folder(path: Path) -> None:
    path.mkdir()


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_circle(path: Path) -> None:
    path.symlink_to(path)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nothing")


def ten_gigabytes(path: Path) -> None:
    path.touch()
    os.truncate(path, 10 * 2**30)


THINGS = {
    a_pipe: "is not a regular file",
    a_socket: "is not a regular file",
    a_folder: "is not a regular file",
    a_device: "is not a regular file",
    a_circle: "cannot be read: Too many levels of symbolic links",
    a_link_to_nothing: "cannot be read: No such file or directory",
    ten_gigabytes: "is larger than 10000000 bytes",
}


@pytest.fixture(params=THINGS.items(), ids=lambda param: param[0].__name__)
def thing(request: pytest.FixtureRequest, seed: Path) -> tuple[Path, str]:
    """Something that is no file to read, named as a seed file, and why it is refused."""
    make: Callable[[Path], None]
    make, reason = request.param
    make(seed / "actors.toml")
    return seed, reason


def test_what_is_no_seed_file_is_refused_without_waiting(home: Path, thing: tuple[Path, str]) -> None:
    seed, reason = thing
    for command in (publication(seed), ("check-citations", "--folder", str(seed))):
        assert refused(home, *command).startswith(f"{seed}/actors.toml: {reason}")


def test_what_is_no_text_of_a_source_is_refused_without_waiting(home: Path, thing: tuple[Path, str]) -> None:
    seed, reason = thing
    outcome = dossier(home, "check-citations", "--text", f"gazette={seed}/actors.toml")
    assert (outcome.code, outcome.out, len(outcome.err)) == (2, [], 1)
    assert f"actors.toml: {reason.replace('10000000', '5000000')}" in outcome.err[0]


def test_a_file_of_ten_gigabytes_is_not_read_into_memory(seed: Path) -> None:
    ten_gigabytes(seed / "actors.toml")
    tracemalloc.start()
    try:
        with pytest.raises(PublicationError, match="file-too-large"):
            read_file(seed / "actors.toml")
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[Path]:
    """A file to which another process writes when it has just been opened."""
    file = tmp_path / "growing.toml"
    file.write_bytes(b"# one\n")
    checked = input_files._check_regular

    def write_too(path: Path, status: os.stat_result) -> None:
        checked(path, status)
        with path.open("ab") as other:
            other.write(b"# two\n")

    with patch("app.publishing.input_files._check_regular", write_too):
        yield file


def test_a_file_that_changes_while_it_is_read_is_refused(growing: Path) -> None:
    with pytest.raises(PublicationError, match="file-changed"):
        read_bytes(growing, 1000)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_file_without_permission_is_refused_by_name(home: Path, seed: Path) -> None:
    (seed / "actors.toml").touch(mode=0)
    assert refused(home, *publication(seed)) == f"{seed}/actors.toml: cannot be read: Permission denied"


def test_a_file_whose_name_moves_the_cursor_is_named_with_escapes(home: Path, seed: Path) -> None:
    (seed / "\x1b[2J\nactors.toml").touch()
    assert refused(home, *publication(seed)) == f"{seed}/\\x1b[2J\\nactors.toml: is not named after a collection"


def test_a_file_whose_name_is_no_text_is_named_with_escapes(home: Path, seed: Path) -> None:
    Path(os.fsdecode(os.fsencode(seed) + b"/\xff.toml")).touch()
    assert refused(home, *publication(seed)) == f"{seed}/\\udcff.toml: is not named after a collection"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Événement « un » – deux", "Événement « un » – deux"),
        ("a\tb\r\nc", "a\\tb\\r\\nc"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x9b2J", "\\x9b2J"),
        ("\u202etxt.exe", "\\u202etxt.exe"),
        ("\ud800", "\\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_shown_as_an_escape(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_line_of_a_terminal_has_a_limited_length() -> None:
    assert printable("x" * 10_000_000) == "x" * 2000 + "…"


def test_the_last_of_very_many_faults_says_how_many_there_are() -> None:
    faults = PublicationError(*[RecordFault("repeated-id", id=str(number)) for number in range(5000)]).faults
    assert len(faults) == 1002
    assert line(faults[-1]) == "3999 more faults are not listed."


def test_citations_of_what_is_no_record_are_not_looked_up(home: Path, seed: Path) -> None:
    (seed / "actors.toml").write_text('[[record]]\nid = "who"\ncitations = "none"')
    outcome = dossier(home, "check-citations", "--folder", str(seed))
    assert (outcome.code, outcome.out) == (1, [])
    assert f'dossier: {seed}/actors.toml: who: citations: "none" is not a list' in outcome.err


# --- packaged revisions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "[" * 100_000,
        "[" * 40 + "]" * 40,
        '{"a":' * 100_000,
        "1" * 5000,
        "9007199254740992",
        "1.5",
        "NaN",
        "-Infinity",
        '"\\ud800"',
        '{"a":1,"a":2}',
        "\ufeff1",
    ],
    ids=lambda value: value[:12],
)
def test_json_that_has_no_canonical_form_is_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - some of it is no JSON at all
        canonical.parse(value)


@pytest.fixture
def package(home: Path, tmp_path: Path) -> Iterator[Path]:
    """A package of its own, which `migrate` reads."""
    assert dossier(home, "release", "--folder", str(tmp_path / "packaged" / "revisions")).code == 0
    with patch("app.publishing.bootstrap.packaged", lambda _: tmp_path / "packaged"):
        yield tmp_path / "packaged" / "revisions"


def test_a_package_that_is_whole_is_replayed(package: Path, tmp_path: Path) -> None:
    assert dossier(tmp_path, "migrate") == Outcome(0, ["The schema is up to date; revisions written: 1."], [])


@pytest.mark.parametrize(("make", "reason"), [*THINGS.items()][:6], ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_no_packaged_revision_is_refused_without_waiting(
    package: Path, home: Path, make: Callable[[Path], None], reason: str
) -> None:
    (package / "0001.jsonl").unlink()
    make(package / "0001.jsonl")
    found = refused(home, "migrate")
    assert found.startswith((f"{package}/0001.jsonl: {reason}", f"{package}/0001.jsonl: is missing"))


def test_a_packaged_revision_of_ten_gigabytes_is_refused(package: Path, home: Path) -> None:
    ten_gigabytes(package / "0001.jsonl")
    assert refused(home, "migrate") == f"{package}/0001.jsonl: is larger than 1073741824 bytes"


def test_a_package_whose_list_is_a_pipe_is_refused_without_waiting(package: Path, home: Path) -> None:
    (package / "SHA256SUMS").unlink()
    a_pipe(package / "SHA256SUMS")
    assert refused(home, "migrate").startswith(f"{package}/SHA256SUMS: is not a regular file")


def test_serve_refuses_a_package_that_was_changed(package: Path, tmp_path: Path) -> None:
    file = package / "0001.jsonl"
    file.write_text(file.read_text().replace("Borea", "Korea", 1))
    outcome = dossier(tmp_path, "serve", "--port", str(free_port()))
    assert (outcome.code, outcome.out, len(outcome.err)) == (1, [], 1)
    assert outcome.err[0].startswith(f"dossier: {file}: does not have the digest that SHA256SUMS gives")
