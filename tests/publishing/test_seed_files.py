"""Seed files: what is read, and what is refused by the file's name."""

from pathlib import Path

import pytest

from app.messages import line
from app.paths import packaged
from app.publishing.faults import PublicationError
from app.publishing.seed_files import read_file, read_folder

GOOD = """
[[record]]
id = "who"
title.en = "Who"
title.fr = "Qui"

[[withdrawn]]
id = "whom"
reason = { en = "Gone", fr = "Partie" }
"""


def fault(folder: Path, name: str, content: bytes) -> str:
    """The one fault of a folder with this file, without the folder's name."""
    (folder / name).write_bytes(content)
    with pytest.raises(PublicationError) as caught:
        read_folder(folder, ["actors", "sources"])
    (found,) = map(line, caught.value.faults)
    assert found.startswith(f"{folder}/{name}: ")
    return found.removeprefix(f"{folder}/{name}: ")


def test_a_file_says_records_and_withdrawals_of_the_collection_it_is_named_after(tmp_path: Path) -> None:
    (tmp_path / "actors.toml").write_text(GOOD)
    (submission,) = read_folder(tmp_path, ["actors", "sources"])
    assert submission.origin == str(tmp_path / "actors.toml")
    assert submission.collection == "actors"
    assert submission.records == [{"id": "who", "title": {"en": "Who", "fr": "Qui"}}]
    assert submission.withdrawn == [{"id": "whom", "reason": {"en": "Gone", "fr": "Partie"}}]
    assert submission.complete


def test_files_are_read_in_the_order_of_their_names_and_others_are_left_alone(tmp_path: Path) -> None:
    for name in ("sources.toml", "actors.toml", "README.md"):
        (tmp_path / name).write_text("")
    assert [one.collection for one in read_folder(tmp_path, ["sources", "actors"])] == ["actors", "sources"]


def test_an_empty_file_has_no_records(tmp_path: Path) -> None:
    (tmp_path / "actors.toml").write_text("# nothing yet\n")
    assert (read_file(tmp_path / "actors.toml").records, read_file(tmp_path / "actors.toml").withdrawn) == ([], [])


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("planets.toml", b"", "is not named after a collection"),
        ("actors.toml", b"[[record", "cannot be read: "),
        ("actors.toml", b'[[record]]\nid = "a"\nid = "b"', "cannot be read: "),
        ("actors.toml", b"# \xff", "is not text in UTF-8"),
        ("actors.toml", b"[[records]]", "has records: only [[record]] and [[withdrawn]] belong here"),
        ("actors.toml", b"[record]", "record: is not a list of tables: write [[record]]"),
        ("actors.toml", b"withdrawn = ['who']", "withdrawn: is not a list of tables: write [[withdrawn]]"),
    ],
)
def test_what_is_no_seed_file_is_refused_by_its_name(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    assert fault(tmp_path, name, content).startswith(reason)


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_a_folder_without_seed_files_is_refused(tmp_path: Path, folder: str) -> None:
    with pytest.raises(PublicationError) as caught:
        read_folder(tmp_path / folder, ["actors"])
    assert [*map(line, caught.value.faults)] == [f"{tmp_path / folder}: contains no seed file (<collection>.toml)"]


def test_what_ships_with_the_code_is_found() -> None:
    assert (packaged("seed") / "timeline-events.toml").is_file()
    assert (packaged("migrations") / "env.py").is_file()
