"""Order of versions: the first ones of a set of versions, in an order that a covering index has."""

import functools
from array import array
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from itertools import islice
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, FromClause, Integer, Select, bindparam, literal_column, select, tuple_

from app.model.fields import Language
from app.model.json_text import compact
from app.reading.bitmap_index import index_of, version_count
from app.reading.rows import BATCH
from app.resources.base import ListSpec
from app.resources.dated import FIRST_DAY
from app.store.checksums import damaged
from app.store.engines.constructs import in_list
from app.store.snapshot import Snapshot
from app.store.statements import Statement

Position = tuple[Any, ...]  # a version's part (see `Order`), its order columns, its number

# Costs in µs, measured on 20,000 and on 1,000,000 versions: to read the position of a version by its number and to sort
# it; a step along the index; a step along the numbers in memory.
_SORTED, _STEP, _KEPT_STEP = 0.9, 0.3, 0.05
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
        walk, walk_on = self._steps_of(table, lang)
        self._walk, self._walk_on = Statement(walk), Statement(walk_on)
        # SQLite sorts: 0.9 µs a version, where 2.2 are needed to read the positions and to sort them here. OFFSET 0 is
        # a fence: without it SQLite walks along the index of the order and looks each version up in the set.
        chosen = select(*([table.c[parted_by]] if parted_by else []), *columns, number)
        fenced = chosen.where(in_list(number, "numbers")).offset(0).subquery()
        few, few_on = (steps.limit(bindparam("most", type_=Integer)) for steps in self._steps_of(fenced, lang))
        self._sort, self._sort_on = Statement(few), Statement(few_on)
        part: ColumnElement[int] = table.c[parted_by] if parted_by else literal_column("0", Integer)
        at = number == bindparam("number", type_=Integer)
        self._of_number = Statement(select(part, *columns, number).where(at))

    def _steps_of(self, source: FromClause, lang: Language) -> tuple[Select[Any], Select[Any]]:
        """Numbers of the versions of one part in order: from the first one on, and after a position."""
        number, columns = source.c.number, [source.c[name] for name in self.order.names(lang)]
        parted_by = self.order.parted_by
        within = [source.c[parted_by] == bindparam("part", type_=Integer)] if parted_by else []
        after = [bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(columns)]
        row, last = tuple_(*columns), tuple_(*after)
        beyond = row < last if self.descending else row > last
        ordered = [column.desc() if self.descending else column for column in (*columns, number)]
        steps = select(number).where(*within).order_by(*ordered)
        return steps, steps.where(beyond)

    def first(self, snapshot: Snapshot, hits: BitMap, count: int, after: int | None) -> list[int]:
        """Numbers of the first versions of a set, in order; `after` is the version after which they begin.

        Few are sorted. Many are met soon on a walk along the index, or along the numbers in order where they are kept.
        Raises Unavailable (503) if the index of the order is damaged, as far as that is seen: some are missing.
        """
        found = self._first(snapshot, hits, count, after)
        if after is None and len(found) < min(count, len(hits)):
            raise damaged("order", self._question)
        return found

    def _first(self, snapshot: Snapshot, hits: BitMap, count: int, after: int | None) -> list[int]:
        total, versions = len(hits), version_count(snapshot, self.spec)
        if versions <= _KEPT:
            return self._first_kept(snapshot, hits, count, after)
        if total * total * _SORTED < count * versions * _STEP:
            return self._sorted(snapshot, hits, count, self._position(snapshot, after))
        return self._walked(snapshot, hits, count, after)

    def all(self, snapshot: Snapshot, hits: BitMap) -> Iterator[Sequence[int]]:
        """Numbers of all versions of a set, in order, in batches of up to 500.

        Raises Unavailable (503) after the last one if the index of the order is damaged, so that some are missing.
        """
        left = len(hits)
        for batch in self._batches(snapshot, hits):
            left -= len(batch)
            yield batch
        if left:
            raise damaged("order", self._question)

    def _batches(self, snapshot: Snapshot, hits: BitMap) -> Iterator[Sequence[int]]:
        if len(hits) * _SORTED < version_count(snapshot, self.spec) * _STEP:
            numbers = self._sorted(snapshot, hits, len(hits), None)
            yield from (numbers[start : start + BATCH] for start in range(0, len(numbers), BATCH))
            return
        after: int | None = None
        # Each batch walks on from the last number, so that no statement is open while a client takes what it was sent:
        # see `Database.pause`. The price is 30 µs a batch, and the steps beyond its last number.
        while batch := self._batch(snapshot, hits, after):
            yield batch
            if len(batch) < BATCH:
                return
            after = batch[-1]

    def _batch(self, snapshot: Snapshot, hits: BitMap, after: int | None) -> list[int]:
        with closing(self._steps(snapshot, self._position(snapshot, after))) as steps:
            return [*islice((number for number in steps if number in hits), BATCH)]

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
        return snapshot.cached(self._question, lambda: self._all_kept(snapshot))

    def _all_kept(self, snapshot: Snapshot) -> "array[int]":
        """Numbers of all versions in order. Raises Unavailable (503) if the index of the order has one twice."""
        kept = array("I", self._steps(snapshot, None))
        if len(BitMap(kept)) != len(kept):
            raise damaged("order", self._question)
        return kept

    def _walked(self, snapshot: Snapshot, hits: BitMap, count: int, after: int | None) -> list[int]:
        found: list[int] = []
        times = min(_TIMES, 1) if self.order.day else _TIMES  # what follows costs less than a walk where there is a day
        most = _MOST_STEPS + times * count * version_count(snapshot, self.spec) // len(hits)
        begin = self._position(snapshot, after)
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
            return self._sorted(snapshot, hits, count, begin)
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
        nearest, tied = index.days(field).nearest(known, count + len(same), last=self.descending)
        found = self._sorted(snapshot, nearest | tied | unknown, count, begin)
        if len(found) < count and 1 in self.parts:
            found += self._sorted(snapshot, hits - dated, count - len(found), None)
        return found

    def _position(self, snapshot: Snapshot, number: int | None) -> Position | None:
        return None if number is None else self._of_number.first(snapshot.connection, {"number": number})

    def _sorted(self, snapshot: Snapshot, hits: BitMap, count: int, begin: Position | None) -> list[int]:
        """Numbers of the first versions of a set after a position, in order: all of the set are looked at."""
        numbers, found = compact(list(hits)), list[int]()
        for is_first, values in self._parts_after(begin):
            statement = self._sort_on if is_first else self._sort
            rows = statement.rows(snapshot.connection, {**values, "numbers": numbers, "most": count - len(found)})
            found += [number for (number,) in rows]
            if len(found) == count:
                break
        return found

    def _parts_after(self, begin: Position | None) -> Iterator[tuple[bool, dict[str, Any]]]:
        """Parts from a position on with the values for their statements; True for the part that the position is in."""
        after = {} if begin is None else {f"after_{place}": value for place, value in enumerate(begin[1:-1])}
        for part in self.parts:
            if begin is None or part >= begin[0]:
                yield begin is not None and part == begin[0], after | {"part": part}

    def _steps(self, snapshot: Snapshot, begin: Position | None) -> Generator[int, None, None]:
        """Numbers of all versions after a position, in order, read as they are needed."""
        for is_first, values in self._parts_after(begin):
            cursor = (self._walk_on if is_first else self._walk).stream(snapshot.connection, values)
            # Not closed: that fails where an export that failed has closed the connection before it lets go of this.
            while rows := cursor.fetchmany(BATCH):
                for (number,) in rows:
                    yield number


@functools.cache
def order_of(spec: ListSpec, sort: str, lang: Language) -> VersionOrder:
    """Order of a list, made once."""
    return VersionOrder(spec, sort, lang)
