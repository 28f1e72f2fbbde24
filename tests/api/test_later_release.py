"""What a server answers after a later release has taken over a database, and until it is migrated."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.messages import sentence
from app.publishing.bootstrap import bootstrap
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.later_release import ADDED, become_later, world_of_four_revisions
from tests.support.servers import client_of, settings_for
from tests.support.world import World, ids, text


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The tiny world with four revisions, published by this release."""
    made = world_of_four_revisions(tmp_path / "world.db")
    yield made
    made.db.close()


@contextmanager
def served(db: SqliteDatabase) -> Iterator[httpx.Client]:
    """A client of a server that this release is."""
    with client_of(create_app(settings_for(db.path))) as client:
        yield client


PINNED = [
    f"{path}{'&' if '?' in path else '?'}revision={revision}&lang={lang}"
    for revision, lang in ((1, "en"), (3, "fr"))
    for path in (
        "/v1/timeline-events",
        "/v1/timeline-events?q=war&facets=kind,actor&include=actors",
        "/v1/timeline-events/war",
        "/v1/timeline-events/truce/history",
        "/v1/timeline",
        "/v1/search?q=war",
        "/v1/changes?limit=200",
        "/v1/actors",
        "/v1/revisions",
        "/v1",
    )
]


def without(value: Any, names: set[str]) -> Any:
    """JSON data without the members of these names."""
    if isinstance(value, dict):
        return {name: without(one, names) for name, one in value.items() if name not in names}
    return [without(one, names) for one in value] if isinstance(value, list) else value


def test_after_a_release_that_adds_fields_pinned_data_are_the_same_but_for_these(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(world.db) as client:
        before = {path: client.get(path).raise_for_status() for path in PINNED}
    become_later(monkeypatch)
    assert bootstrap(world.db, COLLECTIONS) == []
    with served(world.db) as client:
        after = {path: client.get(path).raise_for_status() for path in PINNED}
    for path in PINNED:
        assert without(after[path].json(), ADDED) == before[path].json(), path
        assert after[path].headers["etag"] != before[path].headers["etag"], path
    war = after["/v1/timeline-events/war?revision=1&lang=en"].json()["data"]
    assert {name: war[name] for name in ADDED} == {"strength": 0, "weather": None, "decade": "1950s"}
    assert sum(after[path].content != before[path].content for path in PINNED) == 10


def test_a_field_that_came_with_a_release_is_listed_from_the_revision_that_fills_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_later(monkeypatch)
    bootstrap(world.db, COLLECTIONS)
    world.publish_with_change("timeline-events", "war", weather=text("Thunder", "Orage"))
    with served(world.db) as client:
        newest, before = client.get("/v1/timeline-events/war/history?lang=fr").json()["data"][:2]
        assert (newest["changed_fields"], newest["record"]["weather"]) == (["weather"], "Orage")
        assert (before["revision"], before["record"]["weather"]) == (2, None)
        assert ids(client, "/v1/search?q=orage") == ["war"]
        assert ids(client, "/v1/search?q=orage&revision=4") == []
    with world.db.reading() as connection:
        assert len(verify(connection, COLLECTIONS)) == 5


def test_until_it_is_migrated_readiness_and_every_answer_say_what_to_do(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_later(monkeypatch)
    with served(world.db) as client:
        for path in (
            "/health/ready",
            *PINNED,
            "/v1/search?q=war",
            "/v1/timeline-events?as_of=2020-01-01T00:00:00Z",
        ):
            answer = client.get(path, headers={"If-None-Match": "*"})
            assert answer.status_code == 503, path
            assert answer.json()["detail"] == sentence("other-release", lang="fr" if "lang=fr" in path else "en")
            assert answer.json()["detail"].endswith(" dossier migrate.")
            assert answer.headers["cache-control"] == "no-store"
        assert client.get("/health/live").status_code == 200
        bootstrap(world.db, COLLECTIONS)
        assert client.get("/health/ready").status_code == 200
        assert client.get("/v1/timeline-events/war").json()["data"]["decade"] == "1950s"
