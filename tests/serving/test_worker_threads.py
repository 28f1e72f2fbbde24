"""Worker threads: as many at once as there are, in turn, and 503 instead of an endless wait."""

import asyncio
import sys
import threading
import time

import pytest

from app.errors import Unavailable
from app.main import create_app
from app.serving.worker_threads import WorkerThreads
from app.settings import Settings
from tests.support.servers import client_of


def test_no_more_functions_run_at_once_than_there_are_threads() -> None:
    running, most = [0], [0]
    lock = threading.Lock()

    def work(number: int) -> int:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.01)
        with lock:
            running[0] -= 1
        return number

    async def ask() -> list[int]:
        threads = WorkerThreads(2)
        return await asyncio.gather(*(threads.run(work, number) for number in range(12)))

    assert asyncio.run(ask()) == list(range(12))
    assert most == [2]


def test_who_waits_too_long_for_a_thread_is_told_to_come_again() -> None:
    done = threading.Event()

    async def ask() -> None:
        threads = WorkerThreads(1, patience=0.05)
        long = asyncio.create_task(threads.run(done.wait, 60))
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="too-busy"):
            await threads.run(int)
        done.set()
        assert await long
        assert await threads.run(int) == 0

    asyncio.run(ask())


def test_one_more_than_may_wait_is_told_at_once_to_come_again() -> None:
    done = threading.Event()

    async def ask() -> None:
        threads = WorkerThreads(1, queue=2)
        waiting = [asyncio.create_task(threads.run(done.wait, 60)) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Unavailable, match="too-busy"):
            await threads.run(int)
        done.set()
        assert all(await asyncio.gather(*waiting))
        assert await threads.run(int) == 0

    asyncio.run(ask())


def test_threads_of_a_server_hand_over_soon_and_others_as_before() -> None:
    before = sys.getswitchinterval()
    with client_of(create_app(Settings(database_url="sqlite:///missing.db", log="off"))):
        assert sys.getswitchinterval() < 0.001
    assert sys.getswitchinterval() == before


def test_what_fails_leaves_its_thread_free() -> None:
    async def ask() -> None:
        threads = WorkerThreads(1)
        with pytest.raises(ValueError, match="x"):
            await threads.run(int, "x")
        assert await threads.run(int, "1") == 1

    asyncio.run(ask())


def test_iterators_take_turns() -> None:
    made: list[str] = []

    def parts(name: str) -> list[str]:
        return [f"{name}{number}" for number in range(3)]

    async def ask() -> None:
        threads = WorkerThreads(1)

        async def read(name: str) -> None:
            async for part in threads.iterate(iter(parts(name))):
                made.append(part)  # noqa: PERF401 - as each one comes

        await asyncio.gather(read("a"), read("b"))

    asyncio.run(ask())
    assert sorted(made[:4]) == ["a0", "a1", "b0", "b1"]
