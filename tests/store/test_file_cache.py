"""File cache: each file is built once and whole, by threads and by processes, with locks and without."""

import errno
import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.errors import Unavailable
from app.settings import Settings
from app.store import file_cache
from app.store.file_cache import FileCache

CONTENT = b"all of it" * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
# Another process that asks for the same file. Its build takes half a second and prints a line.
ANOTHER = """
import os, signal, sys, time
from pathlib import Path
from app.store.file_cache import FileCache
def write(path):
    print("builds", flush=True)
    time.sleep(0.5)
    path.write_bytes(b"all of it" * 1000)
{before}
print(FileCache(Path(sys.argv[1])).get_or_build("key", "txt", write).sha256)
"""
not_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals and limits")


def write(path: Path) -> None:
    path.write_bytes(CONTENT)


def refuse(_: Path) -> None:
    raise AssertionError("it was built again")


def another(folder: Path, before: str = "") -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", ANOTHER.format(before=before), str(folder)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "dossier-lock")


def test_a_file_is_built_once_and_named_by_its_key_and_checksum(tmp_path: Path) -> None:
    cache = FileCache(tmp_path)
    assert cache.find("key", "txt") is None
    built = cache.get_or_build("key", "txt", write)
    assert built == (tmp_path / f"dossier-key.{SHA256}.txt", SHA256, len(CONTENT))
    assert built.path.read_bytes() == CONTENT
    assert cache.get_or_build("key", "txt", refuse) == cache.find("key", "txt") == built


@pytest.mark.parametrize(
    ("key", "suffix"), [("ke", "txt"), ("key", "tx"), ("k?y", "txt"), ("*", "txt"), ("key", "csv")]
)
def test_only_the_whole_key_and_suffix_find_a_file(tmp_path: Path, key: str, suffix: str) -> None:
    cache = FileCache(tmp_path)
    cache.get_or_build("key", "txt", write)
    assert cache.find(key, suffix) is None


def test_threads_at_once_make_one_build(tmp_path: Path) -> None:
    cache, builds = FileCache(tmp_path), []

    def slowly(path: Path) -> None:
        builds.append(path)
        time.sleep(0.1)
        write(path)

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: cache.get_or_build("key", "txt", slowly), range(8)))
    assert (len(builds), len(set(found))) == (1, 1)


def test_processes_at_once_make_one_build(tmp_path: Path) -> None:
    others = [another(tmp_path) for _ in range(3)]
    printed = [line for other in others for line in other.communicate(timeout=60)[0].splitlines()]
    assert sorted(printed) == sorted(["builds", SHA256, SHA256, SHA256])
    assert files(tmp_path) == [f"dossier-key.{SHA256}.txt"]


