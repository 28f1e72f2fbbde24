"""SQL constructs that SQLAlchemy has no common form of, each written as the engine in use writes it."""

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    LargeBinary,
    TableValuedAlias,
    Text,
    bindparam,
    column,
)
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

# By construct and engine: the text, in which `{}` are the arguments.
_SQLITE, _POSTGRESQL = "sqlite", "postgresql"


class _Integers(FunctionElement[Any]):
    """Rows of a JSON array of integers: `key`, their place, and `value`."""

    inherit_cache = True
    texts: ClassVar[Mapping[str, str]] = {
        _SQLITE: "json_each({})",
        # An array of integers has the same text in JSON but for the brackets; jsonb takes twice as long to read.
        _POSTGRESQL: "(SELECT key, value FROM unnest(CAST(translate({}, '[]', '{{}}') AS integer[])) "
        "WITH ORDINALITY AS elements(value, key))",
    }


class _InIntegers(FunctionElement[bool]):
    """Condition: an integer is in a JSON array of integers.

    PostgreSQL estimates 100 rows for any set-returning function, and may read a whole table to join it with them. An
    array is looked up in an index. The condition has no type: if it were Boolean, SQLAlchemy would ask SQLite for
    `= 1`, which then uses no index.
    """

    inherit_cache = True
    texts: ClassVar[Mapping[str, str]] = {
        _SQLITE: "{} IN (SELECT value FROM json_each({}))",
        _POSTGRESQL: "{} = ANY (CAST(translate({}, '[]', '{{}}') AS integer[]))",
    }


class _InTexts(FunctionElement[bool]):
    """Condition: a text is in a JSON array of texts."""

    inherit_cache = True
    texts: ClassVar[Mapping[str, str]] = {
        _SQLITE: "{} IN (SELECT value FROM json_each({}))",
        _POSTGRESQL: "{} = ANY (ARRAY(SELECT jsonb_array_elements_text(CAST({} AS jsonb))))",
    }


class _Pairs(FunctionElement[Any]):
    """Rows of a JSON array of pairs of a text and an integer: `first`, `second`."""

    inherit_cache = True
    texts: ClassVar[Mapping[str, str]] = {
        _SQLITE: "(SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS second "
        "FROM json_each({}))",
        _POSTGRESQL: "(SELECT pair ->> 0 AS first, CAST(pair ->> 1 AS integer) AS second "
        "FROM jsonb_array_elements(CAST({} AS jsonb)) AS pairs(pair))",
    }


class _Joined(FunctionElement[str]):
    """Texts of a group joined by a separator: text, separator, and what orders them."""

    inherit_cache = True
    type = Text()
    texts: ClassVar[Mapping[str, str]] = {
        # The rows come in order: ORDER BY within group_concat would sort the texts, which takes as long again.
        _SQLITE: "group_concat({}, {})",
        _POSTGRESQL: "string_agg({}, {} ORDER BY {})",
    }


class _Utf8(FunctionElement[bytes]):
    """Bytes of a text in UTF-8."""

    inherit_cache = True
    type = LargeBinary()
    texts: ClassVar[Mapping[str, str]] = {_SQLITE: "CAST({} AS BLOB)", _POSTGRESQL: "convert_to({}, 'UTF8')"}


class _Position(FunctionElement[int]):
    """Place of a text within another one, from 1; 0 if it is not there."""

    inherit_cache = True
    type = Integer()
    texts: ClassVar[Mapping[str, str]] = {_SQLITE: "instr({}, {})", _POSTGRESQL: "strpos({}, {})"}


def _compiled(engine: str) -> Callable[..., str]:
    def compile_(element: Any, compiler: SQLCompiler, **options: Any) -> str:
        arguments = [compiler.process(clause, **options) for clause in element.clauses]
        text: str = element.texts[engine]
        return text.format(*arguments)

    return compile_


for _construct in (_Integers, _InIntegers, _InTexts, _Pairs, _Joined, _Utf8, _Position):
    for _engine in (_SQLITE, _POSTGRESQL):
        compiles(_construct, _engine)(_compiled(_engine))


_names = count()


def fetching_cursor(connection: Connection) -> DBAPICursor:
    """Cursor of the driver. PostgreSQL sends rows in binary form: bytes as text take four times as long to read."""
    if connection.dialect.name == _POSTGRESQL:
        return connection.connection.cursor(binary=True)
    return connection.connection.cursor()


def streaming_cursor(connection: Connection) -> DBAPICursor:
    """Cursor of the driver that reads rows as they are fetched: on PostgreSQL one of the server, with a name."""
    if connection.dialect.name == _POSTGRESQL:
        return connection.connection.cursor(f"stream_{next(_names)}", binary=True)
    return connection.connection.cursor()


def integers(name: str) -> TableValuedAlias:
    """Rows of a JSON array of integers that is bound as text under a name: `key`, their place, and `value`."""
    return _Integers(bindparam(name, type_=Text)).table_valued(column("key", Integer), column("value", Integer))


def in_list(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Condition: a column has one of the values in a JSON array that is bound as text under a name, of any length."""
    condition = _InIntegers if isinstance(column.type, Integer) else _InTexts
    return condition(column, bindparam(name, type_=Text))


def pairs(name: str) -> TableValuedAlias:
    """Rows of a JSON array of pairs that is bound as text under a name: `first`, a text, and `second`, an integer."""
    return _Pairs(bindparam(name, type_=Text)).table_valued(column("first", Text), column("second", Integer))


def joined(text: ColumnElement[str], separator: ColumnElement[str], order: ColumnElement[Any]) -> ColumnElement[str]:
    """Texts of all rows in one, in order. On SQLite the rows have to come in this order already."""
    return _Joined(text, separator, order)


def utf8(text: ColumnElement[str]) -> ColumnElement[bytes]:
    """Bytes of a text: to read letters beyond ASCII as text and encode them again takes ten times as long."""
    return _Utf8(text)


def position(text: ColumnElement[str], part: ColumnElement[str]) -> ColumnElement[int]:
    """Place of a part within a text, from 1; 0 if it is not there."""
    return _Position(text, part)
