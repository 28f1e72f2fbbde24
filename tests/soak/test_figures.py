"""Each reliability figure holds with its short count. `make soak` measures more, `make soak-full` all."""

import pytest

from tools.soak.figures import NUMBERS, Entry, all_entries
from tools.soak.run import Extent, run


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry", [pytest.param(one, id=f"{one.figure.number}-{one.short_module}-{one.index}") for one in all_entries()]
)
def test_a_figure_holds_with_its_short_count(entry: Entry) -> None:
    outcome = run(entry, Extent.SHORT).outcome
    assert outcome.holds, outcome.text


def test_each_figure_has_a_name_of_its_own_and_rising_counts() -> None:
    entries = all_entries()
    assert len({(one.figure.number, one.figure.name) for one in entries}) == len(entries)
    for counts in (one.figure.counts for one in entries):
        assert 0 < counts.short <= counts.reduced <= counts.full


def test_each_number_has_a_figure() -> None:
    assert {entry.figure.number for entry in all_entries()} == set(NUMBERS)
