"""Never a stale answer: the store gives up its answers as soon as another process has published or replaced data."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Self

import httpx
import pytest

from app.main import create_app
from tests.support.command import served
from tests.support.raw_http import Connection, RawAnswer, ask, connection_to
from tests.support.servers import begun, client_of, copied, settings_for
from tests.support.world import World, text

PAIRS = int(os.environ.get("DOSSIER_TEST_PAIRS", "400"))  # 10000 take some minutes
EVENTS = "/v1/timeline-events?limit=3"


class Publisher:
    """Publishes one change after another in a thread, and says which revision was acknowledged."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._stop = Event()
        self._thread = Thread(target=self._run)
        self.acknowledged = world.revisions

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(0.02):
            self._world.publish_with_change("timeline-events", "tie", place=text(f"Town {self.acknowledged}"))
            self.acknowledged = self._world.revisions


def revision_of(answer: RawAnswer) -> int:
    return int(dict(answer.headers)["dataset-revision"])


def pair(connection: Connection, publisher: Publisher, known: dict[int, bytes]) -> bool:
    """Ask for an answer and at once whether it is still the same; whether it was."""
    before = publisher.acknowledged
    whole = ask(connection, EVENTS)
    assert whole.status == 200
    assert revision_of(whole) >= before, "a stale answer"
    assert known.setdefault(revision_of(whole), whole.body) == whole.body
    before = publisher.acknowledged
    again = ask(connection, EVENTS, {"If-None-Match": whole.tag})
    assert revision_of(again) >= before, "a stale answer"
    if again.status == 304:
        assert (again.tag, revision_of(again), again.body) == (whole.tag, revision_of(whole), b"")
        return True
    assert again.status == 200
    assert revision_of(again) > revision_of(whole), "a whole answer to one who has it"
    assert known.setdefault(revision_of(again), again.body) == again.body != whole.body
    return False


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 4])
def test_304_exactly_where_the_bytes_are_equal_while_another_process_publishes(tmp_path: Path, workers: int) -> None:
    world = begun(tmp_path / "dossier.db")
    known: dict[int, bytes] = {}
    with served(tmp_path, "--workers", str(workers)) as (client, _), ExitStack() as stack:
        connections = [stack.enter_context(connection_to(str(client.base_url))) for _ in range(2 * workers)]
        with Publisher(world) as publisher:
            equal = [pair(connections[number % len(connections)], publisher, known) for number in range(PAIRS)]
    world.db.close()
    assert 0 < sum(equal) < PAIRS  # both happened
    assert len(known) > 5
    assert len(set(known.values())) == len(known)


@pytest.fixture
def hot(world: World) -> Iterator[tuple[World, httpx.Client]]:
    """A server with an answer in its store."""
    with client_of(create_app(settings_for(world.db.path))) as client:
        for _ in range(3):
            assert client.get(EVENTS).headers["dataset-revision"] == "1"
        yield world, client


def test_the_first_question_after_a_publication_gets_the_new_answer(hot: tuple[World, httpx.Client]) -> None:
    world, client = hot
    for number in range(2, 8):
        world.publish_with_change("timeline-events", "tie", place=text(f"Town {number}"))
        answers = [client.get(EVENTS) for _ in range(4)]
        assert [answer.headers["dataset-revision"] for answer in answers] == [str(number)] * 4
        assert len({answer.content for answer in answers}) == 1


def test_a_pinned_answer_in_the_store_stays_after_a_publication(hot: tuple[World, httpx.Client]) -> None:
    world, client = hot
    pinned = [client.get(f"{EVENTS}&revision=1").content for _ in range(3)]
    world.publish_with_change("timeline-events", "tie", place=text("Elsewhere"))
    assert {client.get(f"{EVENTS}&revision=1").content for _ in range(3)} == set(pinned)
    assert client.get(EVENTS).content != pinned[0]


def test_a_file_that_is_replaced_removed_and_restored_is_seen_at_once(
    hot: tuple[World, httpx.Client], tmp_path: Path
) -> None:
    world, client = hot
    path = world.db.path
    other = copied(world, tmp_path / "other.db")
    other.publish_with_change("timeline-events", "tie", place=text("In another file"))
    other.db.close()
    kept = path.rename(tmp_path / "kept.db")
    assert {client.get(EVENTS).status_code for _ in range(2)} == {503}
    assert client.get("/docs").status_code == 200
    shutil.copy(other.db.path, path)
    assert {client.get(EVENTS).headers["dataset-revision"] for _ in range(4)} == {"2"}
    path.unlink()
    assert client.get(EVENTS).status_code == 503
    kept.rename(path)
    assert {client.get(EVENTS).headers["dataset-revision"] for _ in range(4)} == {"1"}
