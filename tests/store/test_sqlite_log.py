"""Write-ahead log: what SQLite no longer reads of it is noticed, and what it rightly leaves unread is not."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.store.engines.sqlite_file import driver
from app.store.engines.sqlite_log import has_lost_commit
from tests.support.engines import on_sqlite

pytestmark = on_sqlite

HEADER, FRAME = 32, 24 + 4096


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log of three transactions, begun anew after a longer one: the rest of that one is at its end."""
    file = tmp_path_factory.mktemp("log") / "some.db"
    with closing(driver.connect(str(file), isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE t (a, b)")
        connection.execute("INSERT INTO t SELECT value, hex(randomblob(3000)) FROM json_each('[1,2,3,4,5,6,7,8,9]')")
        connection.execute("PRAGMA wal_checkpoint(RESTART)")
        for number in range(3):
            connection.execute("UPDATE t SET b = ? WHERE a = ?", ("x" * 6000, number + 1))
        return file.with_name("some.db-wal").read_bytes()


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return tmp_path / "some.db-wal"


def frames(log: bytes) -> list[int]:
    """Places of the frames of the last three transactions."""
    places = range(HEADER, len(log) - FRAME + 1, FRAME)
    return [place for place in places if log[place + 8 : place + 16] == log[16:24]]


def last_commit(log: bytes) -> int:
    return max(place for place in frames(log) if int.from_bytes(log[place + 4 : place + 8]))


def flipped(log: bytes, place: int, bit: int) -> bytes:
    return log[:place] + bytes([log[place] ^ 1 << bit]) + log[place + 1 :]


def test_an_undamaged_log_has_lost_nothing(log: bytes, written: Path) -> None:
    assert len(frames(log)) < len(log) // FRAME  # some are left over from before
    written.write_bytes(log)
    assert not has_lost_commit(written)


def test_no_log_or_an_empty_one_has_lost_nothing(written: Path) -> None:
    assert not has_lost_commit(written)
    written.write_bytes(b"")
    assert not has_lost_commit(written)


def some_bits(log: bytes) -> Iterator[tuple[int, int]]:
    end = last_commit(log) + FRAME
    yield from ((place, bit) for place in range(HEADER) for bit in (0, 7))
    yield from ((place + offset, 3) for place in frames(log) for offset in range(24))
    chosen = random.Random(7)
    yield from ((chosen.randrange(end), chosen.randrange(8)) for _ in range(100))


def test_each_bit_of_a_committed_transaction_is_covered(
    log: bytes, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.engines.sqlite_log._PAUSE", 0)
    unseen = []
    for place, bit in some_bits(log):
        written.write_bytes(flipped(log, place, bit))
        if not has_lost_commit(written):
            unseen.append((place, bit))
    assert unseen == []


def test_what_is_left_from_before_the_last_reset_may_be_anything(log: bytes, written: Path) -> None:
    written.write_bytes(flipped(log, last_commit(log) + FRAME + 100, 1))
    assert not has_lost_commit(written)


def test_a_transaction_that_was_killed_before_its_commit_is_no_damage(log: bytes, written: Path) -> None:
    first = frames(log)[0]
    without_commit = next(place for place in frames(log) if not int.from_bytes(log[place + 4 : place + 8]))
    assert without_commit == first
    written.write_bytes(log[: first + 24] + bytes(4096))  # its head is written, but not its page
    assert not has_lost_commit(written)
    written.write_bytes(log[: last_commit(log) + FRAME + 24])
    assert not has_lost_commit(written)
