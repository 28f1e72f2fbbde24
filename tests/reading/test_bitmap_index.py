"""Bitmaps of a field: read once for a revision, also those of a large field, unless they are larger than the cache."""

from unittest.mock import patch

import pytest

from app.reading.bitmap_index import index_of, version_set
from app.store.postings import Postings
from app.store.result_cache import ResultCache
from app.store.snapshot import RevisionSelector, open_snapshot
from tests.support.world import World


@pytest.mark.parametrize(("room", "reads"), [(2**20, 1), (1_000, 2)])
def test_bit_slices_are_read_once_if_there_is_room(world: World, room: int, reads: int) -> None:
    results = ResultCache(room)
    found = []
    with patch.object(Postings, "_read", autospec=True, side_effect=Postings._read) as read:
        for _ in range(2):
            with open_snapshot(world.db, results, RevisionSelector(), prefix="") as snapshot:
                index = index_of(snapshot)
                found += [index.days("latest"), index.days("latest")]
    assert read.call_count == reads
    assert found[0]
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize(("limit", "most", "reads"), [("_FEW", 1_000, 1), ("_FEW", 1, 0), ("_LARGE", 1, 0)])
def test_a_facet_keeps_the_bitmaps_of_a_field_unless_there_are_many_or_they_are_large(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, reads: int
) -> None:
    """The counts are the same in either case."""
    monkeypatch.setattr(f"app.reading.bitmap_index.{limit}", most)
    results = ResultCache()
    with patch.object(Postings, "_read", autospec=True, side_effect=Postings._read) as read:
        for _ in range(2):
            with open_snapshot(world.db, results, RevisionSelector(), prefix="") as snapshot:
                among = version_set(snapshot, "current")
                counts = index_of(snapshot).counts("collection", among)
                assert sum(counts.values()) == len(among)
                assert len(counts) > 1
                assert counts == Postings(snapshot.connection).counts("collection", among)
    assert read.call_count == reads
