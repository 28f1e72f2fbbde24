"""The order of versions: whichever way the first ones are found, they are the same."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pyroaring import BitMap

from app.reading.bitmap_index import current_versions
from app.reading.timeline import TIMELINE
from app.reading.version_order import order_of
from app.resources.base import ListSpec
from app.resources.params import RevisionParams
from app.resources.registry import COLLECTIONS
from tests.support.reading import Reader

LISTS: list[ListSpec] = [*COLLECTIONS.values(), TIMELINE.spec]
# Costs and limits that make a list sort its hits, walk along the index, give the walk up, or keep the order in memory
WAYS: dict[str, dict[str, float]] = {
    "sorted": {"_SORTED": 0},
    "walked": {"_SORTED": 10**9, "_KEPT": 0, "_MOST_STEPS": 10**9},
    "given up": {"_SORTED": 10**9, "_KEPT": 0, "_MOST_STEPS": 0, "_TIMES": 0},
    "kept": {"_SORTED": 10**9},
}


@contextmanager
def way(costs: dict[str, float]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in costs.items():
            patch.setattr(f"app.reading.version_order.{name}", value)
        yield


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("spec", LISTS, ids=lambda spec: spec.name)
def test_each_way_finds_the_same_versions_after_any_other(packaged: Reader, spec: ListSpec, sign: str) -> None:
    chance = random.Random(spec.name)
    with packaged.snapshot(RevisionParams()) as snapshot:
        everything = current_versions(snapshot, spec)
        if spec is TIMELINE.spec:
            with packaged.opened("timeline") as page:
                everything = BitMap(number for batch in page.rows.batches() for number in batch)
        for name, lang in ((name, lang) for name in spec.orders for lang in ("en", "fr")):
            order = order_of(spec, sign + name, lang)
            with way(WAYS["sorted"]):
                whole = order.first(snapshot, everything, len(everything), None)
            assert BitMap(whole) == everything
            assert [number for batch in order.all(snapshot, everything) for number in batch] == whole
            for _ in range(4):
                hits = BitMap(chance.sample(whole, chance.randint(1, len(whole))))
                after = chance.choice([None, *whole])
                count = chance.choice([1, 2, 7, len(whole)])
                following = whole if after is None else whole[whole.index(after) + 1 :]
                expected = [number for number in following if number in hits][:count]
                for name_of_way, costs in WAYS.items():
                    with way(costs):
                        assert order.first(snapshot, hits, count, after) == expected, name_of_way
