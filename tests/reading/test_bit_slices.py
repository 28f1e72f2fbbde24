"""Bit slices of dates: read once for a revision, also those of a large field, unless they are larger than the cache."""

from unittest.mock import patch

import pytest

from app.reading.bitmap_index import index_of
from app.store.postings import Postings
from app.store.result_cache import ResultCache
from app.store.snapshot import RevisionSelector, open_snapshot
from tests.support.world import World


@pytest.mark.parametrize(("room", "reads"), [(2**20, 1), (1_000, 2)])
def test_slices_of_a_large_field_are_read_once_if_there_is_room(
    world: World, monkeypatch: pytest.MonkeyPatch, room: int, reads: int
) -> None:
    monkeypatch.setattr("app.reading.bitmap_index._SMALL", 0)  # every field is a large one
    results = ResultCache(room)
    found = []
    with patch.object(Postings, "slices", autospec=True, side_effect=Postings.slices) as read:
        for _ in range(2):
            with open_snapshot(world.db, results, RevisionSelector(), prefix="") as snapshot:
                index = index_of(snapshot)
                found += [index.slices("latest"), index.slices("latest")]
    assert read.call_count == reads
    assert found[0]
    assert all(one == found[0] for one in found)
