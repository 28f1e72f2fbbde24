"""Bit slices of days: they compare and order versions as a look at each of their days does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from app.resources.dated import FIRST_DAY, LAST_DAY
from app.store.bit_slices import AFTER_ALL, BEFORE_ALL, BitSlices, day_values, ordinal_of

DAYS = (
    BEFORE_ALL,
    FIRST_DAY,
    "1950-06-25",
    "1995-04-02",
    "1999-12-31",
    "2000-01-01",
    "2000-02-29",
    LAST_DAY,
    AFTER_ALL,
)

days = st.sampled_from(DAYS) | st.dates().map(date.isoformat)
dated = st.dictionaries(st.integers(0, 30), days)  # days by the numbers of versions
numbers = st.sets(st.integers(0, 30))


def slices_of(own: dict[int, str]) -> BitSlices:
    """Bit slices of versions with these days."""
    bitmaps: dict[str, BitMap] = {}
    for number, day in own.items():
        for value in day_values(day):
            bitmaps.setdefault(value, BitMap()).add(number)
    return BitSlices.of(bitmaps)


@given(dated, days)
def test_days_compare_as_their_texts_do(own: dict[int, str], day: str) -> None:
    slices, ordinal = slices_of(own), ordinal_of(day)
    assert set(slices.at_least(ordinal)) == {number for number, one in own.items() if one >= day}
    assert set(slices.at_most(ordinal)) == {number for number, one in own.items() if one <= day}


@given(dated, days)
def test_an_answer_may_be_changed_by_who_asked(own: dict[int, str], day: str) -> None:
    slices, ordinal = slices_of(own), ordinal_of(day)
    for ask in (slices.at_least, slices.at_most):
        before = ask(ordinal)
        changed = ask(ordinal)
        changed.add(99)
        assert ask(ordinal) == before


@given(dated, numbers, st.integers(1, 10), st.booleans())
def test_the_nearest_are_those_with_the_first_days_or_the_last(
    own: dict[int, str], among: set[int], count: int, last: bool
) -> None:
    """Those of the next day make up the count; the nearest alone do not, unless there are no more."""
    nearest, tied = slices_of(own).nearest(BitMap(among), count, last=last)
    ordered = sorted((own[number] for number in among & own.keys()), reverse=last)
    assert sorted((own[number] for number in nearest), reverse=last) == ordered[: len(nearest)]
    assert len(nearest) < count or len(nearest) == len(ordered)
    assert len(nearest) + len(tied) >= min(count, len(ordered))
    next_day = ordered[len(nearest)] if tied else None
    assert set(tied) == {number for number in among & own.keys() if own[number] == next_day}


def test_ordinals_are_in_the_order_of_days_and_fit_into_22_digits() -> None:
    ordinals = [ordinal_of(day) for day in DAYS]
    assert ordinals == sorted(ordinals)
    assert (ordinals[0], ordinals[1], ordinals[-1]) == (0, 1, 3_652_060)
    assert ordinals[-1] < 1 << 22
    with pytest.raises(ValueError, match="out of range"):
        ordinal_of("1999-02-30")
