"""Each reliability figure holds with its short count. `make soak` measures more, `make soak-full` all."""

import pytest

from tools.soak.figures import NUMBERS, Entry, all_entries
from tools.soak.run import Extent, run

_ATTEMPTS = 3  # for delays: the p99 of a short count is its second largest, and another test has half of the machine


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry", [pytest.param(one, id=f"{one.figure.number}-{one.short_module}-{one.index}") for one in all_entries()]
)
def test_a_figure_holds_with_its_short_count(entry: Entry) -> None:
    outcomes = [run(entry, Extent.SHORT).outcome]
    while entry.figure.has_delays and not outcomes[-1].holds and len(outcomes) < _ATTEMPTS:
        outcomes.append(run(entry, Extent.SHORT).outcome)
    assert outcomes[-1].holds, "\n".join(outcome.text for outcome in outcomes)


def test_each_figure_has_a_name_of_its_own_and_rising_counts() -> None:
    entries = all_entries()
    assert len({(one.figure.number, one.figure.name) for one in entries}) == len(entries)
    for counts in (one.figure.counts for one in entries):
        assert 0 < counts.short <= counts.reduced <= counts.full


def test_each_number_has_a_figure() -> None:
    assert {entry.figure.number for entry in all_entries()} == set(NUMBERS)
