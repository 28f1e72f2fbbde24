"""Cursors of PostgreSQL's driver that raise Unavailable (503) for a statement that took too long."""

import logging
from typing import Any, Self

import psycopg
from psycopg.errors import QueryCanceled
from sqlalchemy.exc import DBAPIError
from typing_extensions import override

from app.errors import Unavailable

_log = logging.getLogger("dossier")
# Its warnings repeat what it raises, in a second line, or are of connections that end anyway.
logging.getLogger("psycopg").setLevel(logging.ERROR)


class TimedCursor(psycopg.Cursor[Any]):
    """Cursor that raises Unavailable (503) for a statement that took too long, in place of the driver's error."""

    @override
    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        try:
            return super().execute(query, params, **options)
        except QueryCanceled as error:
            raise _ended(error, query) from None


class TimedServerCursor(psycopg.ServerCursor[Any]):
    """The same for a cursor of the server. It ends with its transaction, if not before."""

    _sql: Any = ""

    @override
    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        self._sql = query
        try:
            return super().execute(query, params, **options)
        except QueryCanceled as error:
            raise _ended(error, query) from None

    @override
    def fetchmany(self, size: int = 0) -> list[Any]:
        try:
            return super().fetchmany(size)
        except QueryCanceled as error:
            raise _ended(error, self._sql) from None
        except psycopg.Error as error:  # readers fetch rows in batches from this cursor itself
            raise DBAPIError.instance(str(self._sql), None, error, psycopg.Error) from error

    def __del__(self, *_: Any) -> None:
        """No warning."""


def _ended(error: QueryCanceled, query: Any) -> Unavailable:
    _log.warning("a statement was ended: %s: %s", error.diag.message_primary, query)
    return Unavailable("statement-timeout")
