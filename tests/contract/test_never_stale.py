"""Never a stale answer: the store gives up its answers as soon as another process has published or replaced data.

`tools/soak/conditional_pairs.py` asks while somebody publishes, with one worker and with four. On PostgreSQL a node
hears of a publication within a second: from then on, no answer is stale.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app.main import create_app
from tests.support.engines import IS_POSTGRESQL, on_sqlite
from tests.support.servers import client_of, copied, settings_for
from tests.support.waiting import eventually
from tests.support.world import World, text

EVENTS = "/v1/timeline-events?limit=3"


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
        if IS_POSTGRESQL:
            assert eventually(lambda: client.get(EVENTS).headers["dataset-revision"] == str(world.revisions))
        answers = [client.get(EVENTS) for _ in range(4)]
        assert [answer.headers["dataset-revision"] for answer in answers] == [str(number)] * 4
        assert len({answer.content for answer in answers}) == 1


def test_a_pinned_answer_in_the_store_stays_after_a_publication(hot: tuple[World, httpx.Client]) -> None:
    world, client = hot
    pinned = [client.get(f"{EVENTS}&revision=1").content for _ in range(3)]
    world.publish_with_change("timeline-events", "tie", place=text("Elsewhere"))
    assert {client.get(f"{EVENTS}&revision=1").content for _ in range(3)} == set(pinned)
    assert client.get(EVENTS).content != pinned[0]


@on_sqlite
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
