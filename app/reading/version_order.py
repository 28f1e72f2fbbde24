"""Order of versions: the first ones of a set of versions, in an order that a covering index has."""

import functools
from array import array
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Integer, bindparam, literal_column, select, tuple_

from app.model.fields import Language
from app.model.json_text import compact
from app.reading.current import index_of, version_count
from app.reading.rows import BATCH
from app.resources.base import ListSpec
from app.resources.dated import FIRST_DAY
from app.store.snapshot import Snapshot
from app.store.statements import Statement, in_list

Position = tuple[Any, ...]  # a version's part (see `Order`), its order columns, its number

# Costs in µs, measured on 20,000 and on 1,000,000 versions: to read the position of a version by its number and to sort
# it; a step along the index; a step along the numbers in memory.
_SORTED, _STEP, _KEPT_STEP = 1.3, 0.3, 0.05
_PLACED = 0.3  # to look up the place of a version in an order in memory, and to sort it
_KEPT = 20_000  # versions of a table whose numbers in order are kept in memory, in 80 kB
# A walk is given up after so many steps, or so many times those expected: what is looked for may all be at its end.
_MOST_STEPS, _TIMES = 500, 4


class VersionOrder:
    """Order of the versions of one table, in one direction and language: prepared statements over its index."""

    def __init__(self, spec: ListSpec, sort: str, lang: Language) -> None:
        self.spec, self.order = spec, spec.orders[sort.removeprefix("-")]
        self.descending = sort.startswith("-")
        self.parts = self.order.parts if self.order.parted_by else (0,)
        self._question = ("order", spec.name, sort, lang)
        table, parted_by = spec.table, self.order.parted_by
        number, columns = table.c.number, [table.c[name] for name in self.order.names(lang)]
        part: ColumnElement[int] = table.c[parted_by] if parted_by else literal_column("0", Integer)
        within = [part == bindparam("part", type_=Integer)] if parted_by else []
        after = [bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(columns)]
        row, last = tuple_(*columns), tuple_(*after)
        beyond = row < last if self.descending else row > last
        ordered = [column.desc() if self.descending else column for column in (*columns, number)]
        steps = select(number).where(*within).order_by(*ordered)
        self._walk, self._walk_on = Statement(steps), Statement(steps.where(beyond))
        self._positions = Statement(select(part, *columns, number).where(in_list(number, "numbers")))

    def first(self, snapshot: Snapshot, hits: BitMap, count: int, after: int | None) -> list[int]:
        """Numbers of the first versions of a set, in order; `after` is the version after which they begin.

        Few are sorted. Many are met soon on a walk along the index, or along the numbers in order where they are kept.
        """
        total, versions = len(hits), version_count(snapshot, self.spec)
        if versions <= _KEPT:
            return self._first_kept(snapshot, hits, count, after)
        if total * total * _SORTED < count * versions * _STEP:
            return self._sorted(snapshot, hits, after)[:count]
        return self._walked(snapshot, hits, count, after)

    def all(self, snapshot: Snapshot, hits: BitMap) -> Iterator[Sequence[int]]:
        """Numbers of all versions of a set, in order, in batches of up to 500."""
        few = len(hits) * _SORTED < version_count(snapshot, self.spec) * _STEP
        steps = self._sorted(snapshot, hits, None) if few else self._steps(snapshot, None)
        numbers = (number for number in steps if number in hits)
        while batch := [*islice(numbers, BATCH)]:
            yield batch

    def _first_kept(self, snapshot: Snapshot, hits: BitMap, count: int, after: int | None) -> list[int]:
        kept = self._kept(snapshot)
        if len(hits) ** 2 * _PLACED < count * len(kept) * _KEPT_STEP:
            numbers, places = self._places(snapshot)
            begin = -1 if after is None else kept.index(after)
            ordered = sorted([places[numbers.rank(number) - 1] for number in hits])
            return [kept[place] for place in ordered if place > begin][:count]
        following = kept if after is None else kept[kept.index(after) + 1 :]
        return [*islice((number for number in following if number in hits), count)]

    def _places(self, snapshot: Snapshot) -> tuple[BitMap, "array[int]"]:
        """Numbers of all versions, and the place of each in the order: 4 bytes a version, a dict takes 100."""

        def find() -> tuple[BitMap, "array[int]"]:
            kept = self._kept(snapshot)
            return BitMap(kept), array("I", sorted(range(len(kept)), key=kept.__getitem__))

        return snapshot.cached(("places", *self._question), find)

    def _kept(self, snapshot: Snapshot) -> "array[int]":
        return snapshot.cached(self._question, lambda: array("I", self._steps(snapshot, None)))

    def _walked(self, snapshot: Snapshot, hits: BitMap, count: int, after: int | None) -> list[int]:
        found: list[int] = []
        most = _MOST_STEPS + _TIMES * count * version_count(snapshot, self.spec) // len(hits)
        begin = None if after is None else self._position(snapshot, after)
        for step, number in enumerate(self._steps(snapshot, begin)):
            if number in hits:
                found.append(number)
                if len(found) == min(count, len(hits)):
                    break
            elif step >= most:
                return self._after_long_walk(snapshot, hits, count, begin)
        return found

    def _after_long_walk(self, snapshot: Snapshot, hits: BitMap, count: int, begin: Position | None) -> list[int]:
        """The same as `first` where the hits are far from the beginning: by day where the order begins with one."""
        if self.order.day and not (begin and begin[0]):
            return self._by_day(snapshot, hits, count, begin)
        if len(hits) * _SORTED < version_count(snapshot, self.spec) * _STEP:
            return self._sorted(snapshot, hits, begin[-1] if begin else None)[:count]
        return [*islice((number for number in self._steps(snapshot, begin) if number in hits), count)]

    def _by_day(self, snapshot: Snapshot, hits: BitMap, count: int, begin: Position | None) -> list[int]:
        """The first versions of a set, from the bit slices of the day that they are sorted by.

        Those whose first day is not known are sorted by another day: all of them are looked at.
        """
        index, field = index_of(snapshot), self.order.day or ""
        dated = hits & index.any_of(field.replace("earliest", "dated"), ["1"])
        unknown = dated & index.at_most(field, FIRST_DAY)
        known, same = dated - unknown, BitMap()
        if begin:
            day = begin[1][: len(FIRST_DAY)]
            known &= index.at_most(field, day) if self.descending else index.at_least(field, day)
            same = known & index.at_least(field, day) & index.at_most(field, day)
        nearest, tied = index.nearest(field, known, count + len(same), last=self.descending)
        found = self._sorted(snapshot, nearest | tied | unknown, begin[-1] if begin else None)[:count]
        if len(found) < count and 1 in self.parts:
            found += self._sorted(snapshot, hits - dated, None)[: count - len(found)]
        return found

    def _sorted(self, snapshot: Snapshot, hits: BitMap, after: int | None) -> list[int]:
        rows = self._positions_of(snapshot, hits)
        if after is not None:
            begin = self._position(snapshot, after)
            rows = [row for row in rows if self._follows(row, begin)]
        rows.sort(reverse=self.descending)
        if self.descending and len(self.parts) > 1:
            rows.sort(key=itemgetter(0))
        return [row[-1] for row in rows]

    def _follows(self, row: Position, begin: Position) -> bool:
        if row[0] != begin[0]:
            return bool(row[0] > begin[0])
        return row < begin if self.descending else row > begin

    def _position(self, snapshot: Snapshot, number: int) -> Position:
        return self._positions_of(snapshot, [number])[0]

    def _positions_of(self, snapshot: Snapshot, numbers: BitMap | list[int]) -> list[Position]:
        return self._positions.rows(snapshot.connection, {"numbers": compact(list(numbers))})

    def _steps(self, snapshot: Snapshot, begin: Position | None) -> Iterator[int]:
        """Numbers of all versions after a position, in order, read as they are needed."""
        after = {} if begin is None else {f"after_{place}": value for place, value in enumerate(begin[1:-1])}
        for part in self.parts:
            if begin and part < begin[0]:
                continue
            statement = self._walk_on if begin and part == begin[0] else self._walk
            cursor = statement.run(snapshot.connection, after | {"part": part})
            # Not closed: that fails where an export that failed has closed the connection before it lets go of this.
            while rows := cursor.fetchmany(BATCH):
                for (number,) in rows:
                    yield number


@functools.cache
def order_of(spec: ListSpec, sort: str, lang: Language) -> VersionOrder:
    """Order of a list, made once."""
    return VersionOrder(spec, sort, lang)
