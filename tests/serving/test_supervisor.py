"""Supervisor: lost workers are replaced, ever more slowly; a rolling restart never leaves fewer than were there."""

import os
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from app.serving.supervisor import Supervisor
from app.serving.worker import ServerOptions


class FakeWorker:
    """Worker that is ready or at fault when the test says so."""

    def __init__(self, pid: int, sentinel: int) -> None:
        self.pid, self.sentinel = pid, sentinel
        self.is_ready = False
        self.told = self.killed = False
        self.wrong: str | None = None

    def fault(self) -> str | None:
        return self.wrong

    def tell_to_end(self, _: float) -> None:
        self.told = True

    def is_gone(self) -> bool:
        return self.told

    def kill(self) -> None:
        self.killed = True


class House:
    """Supervisor of fake workers, with a clock that the test moves."""

    def __init__(self, sentinel: int, size: int) -> None:
        self.now = 1000.0
        self.started: list[FakeWorker] = []
        self._sentinel = sentinel
        self.supervisor = Supervisor(ServerOptions("127.0.0.1", 8000, 30), [], size, self._start)  # type: ignore[arg-type]

    def _start(self, *_: object) -> FakeWorker:
        self.started.append(FakeWorker(len(self.started), os.dup(self._sentinel)))
        return self.started[-1]

    def step(self) -> None:
        """One round of what `run` does again and again."""
        self.supervisor._start_missing()
        self.supervisor._look_after()
        self.supervisor._replace_stale()

    def begin(self) -> None:
        self.step()
        for worker in self.started:
            worker.is_ready = True
        self.step()

    @property
    def ending(self) -> list[int]:
        return [worker.pid for worker in self.started if worker.told]

    @property
    def serving(self) -> list[int | None]:
        return [worker.pid for worker in self.supervisor._workers]


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    reader, writer = os.pipe()
    made = House(reader, 2)
    monkeypatch.setattr("app.serving.supervisor.time", SimpleNamespace(monotonic=lambda: made.now))
    yield made
    for descriptor in (reader, writer, *(worker.sentinel for worker in made.started)):
        os.close(descriptor)


def test_a_lost_worker_is_killed_for_good_and_replaced_at_once(house: House) -> None:
    house.begin()
    house.started[0].wrong = "ended with exit code -9"
    house.step()
    house.step()
    assert house.serving == [1, 2]
    assert house.started[0].killed


def test_workers_that_are_lost_again_and_again_are_started_ever_more_slowly(house: House) -> None:
    house.begin()
    pauses = []
    for _ in range(8):
        house.started[-1].wrong = "ended with exit code -6"
        house.step()
        lost = house.now
        while len(house.serving) < 2:
            house.step()
            house.now += 0.25 if len(house.serving) < 2 else 0
        pauses.append(house.now - lost)
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30]


def test_losses_are_forgotten_after_five_minutes(house: House) -> None:
    house.begin()
    for _ in range(3):
        house.started[-1].wrong = "ended with exit code -6"
        house.step()
        house.now += 301
        house.step()
    assert house.serving == [0, 4]


def test_workers_that_never_were_ready_end_the_server_with_exit_code_1(house: House) -> None:
    house.step()
    house.started[0].wrong = "ended with exit code 1"
    assert house.supervisor.run() == 1
    assert len(house.started) == 2
    assert house.started[1].told


def test_a_rolling_restart_ends_each_worker_only_when_a_new_one_is_ready(house: House) -> None:
    house.begin()
    house.supervisor.renew()
    house.step()
    house.step()
    assert house.serving == [0, 1, 2]
    assert house.ending == []
    house.started[2].is_ready = True
    house.step()
    assert house.serving == [1, 2]
    assert house.ending == [0]
    house.step()
    house.started[3].is_ready = True
    for _ in range(3):
        house.step()
    assert house.serving == [2, 3]
    assert len(house.started) == 4


def test_a_rolling_restart_is_given_up_if_the_new_worker_fails(house: House) -> None:
    house.begin()
    house.supervisor.renew()
    house.step()
    house.started[2].wrong = "ended with exit code 1"
    for _ in range(3):
        house.step()
    assert house.serving == [0, 1]
    assert len(house.started) == 3


def test_a_stale_worker_that_is_lost_before_the_new_one_is_ready_leaves_no_worker_too_many(house: House) -> None:
    house.begin()
    house.supervisor.renew()
    house.step()
    house.started[2].is_ready = True
    house.step()
    house.step()
    assert house.serving == [1, 2, 3]
    house.started[1].wrong = "ended with exit code -9"
    for _ in range(3):
        house.step()
    assert house.serving == [2, 3]