@not_windows
def test_a_killed_build_leaves_nothing_that_is_found_or_that_blocks(tmp_path: Path) -> None:
    half = (
        "def write(path):\n    path.write_bytes(b'half')\n"
        "    print('half', flush=True)\n    os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = another(tmp_path, before=half)
    assert killed.communicate(timeout=60)[0] == "half\n"
    assert killed.returncode == -signal.SIGKILL
    assert [name.endswith(".part") for name in files(tmp_path)] == [True]
    cache = FileCache(tmp_path)
    assert cache.find("key", "txt") is None
    assert cache.get_or_build("key", "txt", write).sha256 == SHA256
    assert files(tmp_path) == [f"dossier-key.{SHA256}.txt"]


@not_windows
def test_a_waiting_process_builds_when_the_building_one_is_killed(tmp_path: Path) -> None:
    endless = "def write(path):\n    print('begun', flush=True)\n    time.sleep(600)"
    building = another(tmp_path, before=endless)
    assert building.stdout is not None
    assert building.stdout.readline() == "begun\n"
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(FileCache(tmp_path).get_or_build, "key", "txt", write)
        time.sleep(0.2)
        assert not waiting.done()
        building.kill()
        building.communicate(timeout=60)
        assert waiting.result(60).sha256 == SHA256


@pytest.mark.skipif(sys.platform == "win32", reason="locks of another kind there")
@pytest.mark.parametrize("fault", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_where_files_cannot_be_locked_they_are_built_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    def no_locks(*_: Any) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr("fcntl.flock", no_locks)
    fresh, old = tmp_path / "dossier-fresh.part", tmp_path / "dossier-old.part"
    for part in (fresh, old):
        part.write_text("another process may be writing this")
    os.utime(old, (0, 0))
    assert FileCache(tmp_path).get_or_build("key", "txt", write).sha256 == SHA256
    assert files(tmp_path) == ["dossier-fresh.part", f"dossier-key.{SHA256}.txt"]


def test_a_write_that_fails_is_unavailable_and_leaves_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def on_full_disk(path: Path) -> None:
        path.write_bytes(CONTENT)
        raise OSError(errno.ENOSPC, "No space left on device")

    cache = FileCache(tmp_path)
    with pytest.raises(Unavailable, match="download-not-built"):
        cache.get_or_build("key", "txt", on_full_disk)
    assert files(tmp_path) == []
    assert "the download key.txt cannot be built" in caplog.text
    assert cache.get_or_build("key", "txt", write).sha256 == SHA256


def test_other_exceptions_of_a_write_pass_through_and_leave_nothing(tmp_path: Path) -> None:
    cache = FileCache(tmp_path)
    with pytest.raises(AssertionError):
        cache.get_or_build("key", "txt", refuse)
    assert files(tmp_path) == []
    assert cache.get_or_build("key", "txt", write).sha256 == SHA256


@pytest.fixture
def from_settings(tmp_path: Path) -> Callable[..., FileCache]:
    default = tmp_path / "dossier.db-downloads"
    return lambda **changes: FileCache.from_settings(Settings(**changes), default)


def test_the_folder_is_next_to_the_database(tmp_path: Path, from_settings: Callable[..., FileCache]) -> None:
    built = from_settings().get_or_build("key", "txt", write)
    assert built.path.parent == tmp_path / "dossier.db-downloads"


def test_a_named_folder_is_created_and_used(tmp_path: Path, from_settings: Callable[..., FileCache]) -> None:
    named = tmp_path / "some" / "where"
    assert from_settings(cache_dir=named).get_or_build("key", "txt", write).path.parent == named
    assert not (tmp_path / "dossier.db-downloads").exists()


def test_a_named_folder_is_never_replaced(tmp_path: Path, from_settings: Callable[..., FileCache]) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(Unavailable):
        from_settings(cache_dir=tmp_path / "file" / "within").get_or_build("key", "txt", write)


def test_a_temporary_folder_replaces_one_next_to_the_database_that_cannot_be_written(
    tmp_path: Path, from_settings: Callable[..., FileCache], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dossier.db-downloads").write_text("no folder")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    cache = from_settings()
    built = cache.get_or_build("key", "txt", write)
    assert cache.get_or_build("key", "txt", refuse) == built
    private = built.path.parent
    assert private.parent == tmp_path / "temporary"
    assert private.stat().st_mode & 0o077 == 0
    del cache
    assert not private.exists()


def test_the_least_recently_used_file_goes_and_files_of_others_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_cache, "_IN_USE", 0)
    monkeypatch.setattr(file_cache, "_MAX_FILES", 8)
    (tmp_path / "letter.txt").write_text("Dear Sir")
    cache = FileCache(tmp_path)
    for number in range(1, 10):
        built = cache.get_or_build(f"r{number}", "txt", write)
        os.utime(built.path, (number, number))
        if number > 1:
            assert cache.find("r1", "txt")
    assert [name.partition(".")[0] for name in files(tmp_path)] == [
        *("dossier-r1", "dossier-r3", "dossier-r4", "dossier-r5", "dossier-r6", "dossier-r7", "dossier-r8"),
        *("dossier-r9", "letter"),
    ]


def test_a_file_just_used_is_not_removed(tmp_path: Path) -> None:
    cache = FileCache(tmp_path)
    for number in range(20):
        cache.get_or_build(f"r{number}", "txt", write)
    assert len(files(tmp_path)) == 20


def test_a_find_needs_no_turn_while_another_file_is_built(tmp_path: Path) -> None:
    cache, begun, found = FileCache(tmp_path), threading.Event(), threading.Event()
    cache.get_or_build("key", "txt", write)

    def waiting(path: Path) -> None:
        begun.set()
        assert found.wait(60)
        write(path)

    with ThreadPoolExecutor(1) as thread:
        other = thread.submit(cache.get_or_build, "other", "txt", waiting)
        assert begun.wait(60)
        assert cache.get_or_build("key", "txt", refuse).sha256 == SHA256
        found.set()
        assert other.result(60).sha256 == SHA256
