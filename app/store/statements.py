"""Prepared statements: a SELECT that is compiled once and then run with bound values on the driver's own cursor.

SQLAlchemy takes 150 to 200 µs to build, look up and read a statement that SQLite answers in 60. What is asked at each
request is therefore compiled once; everything else goes through the connection as usual.
"""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, bindparam, func, select
from sqlalchemy.engine.interfaces import DBAPICursor, Dialect
from sqlalchemy.exc import DBAPIError

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
        cursor = self.run(connection, values)
        try:
            return list(cursor.fetchall())
        except connection.dialect.loaded_dbapi.Error as error:
            raise self._wrapped(connection, error) from error

    def first(self, connection: Connection, values: Mapping[str, Any] = _NONE) -> Any:
        """First row, None if there is none. Raises DBAPIError, KeyError."""
        return self.run(connection, values).fetchone()  # the driver has read it with `execute`

    def run(self, connection: Connection, values: Mapping[str, Any] = _NONE) -> DBAPICursor:
        """Cursor over the rows, which are read as they are fetched. Raises DBAPIError, KeyError."""
        dialect = connection.dialect
        sql, names, fixed = self._compiled.get(dialect.name) or self._compile(dialect)
        bound = [values[name] if name in values else fixed[name] for name in names]
        cursor = connection.connection.cursor()
        try:
            cursor.execute(sql, bound)
        except dialect.loaded_dbapi.Error as error:
            raise self._wrapped(connection, error) from error
        return cursor

    def _wrapped(self, connection: Connection, error: Exception) -> BaseException:
        dialect = connection.dialect
        sql = self._compiled[dialect.name][0]
        return DBAPIError.instance(sql, None, error, dialect.loaded_dbapi.Error, dialect=dialect)

    def _compile(self, dialect: Dialect) -> tuple[str, Sequence[str], Mapping[str, Any]]:
        compiled = self.select.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        # With a bare variable there, SQLite 3.46 and later look at its value and prepare anew at each run: 6 to 40 µs.
        sql = _LIMIT.sub(r"\g<1> 0+?", str(compiled))
        found = sql, compiled.positiontup or (), fixed
        self._compiled[dialect.name] = found
        return found


def in_list(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Condition: the column has one of the values in a JSON array, which is bound as text, whatever its length."""
    return column.in_(select(func.json_each(bindparam(name, type_=Text)).table_valued("value").c.value))
