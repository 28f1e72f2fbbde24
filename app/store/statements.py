"""Prepared statements: a SELECT or INSERT that is compiled once and run with bound values on the driver's own cursor.

SQLAlchemy takes 150 to 200 µs to build, look up and read a statement that SQLite answers in 60. What is asked at each
request is therefore compiled once; everything else goes through the connection as usual.
"""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, TableClause, insert
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect
from sqlalchemy.exc import DBAPIError

from app.store.engines.constructs import fetching_cursor, streaming_cursor

_LIMIT = re.compile(r"\b(LIMIT|OFFSET) \?")
_NONE: Mapping[str, Any] = MappingProxyType({})


class Statement:
    """Prepared statement: a SELECT whose values are `bindparam`s. Rows are tuples in the order of its columns."""

    __slots__ = ("_compiled", "select")

    def __init__(self, select: Select[Any]) -> None:
        self.select = select
        self._compiled: dict[str, tuple[str, Sequence[str], Mapping[str, Any]]] = {}

    def rows(self, connection: Connection, values: Mapping[str, Any] = _NONE) -> list[Any]:
        """All rows. Raises DBAPIError, as the connection itself would, and KeyError for a value that is missing."""
        rows: list[Any] = self._fetched(connection, self.run(connection, values).fetchall)
        return rows

    def first(self, connection: Connection, values: Mapping[str, Any] = _NONE) -> Any:
        """First row, None if there is none. Raises DBAPIError, KeyError."""
        return self._fetched(connection, self.run(connection, values).fetchone)

    def run(self, connection: Connection, values: Mapping[str, Any] = _NONE) -> DBAPICursor:
        """Cursor over the rows. Raises DBAPIError, KeyError."""
        return self._execute(connection, fetching_cursor(connection), values)

    def _execute(self, connection: Connection, cursor: DBAPICursor, values: Mapping[str, Any]) -> DBAPICursor:
        dialect = connection.dialect
        sql, names, fixed = self._compiled.get(dialect.name) or self._compile(dialect)
        bound = [values[name] if name in values else fixed[name] for name in names]
        try:
            cursor.execute(sql, bound)
        except dialect.loaded_dbapi.Error as error:
            raise _wrapped(dialect, sql, error) from error
        return cursor

    def stream(self, connection: Connection, values: Mapping[str, Any] = _NONE) -> DBAPICursor:
        """The same for many rows, of which a part may be wanted: none is read before it is fetched."""
        return self._execute(connection, streaming_cursor(connection), values)

    def _fetched(self, connection: Connection, fetch: Callable[[], Any]) -> Any:
        try:
            return fetch()
        except connection.dialect.loaded_dbapi.Error as error:
            raise _wrapped(connection.dialect, self._compiled[connection.dialect.name][0], error) from error

    def _compile(self, dialect: Dialect) -> tuple[str, Sequence[str], Mapping[str, Any]]:
        compiled = self.select.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        # With a bare variable there, SQLite 3.46 and later look at its value and prepare again at each run: 6 to 40 µs.
        sql = _LIMIT.sub(r"\g<1> 0+?", str(compiled))
        found = sql, compiled.positiontup or (), fixed
        self._compiled[dialect.name] = found
        return found


class Insertion:
    """Prepared INSERT of rows into one table. SQLAlchemy takes 30 µs a row for what this takes a few."""

    __slots__ = ("_compiled", "_table")

    def __init__(self, table: TableClause) -> None:
        self._table = table
        self._compiled: dict[str, tuple[str, Sequence[str]]] = {}

    @classmethod
    @functools.cache
    def into(cls, table: TableClause) -> "Insertion":
        """Prepared INSERT into a table, compiled once."""
        return cls(table)

    def run(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows that have all columns of the table. Raises DBAPIError, and KeyError for a missing column."""
        if not rows:
            return
        dialect = connection.dialect
        sql, names = self._compiled.get(dialect.name) or self._compile(dialect)
        values = [*map(itemgetter(*names), rows)]
        try:
            connection.connection.cursor().executemany(sql, values)
        except dialect.loaded_dbapi.Error as error:
            raise _wrapped(dialect, sql, error) from error

    def _compile(self, dialect: Dialect) -> tuple[str, Sequence[str]]:
        compiled = insert(self._table).compile(dialect=dialect)
        found = str(compiled), compiled.positiontup or ()
        self._compiled[dialect.name] = found
        return found


def _wrapped(dialect: Dialect, sql: str, error: Exception) -> Exception:
    """Error of the driver as the DBAPIError that SQLAlchemy would raise."""
    return DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, dialect=dialect)
