"""Bit slices of days: one bitmap for each binary digit of a day's ordinal.

A comparison takes as many operations as there are digits, however many days there are (O'Neil and Quass, "Improved
query performance with variant indexes", SIGMOD 1997). In memory, versions with the same upper digits are one bitmap, so
that only the lower digits are compared: half the time, and half as much memory again.
"""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from pyroaring import BitMap

# Days that are before and after all others, for bounds that no day can meet: see `app.resources.dated`.
BEFORE_ALL, AFTER_ALL = "0000-00-00", "9999-99-99"
DAY_BITS = 22  # digits of an ordinal, 0 to 3,652,060
_HAS_DAY = str(DAY_BITS)  # the bitmap of all versions that have a day, because ordinal 0 has no digit
# Digits that are compared one by one. The days of eleven years share those above, which so have few values. With 15,
# which 90 years share, a comparison takes twice as long, and with fewer than 12 hardly less.
_LOW_BITS = 12

_NONE = BitMap()  # shared: nothing may be added to it


class BitSlices(NamedTuple):
    """Bit slices of one field. Each method returns a new bitmap.

    `dated` are the versions that have a day, `prefixes` these by the first ordinal with the same upper digits, in
    order, and `digits` those with a one as a lower digit, from the lowest. A day is given by its ordinal.
    """

    dated: BitMap
    prefixes: list[tuple[int, BitMap]]
    digits: list[BitMap]

    @classmethod
    def of(cls, bitmaps: Mapping[str, BitMap]) -> "BitSlices":
        """Bit slices from the bitmaps of `day_values`, by value."""
        dated = bitmaps.get(_HAS_DAY, _NONE)
        prefixes = [(0, dated)]
        for digit in range(DAY_BITS - 1, _LOW_BITS - 1, -1):
            ones = bitmaps.get(str(digit), _NONE)
            halves = (((prefix, same - ones), (prefix | 1 << digit, same & ones)) for prefix, same in prefixes)
            prefixes = [part for pair in halves for part in pair if part[1]]
        return cls(dated, prefixes, [bitmaps.get(str(digit), _NONE) for digit in range(_LOW_BITS)])

    def at_least(self, ordinal: int) -> BitMap:
        """Versions with this day or a later one."""
        upper = ordinal >> _LOW_BITS << _LOW_BITS
        later = [versions for prefix, versions in self.prefixes if prefix > upper]
        same = next((versions for prefix, versions in self.prefixes if prefix == upper), _NONE)
        for digit in range(_LOW_BITS - 1, -1, -1):
            ones = self.digits[digit]
            if ordinal >> digit & 1:
                same = same & ones
            else:
                later.append(same & ones)
                same = same - ones
            if not same:
                break
        return BitMap.union(BitMap(), same, *later)

    def at_most(self, ordinal: int) -> BitMap:
        """Versions with this day or an earlier one."""
        return self.dated - self.at_least(ordinal + 1)

    def nearest(self, among: BitMap, count: int, *, last: bool = False) -> tuple[BitMap, BitMap]:
        """Versions with the first days or, with `last`, the last ones (O'Neil and Quass: top n).

        The first bitmap has fewer than `count` versions, or all that have a day. The second has those of the one day
        that the rest of `count` are taken from.
        """
        found, same = BitMap(), BitMap()
        for _, versions in reversed(self.prefixes) if last else self.prefixes:
            same = among & versions
            if len(found) + len(same) >= count:
                break
            found |= same
        else:
            return found, BitMap()
        for digit in range(_LOW_BITS - 1, -1, -1):
            ones = self.digits[digit]
            nearer = same & ones if last else same - ones
            if len(found) + len(nearer) >= count:
                same = nearer
            else:
                found |= nearer
                same -= nearer
        return found, same


def ordinal_of(day: str) -> int:
    """Ordinal of an ISO day in the proleptic Gregorian calendar, from 1; 0 and 3,652,060 of the two sentinels.

    Raises ValueError for another text.
    """
    sentinels = {BEFORE_ALL: 0, AFTER_ALL: date.max.toordinal() + 1}
    return sentinels[day] if day in sentinels else date.fromisoformat(day).toordinal()


def day_values(day: str) -> tuple[str, ...]:
    """Values of a day in a field of days: the digits of its ordinal that are one, and that there is a day."""
    ordinal = ordinal_of(day)
    return (_HAS_DAY, *(str(digit) for digit in range(DAY_BITS) if ordinal >> digit & 1))
