"""Order of versions: the first ones of a set of versions, in an order that a covering index has."""

import functools
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import itemgetter
from typing import Any

from pyroaring import BitMap
from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, literal_column, select, tuple_

from app.model.fields import Language
from app.model.json_text import compact
from app.reading.rows import BATCH
from app.resources.base import ListSpec
from app.store.statements import Statement, in_list

Position = tuple[Any, ...]  # values of a version's part and order columns
_FEW = 100  # versions: to sort so few costs less than to decide

# Costs on the packaged data and on 1,000,000 versions: to read a version's order columns by its number and to sort it
# takes 1.3 µs, a step along the index 0.3 µs.
_SORTED, _STEP = 1.3, 0.3
_MOST_STEPS = 4096  # along the index before the rest is sorted: the versions looked for may all be at its end


class VersionOrder:
    """Order of the versions of one table, in one direction and language: prepared statements over its index.

    A version's position is its part (see `Order`), followed by its order columns.
    """

    def __init__(self, spec: ListSpec, sort: str, lang: Language) -> None:
        order, table = spec.orders[sort.removeprefix("-")], spec.table
        self.descending = sort.startswith("-")
        self.parts = order.parts if order.parted_by else (0,)
        number, columns = table.c.number, [table.c[name] for name in order.names(lang)]
        part: ColumnElement[int] = table.c[order.parted_by] if order.parted_by else literal_column("0", Integer)
        within = [part == bindparam("part", type_=Integer)] if order.parted_by else []
        after = [bindparam(f"after_{place}", type_=column.type) for place, column in enumerate(columns)]
        row, last = tuple_(*columns), tuple_(*after)
        beyond = row < last if self.descending else row > last
        ordered = [column.desc() if self.descending else column for column in (*columns, number)]
        steps = select(number).where(*within).order_by(*ordered)
        self._walk, self._walk_on = Statement(steps), Statement(steps.where(beyond))
        keys = select(part, *columns, number)
        self._keys = Statement(keys.where(in_list(number, "numbers")))
        self._key = Statement(keys.where(number == bindparam("number", type_=Integer)))
        self._size = Statement(select(func.max(number)))

    def position(self, connection: Connection, number: int) -> Position:
        """Position of a version."""
        return tuple(self._key.first(connection, {"number": number})[:-1])

    def first(self, connection: Connection, hits: BitMap, count: int, after: Position | None) -> list[int]:
        """Numbers of the first versions of a set after a position, in order.

        Many hits are met soon on a walk along the index; few are sorted. A walk that met too few after some thousand
        steps is given up.
        """
        total = len(hits)
        if total <= _FEW or total * total * _SORTED < count * self._versions(connection) * _STEP:
            return self._sorted(connection, hits, after)[:count]
        found: list[int] = []
        for step, number in enumerate(self._steps(connection, after)):
            if number in hits:
                found.append(number)
                if len(found) in (count, total):
                    return found
            elif step >= _MOST_STEPS:
                return self._sorted(connection, hits, after)[:count]
        return found

    def all(self, connection: Connection, hits: BitMap) -> Iterator[Sequence[int]]:
        """Numbers of all versions of a set, in order, in batches of up to 500."""
        if len(hits) <= _MOST_STEPS:
            numbers = iter(self._sorted(connection, hits, None))
        else:
            numbers = (number for number in self._steps(connection, None) if number in hits)
        while batch := list(islice(numbers, BATCH)):
            yield batch

    def _versions(self, connection: Connection) -> int:
        return self._size.first(connection)[0] or 0

    def _sorted(self, connection: Connection, hits: BitMap, after: Position | None) -> list[int]:
        rows = self._keys.rows(connection, {"numbers": compact(list(hits))})
        if after:
            rows = [row for row in rows if self._follows(row[:-1], after)]
        rows.sort(reverse=self.descending)
        if self.descending and len(self.parts) > 1:
            rows.sort(key=itemgetter(0))
        return [row[-1] for row in rows]

    def _follows(self, row: Position, after: Position) -> bool:
        if row[0] != after[0]:
            return bool(row[0] > after[0])
        return row < after if self.descending else row > after

    def _steps(self, connection: Connection, after: Position | None) -> Iterator[int]:
        """Numbers of all versions after a position, in order, read as they are needed."""
        begun = {} if after is None else {f"after_{place}": value for place, value in enumerate(after[1:])}
        for part in self.parts:
            if after and part < after[0]:
                continue
            statement = self._walk_on if after and part == after[0] else self._walk
            cursor = statement.run(connection, begun | {"part": part})
            try:
                while rows := cursor.fetchmany(BATCH):
                    for (number,) in rows:
                        yield number
            finally:
                cursor.close()


@functools.cache
def order_of(spec: ListSpec, sort: str, lang: Language) -> VersionOrder:
    """Order of a list, made once."""
    return VersionOrder(spec, sort, lang)
