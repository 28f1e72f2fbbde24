"""The bitmap index as publications write it: it says of every revision what the rows say, however small its chunks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, and_, exists, or_, select

from app.publishing import bitmap_history, rebuild
from app.publishing.verify import verify
from app.resources.registry import COLLECTIONS
from app.store.postings import Postings
from app.store.tables import LINKS, POSTINGS, VERSION_INDEX, VERSION_SETS
from tests.support import lived
from tests.support.servers import migrated
from tests.support.world import World, text


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The tiny world in chunks of 8 versions, read back 2 or 3 at a time."""
    for module in ("app.store.postings", "app.publishing.bitmap_writer", "app.publishing.bitmap_history"):
        monkeypatch.setattr(f"{module}.CHUNK_BITS", 3)
    monkeypatch.setattr("app.publishing.stored_changes._BATCH", 2)
    monkeypatch.setattr("app.publishing.bitmap_history._ENTRIES", bitmap_history._ENTRIES.limit(3))
    world = World(migrated(tmp_path / "world.db"))  # not a copy of the one that others have: its chunks are larger
    world.publish("The world begins")
    yield world
    world.db.close()


def as_of(table: Any, revision: int) -> Any:
    later = or_(table.c.superseded_in.is_(None), table.c.superseded_in > revision)
    return and_(table.c.published_in <= revision, later)


def folded(revision: int) -> Any:
    """Condition of versions whose record an event of the revision names."""
    related = LINKS.c.collection == "timeline-events", LINKS.c.field == "related"
    target = LINKS.c.target_collection == VERSION_INDEX.c.collection, LINKS.c.target_id == VERSION_INDEX.c.id
    named = exists().where(*related, *target, as_of(LINKS, revision))
    return and_(VERSION_INDEX.c.collection != "timeline-events", named)


def numbers(connection: Connection, *conditions: Any) -> list[int]:
    found = select(VERSION_INDEX.c.number).where(*conditions).order_by(VERSION_INDEX.c.number)
    return list(connection.execute(found).scalars())


def live(world: World) -> None:
    """Publications in which records come, change, go and return, and events name and let go of others."""
    lived.disturb(world)
    lived.disturb(world)
    world.change("legal-instruments", "the-treaty", title=text("The pact"))
    world.publish()
    lived.entries(world)


def test_sets_of_every_revision_are_what_the_rows_of_versions_say(small: World) -> None:
    live(small)
    with small.db.reading() as connection:
        index = Postings(connection)
        for revision in range(1, small.revisions + 1):
            now = as_of(VERSION_INDEX, revision)
            assert list(index.version_set("current", revision)) == numbers(connection, now)
            assert list(index.version_set("folded", revision)) == numbers(connection, now, folded(revision))
        assert {len(index.version_set("folded", revision)) for revision in (2, 3, 4, 6)} == {0, 1, 2}
        assert len(set(connection.execute(select(VERSION_SETS.c.chunk)).scalars())) > 3


def test_postings_are_what_the_rows_of_versions_say(small: World) -> None:
    live(small)
    version, link, day = VERSION_INDEX.c, LINKS.c, "1990-05-01"
    treaty = link.target_collection == "legal-instruments", link.target_id == "the-treaty"
    key = link.collection == version.collection, link.id == version.id, link.published_in == version.published_in
    with small.db.reading() as connection:
        index = Postings(connection)
        for field, value, condition in (
            ("collection", "initiatives", version.collection == "initiatives"),
            ("kind", "state", version.kind == "state"),
            ("timeline.dated", "1", version.undated == 0),
            ("links/legal-instruments", "the-treaty", exists().where(*treaty, *key)),
        ):
            assert list(index.any_of(field, [value])) == numbers(connection, condition) != []
        assert list(index.at_least("timeline.latest", day)) == numbers(connection, version.latest >= day)
        assert list(index.at_most("timeline.earliest", day)) == numbers(connection, version.earliest <= day)


def test_verification_and_backfill_find_the_same_a_few_versions_at_a_time(small: World) -> None:
    live(small)
    with small.db.reading() as connection:
        verify(connection, COLLECTIONS)
    with small.db.writing() as connection:
        rebuild.render(connection, COLLECTIONS)
    with small.db.reading() as connection:
        assert len(verify(connection, COLLECTIONS)) == small.revisions


def test_a_changed_record_rewrites_only_its_own_values_in_the_last_chunk(small: World) -> None:
    live(small)
    before = stored(small)
    small.change("timeline-events", "war", title=text("One more war"))
    small.publish()
    touched = {key for key, bits in stored(small).items() if before.get(key) != bits}
    with small.db.reading() as connection:
        last = max(numbers(connection))
    assert {chunk for _, _, chunk in touched} == {last >> 3}
    assert {field for field, _, _ in touched} <= {
        *("collection", "kind", "dated", "earliest", "latest"),
        *("timeline.dated", "timeline.earliest", "timeline.latest"),
        *("links/actors", "links/engagement-topics", "links/sources", "links/legal-instruments"),
    }


def stored(world: World) -> dict[tuple[str, str, int], bytes]:
    with world.db.reading() as connection:
        return {tuple(row[:3]): row.bits for row in connection.execute(select(POSTINGS))}
